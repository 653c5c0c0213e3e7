"""Statements: one for each sentence of speech whose speaker is known, over quotations and the turns of a transcript."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mappings.article import Kind
from mappings.records import Agreement, Event, Mode, Statement, Unread
from mappings.resolve import stand_ins
from mappings.resolve.events import event_at
from mappings.resolve.quotations import Quotations
from mappings.resolve.resolution import Resolution, sentence_evidence
from mappings.tokens import Mention, Parsed

FEWEST_WORDS = 4  # "Thank you." says nothing that a graph could hold
MOSTLY_QUOTED = 0.5  # from here on the writer's own words are only the frame of a quotation
ENDS = frozenset(".?!…")
QUOTED = 0.8  # a sentence is a quotation when so much of its words is quoted
NESTING = frozenset({"ccomp", "acl", "relcl", "pcomp", "csubj"})


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who speaks in a sentence: entity keys, the token of the speech verb and the rule that found them."""

    speakers: tuple[str, ...]
    verb: int
    rule: str
    is_whole: bool = False  # all of the text is the speaker's
    is_own: bool = False  # the whole sentence is the speaker's own, as in a turn of a transcript


NOBODY = Attribution((), 0, "")  # who asks from the floor


def statements_of(
    parsed: Parsed, known: Resolution, events: tuple[Event, ...], agreements: tuple[Agreement, ...]
) -> tuple[Statement, ...]:
    """Return the statements of an article in order of the text."""
    stand_ins.bind(parsed, known, events)
    quotations = Quotations(parsed)
    told: dict[tuple[int, int], list[str]] = defaultdict(list)
    for agreement in agreements:
        for evidence in agreement.evidence:
            told[evidence.start, evidence.end].append(agreement.key)
    dates = {event.key: event.date for event in events}
    statements: dict[tuple[int, int], Statement] = {}
    for sentence, attribution in _attributed(parsed, known, quotations):
        evidence = sentence_evidence(parsed, sentence, attribution.rule)
        said, mode = _said(parsed, quotations, sentence, attribution)
        event = event_at(events, evidence.start, attribution.speakers[0])
        start, end = parsed.start[said[0]], parsed.end[said[1] - 1]
        if before := statements.get((start, end)):  # the same words, ascribed to a second speaker as well
            speakers = tuple(dict.fromkeys((*before.speakers, *attribution.speakers)))
            statements[start, end] = replace(before, speakers=speakers)
            continue
        statements[start, end] = Statement(
            key=f"statement:{len(statements) + 1}",
            speakers=attribution.speakers,
            start=start,
            end=end,
            mode=mode,
            evidence=evidence,
            event=event,
            date=_date(parsed, attribution) or dates.get(event or ""),
            topics=tuple(dict.fromkeys(told.get((evidence.start, evidence.end), ()))),
        )
    known.unread.extend(_unresolved(parsed, known, quotations, {s.evidence.start for s in statements.values()}))
    return tuple(statements.values())


def _unresolved(parsed: Parsed, known: Resolution, quotations: Quotations, told: set[int]) -> Iterator[Unread]:
    """Yield the sentences of speech that became no statement, because nobody knows who "he" is."""
    for sentence, (first, end) in enumerate(parsed.sentences):
        verbs = [_verb(m) for m in parsed.within(sentence, ("Statement",)) if not any(map(known.keys, _speakers(m)))]
        outside = [verb for verb in verbs if quotations.of[verb] is None]
        if outside and parsed.start[first] not in told:
            yield Unread(parsed.start[first], parsed.end[end - 1], parsed.text[outside[0]], "the speaker is not known")


def _speakers(mention: Mention) -> tuple[Mention, ...]:
    return mention.arguments.get("speaker", ())


def _framed(sentence: int, parsed: Parsed, quotations: Quotations) -> bool:
    """Tell whether a sentence says of its quotation where it comes from, in words of its own: "The statement read"."""
    return any(parsed.pos[t] == "VERB" and quotations.of[t] is None for t in range(*parsed.sentences[sentence]))


