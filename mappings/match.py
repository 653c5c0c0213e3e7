"""Patterns compiled to functions over a parsed text: deterministic, leftmost, the pattern's first preference first.

A compiled node is a function of the state and a token number; it returns the end of the whole match, or -1.
What follows a node is compiled into it, so that a failure backs up to the last choice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

from mappings.pattern import (
    All,
    Any_,
    Capture,
    Choice,
    Constraint,
    Edge,
    Look,
    MentionRef,
    Node,
    Not,
    PhraseRef,
    Repeat,
    Sequence,
    Test,
    Token,
    takes_nothing,
)
from mappings.tokens import Parsed

MOST_STEPS = 20_000  # of one attempt at one token: a hostile sentence must not stop the reader

Predicate = Callable[[Parsed, int], bool]
Labels = Mapping[str, tuple[str, ...]]  # a label and all labels below it


@dataclass(slots=True)
class State:
    """One attempt: where it may go, what it captured, how far it came."""

    parsed: Parsed
    first: int
    end: int
    captures: list[tuple[str, int, int]] = field(default_factory=list)
    steps: int = 0
    furthest: int = -1
    stopped_at: str = ""


Step = Callable[[State, int], int]
Anchors = tuple[tuple[str, str], ...]  # pairs of attribute and value, of which one must hold


@dataclass(frozen=True, slots=True)
class Match:
    """A match of a pattern: half-open tokens and the captures in order."""

    start: int
    end: int
    captures: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A pattern ready to run.

    `anchors` name what its first token must be, or are None if it may be anything; `needed` names what its sentence
    must hold.
    """

    step: Step
    anchors: Anchors | None
    needed: Anchors | None

    def at(self, parsed: Parsed, token: int, within: tuple[int, int] | None = None) -> Match | None:
        """Match with the first token at `token`, within its sentence or a narrower window; ^ and $ are its edges."""
        first, end = within or parsed.bounds(token)
        state = State(parsed, first, end)
        stop = self.step(state, token)
        return Match(token, stop, tuple(state.captures)) if stop > token else None

    def trace(self, parsed: Parsed, token: int) -> tuple[int, str]:
        """Return how far a match from `token` came and the element at which it stopped."""
        first, end = parsed.bounds(token)
        state = State(parsed, first, end)
        self.step(state, token)
        return state.furthest, state.stopped_at

    def search(self, parsed: Parsed, first: int, end: int) -> Iterator[Match]:
        """Yield the matches within a window of a sentence, from left to right, that do not overlap."""
        done = first
        for token in range(first, end):
            if token >= done and (found := self.at(parsed, token, (first, end))):
                done = found.end
                yield found


def compile_pattern(node: Node, labels: Labels) -> Compiled:
    """Compile a pattern; `labels` gives for each label the labels it stands for."""
    return Compiled(_compile(node, _accept, labels), _anchors(node, labels), _needed(node, labels))


def compile_constraint(constraint: Constraint, labels: Labels) -> Predicate:
    """Compile a constraint on one token."""
    match constraint:
        case Not(part):
            inner = compile_constraint(part, labels)
            return lambda parsed, i: not inner(parsed, i)
        case All(parts):
            return reduce(_both, [compile_constraint(p, labels) for p in parts])
        case Any_(parts):
            return reduce(_either, [compile_constraint(p, labels) for p in parts])
        case Test():
            return _test(constraint, labels)


def _both(one: Predicate, other: Predicate) -> Predicate:
    return lambda parsed, i: one(parsed, i) and other(parsed, i)


def _either(one: Predicate, other: Predicate) -> Predicate:
    return lambda parsed, i: one(parsed, i) or other(parsed, i)


def _accept(state: State, i: int) -> int:
    return i


def _compile(node: Node, then: Step, labels: Labels) -> Step:
    match node:
        case Token(constraint, source):
            return _token(constraint, source, then, labels)
        case MentionRef(label):
            return _mention(label, then, labels)
        case PhraseRef(lexicon):
            return _phrase(lexicon, then)
        case Edge(at_start):
            return lambda s, i: then(s, i) if i == (s.first if at_start else s.end) else -1
        case Sequence(parts):
            step = then
            for part in reversed(parts):
                step = _compile(part, step, labels)
            return step
        case Choice(parts):
            return _first_of([_compile(p, then, labels) for p in parts])
        case Repeat():
            return _repeat(node, then, labels)
        case Look():
            return _look(node, then, labels)
        case Capture(part, name):
            return _capture(part, name, then, labels)


