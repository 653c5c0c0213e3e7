"""Events from their mentions: one record for one real thing."""

from __future__ import annotations

from mappings.records import Event
from mappings.resolve.resolution import Resolution
from mappings.tokens import Parsed


def events_of(parsed: Parsed, known: Resolution) -> tuple[Event, ...]:
    """Return the events of an article in order of first appearance."""
    return ()