def _date(parsed: Parsed, attribution: Attribution) -> str | None:
    """Return the day on which it was said, where a date depends on the verb of saying itself."""
    if attribution.is_own:
        return None
    for date in parsed.within(parsed.sentence[attribution.verb], ("Date",)):
        head = parsed.head[date.head]
        head = parsed.head[head] if parsed.dep[head] == "prep" else head
        value = date.attributes.get("value")
        if head == attribution.verb and value and date.start < attribution.verb:
            return value
    return None


def _attributed(parsed: Parsed, known: Resolution, quotations: Quotations) -> Iterator[tuple[int, Attribution]]:
    """Yield each sentence of speech with its attribution; a sentence with two independent speakers comes twice."""
    own = {s: _attributions(s, parsed, known, quotations) for s in range(len(parsed.sentences))}
    turn: Attribution | None = None
    author = _author(parsed, known)
    transcript, taken = _is_transcript(parsed, quotations), False
    for sentence, (first, end) in enumerate(parsed.sentences):
        if parsed.kinds[sentence] in (Kind.DATELINE, Kind.HEADLINE):
            continue
        begun = parsed.within(sentence, ("Turn",))
        label = _label(begun[0], parsed, known) if begun else None
        if label and begun[0].end < end and quotations.of[begun[0].end] is not None:
            own[sentence], turn = [label], None  # "Berg: “We stay.”": the quotation ends it
        elif begun and author and "answer" in begun[0].attributes:
            turn = author
        elif begun and transcript:
            unknown = NOBODY if "question" in begun[0].attributes else None
            turn, taken = replace(label, is_own=True) if label else unknown, True
        if turn is not None:
            said = (begun[0].end if begun else first, end)
            if turn.speakers and _says_something(parsed, *said) and not _is_heading(parsed, sentence):
                yield sentence, turn
        elif own[sentence]:
            for attribution in own[sentence]:
                yield sentence, attribution
        elif duty := _of_duty(sentence, own, parsed):
            yield sentence, duty
        elif author and not taken and _is_authors(sentence, author, parsed, quotations):
            yield sentence, author
        elif quotations.share(first, end) >= QUOTED and _says_something(parsed, first, end):
            found = _of_quotation(sentence, own, parsed, quotations)
            if found:
                own[sentence] = [found]
                yield sentence, found


def _of_duty(sentence: int, own: dict[int, list[Attribution]], parsed: Parsed) -> Attribution | None:
    """Return the speaker of the sentences before and after one that tells what ought to be, in their words."""
    before, after = own.get(sentence - 1, []), own.get(sentence + 1, [])
    words = range(*parsed.sentences[sentence])
    same = len(before) == len(after) == 1 and before[0].speakers == after[0].speakers
    joined = parsed.paragraph[sentence - 1] == parsed.paragraph[sentence] if sentence else False
    if same and joined and any(parsed.phrase("duty_word", t, t + 1) for t in words):
        return before[0]
    return None


def _label(turn: Mention, parsed: Parsed, known: Resolution) -> Attribution | None:
    """Return who is named before the colon, by a post as in the label before, or None where nobody is known."""
    speaker = turn.argument("speaker")
    if speaker is None:
        return None
    keys = known.keys(speaker)
    if speaker.label == "Reference":
        same = [t for t in parsed.labelled("Turn") if t.start < turn.start and _begins_alike(t, speaker, parsed)]
        named = [known.keys(person) for t in same if (person := t.argument("speaker")) and person.label == "Person"]
        keys = named[-1] if named else keys
    return Attribution(keys, turn.start, turn.rule) if keys else None


def _begins_alike(turn: Mention, post: Mention, parsed: Parsed) -> bool:
    return parsed.words(turn).lower().startswith(parsed.words(post).lower().removeprefix("the "))


def _is_transcript(parsed: Parsed, quotations: Quotations) -> bool:
    """Tell whether names with a colon are the labels of turns: there are several, or somebody says "I" unquoted."""
    speaks = (m for m in parsed.labelled("FirstPerson") if quotations.of[m.start] is None)
    return len(parsed.labelled("Turn")) > 1 or any(True for _ in speaks)