def _token(constraint: Constraint | None, source: str, then: Step, labels: Labels) -> Step:
    holds = compile_constraint(constraint, labels) if constraint else None

    def step(s: State, i: int) -> int:
        s.steps += 1
        if i < s.end and s.steps < MOST_STEPS and (holds is None or holds(s.parsed, i)):
            return then(s, i + 1)
        return _stopped(s, i, source)

    return step


def _stopped(s: State, i: int, source: str) -> int:
    if i > s.furthest:
        s.furthest, s.stopped_at = i, source
    return -1


def _mention(label: str, then: Step, labels: Labels) -> Step:
    wanted = labels[label]

    def step(s: State, i: int) -> int:
        for mention in s.parsed.starting(wanted, i) if i < s.end else ():
            if mention.end <= s.end and (stop := then(s, mention.end)) >= 0:
                return stop
        return _stopped(s, i, f"@{label}")

    return step


def _phrase(lexicon: str, then: Step) -> Step:
    def step(s: State, i: int) -> int:
        found = s.parsed.phrases.get(lexicon)
        for phrase in found.get(i, ()) if found else ():
            if phrase.end <= s.end and (stop := then(s, phrase.end)) >= 0:
                return stop
        return _stopped(s, i, f"%{lexicon}")

    return step


def _first_of(steps: list[Step]) -> Step:
    def step(s: State, i: int) -> int:
        for one in steps:
            kept = len(s.captures)
            if (stop := one(s, i)) >= 0:
                return stop
            del s.captures[kept:]
        return -1

    return step


def _repeat(node: Repeat, then: Step, labels: Labels) -> Step:
    """Unroll the repetition: `least` copies, then up to `most` optional ones, or a loop."""

    def optional(more: Step, rest: Step) -> Step:
        return _first_of([more, rest] if node.greedy else [rest, more])

    step = then
    if node.most is None:
        loop: list[Step] = []
        once = _compile(node.part, lambda s, i: loop[0](s, i), labels)
        loop.append(optional(once, then))
        step = loop[0]
    else:
        for _ in range(node.most - node.least):
            step = optional(_compile(node.part, step, labels), then)
    for _ in range(node.least):
        step = _compile(node.part, step, labels)
    return step


def _look(node: Look, then: Step, labels: Labels) -> Step:
    inner = _compile(node.part, _accept, labels)

    def step(s: State, i: int) -> int:
        kept = len(s.captures)
        at = i if node.ahead else i - 1
        holds = at >= s.first and inner(s, at) >= 0
        del s.captures[kept:]
        return then(s, i) if holds == node.positive else -1

    return step


def _capture(part: Node, name: str, then: Step, labels: Labels) -> Step:
    begun: list[int] = []  # of the captures that are open, the innermost last

    def close(s: State, i: int) -> int:
        start = begun.pop()
        s.captures.append((name, start, i))
        stop = then(s, i)
        if stop < 0:
            s.captures.pop()
        begun.append(start)
        return stop

    inner = _compile(part, close, labels)

    def step(s: State, i: int) -> int:
        begun.append(i)
        stop = inner(s, i)
        begun.pop()
        return stop

    return step


def _test(test: Test, labels: Labels) -> Predicate:
    if test.attribute == "is":
        return reduce(_either, [_FLAGS[value] for value in test.values])
    if test.attribute == "lex":
        return _in_phrase(tuple(test.values))
    if test.attribute == "in":
        wanted = [label for value in test.values for label in labels[value]]
        return lambda parsed, i: parsed.covering(wanted, i) is not None
    attribute = test.attribute
    if test.regex is not None:
        matches = re.compile(test.regex).fullmatch
        return lambda parsed, i: matches(getattr(parsed, attribute)[i]) is not None
    values = frozenset(test.values)
    return lambda parsed, i: getattr(parsed, attribute)[i] in values


def _in_phrase(lexicons: tuple[str, ...]) -> Predicate:
    def holds(parsed: Parsed, i: int) -> bool:
        for lexicon in lexicons:
            covered = parsed.covered.get(lexicon)
            if covered is not None and i in covered:
                return True
        return False

    return holds


_SMALL = frozenset(
    {"DET", "ADP", "PRON", "SCONJ", "AUX", "PUNCT", "ADV", "NUM", "INTJ"}
)  # never part of a name by themselves

