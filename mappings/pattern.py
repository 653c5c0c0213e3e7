"""The pattern language of the rules: a regular expression over tokens, lexicon phrases and earlier mentions.

    [lemma=meet,receive & pos=VERB]   one token that fulfils the constraint ([] any token)
    "for his part"                    these words, case ignored
    @Person                           an earlier mention with this label
    %speech_verb                      a phrase of this lexicon class
    ^  $                              start and end of the sentence
    ( a | b )                         alternatives
    (?= a ) (?! a )                   look ahead; (?<= a ) (?<! a ) look behind by one token
    x?  x*  x+  x{2,4}                repetition, as long as possible; x*? as short as possible
    x:name                            capture

Constraints compare text, lower, lemma, pos, tag, dep, ent, lex (the token lies in a phrase of the class), in (lies in
a mention with the label) and is (title upper digit alpha punct quote proper ent_start glued) with values separated by
commas or with /a regular expression/; they combine with & | ! and brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ontology.errors import CommuniqueError

ATTRIBUTES = ("text", "lower", "lemma", "pos", "tag", "dep", "ent", "lex", "in", "is")
FLAGS = ("title", "upper", "digit", "alpha", "punct", "quote", "ent_start", "proper", "glued")


class PatternError(CommuniqueError):
    """A pattern that cannot be read; `position` counts characters from its start."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a token's attribute with values, or with a regular expression."""

    attribute: str
    values: tuple[str, ...]
    regex: str | None = None


@dataclass(frozen=True, slots=True)
class Not:
    part: Constraint


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    parts: tuple[Constraint, ...]


Constraint = Test | Not | All | Any_


@dataclass(frozen=True, slots=True)
class Token:
    """One token; without a constraint, any."""

    constraint: Constraint | None
    source: str


@dataclass(frozen=True, slots=True)
class MentionRef:
    label: str


@dataclass(frozen=True, slots=True)
class PhraseRef:
    lexicon: str


@dataclass(frozen=True, slots=True)
class Edge:
    """The start (^) or the end ($) of the sentence."""

    at_start: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    part: Node
    least: int
    most: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Look:
    """A condition on what follows (or on the token before) that takes no token."""

    part: Node
    ahead: bool
    positive: bool


@dataclass(frozen=True, slots=True)
class Capture:
    part: Node
    name: str


Node = Token | MentionRef | PhraseRef | Edge | Sequence | Choice | Repeat | Look | Capture

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_WORD = re.compile(r"[^\s,&|!()\[\]=/]+")
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")


def parse(source: str) -> Node:
    """Read a pattern; raises `PatternError` with the position of the mistake."""
    reader = _Reader(source)
    node = reader.choice()
    if reader.peek():
        raise reader.error(f"unexpected {reader.peek()!r}")
    if takes_nothing(node):
        raise PatternError("the pattern can match without taking a token", 0)
    return node


def parse_constraint(source: str) -> Constraint:
    """Read the inside of a token's brackets alone, as dependency paths use it."""
    reader = _Reader(source)
    constraint = reader.either()
    if reader.peek():
        raise reader.error(f"unexpected {reader.peek()!r}")
    return constraint


