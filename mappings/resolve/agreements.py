"""Agreements from their mentions: one record for one real thing."""

from __future__ import annotations

from mappings.records import Agreement
from mappings.resolve.resolution import Resolution
from mappings.tokens import Parsed


def agreements_of(parsed: Parsed, known: Resolution) -> tuple[Agreement, ...]:
    """Return the agreements of an article in order of first appearance."""
    return ()
