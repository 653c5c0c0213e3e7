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
    def clean(self) -> str:
        """The article proper: its segments in order, a blank line between two."""
        return SEPARATOR.join(self.text[s.start : s.end] for s in self.segments)

    @cached_property
    def _clean_starts(self) -> list[int]:
        starts, at = [], 0
        for segment in self.segments:
            starts.append(at)
            at += segment.end - segment.start + len(SEPARATOR)
        return starts

    def stored(self, start: int, end: int) -> tuple[int, int]:
        """Turn a non-empty span of `clean` into the same span of the stored `text`.

        Raises `ValueError` when the span is empty or runs over a segment's edge.
        """
        index = bisect_right(self._clean_starts, start) - 1
        shift = self.segments[index].start - self._clean_starts[index]
        if not start < end <= self.segments[index].end - shift:
            raise ValueError(f"{self.identifier}: {start}-{end} is no span within one segment")
        return start + shift, end + shift


SEPARATOR = "\n\n"
