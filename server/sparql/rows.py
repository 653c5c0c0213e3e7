"""Finds where one row ends and the next begins in what Oxigraph writes, so that an answer is cut between rows.

Each syntax has a mark that nothing else in it looks like: a line end in TSV and N-Triples, where texts hold none; a tag
in XML; in JSON a brace, then a name with an object behind it, which no text can imitate, for its quotes are escaped.
Only for rows without any value, which JSON writes as {}, texts have to be told from what stands around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_LINE: Final = re.compile(rb"\n(?=.)", re.DOTALL)
_XML: Final = re.compile(rb"</result>(?=<result>)")
_JSON: Final = re.compile(rb'\}(?=,\{"[^"]+":\{"type":)')
_JSON_OR_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\Z)|(\})(?=,\{)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rows:
    """How rows follow each other in a syntax: at a break something has ended, and a row follows.

    `breaks` gives the offsets of all, `survey` their number and the offset of the last, faster. The bytes must begin at
    a break or with the answer. So many breaks as `before` says come before the first row has ended.
    """

    breaks: Callable[[bytes], Iterator[int]]
    survey: Callable[[bytes], tuple[int, int]]
    before: int = 0


def _matches(pattern: re.Pattern[bytes]) -> Callable[[bytes], Iterator[int]]:
    return lambda data: (match.end() for match in pattern.finditer(data))


def _json(data: bytes) -> Iterator[int]:
    if b"{}" in data:
        return (match.end() for match in _JSON_OR_TEXT.finditer(data) if match[1])
    return (match.end() for match in _JSON.finditer(data))


def _counted(breaks: Callable[[bytes], Iterator[int]]) -> Rows:
    """Survey by going from break to break."""

    def survey(data: bytes) -> tuple[int, int]:
        ends = list(breaks(data))
        return len(ends), ends[-1] if ends else 0

    return Rows(breaks, survey)


def _lines(data: bytes) -> tuple[int, int]:
    last = data.rfind(b"\n", 0, max(len(data) - 1, 0)) + 1
    return data.count(b"\n", 0, last), last


def _csv(data: bytes) -> Iterator[int]:
    """Find line ends outside of quotes."""
    at = 0
    for number, piece in enumerate(data.split(b'"')):
        if number % 2 == 0:
            yield from (match.end() for match in _LINE.finditer(data, at, at + len(piece) + 1))
        at += len(piece) + 1


def _csv_lines(data: bytes) -> tuple[int, int]:
    last = data.rfind(b"\n", 0, max(len(data) - 1, 0)) + 1
    while last and data.count(b'"', 0, last) % 2:
        last = data.rfind(b"\n", 0, last - 1) + 1
    return b"".join(data[:last].split(b'"')[::2]).count(b"\n"), last


BY_MEDIA_TYPE: Final = {
    "application/sparql-results+json": _counted(_json),
    "application/sparql-results+xml": _counted(_matches(_XML)),
    "text/csv": Rows(_csv, _csv_lines, before=1),
    "text/tab-separated-values": Rows(_matches(_LINE), _lines, before=1),
    "application/n-triples": Rows(_matches(_LINE), _lines),
    "application/n-quads": Rows(_matches(_LINE), _lines),
}
"""The syntaxes in which rows are counted as they are written; in the others, triples are counted before."""