def _author(parsed: Parsed, known: Resolution) -> Attribution | None:
    """Return whose words the text is: named as its author in a heading, or alone in a line before the first "I"."""
    first = parsed.labelled("FirstPerson")[:1]
    lines = parsed.labelled("Author")
    headings = [m for m in lines if "whole" in m.attributes]
    before = headings or [m for m in lines if first and m.start < first[0].start]
    keys = {key for line in before for key in known.keys(line.arguments["author"][0])}
    if len(keys) != 1:
        return None
    return Attribution(tuple(keys), before[-1].end, before[-1].rule, is_own=True, is_whole=bool(headings))


def _is_authors(sentence: int, author: Attribution, parsed: Parsed, quotations: Quotations) -> bool:
    """Tell whether a sentence is the author's: below the heading that says so, or in the first person."""
    first, end = parsed.sentences[sentence]
    if first < author.verb or parsed.kinds[sentence] is not Kind.BODY:
        return False
    said = (m for m in parsed.within(sentence, ("FirstPerson",)) if quotations.of[m.start] is None)
    return any(said) or (author.is_whole and _says_something(parsed, first, end))


def _is_heading(parsed: Parsed, sentence: int) -> bool:
    """Tell whether a line between the turns is a heading: it has no clause."""
    tokens = range(*parsed.sentences[sentence])
    return parsed.kinds[sentence] is Kind.SUBHEADING and not any(parsed.dep[t] == "nsubj" for t in tokens)


def _says_something(parsed: Parsed, first: int, end: int) -> bool:
    words = [t for t in range(first, end) if parsed.pos[t] not in ("PUNCT", "SPACE")]
    has_verb = any(parsed.pos[t] in ("VERB", "AUX", "INTJ") for t in words)
    is_clause = has_verb and any(parsed.dep[t] == "nsubj" for t in words)
    return len(words) >= FEWEST_WORDS - is_clause and (has_verb or parsed.text[end - 1] in ENDS)


def _attributions(sentence: int, parsed: Parsed, known: Resolution, quotations: Quotations) -> list[Attribution]:
    """Return who speaks in a sentence in the writer's own words, the outermost first."""
    found: list[Attribution] = []
    reports: list[Attribution] = []
    mentions = parsed.within(sentence, ("Statement",))
    verbal = [m for m in mentions if m.argument("verb")]
    for mention in verbal or mentions:  # "according to" names but the source where somebody also says it
        verb = _verb(mention)
        if quotations.of[verb] is not None and not quotations.is_mark(verb):
            continue
        if _is_background(parsed, verb, mention):
            continue
        named = [m for m in _speakers(mention) if quotations.of[m.head] is None]
        speakers = tuple(dict.fromkeys(k for m in named for k in known.keys(m)))
        speakers = tuple(k for k in speakers if known.kind(k) != "place")
        if any(_is_outlet(known, k) for k in speakers):
            if verb in parsed.phrases.get("speech_verb", ()) and mention.argument("verb"):
                reports.append(Attribution(speakers, verb, mention.rule))
        elif speakers or not named:
            found.append(Attribution(speakers, verb, mention.rule))
    if not any(one.speakers for one in found):  # an outlet hands on what others say, or says something itself
        found += reports
    found.sort(key=lambda a: (stand_ins.depth(parsed, a.verb), a.verb))
    kept: list[Attribution] = []
    for one in found:
        if not any(set(one.speakers) & set(k.speakers) or _nested(parsed, one.verb, k.verb) for k in kept):
            kept.append(one)
    return [one for one in kept if one.speakers]


