"""Agreements: one record for one treaty, declaration, deal or plan, however often and by whatever words it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mappings import phrases
from mappings.article import Kind
from mappings.records import Agreement, Event, Evidence, Name
from mappings.resolve.events import nations
from mappings.resolve.partners import Table, actors, agree, listed_parties, own_parties, party_keys
from mappings.resolve.progress import progress
from mappings.resolve.resolution import Resolution, sentence_evidence
from mappings.tokens import Mention, Parsed

# Classes whose words do not tell what an agreement is about.
PLAIN = ("agreement_noun", "agreement_nouns", "document_noun", "union_noun", "empty_modifier")
DOCUMENT = "document"
GENERIC = ("treaty", DOCUMENT)  # groups of nouns by which any agreement may be called again
DONE = ("agreements-signed", "agreement-object-of-signing")
LONGEST_LABEL = 140  # characters
LONGEST_FORM = 24  # tokens of a name that includes what the agreement is about
ENOUGH = 0.49  # share of the distinguishing words by which two descriptions are of one agreement


@dataclass
class Told:
    """All that an article tells of one agreement, as it is gathered."""

    first: int
    group: str
    words: frozenset[str]
    known: str | None
    plural: bool = False
    done: bool = False  # told by words for what is signed
    parties: dict[str, None] = field(default_factory=dict)  # their keys in order
    mentions: list[Mention] = field(default_factory=list)
    references: list[Mention] = field(default_factory=list)
    changes: list[Mention] = field(default_factory=list)
    listed: list[Mention] = field(default_factory=list)


def agreements_of(parsed: Parsed, known: Resolution, events: Sequence[Event] = ()) -> tuple[Agreement, ...]:
    """Return the agreements of an article in order of first appearance."""
    told, table = _gathered(parsed, known), Table(parsed, known, events, nations(parsed, known))
    found = [_agreement(number, one, parsed, known, table) for number, one in enumerate(told, start=1)]
    return tuple(one for one in found if one is not None)


def _gathered(parsed: Parsed, known: Resolution) -> list[Told]:
    """Gather the mentions of one agreement: the same name or acronym, or descriptions that share their words."""
    told: list[Told] = []
    listed = listed_parties(parsed)
    for mention in parsed.labelled("Agreement", "AgreementReference"):
        group = mention.attributes.get("group", "")
        words, name = _distinguishing(parsed, mention), mention.attributes.get("known")
        end = max(mention.end, _with_content(parsed, mention))
        if not words and not name:  # "a roadmap for cooperation": what it is about stands behind it
            sides = {t for m in listed.get(mention, ()) for p in m.arguments["party"] for t in range(p.start, p.end)}
            words = _words(parsed, [t for t in range(mention.end, end) if t not in sides])
        parties = dict.fromkeys(own_parties(parsed, known, mention, end, listed))
        if mention.label == "AgreementReference" or _points_back(mention, words):
            fitting = [
                t for t in told if group in (t.group, *GENERIC) and (t.plural or not _is_plural(parsed, mention))
            ]
            fitting = [t for t in fitting if not parties or t.parties or t.group == group]
            before = [t for t in fitting if agree(frozenset(t.parties), frozenset(parties))]
            if before:
                max(before, key=lambda t: (t.group == group, _last(t))).references.append(mention)
            if before or mention.label == "AgreementReference":
                continue
        alike = (t for t in told if _is_same(t, group, words, name))
        plain = (t for t in told if _is_plain_same(parsed, t, mention, group, words) and not (t.known or name))
        same = next((t for t in (*alike, *plain) if agree(frozenset(t.parties), frozenset(parties))), None)
        if same is None:
            done = mention.rule in DONE
            same = Told(mention.start, group, words, name, plural=_is_plural(parsed, mention), done=done)
            told.append(same)
        same.parties |= parties
        same.mentions.append(mention)
        same.words |= words
        same.known = same.known or name
    _join_aliases(parsed, told)
    by_mention = {m: one for one in told for m in (*one.mentions, *one.references)}
    for change in parsed.labelled("StatusChange"):
        for mention in change.arguments.get("agreement", ()):
            if mention in by_mention:
                by_mention[mention].changes.append(change)
    for mention, lists in listed.items():
        if one := by_mention.get(mention):
            one.listed += lists
            keys = (key for found in lists for party in found.arguments["party"] for key in party_keys(party, known))
            one.parties |= dict.fromkeys(keys)
    return told


def _points_back(mention: Mention, words: frozenset[str]) -> bool:
    """Tell whether a description stands for an agreement told before: "this accord"."""
    return ("definite" in mention.attributes and not words) or "pointing" in mention.attributes


def _is_plural(parsed: Parsed, mention: Mention) -> bool:
    head = mention.argument("head")
    return head is not None and parsed.tag[head.end - 1] in ("NNS", "NNPS")


def _is_described(parsed: Parsed, mention: Mention) -> bool:
    """Tell whether a word before the head, or a head of several words, says something of the agreement."""
    head = mention.argument("head")
    if head and head.end - head.start > 1:  # "a code of conduct"
        return True
    inside = range(mention.start, head.start if head else mention.start)
    empty = parsed.phrases.get("empty_modifier", {})
    return any(parsed.pos[t] in ("ADJ", "NOUN", "PROPN") and t not in empty for t in inside)


def _last(told: Told) -> int:
    return max(m.start for m in (*told.mentions, *told.references))


def _is_same(told: Told, group: str, words: frozenset[str], name: str | None) -> bool:
    if name or told.known:
        return name == told.known
    if (group != told.group and DOCUMENT not in (group, told.group)) or not words or not told.words:
        return False
    return len(words & told.words) / min(len(words), len(told.words)) > ENOUGH


def _is_plain_same(parsed: Parsed, told: Told, mention: Mention, group: str, words: frozenset[str]) -> bool:
    """Tell whether one of two is told without saying what it is about, and the other tells it.

    "They signed an agreement. ... the fisheries agreement"; or a headline speaks of "a deal".
    """
    if told.group != group or (words and told.words):
        return False
    headed = parsed.kinds[parsed.sentence[told.first]] == Kind.HEADLINE
    if _is_plural(parsed, mention):
        return told.plural and not told.words
    return headed or (told.done and not (told.words or told.plural) and "definite" in mention.attributes)


def _join_aliases(parsed: Parsed, told: list[Told]) -> None:
    """Join what the text itself says is one: "the accord, formally known as the ... Treaty (T)"."""
    for alias in parsed.labelled("AgreementAlias"):
        pair = [next((t for t in told if m in t.mentions), None) for m in alias.arguments.get("same", ())]
        if len(pair) == 2 and pair[0] and pair[1] and pair[0] is not pair[1]:
            keep, gone = sorted((pair[0], pair[1]), key=lambda t: t.first)
            keep.mentions += gone.mentions
            keep.references += gone.references
            keep.parties |= gone.parties
            keep.words |= gone.words
            keep.known = keep.known or gone.known
            told.remove(gone)


def _distinguishing(parsed: Parsed, mention: Mention) -> frozenset[str]:
    """Return the words of a description that tell what it is about: no head nouns, parties or empty modifiers."""
    return _words(parsed, range(mention.start, mention.end))


def _words(parsed: Parsed, inside: Iterable[int]) -> frozenset[str]:
    dropped = phrases.words(*PLAIN)
    return frozenset(
        parsed.lemma[t]
        for t in inside
        if parsed.pos[t] in ("ADJ", "NOUN", "PROPN", "VERB")
        and parsed.lower[t] not in dropped
        and parsed.covering(("Country", "Demonym"), t) is None
    )


def _agreement(number: int, told: Told, parsed: Parsed, known: Resolution, table: Table) -> Agreement | None:
    """Return the record; None for "a new deal" of which nobody knows what it is about, or whose."""
    names = _names(told, parsed)
    status, transitions = progress(told.mentions, told.changes, parsed, known)
    signers = [k for c in told.changes if c.attributes.get("status") == "signed" for k in actors(c, parsed, known)]
    sentences = sorted(
        {parsed.sentence[m.start] for m in (*told.mentions, *told.references, *told.changes, *told.listed)}
    )
    rule = told.mentions[0].rule
    parties = table.parties(told.parties, told.mentions, told.changes)
    told_about = any(_with_content(parsed, m) > m.end or _is_described(parsed, m) for m in told.mentions)
    if not (told.words or told.known or parties or transitions or told_about):
        return None
    return Agreement(
        key=f"agreement:{number}",
        label=_label(told, names),
        names=names,
        status=status,
        evidence=tuple(sentence_evidence(parsed, s, rule) for s in sentences),
        parties=parties,
        signatories=tuple(dict.fromkeys(k for k in signers if known.kind(k) == "person")),
        transitions=transitions,
    )


def _label(told: Told, names: tuple[Name, ...]) -> str:
    """Return the full name that the lexicon knows if the article writes it, else the fullest form."""
    for name in names:
        if told.known and name.text.lower() == told.known.lower():
            return name.text
    fullest = max(names, key=lambda n: (n.evidence.end - n.evidence.start <= LONGEST_LABEL, len(n.text)))
    return fullest.text


def _names(told: Told, parsed: Parsed) -> tuple[Name, ...]:
    """Return the forms of the name, each once: the words of each mention, and with them what the agreement is about."""
    found: dict[str, Name] = {}
    for mention in told.mentions:
        acronyms = mention.arguments.get("acronym", ())
        core = acronyms[0].start - 1 if acronyms else mention.end  # without the bracket that follows
        spans = [(mention.start, core)]
        content = _with_content(parsed, mention)
        if "known" not in mention.attributes and content > mention.end:
            spans.append((mention.start, content))
        if len(spans) > 1 and not _distinguishing(parsed, mention):
            spans.reverse()
        for start, end in (*spans, *((a.start, a.end) for a in acronyms)):
            text = " ".join(parsed.span_text(start, end).split())
            found.setdefault(text, Name(text, Evidence(parsed.start[start], parsed.end[end - 1], mention.rule)))
    return tuple(found.values())


def _with_content(parsed: Parsed, mention: Mention) -> int:
    """Return the end of the mention with the phrase that says what it is about ("on fisheries", "between A and B")."""
    _, last = parsed.bounds(mention.start)
    end = mention.end
    dated = end + 1 < last and parsed.covering(("Date",), end + 1) is not None
    if end < last and parsed.pos[end] in ("ADP", "PART") and parsed.lower[end] not in ("in", "at", "by") and not dated:
        reach = max(_below(parsed, end), default=end)
        above = parsed.head[end]
        if parsed.lower[end] == "to" and {"named", "truce"} & set(mention.attributes):
            return end
        if (parsed.head[above] if parsed.lower[end] == "to" else above) < end:
            end = min(reach + 1, last, mention.start + LONGEST_FORM)
    while end > mention.end and parsed.pos[end - 1] in ("PUNCT", "ADP", "DET", "CCONJ", "PART", "ADJ"):
        end -= 1
    return end


def _below(parsed: Parsed, token: int) -> Iterator[int]:
    """Yield the token and what depends on it without a gap, up to a comma."""
    start, found = token, {token, parsed.head[token]}
    _, last = parsed.bounds(token)
    if parsed.lower[token] == "to":  # an infinitive: the verb is the head of "to"
        found |= set(_subtree(parsed, parsed.head[token]))
    else:
        found |= set(_subtree(parsed, token))
    while token < last and token in found and (token == start or parsed.text[token] not in ",;("):
        yield token
        token += 1


def _subtree(parsed: Parsed, token: int) -> list[int]:
    found = [token]
    for one in found:
        found += parsed.children[one]
    return found
