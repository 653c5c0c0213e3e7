"""Events from their mentions: one record for one real thing, and the event at which a statement was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from mappings.records import Event, Evidence
from mappings.resolve.finish import Finish
from mappings.resolve.occasions import Gatherer, Occasion
from mappings.resolve.resolution import Resolution, sentence_evidence
from mappings.resolve.tellings import Telling, tellings
from mappings.tokens import Parsed

SPEECH = (
    "Meeting",
    "Call",
    "PressConference",
    "Gathering",
)  # events at which somebody says something, the likelier first
STATUS: Mapping[str, str] = {"planned": "planned", "cancelled": "cancelled", "postponed": "postponed"}


def events_of(parsed: Parsed, known: Resolution) -> tuple[Event, ...]:
    """Return the events of an article in order of first appearance."""
    gatherer = Gatherer(known, nations(parsed, known), buildings(parsed, known))
    hosts: dict[int, Occasion] = {}
    told: dict[int, list[tuple[Telling, Occasion]]] = defaultdict(list)
    for telling in tellings(parsed, known):
        occasion = gatherer.take(telling)
        if occasion:
            told[telling.sentence].append((telling, occasion))
            hosts[telling.token] = occasion
    finish = Finish(parsed, known, gatherer, told)
    finish.run()
    occasions = [o for o in gatherer.occasions if o.parties or o.name]
    keys = {id(o): f"event:{n}" for n, o in enumerate(occasions, 1)}
    return tuple(_record(parsed, o, keys) for o in occasions)


def event_at(events: Sequence[Event], start: int, speaker: str | None = None) -> str | None:
    """Return the key of the event at which a sentence that starts at the stored offset was said, or None.

    It is the last event of talk told up to there in which the speaker takes part, told to have taken place.
    """
    candidates = []
    for event in events:
        if event.kind not in SPEECH or event.status or (speaker and speaker not in event.attendees):
            continue
        before = [e.start for e in event.evidence if e.start <= start]
        if before:
            candidates.append((max(before), -SPEECH.index(event.kind), event.key))
    return max(candidates)[2] if candidates else None


def nations(parsed: Parsed, known: Resolution) -> Mapping[str, frozenset[str]]:
    """Map persons, bodies and places to the bodies and countries of which they are."""
    found: dict[str, set[str]] = defaultdict(set)
    for mention in parsed.labelled("Inner"):
        body = parsed.covering(("Body",), mention.start)
        key, country = known.key(body) if body else None, known.key(mention)
        if key and country:
            found[key].add(country)
    for mention in parsed.labelled("Place"):
        key, code = known.key(mention), mention.attributes.get("code")
        if key and code and f"country:{code}" in known.entities:
            found[key].add(f"country:{code}")
    for post in known.posts:
        if post.body:
            found[post.holder] |= {post.body, *found.get(post.body, ())}
    return {key: frozenset(values) for key, values in found.items()}


def buildings(parsed: Parsed, known: Resolution) -> frozenset[str]:
    """Return the places that lie in a city: two names of one place may be a city's and a building's in it."""
    inner = (m for m in parsed.labelled("Place") if m.attributes.get("kind") == "building")
    return frozenset(key for m in inner if (key := known.key(m)))


def _record(parsed: Parsed, occasion: Occasion, keys: Mapping[int, str]) -> Event:
    status = None
    if occasion.planned:
        status = next((t.reality for t in reversed(occasion.tellings) if t.planned), None)
    return Event(
        key=keys[id(occasion)],
        kind=occasion.kind,
        evidence=tuple(_evidence(parsed, occasion.tellings)),
        name=occasion.name,
        attendees=tuple(occasion.parties),
        place=occasion.place,
        date=occasion.when.value,
        date_text=occasion.when.text,
        date_basis=occasion.when.basis if occasion.when.value else None,
        status=status if status in ("planned", "cancelled", "postponed") else None,
        parent=keys.get(id(occasion.parent)),
    )


def _evidence(parsed: Parsed, told: Iterable[Telling]) -> Iterable[Evidence]:
    seen: set[tuple[int, str]] = set()
    for telling in told:
        for rule in telling.rules[:1]:
            if (telling.sentence, rule) not in seen:
                seen.add((telling.sentence, rule))
                yield sentence_evidence(parsed, telling.sentence, rule)
