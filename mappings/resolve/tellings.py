"""What single sentences tell of events: kind, sides, place, date, and how a sentence means it (new, again, planned)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from mappings.article import Kind
from mappings.records import DateBasis, EventKind, Unread
from mappings.resolve.modality import reality
from mappings.resolve.parties import Parties, after, lost_subject, names_somebody, phrase_end, under
from mappings.resolve.resolution import Resolution
from mappings.resolve.series import Station, listed_places, stations
from mappings.resolve.setting import UNDATED, date_of, dated, place_of
from mappings.resolve.telling import Telling, Tells
from mappings.resolve.titles_of_events import (
    definite_document,
    document_noun,
    document_words,
    gathering_name,
    numbers,
    place_in_name,
)
from mappings.resolve.voices import addressee, speaker
from mappings.tokens import Mention, Parsed

KINDS: tuple[EventKind, ...] = (
    "PressConference",
    "Call",
    "Gathering",
    "Meeting",
    "Visit",
    "Signing",
)  # the likelier first
TALKS = frozenset(("PressConference", "Call", "Gathering", "Meeting"))

ORDER: tuple[Tells, ...] = ("new", "place", "weak", "merge", "join", "again")


def tellings(parsed: Parsed, known: Resolution) -> list[Telling]:
    """Return what the text tells of events in order; what is only wished for or denied goes to `known.unread`."""
    groups: dict[tuple[int, str], list[Mention]] = defaultdict(list)
    named = {
        t for m in parsed.labelled("Call", "PressConference", "Gathering") for t in range(m.start, m.end) if t != m.head
    }
    rounds = {
        t: m.head
        for m in parsed.labelled("Gathering")
        if m.attributes.get("head") == "round"
        for t in range(m.head + 1, m.end)
    }
    for mention in parsed.labelled(*KINDS):
        token = mention.head
        if mention.label == "Meeting" and token in named:
            token = rounds.get(token, -1)  # a word inside the name of something else
            if token < 0:
                continue
        groups[token, "talks" if mention.label in TALKS else mention.label].append(mention)
    found: list[Telling] = []
    for (token, _), mentions in sorted(groups.items(), key=lambda item: item[0]):
        telling = _telling(parsed, known, token, mentions)
        if telling and telling.reality == "unreal":
            unread(known, telling, "not told as something that took place or is planned")
        elif telling and len(telling.apart) > 1:
            own = tuple(key for key in telling.parties if key not in telling.apart)
            found += [replace(telling, parties=(*own, key)) for key in telling.apart]
        elif telling:
            found += _several(parsed, known, telling, mentions)
        else:
            kind = cast(EventKind, mentions[0].label)
            lost = Telling(kind, token, parsed.sentence[token], (mentions[0].rule,), (), "new", "told")
            unread(known, lost, "no participant could be made out")
    return _met_for(parsed, found)


def _several(parsed: Parsed, known: Resolution, telling: Telling, mentions: list[Mention]) -> list[Telling]:
    """Part a telling of several events that share a verb, each with its place or day; else return it alone."""
    if telling.tells != "new" or telling.kind not in ("Meeting", "Visit"):
        return [telling]
    for mention in mentions:
        other = mention.argument("other")
        told = stations(parsed, known, other.start) if other and telling.kind == "Meeting" else ()
        own = tuple(key for key in telling.parties if not any(key in s.parties for s in told))
        if told:
            return [_at(parsed, telling, (*own, *s.parties), s) for s in told]
    places = listed_places(parsed, known, telling.place, telling.token) if telling.place else ()
    return [replace(telling, place=place) for place in places] or [telling]


def _at(parsed: Parsed, telling: Telling, parties: tuple[str, ...], station: Station) -> Telling:
    when = dated(parsed, station.date, planned=telling.planned) if station.date else telling.when
    return replace(telling, parties=parties, place=station.place, when=when)


def _met_for(parsed: Parsed, told: list[Telling]) -> list[Telling]:
    """Read "met for the first dialogue" as one event, the dialogue."""
    verbs = {t.token: t for t in told if t.kind == "Meeting"}
    merged: dict[int, Telling] = {}
    for telling in told:
        noun = telling.token
        while parsed.dep[noun] in ("conj", "compound", "amod", "nmod") and parsed.head[noun] != noun:
            noun = parsed.head[noun]
        preposition = parsed.head[noun]
        verb = verbs.get(parsed.head[preposition])
        if telling.kind == "Gathering" and verb and parsed.lower[preposition] == "for":
            merged[telling.token] = with_parties(telling, verb)
            merged[verb.token] = merged[telling.token]
    return [merged.get(t.token, t) for t in told if merged.get(t.token, t).token == t.token]


def unread(known: Resolution, telling: Telling, reason: str) -> None:
    """Note that a sentence with a trigger word gave no event."""
    parsed = known.parsed
    first, end = parsed.sentences[telling.sentence]
    known.unread.append(Unread(parsed.start[first], parsed.end[end - 1], parsed.text[telling.token], reason))


def _telling(parsed: Parsed, known: Resolution, token: int, mentions: list[Mention]) -> Telling | None:
    read = [(m, _parties(parsed, known, m)) for m in mentions]
    read = [(m, parties) for m, parties in read if _fulfils(parsed, known, parties, m)]
    if not read:
        return None
    kind = _kind(read)
    read = [(m, parties) for m, parties in read if m.label == kind or (kind == "Gathering" and "sides" in m.arguments)]
    total = Parties()
    for mention, parties in read:
        if mention.attributes.get("tells") != "again" or len(read) == 1:
            total = total + parties
    chosen = [mention for mention, _ in read]
    attributes = {name: value for mention in reversed(chosen) for name, value in mention.attributes.items()}
    tells = min((cast(Tells, m.attributes.get("tells", "new")) for m in chosen), key=ORDER.index)
    if "voice" in attributes and kind == "Meeting":
        tells = "merge"
    if tells == "weak" and kind == "PressConference" and _after_talks(parsed, chosen[0]):
        tells = "new"
    if tells == "weak" and not total.keys:
        tells = "again"
    real = reality(parsed, chosen[0])
    if attributes.get("status") == "planned" and real in ("told", "aimed"):
        real = "planned"
    tight = tells in ("again", "merge", "join") or (kind == "Signing" and not total.keys)
    when = date_of(parsed, chosen[0], planned=False, tight=tight)
    if real == "told" and when.ahead and parsed.pos[token] != "VERB":
        real = "planned"
    planned = real not in ("told", "aimed")
    if planned:
        when = date_of(parsed, chosen[0], planned=True, tight=tight)
    if "implied" in attributes:
        when = UNDATED
    place = next((key for m in chosen if (key := _slot(known, m, "place"))), None)
    name: str | None = None
    bodies: tuple[str, ...] = ()
    end = chosen[0].end
    if kind == "Signing" and not total.keys and (document := chosen[0].argument("document")):
        name = f"signing of {document_words(parsed, document.head)}"
    if kind == "Gathering" and tells != "join":
        name, bodies, end = gathering_name(parsed, known, chosen)
        place = place or place_in_name(parsed, known, min(m.start for m in chosen), end)
    if (
        kind == "Gathering"
        and tells == "new"
        and attributes.get("head") != "round"
        and "status" not in attributes
        and "held" not in attributes
        and not any(c.isupper() or c.isdigit() for c in (name or "").removeprefix("The"))
        and not (total.keys and numbers(parsed, min(m.start for m in chosen), end))
    ):
        tells = "again"
    return Telling(
        kind,
        token,
        parsed.sentence[token],
        tuple(dict.fromkeys(m.rule for m in chosen)),
        total.keys,
        tells,
        real,
        people=total.people,
        named=total.named,
        titles=total.titles,
        open=total.open,
        definite=_determined(parsed, chosen, "again_determiner"),
        indefinite=_determined(parsed, chosen, None),
        fresh=_fresh(parsed, chosen),
        near=_near(parsed, chosen[0]),
        sidelines="sidelines" in attributes,
        implied="implied" in attributes,
        head=attributes.get("head"),
        name=name,
        document=document_noun(parsed, chosen[0]),
        definite_document=definite_document(parsed, chosen[0]),
        bodies=bodies,
        numbers=numbers(parsed, min(m.start for m in chosen), end) if kind == "Gathering" else frozenset(),
        place=place
        or (_place(parsed, known, chosen[0], end, tells) if kind != "Call" and "implied" not in attributes else None)
        or next((key for m in chosen if (key := _slot(known, m, "host"))), None),
        when=when,
        plural=any(_plural(parsed, m) for m in chosen),
        bare="bare" in attributes,
        greeting=attributes.get("voice") in ("both", "addressee"),
        apart=_apart(parsed, known, chosen),
        whole="whole" in attributes,
        after_talks=kind == "PressConference" and _after_talks(parsed, chosen[0]),
        joint="joint" in parsed.lower[max(0, chosen[0].start - 1) : chosen[0].end],
    )


def _kind(read: list[tuple[Mention, Parties]]) -> EventKind:
    """Return the likeliest kind; a meeting told with both sides is no gathering that is known by its place."""
    labels = {mention.label for mention, _ in read}
    if {"Meeting", "Gathering"} <= labels and not any(m.attributes.get("head") == "round" for m, _ in read):
        meetings = [(m, parties) for m, parties in read if m.label == "Meeting"]
        placed = all(m.attributes.get("tells") == "place" for m, _ in read if m.label == "Gathering")
        sided = any(("other" in m.arguments or "sides" in m.arguments) and parties.keys for m, parties in meetings)
        if sided or (placed and any("tells" not in m.attributes for m, _ in meetings)):
            labels.discard("Gathering")
        elif placed:
            labels.discard("Meeting")
    return next(kind for kind in KINDS if kind in labels)


def _is_person(parsed: Parsed, known: Resolution, one: Mention) -> bool:
    return any(known.kind(key) == "person" for key in under(parsed, known, one.head).keys)


def _parties(parsed: Parsed, known: Resolution, mention: Mention) -> Parties:
    found = Parties()
    subjects = mention.arguments.get("one", ())
    if owner := _owner(parsed, known, mention, subjects):
        found, subjects = owner, ()
    for one in (*subjects, *mention.arguments.get("also", ())):
        if mention.label in ("Meeting", "Call", "Signing") and one.head in parsed.phrases.get("shared_word", {}):
            found = found + Parties(addressee(parsed, known, one.head))
        if mention.label != "Signing" and one in subjects and parsed.head[one.head] != parsed.head[subjects[0].head]:
            break  # a subject further off
        if parsed.covering(KINDS, one.head):
            continue  # the session, not who sits in it
        several = one in subjects and len(subjects) > 1 and any(_is_person(parsed, known, o) for o in subjects)
        if several and not _is_person(parsed, known, one):
            continue  # "China's top legislator Li Wei" read as two subjects
        reads_on = mention.attributes.get("reads") == "after"
        found = found + (after(parsed, known, one.start) if reads_on else under(parsed, known, one.head))
    if voice := mention.attributes.get("voice"):
        own = speaker(parsed, known, mention.head) if voice != "addressee" else ()
        heard = addressee(parsed, known, mention.head) if voice != "speaker" else ()
        found = found + Parties((*own, *heard) if voice != "both" or (own and heard) else (), people=True)
    other = mention.argument("other")
    if other and not found.keys and mention.label != "Visit" and parsed.pos[mention.head] != "VERB":
        found = _clause_subject(parsed, known, other.start)
    if not found.keys and mention.label != "Signing" and parsed.head[mention.head] != mention.head:
        found = lost_subject(parsed, known, mention.head)
    document = mention.argument("document")
    if document and not found.keys:
        named = under(parsed, known, document.head)
        found = named if len(named.keys) > 1 else found  # "the Norway-Chile treaty", "a deal between Norway and Chile"
    for name in ("guest", "other", "sides"):
        for other in mention.arguments.get(name, ()):
            found = found + after(parsed, known, other.start)
    return found


def _owner(parsed: Parsed, known: Resolution, mention: Mention, subjects: Sequence[Mention]) -> Parties | None:
    """Return who "he" of "his meeting" is, where a subject before it is somebody else: "the arrest of A spoilt his"."""
    for token in parsed.children[mention.head]:
        if parsed.lower[token] in ("his", "her") and any(one.head < token for one in subjects):
            owner = under(parsed, known, token)
            return owner if len(owner.keys) == 1 else None
    return None


def _clause_subject(parsed: Parsed, known: Resolution, start: int) -> Parties:
    """Return the subject behind the comma, which parsers take for an apposition: "in talks with Berg, Holm said"."""
    _, stop = parsed.bounds(start)
    comma = phrase_end(parsed, start)
    while comma < stop and parsed.lower[comma] != ",":
        if parsed.pos[comma] in ("VERB", "AUX") or comma - start > 24:
            return Parties()
        comma += 1
    end = phrase_end(parsed, comma + 1) if comma + 1 < stop else stop
    return after(parsed, known, comma + 1) if end < stop and parsed.pos[end] in ("VERB", "AUX") else Parties()


def _fulfils(parsed: Parsed, known: Resolution, parties: Parties, mention: Mention) -> bool:
    """Tell whether the sides found are those without which the rule means nothing."""
    tells = mention.attributes.get("tells", "new")
    if tells in ("again", "join"):
        return True
    if tells == "weak" and not parties.keys:
        return _plural(parsed, mention)
    if mention.label in ("Meeting", "Call") and (other := mention.argument("other") or mention.argument("sides")):
        side = after(parsed, known, other.start)
        if not side.keys and not side.open and names_somebody(parsed, other.start):
            return False
    match mention.attributes.get("needs"):
        case "two":
            return len(parties.keys) > 1
        case "some":
            return bool(parties.keys)
        case "person":
            slot = mention.argument("guest") or mention.argument("other") or mention.argument("sides")
            side = after(parsed, known, slot.start) if slot else parties
            return side.people and bool(side.keys or side.open) and bool(parties.keys)
    if mention.label in ("Gathering", "Signing"):
        return True
    return bool(parties.keys)


def _apart(parsed: Parsed, known: Resolution, mentions: list[Mention]) -> tuple[str, ...]:
    """Return who was met "separately", each for himself."""
    words = parsed.phrases.get("apart_word", {})
    for mention in mentions:
        other = mention.argument("other")
        if other and any(t in words for t in range(max(0, mention.start - 4), other.start)):
            keys = after(parsed, known, other.start).keys
            return tuple(key for key in keys if known.kind(key) == "person")
    return ()


def _plural(parsed: Parsed, mention: Mention) -> bool:
    """Tell whether the subject is several unnamed persons: "the officials", "both sides"."""
    one = mention.argument("one")
    if one is None or parsed.tag[one.head] not in ("NNS", "PRP", "CD"):
        return False
    return any(
        one.head in parsed.phrases.get(lexicon, {}) for lexicon in ("pair_noun", "delegation_noun", "pair_pronoun")
    )


def _slot(known: Resolution, mention: Mention, name: str) -> str | None:
    bound = mention.argument(name)
    return known.key(bound) if bound else None


def _place(parsed: Parsed, known: Resolution, mention: Mention, end: int, tells: Tells) -> str | None:
    place = place_of(parsed, known, mention, end=end, tight=tells != "new")
    return None if place and "voice" in mention.attributes and known.kind(place) == "country" else place


def _after_talks(parsed: Parsed, mention: Mention) -> bool:
    """Tell whether the sentence says that something was said after a meeting, or beside another."""
    first, last = parsed.bounds(mention.start)
    return any(parsed.lower[t] == "alongside" for t in range(first, last)) or any(
        parsed.lower[t] in ("after", "following") and parsed.covering(tuple(TALKS), here)
        for t in range(first, last)
        for here in range(t + 1, min(last, t + 5))
    )


def _determined(parsed: Parsed, mentions: list[Mention], lexicon: str | None) -> bool:
    """Tell whether the trigger noun stands with a determiner of the class; without a class, with "a" or "an"."""
    first, _ = parsed.bounds(mentions[0].start)
    for token in range(mentions[0].start - 1, max(first, mentions[0].start - 5) - 1, -1):
        if parsed.pos[token] in ("VERB", "ADP", "PUNCT", "AUX"):
            return False
        if parsed.lower[token] in ("a", "an"):
            return lexicon is None
        if lexicon and token in parsed.phrases.get(lexicon, {}):
            return True
    return False


def _near(parsed: Parsed, mention: Mention) -> bool:
    first, last = parsed.bounds(mention.start)
    words = parsed.phrases.get("near_word", {})
    return any(t in words for t in range(max(first, mention.start - 4), min(last, mention.end + 4)))


def _fresh(parsed: Parsed, mentions: list[Mention]) -> bool:
    words = parsed.phrases.get("fresh_word", {})
    start = mentions[0].start
    near = range(max(parsed.bounds(start)[0], start - 3), min(parsed.bounds(start)[1], start + 3))
    return any(t in words and parsed.covering(("Date",), t) is None for t in near)


def headline(parsed: Parsed, telling: Telling) -> bool:
    return parsed.kinds[telling.sentence] in (Kind.HEADLINE, Kind.SUBHEADING)


def with_parties(telling: Telling, other: Telling) -> Telling:
    """Add the sides of another telling of the same event, and its date if there is none."""
    parties = tuple(dict.fromkeys((*telling.parties, *other.parties)))
    return replace(telling, parties=parties, when=telling.when if telling.when.text else other.when)


__all__ = ["DateBasis", "Telling", "headline", "tellings", "with_parties"]
