"""An article as it was read: its stored text, and which parts of that text are the article proper."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What a segment of the article proper is."""

    HEADLINE = "headline"
    SUBHEADING = "subheading"
    DATELINE = "dateline"
    CAPTION = "caption"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the stored text that belongs to the article proper: half-open, in code points."""

    start: int
    end: int
    kind: Kind = Kind.BODY
    glued: bool = False  # goes on where the segment before it stopped: something between them was cut out of a sentence


@dataclass(frozen=True)
class Article:
    """One article; every offset that the graph ever shows counts in `text`."""

    identifier: str
    text: str
    segments: tuple[Segment, ...]
    headline: str | None = None
    published: date | None = None
    url: str | None = None
    publisher: str | None = None
    language: str = "en"
    source: str = field(default="", compare=False)

    @cached_property
    def content_hash(self) -> str:
        """The SHA-256 of the stored text in UTF-8, as 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @cached_property
    def paragraphs(self) -> tuple[tuple[Segment, ...], ...]:
        """The segments by paragraph: a glued one stands with the one before it."""
        found: list[list[Segment]] = []
        for segment in self.segments:
            if segment.glued and found:
                found[-1].append(segment)
            else:
                found.append([segment])
        return tuple(map(tuple, found))

    @cached_property
    def clean(self) -> str:
        """The article proper: its paragraphs in order, a blank line between two; a blank before a glued segment."""
        return SEPARATOR.join(" ".join(self.text[s.start : s.end] for s in p) for p in self.paragraphs)

    @cached_property
    def _pieces(self) -> list[tuple[int, int, Segment]]:
        """Where each segment starts in `clean`, and the number of its paragraph."""
        pieces, at = [], 0
        for number, paragraph in enumerate(self.paragraphs):
            for segment in paragraph:
                pieces.append((at, number, segment))
                at += segment.end - segment.start + 1
            at += len(SEPARATOR) - 1
        return pieces

    def stored(self, start: int, end: int) -> tuple[int, int]:
        """Turn a non-empty span of `clean` into the same span of the stored `text`.

        A span over a glued edge includes what was cut there. Raises `ValueError` when the span is empty or leaves its
        paragraph.
        """
        starts = [at for at, _, _ in self._pieces]
        begun, paragraph, first = self._pieces[max(0, bisect_right(starts, start) - 1)]
        ended, other, last = self._pieces[max(0, bisect_right(starts, end - 1) - 1)]
        stored_start, stored_end = start - begun + first.start, end - ended + last.start
        if not (start < end and paragraph == other and stored_start < first.end and stored_end <= last.end):
            raise ValueError(f"{self.identifier}: {start}-{end} is no span within one paragraph")
        return stored_start, stored_end


SEPARATOR = "\n\n"