def takes_nothing(node: Node) -> bool:
    """Tell whether the node can match without taking a token."""
    match node:
        case Token() | MentionRef() | PhraseRef():
            return False
        case Edge() | Look():
            return True
        case Sequence(parts):
            return all(takes_nothing(p) for p in parts)
        case Choice(parts):
            return any(takes_nothing(p) for p in parts)
        case Repeat(part, least):
            return least == 0 or takes_nothing(part)
        case Capture(part):
            return takes_nothing(part)


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0

    def error(self, message: str) -> PatternError:
        return PatternError(f"{message} at character {self.at + 1} of the pattern", self.at)

    def peek(self) -> str:
        while self.at < len(self.source) and self.source[self.at].isspace():
            self.at += 1
        return self.source[self.at] if self.at < len(self.source) else ""

    def take(self, text: str) -> bool:
        if self.peek() and self.source.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            raise self.error(f"{text!r} expected")

    def name(self) -> str:
        found = _NAME.match(self.source, self.at)
        if not found:
            raise self.error("a name expected")
        self.at = found.end()
        return found.group()

    def choice(self) -> Node:
        parts = [self.sequence()]
        while self.take("|"):
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.peek() and self.peek() not in "|)":
            parts.append(self.item())
        if not parts:
            raise self.error("an element expected")
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def item(self) -> Node:
        node = self.atom()
        while True:
            if self.at < len(self.source) and self.source[self.at] in "?*+{":
                node = self.repeat(node)
            elif self.at < len(self.source) and self.source[self.at] == ":":
                self.at += 1
                node = Capture(node, self.name())
            else:
                return node

    def repeat(self, node: Node) -> Node:
        if takes_nothing(node):
            raise self.error("this element takes no token and cannot be repeated")
        sign = self.source[self.at]
        if sign == "{":
            found = _REPEAT.match(self.source, self.at)
            if not found:
                raise self.error("{n}, {n,} or {n,m} expected")
            self.at = found.end()
            least = int(found[1])
            most = least if found[2] is None else int(found[2]) if found[2] else None
        else:
            self.at += 1
            least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[sign]
        lazy = self.at < len(self.source) and self.source[self.at] == "?"
        self.at += lazy
        return Repeat(node, least, most, not lazy)

    def atom(self) -> Node:
        first = self.peek()
        begin = self.at
        if first == "[":
            self.at += 1
            constraint = None if self.peek() == "]" else self.either()
            self.need("]")
            return Token(constraint, self.source[begin : self.at])
        if first == '"':
            return self.words()
        if first == "@":
            self.at += 1
            return MentionRef(self.name())
        if first == "%":
            self.at += 1
            return PhraseRef(self.name())
        if first in "^$":
            self.at += 1
            return Edge(first == "^")
        if first == "(":
            for opening, ahead, positive in (
                ("(?=", True, True),
                ("(?!", True, False),
                ("(?<=", False, True),
                ("(?<!", False, False),
            ):
                if self.take(opening):
                    node: Node = Look(self.choice(), ahead, positive)
                    self.need(")")
                    return node
            self.at += 1
            node = self.choice()
            self.need(")")
            return node
        raise self.error(f"unexpected {first!r}")

    def words(self) -> Node:
        close = self.source.find('"', self.at + 1)
        words = self.source[self.at + 1 : close].lower().split() if close > 0 else []
        if not words:
            raise self.error("words between quotation marks expected")
        self.at = close + 1
        tokens = tuple(Token(Test("lower", (word,)), f'"{word}"') for word in words)
        return tokens[0] if len(tokens) == 1 else Sequence(tokens)

    def either(self) -> Constraint:
        parts = [self.both()]
        while self.take("|"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def both(self) -> Constraint:
        parts = [self.negated()]
        while self.take("&"):
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def negated(self) -> Constraint:
        if self.take("!"):
            return Not(self.negated())
        if self.take("("):
            constraint = self.either()
            self.need(")")
            return constraint
        return self.test()

    def test(self) -> Constraint:
        self.peek()
        attribute = self.name()
        if attribute not in ATTRIBUTES:
            raise self.error(f"unknown attribute {attribute!r}; known are {', '.join(ATTRIBUTES)};")
        negative = self.take("!=")
        if not negative:
            self.need("=")
        if self.peek() == "/":
            close = self.source.find("/", self.at + 1)
            regex = self.source[self.at + 1 : close]
            try:
                re.compile(regex)
            except re.error as problem:
                raise self.error(f"bad regular expression: {problem}") from problem
            self.at = close + 1
            found: Constraint = Test(attribute, (), regex)
        else:
            values = [self.value()]
            while self.take(","):
                values.append(self.value())
            if attribute == "is" and (wrong := [v for v in values if v not in FLAGS]):
                raise self.error(f"unknown flag {wrong[0]!r}; known are {', '.join(FLAGS)};")
            found = Test(attribute, tuple(values))
        return Not(found) if negative else found

    def value(self) -> str:
        if self.peek() == '"':
            close = self.source.find('"', self.at + 1)
            value, self.at = self.source[self.at + 1 : close], close + 1
            return value
        found = _WORD.match(self.source, self.at)
        if not found:
            raise self.error("a value expected")
        self.at = found.end()
        return found.group()
