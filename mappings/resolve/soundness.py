"""What a record must hold to be a claim: an event of which nobody and nothing is named is listed as unread."""

from __future__ import annotations

from dataclasses import replace

from mappings.records import Event, Unread
from mappings.resolve.resolution import Resolution


def sound_events(events: tuple[Event, ...], known: Resolution) -> tuple[Event, ...]:
    """Keep the events that name a participant or themselves; the sentences of the others become unread.

    One vague event must not cost an article its whole graph, which the shapes would keep apart.
    """
    kept = {event.key for event in events if event.attendees or event.name}
    for event in events:
        if event.key not in kept:
            known.unread.extend(
                Unread(e.start, e.end, event.kind.lower(), "neither a participant nor a name is told")
                for e in event.evidence
            )
    return tuple(
        event if event.parent is None or event.parent in kept else replace(event, parent=None)
        for event in events
        if event.key in kept
    )
