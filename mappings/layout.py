"""The layout of a text: its lines as spans, hard-wrapped ones joined, and what a line looks like."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import pairwise

from mappings import lexicon
from mappings.dates import is_date_line

Span = tuple[int, int]


class Shape(StrEnum):
    """What a line looks like, before anybody knows what it says."""

    PROSE = "prose"
    LONG = "long"  # as long as a sentence, but without its end
    TITLE = "title"
    SHORT = "short"
    ITEM = "item"
    DATE = "date"
    PLACE = "place"
    FOREIGN = "foreign"
    NOTHING = "nothing"


_END = re.compile(r"""[.!?…:;,][”"’'»)\]]*$|[”"»]$""")
_ITEM = re.compile(r"^(?:[•·▪●◦*–—-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+\S")
_PLACE = re.compile(
    r"^(?:The )?[A-Z][\w’'-]+(?:[ -][A-Z][\w’'-]+){0,3}(?:, [A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,2}){0,2}$"
)
TITLE_WORDS = 4
LONG_LINE = 14


def lines(text: str, start: int = 0) -> Iterator[tuple[Span, ...]]:
    """Yield the paragraphs, each as the trimmed spans of its lines: mostly one, several where a sentence was broken."""
    paragraph: list[Span] = []
    block: list[Span] = []
    for first, end in _trimmed_lines(text, start):
        if first < end:
            block.append((first, end))
            continue
        for joined in _unwrapped(text, block):
            if paragraph and _goes_on_below(text[slice(*paragraph[-1])], text[joined[0][0] : joined[-1][1]]):
                paragraph.extend(joined)
                continue
            if paragraph:
                yield tuple(paragraph)
            paragraph = joined
        block = []
    if paragraph:
        yield tuple(paragraph)


def _trimmed_lines(text: str, start: int) -> Iterator[Span]:
    """Yield the span of every line without the white space at its edges, empty for a blank one and at the end."""
    for match in re.compile(r"[^\n]*\n|[^\n]+$").finditer(text, start):
        yield trimmed(text, match.start(), match.end())
    yield len(text), len(text)


def trimmed(text: str, start: int, end: int) -> Span:
    """Shrink a span by the white space at its edges."""
    part = text[start:end]
    return end - len(part.lstrip()), end - len(part) + len(part.rstrip()) if part.strip() else end


def _unwrapped(text: str, block: list[Span]) -> Iterator[list[Span]]:
    """Join the lines of a block where a sentence was broken: at a column, before a small letter, behind "Dr."."""
    wrapped = len(block) > 2 and _is_wrapped(text, block)
    pending: list[Span] = []
    for start, end in block:
        if pending and _goes_on(text[slice(*pending[-1])], text[start:end], wrapped=wrapped):
            pending.append((start, end))
            continue
        if pending:
            yield pending
        pending = [(start, end)]
    if pending:
        yield pending


def _goes_on(line: str, following: str, *, wrapped: bool = False) -> bool:
    """Say whether the next line continues a sentence: the first stops amid one, or with "Dr." or, if long, a comma."""
    if wrapped:
        return True
    if following[0].islower():
        return not _END.search(line)
    last = line.rsplit(None, 1)[-1]
    if last in _unfinished() and len(line.split()) >= TITLE_WORDS:
        return True
    return last in _abbreviations() or (last.endswith(",") and len(line.split()) >= LONG_LINE)


def _goes_on_below(line: str, following: str) -> bool:
    """Say whether a blank line broke a sentence: it has begun and stops at "of" or before a small letter."""
    broken = following[0].islower() or line.rsplit(None, 1)[-1] in _unfinished()
    return broken and len(line.split()) >= TITLE_WORDS and not _END.search(line)


def _is_wrapped(text: str, block: list[Span]) -> bool:
    """Say whether no line but the last had room for the next line's first word, and some begin amid a sentence."""
    widest = max(end - start for start, end in block)
    amid = sum(text[start].islower() for start, _ in block[1:])
    if not 40 <= widest <= 120 or amid < 0.3 * (len(block) - 1):
        return False
    broken = sum(
        (end - start) + 1 + len(text[after[0] : after[1]].split(None, 1)[0]) > widest - 2
        for (start, end), after in pairwise(block)
    )
    return broken >= 0.6 * (len(block) - 1) or amid >= 0.5 * (len(block) - 1)


def shape_of(line: str) -> Shape:
    """Tell what a line looks like; prose ends like a sentence, long lines at least have its small words."""
    words = [word for word in line.split() if any(char.isalpha() for char in word)]
    letters = [char for char in line if char.isalpha()]
    if not letters:
        return Shape.DATE if is_date_line(line) else Shape.NOTHING
    if sum(ord(char) > 0x24F for char in letters) > len(letters) / 3:
        return Shape.FOREIGN
    if is_date_line(line):
        return Shape.DATE
    small = sum(word.lower().strip("“”\"',.()") in _sentence_words() for word in words)
    ends = bool(_END.search(line))
    if (
        ends
        and (len(words) > 3 or line[-1] in '.!?…,”":')
        and (line[-1] == ":" or any(char.islower() for char in line))
    ):
        return Shape.ITEM if _ITEM.match(line) and len(words) < 4 else Shape.PROSE
    if len(words) >= LONG_LINE and small >= 3:
        return Shape.LONG
    if _ITEM.match(line) and len(words) > 2:
        return Shape.ITEM
    if len(words) >= TITLE_WORDS and not _PLACE.match(line):
        return Shape.TITLE
    return Shape.PLACE if _PLACE.match(line) else Shape.SHORT


def announces_list(sentence: str) -> bool:
    """Say whether the lines behind a sentence are its list: it ends with a colon or speaks of what follows."""
    return sentence.endswith(":") or any(f" {word}" in sentence[-120:].lower() for word in _list_words())


@cache
def _list_words() -> frozenset[str]:
    return frozenset(lexicon.load("small_words")["list"])


@cache
def _sentence_words() -> frozenset[str]:
    return frozenset(lexicon.load("small_words")["sentence"])


@cache
def _unfinished() -> frozenset[str]:
    return frozenset(lexicon.load("small_words")["unfinished"])


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(lexicon.load("small_words")["before_names"])


def words_key(text: str) -> str:
    """Reduce a line to its letters and digits in lower case, to compare it with another."""
    return "".join(char for char in html.unescape(text).lower() if char.isalnum())
