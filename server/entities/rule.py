"""The source of a rule as the installed rule files have it, if that is still the version that made the claims."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from server.entities.library import Library


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule's entry in its file; `same` is False where the installed rule has moved on since the claims were made."""

    file: str
    text: str
    same: bool


def source_of_rule(library: Library, node: NamedNode) -> RuleSource | None:
    """Find the rule of this name in the rule files; None if there is none any more."""
    return None
