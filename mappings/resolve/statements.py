"""Statements from their mentions: one record for one real thing."""

from __future__ import annotations

from mappings.records import Event, Statement
from mappings.resolve.resolution import Resolution
from mappings.tokens import Parsed


def statements_of(parsed: Parsed, known: Resolution, events: tuple[Event, ...]) -> tuple[Statement, ...]:
    """Return the statements of an article in order of first appearance."""
    return ()
