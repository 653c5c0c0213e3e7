"""Paths over dependencies: `>nsubj >conj*` goes down to the subject and its coordinates, `<advcl` goes up.

A step is a direction, one or more relations separated by `|` (`_` for any), an optional constraint on the token reached
in square brackets as in a pattern, and an optional `?` (may be left out) or `*` (any number of times).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mappings.match import Labels, Predicate, compile_constraint
from mappings.pattern import PatternError, parse_constraint
from mappings.tokens import Parsed

_STEP = re.compile(r"\s*([<>])([\w|:]+)(?:\[([^\]]*)\])?([?*]?)")


@dataclass(frozen=True, slots=True)
class PathStep:
    down: bool
    relations: frozenset[str] | None
    holds: Predicate | None
    optional: bool
    repeated: bool

    def reach(self, parsed: Parsed, token: int) -> list[int]:
        """Return the tokens one step away, in order of the text."""
        if self.down:
            found = [c for c in parsed.children[token] if self.relations is None or parsed.dep[c] in self.relations]
        elif parsed.head[token] != token and (self.relations is None or parsed.dep[token] in self.relations):
            found = [parsed.head[token]]
        else:
            found = []
        return [t for t in found if self.holds is None or self.holds(parsed, t)]


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path; `source` is as it was written."""

    source: str
    steps: tuple[PathStep, ...]

    def reach(self, parsed: Parsed, token: int) -> list[int]:
        """Return the tokens at the end of the path from `token`, nearest first, each once."""
        here = [token]
        for step in self.steps:
            there = list(here) if step.optional else []
            frontier = here
            while frontier:
                frontier = [t for start in frontier for t in step.reach(parsed, start) if t not in there]
                there += frontier
                if not step.repeated:
                    break
            here = list(dict.fromkeys(there))
        return here


def compile_path(source: str, labels: Labels) -> Path:
    """Read a path; raises `PatternError` with the position of the mistake."""
    steps, at = [], 0
    while at < len(source.rstrip()):
        found = _STEP.match(source, at)
        if not found:
            begun = len(source) - len(source[at:].lstrip())
            raise PatternError(f"a step like >nsubj or <conj expected at character {begun + 1} of the path", begun)
        direction, relations, constraint, sign = found.groups()
        holds = compile_constraint(parse_constraint(constraint), labels) if constraint else None
        names = None if relations == "_" else frozenset(relations.split("|"))
        steps.append(PathStep(direction == ">", names, holds, sign in ("?", "*") and sign != "", sign == "*"))
        at = found.end()
    if not steps:
        raise PatternError("the path is empty", 0)
    return Path(source, tuple(steps))
