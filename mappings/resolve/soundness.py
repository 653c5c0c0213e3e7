"""What a record must hold to be a claim, so that one doubtful record never costs an article its whole graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mappings.records import Event, Unread
from mappings.resolve.resolution import Resolution


def sound_events(events: tuple[Event, ...], known: Resolution) -> tuple[Event, ...]:
    """Keep the events that name a participant or themselves; the sentences of the others become unread."""
    kept = {event.key for event in events if event.attendees or event.name}
    for event in events:
        if event.key not in kept:
            reason = "nobody and nothing is named"
            known.unread.extend(Unread(e.start, e.end, event.kind.lower(), reason) for e in event.evidence)
    published = known.parsed.article.published
    today = published.isoformat() if published else None
    return tuple(
        _dated(event if event.parent is None or event.parent in kept else replace(event, parent=None), today)
        for event in events
        if event.key in kept
    )


def _dated(event: Event, today: str | None) -> Event:
    """Mind an event that lies after its report: a stated day makes it a plan, a resolved one was resolved wrongly."""
    if event.date is None or today is None or event.status or event.date <= today[: len(event.date)]:
        return event
    if event.date_basis == "stated":
        return replace(event, status="planned")
    return replace(event, date=None, date_basis=None)


def sound_unread(unread: Iterable[Unread]) -> tuple[Unread, ...]:
    """Give each sentence and trigger word one reason, in order of the text."""
    told: dict[tuple[int, int, str], list[Unread]] = {}
    for one in sorted(unread, key=lambda u: (u.start, u.end, u.trigger.casefold(), u.reason, u.trigger)):
        told.setdefault((one.start, one.end, one.trigger.casefold()), []).append(one)
    return tuple(replace(same[0], reason="; ".join(dict.fromkeys(u.reason for u in same))) for same in told.values())
