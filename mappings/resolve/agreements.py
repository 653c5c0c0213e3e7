"""Agreements: one record for one treaty, declaration, deal or plan, however often and by whatever words it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mappings import phrases
from mappings.records import Agreement, AgreementStatus, Evidence, Name, Transition
from mappings.resolve.partners import actors, agree, listed_parties, own_parties, party_keys, seats, two_countries
from mappings.resolve.resolution import Resolution, sentence_evidence
from mappings.tokens import Mention, Parsed

# A later status says more than an earlier one: an agreement in force was signed once.
PROGRESS: tuple[AgreementStatus, ...] = (
    "unspecified",
    "proposed",
    "negotiating",
    "signed",
    "ratified",
    "in-force",
    "suspended",
    "withdrawn",
)
# What is still to come tells that the agreement stands one step before it.
BEFORE: dict[str, AgreementStatus] = {
    "signed": "proposed",
    "ratified": "signed",
    "in-force": "unspecified",
    "suspended": "unspecified",
    "withdrawn": "unspecified",
    "negotiating": "negotiating",
    "proposed": "proposed",
}
# Classes whose words do not tell what an agreement is about.
PLAIN = ("agreement_noun", "agreement_nouns", "document_noun", "union_noun", "empty_modifier")
DOCUMENT = "document"
GENERIC = ("treaty", DOCUMENT)  # groups of nouns by which any agreement may be called again
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
    parties: dict[str, None] = field(default_factory=dict)  # their keys in order
    mentions: list[Mention] = field(default_factory=list)
    references: list[Mention] = field(default_factory=list)
    changes: list[Mention] = field(default_factory=list)
    listed: list[Mention] = field(default_factory=list)


def agreements_of(parsed: Parsed, known: Resolution) -> tuple[Agreement, ...]:
    """Return the agreements of an article in order of first appearance."""
    told = _gathered(parsed, known)
    return tuple(_agreement(number, one, parsed, known) for number, one in enumerate(told, start=1))


def _gathered(parsed: Parsed, known: Resolution) -> list[Told]:
    """Gather the mentions of one agreement: the same name or acronym, or descriptions that share their words."""
    told: list[Told] = []
    listed = listed_parties(parsed)
    for mention in parsed.labelled("Agreement", "AgreementReference"):
        group = mention.attributes.get("group", "")
        words, name = _distinguishing(parsed, mention), mention.attributes.get("known")
        if mention.label == "AgreementReference" or _points_back(mention, words):
            before = [t for t in told if group in (t.group, *GENERIC)]
            if before:
                max(before, key=lambda t: (t.group == group, _last(t))).references.append(mention)
            if before or mention.label == "AgreementReference":
                continue
        if not words and not name:  # "a roadmap for cooperation": what it is about stands behind it
            words = _words(parsed, range(mention.end, _with_content(parsed, mention)))
        end = max(mention.end, _with_content(parsed, mention))
        parties = dict.fromkeys(own_parties(parsed, known, mention, end, listed))
        alike = (t for t in told if _is_same(t, group, words, name))
        same = next((t for t in alike if agree(frozenset(t.parties), frozenset(parties))), None)
        if same is None:
            same = Told(mention.start, group, words, name)
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
    definite = "definite" in mention.attributes and not words and "named" not in mention.attributes
    return definite or "pointing" in mention.attributes


def _last(told: Told) -> int:
    return max(m.start for m in (*told.mentions, *told.references))


def _is_same(told: Told, group: str, words: frozenset[str], name: str | None) -> bool:
    if name or told.known:
        return name == told.known
    if (group != told.group and DOCUMENT not in (group, told.group)) or not words or not told.words:
        return False
    return len(words & told.words) / min(len(words), len(told.words)) > ENOUGH


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


def _words(parsed: Parsed, inside: range) -> frozenset[str]:
    dropped = phrases.words(*PLAIN)
    return frozenset(
        parsed.lemma[t]
        for t in inside
        if parsed.pos[t] in ("ADJ", "NOUN", "PROPN", "VERB")
        and parsed.lower[t] not in dropped
        and parsed.covering(("Country", "Demonym"), t) is None
    )


def _agreement(number: int, told: Told, parsed: Parsed, known: Resolution) -> Agreement:
    names = _names(told, parsed)
    status, transitions = _progress(told, parsed, known)
    signers = [k for c in told.changes if c.attributes.get("status") == "signed" for k in actors(c, known)]
    sentences = sorted(
        {parsed.sentence[m.start] for m in (*told.mentions, *told.references, *told.changes, *told.listed)}
    )
    rule = told.mentions[0].rule
    return Agreement(
        key=f"agreement:{number}",
        label=_label(told, names),
        names=names,
        status=status,
        evidence=tuple(sentence_evidence(parsed, s, rule) for s in sentences),
        parties=_parties(told, parsed, known),
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
    if end < last and parsed.pos[end] in ("ADP", "PART") and parsed.lower[end] not in ("in", "at", "by"):
        reach = max(_below(parsed, end), default=end)
        if parsed.head[end] < end:
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


def _progress(told: Told, parsed: Parsed, known: Resolution) -> tuple[AgreementStatus, tuple[Transition, ...]]:
    """Return the furthest status that the article tells, and the changes that it tells as facts."""
    statuses: list[AgreementStatus] = ["unspecified"]
    transitions: list[Transition] = []
    for mention in told.mentions:
        if mention.attributes.get("status") == "proposed":
            statuses.append("proposed")
    for change in sorted(told.changes, key=lambda c: c.start):
        status = next(s for s in PROGRESS if s == change.attributes["status"])
        if change.attributes.get("standing"):
            statuses.append(status)
            continue
        if change.attributes.get("future"):
            statuses.append(BEFORE.get(status, "unspecified"))
            continue
        statuses.append(status)
        date = change.argument("date")
        who = actors(change, known)
        transitions.append(
            Transition(
                status=status,
                evidence=sentence_evidence(parsed, parsed.sentence[change.start], change.rule),
                actor=who[0] if len(who) == 1 else None,
                date=date.attributes.get("value") if date else None,
                date_text=parsed.words(date) if date else None,
            )
        )
    return max(statuses, key=PROGRESS.index), tuple(dict.fromkeys(transitions))


def _parties(told: Told, parsed: Parsed, known: Resolution) -> tuple[str, ...]:
    """Return the parties: those named as such, those who did something with it, else those for whom it was signed."""
    found = list(told.parties)
    for change in told.changes:
        found += [k for k in actors(change, known) if known.kind(k) in ("country", "body")]
    parties = dict.fromkeys(k for k in found if known.kind(k) != "person")
    if len(parties) < 2:
        signers = [k for c in told.changes if c.attributes["status"] == "signed" for k in actors(c, known)]
        parties |= dict.fromkeys(seats(known, signers))
    if len(parties) < 2 and (parties or told.known is None):
        pairs = (pair for mention in told.mentions if (pair := two_countries(parsed, known, mention)))
        parties |= dict.fromkeys(next(pairs, ()))
    return tuple(parties)