_FLAGS: dict[str, Predicate] = {
    "title": lambda p, i: p.text[i][:1].isupper(),
    "upper": lambda p, i: p.text[i].isupper(),
    "digit": lambda p, i: p.text[i].isdigit(),
    "alpha": lambda p, i: p.text[i].isalpha(),
    "punct": lambda p, i: p.pos[i] == "PUNCT",
    "quote": lambda p, i: p.text[i] in {'"', "“", "”", "‘", "’", "«", "»", "''", "``"},
    "proper": lambda p, i: p.text[i][:1].isupper() and p.pos[i] not in _SMALL,
    "ent_start": lambda p, i: p.ent_start[i],
    "glued": lambda p, i: i > 0 and p.end[i - 1] == p.start[i],  # no blank before it
}


def _anchors(node: Node, labels: Labels) -> Anchors | None:
    """Return what the first token must be; None for anything."""
    match node:
        case Token(constraint):
            return _token_anchors(constraint)
        case MentionRef(label):
            return tuple(("@", one) for one in labels[label])
        case PhraseRef(lexicon):
            return (("%", lexicon),)
        case Sequence(parts):
            found: Anchors = ()
            for part in parts:
                if isinstance(part, (Edge, Look)):
                    continue
                own = _anchors(part, labels)
                if own is None:
                    return None
                found += own
                if not takes_nothing(part):
                    return found
            return None
        case Choice(parts):
            each = [_anchors(p, labels) for p in parts]
            return None if None in each else tuple(a for own in each if own for a in own)
        case Repeat(part) | Capture(part):
            return _anchors(part, labels)
        case Edge() | Look():
            return None


# How often a token fulfils an anchor, roughly, against a word: which anchor of several is the one to look for.
_OFTEN = {"text": 1, "lower": 1, "lemma": 1, "lex": 2, "%": 2, "@": 4, "ent": 10, "is": 40, "tag": 60, "pos": 100}


def _cost(anchors: Anchors) -> int:
    return sum(_OFTEN[kind] for kind, _ in anchors)


def _token_anchors(constraint: Constraint | None) -> Anchors | None:
    match constraint:
        case Test("lower" | "lemma" | "text" | "lex" | "ent" | "tag" | "pos" as attribute, values, None):
            return tuple((attribute, value) for value in values)
        case Test("is", values) if set(values) <= {"title", "upper", "proper"}:
            return (("is", "title"),)  # all of them begin with a capital
        case All(parts):
            found = [a for p in parts if (a := _token_anchors(p)) is not None]
            return min(found, key=_cost) if found else None
        case Any_(parts):
            each = [_token_anchors(p) for p in parts]
            return None if None in each else tuple(a for own in each if own for a in own)
        case _:
            return None


def _needed(node: Node, labels: Labels) -> Anchors | None:
    """Return what some token of every match must be: the fewest words of any element that cannot be left out."""
    match node:
        case Sequence(parts):
            found = [own for p in parts if (own := _needed(p, labels)) is not None]
            return min(found, key=_cost) if found else None
        case Repeat(part, least):
            return _needed(part, labels) if least else None
        case Capture(part):
            return _needed(part, labels)
        case Choice(parts):
            each = [_needed(p, labels) for p in parts]
            return None if None in each else tuple(a for own in each if own for a in own)
        case _:
            return _anchors(node, labels)


def candidates(compiled: Compiled, parsed: Parsed, index: Mapping[tuple[str, str], list[int]]) -> Iterable[int]:
    """Return the tokens at which the pattern may start, in order; `index` lists tokens by attribute and value."""
    if compiled.anchors is not None:
        starts: Iterable[int] = sorted(_tokens(compiled.anchors, parsed, index))
        if compiled.needed in (None, compiled.anchors):
            return starts
    if compiled.needed is None:
        return range(len(parsed))
    sentences = {parsed.sentence[t] for t in _tokens(compiled.needed, parsed, index)}
    if compiled.anchors is not None:
        return [t for t in starts if parsed.sentence[t] in sentences]
    return [t for s in sorted(sentences) for t in range(*parsed.sentences[s])]


def _tokens(anchors: Anchors, parsed: Parsed, index: Mapping[tuple[str, str], list[int]]) -> set[int]:
    found: set[int] = set()
    for kind, value in anchors:
        if kind == "@":
            found.update(parsed.starts_of(value))
        elif kind == "%":
            found.update(parsed.phrases.get(value, ()))
        elif kind == "lex":
            found.update(
                t for own in parsed.phrases.get(value, {}).values() for p in own for t in range(p.start, p.end)
            )
        else:
            found.update(index.get((kind, value), ()))
    return found