def _is_background(parsed: Parsed, verb: int, mention: Mention) -> bool:
    """Tell whether a sentence of something else only refers to speech: "since he announced", "what they say is".

    So it is, too, where the verb has a subject of its own that is none of those found.
    """
    marks = [t for t in parsed.children[verb] if parsed.dep[t] in ("mark", "advmod") and t < verb]
    if parsed.dep[verb] == "advcl" and any(parsed.phrase("time_mark", t, t + 1) for t in marks):
        return True
    speakers = _speakers(mention)
    if any(m.label == "Voice" for m in speakers) and parsed.dep[verb] in ("relcl", "pcomp"):
        return True
    if parsed.dep[verb] == "pcomp" and any(parsed.lower[t] == "what" for t in parsed.children[verb]):
        return True
    if mention.argument("verb") is None or not speakers:
        return False
    subjects = [t for t in parsed.children[verb] if parsed.dep[t] == "nsubj" and parsed.pos[t] in ("NOUN", "PROPN")]
    heads = {m.head for m in speakers} | {t for m in speakers for t in range(m.start, m.end)}
    return bool(subjects) and max(heads) < min(subjects) and not _joined(parsed, min(subjects), heads)


def _joined(parsed: Parsed, subject: int, heads: set[int]) -> bool:
    return any(parsed.head[head] == subject or parsed.head[subject] == head for head in heads)


def _verb(mention: Mention) -> int:
    verb = mention.argument("verb")
    return verb.head if verb else mention.start


def _is_outlet(known: Resolution, key: str) -> bool:
    return bool(stand_ins.OUTLETS & set(known.entities[key].classes))


def _nested(parsed: Parsed, inner: int, outer: int) -> bool:
    """Tell whether a verb stands in what another verb says: "A said that B had promised"."""
    crossed = False
    while parsed.head[inner] != inner and inner != outer:
        crossed = crossed or parsed.dep[inner] in NESTING
        inner = parsed.head[inner]
    return inner == outer and crossed


def _of_quotation(
    sentence: int, own: dict[int, list[Attribution]], parsed: Parsed, quotations: Quotations
) -> Attribution | None:
    """Find the speaker of a sentence that is all quotation.

    The speaker is named where the same quotation reaches into another sentence; else in the sentence before or after it
    in the paragraph; else, when the whole paragraph is quoted, in the last sentence of the paragraph before.
    """
    here = parsed.sentences[sentence]
    if _framed(sentence, parsed, quotations):
        return None
    same = [s for s in range(len(parsed.sentences)) if parsed.paragraph[s] == parsed.paragraph[sentence]]
    for other in sorted(same, key=lambda s: abs(s - sentence)):
        if other != sentence and quotations.shared(here, parsed.sentences[other]):
            if own[other]:
                return own[other][0]
            if _framed(other, parsed, quotations):
                return None
    for other in (sentence - 1, sentence + 1):
        if other in same and own[other]:
            return own[other][0]
    before = same[0] - 1
    if before >= 0 and own[before] and parsed.kinds[before] is Kind.BODY:
        return own[before][0]
    return None


def _said(
    parsed: Parsed, quotations: Quotations, sentence: int, attribution: Attribution
) -> tuple[tuple[int, int], Mode]:
    """Return the tokens of what was said, and how it is told."""
    first, end = parsed.sentences[sentence]
    if attribution.is_own:
        labels = [label for label in parsed.within(sentence, ("Turn",)) if label.end < end]
        return (labels[0].end if labels else first, end), "direct"
    quoted = quotations.span(first, end)
    verb = attribution.verb
    clause = [t for t in parsed.children[verb] if parsed.dep[t] == "ccomp"] if first <= verb < end else []
    tokens = _subtree(parsed, clause[0]) if clause else []
    span = (min(tokens), max(tokens) + 1) if tokens else (first, end)
    if quoted and quotations.share(*span) >= (QUOTED if tokens else MOSTLY_QUOTED):
        return quoted, "direct"
    if quoted and not span[0] <= quoted[0] < quoted[1] <= span[1]:
        span = (first, end)
    return span, "mixed" if quoted else "indirect"


def _subtree(parsed: Parsed, token: int) -> list[int]:
    found = [token]
    for one in found:
        found += parsed.children[one]
    return found
