"""The rules of boilerplate.yaml, compiled: which lines and which words of a line are no part of the article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from mappings.layout import Shape, Span, shape_of, trimmed
from mappings.lexicon import YAML_LOADER
from mappings.naming import is_city
from ontology.errors import CommuniqueError

WHOLE_LINE = frozenset(("line", "next", "rest", "credit", "caption", "heading"))
INSIDE = frozenset(("match", "caption-tail", "dateline", "stamp"))
CUTS = WHOLE_LINE | INSIDE
OPTIONS = frozenset(("cased", "city"))
KEYS = frozenset(("name", "reason", "cut", "pattern", "example", "counterexample"))
REST_GUARD = 1.5
CREDIT_REACH = 6  # a credit makes a caption of the line above it only near the top of the page
CAPTION_LENGTH = 450
LINE_LENGTH = 1_000  # a longer line is a paragraph, whatever it says


class BoilerplateError(CommuniqueError):
    """A rule of boilerplate.yaml that cannot be used."""


@dataclass(frozen=True, slots=True)
class CutRule:
    """One rule, with the example that it must cut and the text that it must leave."""

    name: str
    reason: str
    cut: str
    pattern: re.Pattern[str]
    example: str
    keeps: tuple[str, ...]
    counterexample: str
    city: bool = False  # what it finds must be a city that the lexicon knows


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph after the cuts inside it: its parts in order, mostly one; `cut` if a rule cuts all of it."""

    parts: tuple[Span, ...]
    caption: bool = False
    dateline: bool = False
    cut: bool = False
    heading: bool = False

    def words(self, text: str) -> str:
        """Give the paragraph without what was cut."""
        return " ".join(text[start:end] for start, end in self.parts)


@cache
def cut_rules() -> tuple[CutRule, ...]:
    """Load and check the rules, in the order of the file."""
    source = files("mappings") / "boilerplate.yaml"
    data = yaml.load(source.read_text("utf-8"), Loader=YAML_LOADER)
    return tuple(_rule(entry, data["parts"]) for entry in data["rules"])


def _rule(entry: Any, parts: Mapping[str, str]) -> CutRule:
    name = entry.get("name", "?")
    if set(entry) - OPTIONS != KEYS or entry["cut"] not in CUTS:
        raise BoilerplateError(
            f"boilerplate.yaml: rule {name}: needs exactly {sorted(KEYS)}, cut one of {sorted(CUTS)}"
        )
    try:
        words = re.sub(r"\{([A-Z]+)\}", lambda part: f"(?:{parts[part[1]]})", entry["pattern"].strip())
        pattern = re.compile(words, 0 if entry.get("cased") else re.IGNORECASE)
    except (re.error, KeyError) as error:
        raise BoilerplateError(f"boilerplate.yaml: rule {name}: pattern: {error}") from error
    example = entry["example"]
    return CutRule(
        name,
        entry["reason"],
        entry["cut"],
        pattern,
        example["text"],
        tuple(example["keeps"]),
        entry["counterexample"],
        bool(entry.get("city")),
    )


def cut_inside(text: str, line: tuple[Span, ...]) -> Iterator[Piece]:
    """Yield what is left of a paragraph after the rules that cut words, captions and datelines inside it."""
    pieces = [Piece(line)]
    for rule in cut_rules():
        if rule.cut in INSIDE:
            pieces = [part for piece in pieces for part in _split(text, piece, rule)]
    return iter(pieces)


def _split(text: str, piece: Piece, rule: CutRule) -> Iterator[Piece]:
    """Apply one rule to one piece, from left to right."""
    if piece.dateline or (piece.caption and rule.cut != "match"):
        yield piece
    elif rule.cut == "match":
        yield from _with_parts(text, piece, [rest for part in piece.parts for rest in _without(text, part, rule)])
    else:
        yield from _divided(text, piece, rule)


def _without(text: str, part: Span, rule: CutRule) -> Iterator[Span]:
    """Yield a span's stretches between the matches of a rule."""
    start, end = part
    at = start
    for match in rule.pattern.finditer(text[start:end]):
        cut_start, cut_end = match.span("cut" if "cut" in rule.pattern.groupindex else 0)
        yield at, start + cut_start
        at = start + cut_end
    yield at, end


def _divided(text: str, piece: Piece, rule: CutRule) -> Iterator[Piece]:
    """Cut a caption or an agency's sign off the end of a piece, or a dateline off its beginning."""
    for index, (start, end) in enumerate(piece.parts):
        match = rule.pattern.search(text[start:end])
        if match is None or (rule.cut == "dateline" and index) or (rule.city and not is_city(match["dateline"])):
            continue
        before = [*piece.parts[:index], (start, start + match.start())]
        after = [(start + match.end(), end), *piece.parts[index + 1 :]]
        if rule.cut == "dateline":
            place = (start + match.start("dateline"), start + match.end("dateline"))
            yield from _with_parts(text, replace(piece, dateline=True), [place])
            yield from _with_parts(text, piece, [*before, *after])
        elif rule.cut == "stamp":
            sign = next(match.span(name) for name in rule.pattern.groupindex if match[name])
            yield from _with_parts(text, piece, [*before, *after])
            yield from _with_parts(text, replace(piece, dateline=True), [(start + sign[0], start + sign[1])])
        else:
            yield from _with_parts(text, piece, before)
            yield from _with_parts(text, replace(piece, caption=True), after)
        return
    yield piece


def _with_parts(text: str, piece: Piece, parts: Sequence[Span]) -> Iterator[Piece]:
    kept = tuple(span for part in parts if (span := trimmed(text, *part))[0] < span[1])
    if kept:
        yield replace(piece, parts=kept)


def cut_lines(text: str, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces, marked where a rule for whole lines cuts or keeps them; the report may claim captions."""
    rules = [None if piece.caption or piece.dateline else _first_rule(piece.words(text)) for piece in pieces]
    shapes = [shape_of(piece.words(text)) for piece in pieces]
    prose: list[int] = [
        len(piece.words(text)) if shape is Shape.PROSE else 0 for piece, shape in zip(pieces, shapes, strict=True)
    ]
    skip_next = False
    for index, piece in enumerate(pieces):
        skipped, skip_next = skip_next and shapes[index] is not Shape.PROSE, False
        if skipped:
            yield replace(piece, cut=True)
            continue
        rule, after = rules[index], rules[index + 1] if index + 1 < len(rules) else None
        if rule is None:
            credited = after is not None and after.cut == "credit" and index < CREDIT_REACH
            yield replace(piece, caption=piece.caption or credited)
        elif rule.cut == "caption":
            yield replace(piece, caption=len(piece.words(text)) < CAPTION_LENGTH)
        elif rule.cut == "heading":
            yield replace(piece, heading=True)
        elif rule.cut == "rest" and _may_end(before=sum(prose[:index]), after=sum(prose[index:])):
            return
        else:
            skip_next = rule.cut == "next"
            yield replace(piece, cut=True)


def _may_end(*, before: int, after: int) -> bool:
    """Say whether a report may end here: something was told, and not far more would be lost than is kept."""
    return before > 0 and after <= REST_GUARD * before


def _first_rule(content: str) -> CutRule | None:
    """Find the first rule for whole lines that fits, the weaker captions last."""
    if len(content) > LINE_LENGTH:
        return None
    fitting = [rule for rule in cut_rules() if rule.cut in WHOLE_LINE and rule.pattern.search(content)]
    return min(fitting, key=lambda rule: rule.cut == "caption", default=None)
