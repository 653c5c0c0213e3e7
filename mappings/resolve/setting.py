"""Where and when: the place and the date that a sentence gives for an event it tells of."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.records import DateBasis
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed

EVENTS = ("Meeting", "Call", "Visit", "PressConference", "Gathering", "Signing")
QUOTES = frozenset(('"', "“", "”", "''", "``", "«", "»"))
AT = frozenset(("in", "at"))
COMPANY = ("signed_noun", "delegation_noun", "gathering_noun", "meeting_noun", "meal", "unnamed_title", "duration")
LONG = frozenset(("month", "month-year", "year", "period", "period-year", "month-word", "sided-month"))
REACHING = frozenset(("VERB", "ADV", "AUX"))


@dataclass(frozen=True, slots=True)
class When:
    """A date as the text has it: its words, its value where they give one, and what it was resolved against."""

    text: str | None = None
    value: str | None = None
    basis: DateBasis | None = None
    same_day: bool = False  # the day of what was told before
    ahead: bool = False  # a day to come: "next week"


UNDATED = When()


def date_of(parsed: Parsed, mention: Mention, *, planned: bool, tight: bool = False) -> When:
    """Return the date of the sentence that is nearest to the trigger and parted from it by no other event.

    When `tight`, it must stand with the trigger in one phrase: "the meeting on Monday".
    """
    sentence = parsed.sentence[mention.start]
    dates = [
        d
        for d in parsed.within(sentence, ("Date",))
        if (not tight or _with(parsed, mention, d))
        and not _another_between(parsed, mention, d)
        and not _of_speech(parsed, d, mention)
        and not _of_another(parsed, d, mention)
        and not _after_something(parsed, d, mention)
        and not _of_action(parsed, d, mention)
    ]
    if not dates:
        return UNDATED
    nearest = min(
        dates, key=lambda d: (d.end <= mention.start and _crosses(parsed, d, mention), _distance(mention, d), d.start)
    )
    return dated(parsed, nearest, planned=planned)


def dated(parsed: Parsed, date: Mention, *, planned: bool) -> When:
    """Read a date expression as the day of an event."""
    words = parsed.words(date)
    value = date.attributes.get("ahead" if planned else "value")
    if parsed.phrase("same_day", date.start, date.end):
        return When(words, value, _basis(date) if value else None, same_day=True)
    first = max(parsed.bounds(date.start)[0], date.start - 2)
    ahead = any(t in parsed.phrases.get("future_date", {}) for t in range(first, date.end))
    return When(words, value, _basis(date) if value else None, ahead=ahead)


def _basis(date: Mention) -> DateBasis | None:
    match date.attributes.get("basis"):
        case "stated":
            return "stated"
        case "dateline":
            return "dateline"
        case _:
            return "relative-to-publication"


def _distance(mention: Mention, other: Mention) -> int:
    return max(other.start - mention.end, mention.start - other.end, 0)


def _crosses(parsed: Parsed, date: Mention, mention: Mention) -> bool:
    """Tell whether a clause ends between a date and the trigger behind it, unless the date opens the sentence."""
    first, _ = parsed.bounds(mention.start)
    return date.start > first + 1 and any(parsed.lower[t] in (",", ";") for t in range(date.end, mention.start))


def _of_speech(parsed: Parsed, date: Mention, mention: Mention) -> bool:
    """Tell whether the date says when something was said: "announced on Monday that"."""
    first, _ = parsed.bounds(date.start)
    for token in range(date.start - 1, first - 1, -1):
        if token in parsed.phrases.get("speech_verb", {}) and parsed.pos[token] == "VERB":
            inverted = (mention.end <= token and parsed.pos[token - 1] in ("PUNCT", "PRON")) or parsed.pos[
                token - 1
            ] == "PROPN"
            return token != mention.head and (inverted or date.start - token < 4)
        if parsed.pos[token] not in ("ADP", "ADV", "PRON", "PROPN", "NOUN", "DET", "ADJ"):
            return False
    return False


def _after_something(parsed: Parsed, date: Mention, mention: Mention) -> bool:
    """Tell whether the date says after, before or since when, or belongs to what was before or after the event."""
    turning = parsed.phrases.get("turning_word", {})
    between = range(mention.end, date.start) if date.start >= mention.end else range(date.end, mention.start)
    quotes = sum(parsed.lower[t] in QUOTES for t in between)
    return quotes % 2 == 1 or any(t in turning for t in between)


def _of_action(parsed: Parsed, date: Mention, mention: Mention) -> bool:
    """Tell whether a month or a year belongs to another verb behind the trigger: "a pact that expires in 1998"."""
    between = range(mention.end, date.start)
    return date.attributes.get("kind") in LONG and any(
        parsed.pos[t] == "VERB"
        and t not in parsed.phrases.get("taking_place", {})
        and (parsed.tag[t] in ("VBD", "VBZ", "VBP") or (parsed.lower[t - 1] == "to" and parsed.lower[t - 2] == "due"))
        for t in between
    )


def _of_another(parsed: Parsed, date: Mention, mention: Mention) -> bool:
    """Tell whether the date belongs to an event told before it in a clause that ends before the trigger."""
    if date.end > mention.start or not _crosses(parsed, date, mention):
        return False
    return any(event.end <= date.start for event in parsed.within(parsed.sentence[date.start], EVENTS))


def _another_between(parsed: Parsed, mention: Mention, other: Mention) -> bool:
    first, last = sorted((mention, other), key=lambda m: m.start)
    return any(
        first.end <= event.start
        and event.end <= last.start
        and event.head not in (mention.head, parsed.head[mention.head])
        and not (event.start < mention.end and mention.start < event.end)
        and not ("head" in event.attributes and not _apart(parsed, event))
        and "implied" not in event.attributes
        and event.attributes.get("tells") not in ("merge", "join")
        for event in parsed.within(parsed.sentence[mention.start], EVENTS)
    )


def _apart(parsed: Parsed, gathering: Mention) -> bool:
    """Tell whether a gathering is told as another event, not as the setting: "after", "the outcome of" it."""
    first, _ = parsed.bounds(gathering.start)
    token = gathering.start - 1
    while token > first and (parsed.pos[token] in ("DET", "ADJ", "NUM", "PROPN") or parsed.tag[token] == "POS"):
        token -= 1
    if token > first and parsed.lower[token] == "of":
        return token - 1 in parsed.phrases.get("turning_word", {}) or token - 1 in parsed.phrases.get("outcome", {})
    return token >= first and token in parsed.phrases.get("turning_word", {})


def _with(parsed: Parsed, mention: Mention, other: Mention) -> bool:
    """Tell whether a date or place stands with the trigger in one phrase, or is all that the clause adds to it."""
    if (
        other.label == "Date"
        and other.start - parsed.bounds(mention.start)[0] < 2
        and mention.label in ("Meeting", "Call")
    ):
        return True
    if other.end <= mention.start:
        return mention.start - other.end < 3 and not any(
            parsed.pos[t] == "VERB" for t in range(other.end, mention.start)
        )
    at = next(
        (t for t in range(other.start - 1, other.start - 6, -1) if t >= 0 and parsed.pos[t] == "ADP"), other.start
    )
    if parsed.head[at] == parsed.head[mention.head] and parsed.head[at] in parsed.phrases.get("taking_place", {}):
        return True
    between = range(mention.end, other.start)
    verbs = [t for t in between if parsed.pos[t] == "VERB"]
    return other.start - mention.end < 12 and all(t in parsed.phrases.get("taking_place", {}) for t in verbs)


def place_of(parsed: Parsed, known: Resolution, mention: Mention, *, end: int, tight: bool = False) -> str | None:
    """Return the place where the sentence says the event is: "in" or "at" it, said of the event or what is done.

    `end` is where the event's name ends, which may lie behind the mention.
    """
    sentence = parsed.sentence[mention.start]
    found = [
        place
        for place in parsed.within(sentence, ("Place", "Country"))
        if known.key(place)
        and (not tight or _with(parsed, mention, place))
        and _is_setting(parsed, place, mention, end)
        and not _another_between(parsed, mention, place)
    ]
    if not found:
        return None
    nearest = min(found, key=lambda p: (p.label == "Country", p.start < mention.start, _distance(mention, p)))
    return known.key(nearest)


def _is_setting(parsed: Parsed, place: Mention, mention: Mention, end: int) -> bool:
    """Tell whether the place stands behind "in" or "at", and that behind a name, a date, an event or a verb of it."""
    first, _ = parsed.bounds(place.start)
    at = place.start - 1
    if at > first and parsed.lower[at] == "to" and parsed.lemma[at - 1] in ("return", "arrive"):
        return True
    if at - 1 > first and parsed.lower[at] == "of" and at - 1 in parsed.phrases.get("place_noun", {}):
        at -= 2
    while at >= first and at > place.start - 6 and _leads_to(parsed, at):
        at -= 1
    if at < first or parsed.lower[at] not in AT:
        return False
    before = at - 1
    if before < first or before == end - 1:
        return True
    if parsed.lower[at] == "in" and any(parsed.lower[t] == "at" for t in range(max(first, before - 4), before)):
        return True  # "at the ministry in Oslo"
    if place.end < parsed.bounds(place.start)[1] and parsed.tag[place.end] == "POS":
        return False
    if parsed.covering((*EVENTS, "Person", "Date", "Reference"), before) or before in parsed.phrases.get(
        "press_people", {}
    ):
        return True
    if parsed.lower[before] == "place" and parsed.lemma[before - 1] == "take":
        return True
    body = parsed.covering(("Body", "Country"), before)
    if place.label == "Place" and body and not (body.label == "Body" and _belongs(parsed, body, first)):
        return True
    if mention.end <= before and any(before in parsed.phrases.get(lexicon, {}) for lexicon in COMPANY):
        return not any(parsed.pos[t] == "VERB" and parsed.tag[t] != "VBN" for t in range(mention.end, before))
    return parsed.pos[before] in REACHING or parsed.lower[before] in (
        ",",
        "here",
        "time",
        "way",
        "underway",
        ")",
        "remarks",
        "comments",
        "comment",
    )


def _leads_to(parsed: Parsed, token: int) -> bool:
    """Tell whether the word stands between "in" and a place: "the Chilean capital," before Santiago."""
    if parsed.lower[token] == "," and token > 0:
        return token - 1 in parsed.phrases.get("place_noun", {})
    if parsed.pos[token] in ("DET", "ADJ") or parsed.tag[token] == "PRP$":
        return True
    return token in parsed.phrases.get("place_noun", {})


def _belongs(parsed: Parsed, body: Mention, first: int) -> bool:
    """Tell whether the body is that of a post: "the head of the trade office in Oslo"."""
    token = body.start - 1
    while token > first and parsed.pos[token] in ("DET", "ADJ"):
        token -= 1
    return token >= first and parsed.lower[token] == "of"
