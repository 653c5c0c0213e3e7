"""Which events of different articles are one: same kind, status, day and attendees, and no other place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mappings.identity.model import Local, Partition
from mappings.identity.words import told


@dataclass(frozen=True, slots=True)
class Held:
    """An event as one article tells of it; attendees, place and what it is part of are IRIs across all articles."""

    kind: str
    status: str | None
    date: str | None
    attendees: frozenset[str]
    place: str | None
    name: str | None = None


Signature = tuple[str, str, str, tuple[str, ...]]


@cache
def _shared_kinds() -> frozenset[str]:
    return frozenset(told("events")["shared"])


def signature(event: Held) -> Signature | None:
    """Return what two articles must agree on, None where too little is told: a whole day and two who took part."""
    if event.kind not in _shared_kinds() or not event.date or len(event.date) != 10 or len(event.attendees) < 2:
        return None
    return event.kind, event.status or "", event.date, tuple(sorted(event.attendees))


def group_events(events: Mapping[Local, Held]) -> Mapping[Local, tuple[Local, Signature | None]]:
    """Return the first member of every event's group, and the group's signature if articles share it.

    Where one article tells of two such events, or two articles name different places, all stay apart.
    """
    sharing: dict[Signature, list[Local]] = {}
    for local, event in events.items():
        mark = signature(event)
        if mark:
            sharing.setdefault(mark, []).append(local)
    sets: Partition[Local] = Partition(events)
    shared: dict[Local, Signature] = {}
    for mark, members in sharing.items():
        places = {place for local in members if (place := events[local].place)}
        if len({article for article, _ in members}) == len(members) and len(places) <= 1:
            for local in members:
                sets.join(members[0], local)
            shared[sets.find(members[0])] = mark
    return {local: (sets.find(local), shared.get(sets.find(local))) for local in events}
