"""What a rule is: its trigger, its arguments, its guards, what it yields, and its examples, compiled."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mappings.match import Compiled, Labels
from mappings.path import Path
from ontology.errors import CommuniqueError

TEXT = "text"  # the type of an argument that is words, not a mention


class RuleError(CommuniqueError):
    """A rule file that cannot be used; the message names file, line and the likely mend."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that a guard looks for: the end of a dependency path, or a pattern in a window of the sentence."""

    path: Path | None
    pattern: Compiled | None
    where: str
    start: str | None


@dataclass(frozen=True, slots=True)
class Argument:
    """How an argument is found: captured by the pattern, at the end of a path, or by a pattern of its own."""

    name: str
    type: str
    paths: tuple[Path, ...] = ()
    find: Compiled | None = None
    where: str = "sentence"
    start: str | None = None
    many: bool = False
    first: bool = False  # of several paths, only the first that finds something
    required: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """Conditions of which one is enough: `unless` and `require` reject the match, `when` sets attributes."""

    kind: str
    conditions: tuple[Condition, ...]
    sets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what the rule must yield in it (None: nothing at all)."""

    text: str
    yields: Mapping[str, Any] | None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, compiled; `version` is the first 8 digits of the hash of what it says."""

    name: str
    label: str
    phase: str
    version: str
    source: str
    place: str
    pattern: Compiled
    needs: tuple[str, ...] = ()
    span: str | None = None
    segments: frozenset[str] = frozenset()
    claims: bool = False
    arguments: tuple[Argument, ...] = ()
    guards: tuple[Guard, ...] = ()
    yields: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules in the order in which they run, and the labels they use."""

    labels: Labels
    phases: tuple[str, ...]
    rules: tuple[Rule, ...]
    bearers: Mapping[str, str] = field(default_factory=dict)  # a label and the argument for which its mentions stand
    claimed: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # a label and those whose words it may not share

    def of_phase(self, phase: str) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.phase == phase)

    def named(self, name: str) -> Rule:
        """Return the rule; raises `RuleError` with the likely name when there is none."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise RuleError(f"no rule is named {name!r}{likely(name, (r.name for r in self.rules))}")


def likely(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean ...?" for the known word nearest to this one, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
