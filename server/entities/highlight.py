"""An article's text cut at the edges of its evidence, so that overlapping passages need not be nested."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Span:
    """A passage to mark: half-open, in code points. `number` is the claim's in the article's list, None for a name."""

    start: int
    end: int
    href: str | None
    kind: str
    number: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that the same spans cover throughout; `ending` are the claims whose passage ends with it."""

    text: str
    spans: tuple[Span, ...] = ()
    ending: tuple[Span, ...] = ()

    @property
    def narrowest(self) -> Span | None:
        """The shortest span with an address that covers the piece: what a link on it leads to."""
        linked = (span for span in self.spans if span.href)
        return min(linked, key=lambda s: (s.end - s.start, s.start, s.number or 0, s.href or ""), default=None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the spans that cover the piece, each once."""
        return tuple(sorted({span.kind for span in self.spans}))


def cut(text: str, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """Cut `text` into pieces; joined, their texts are `text` again. A span that does not fit into the text is left out.

    Takes time in proportion to the text and to the spans that cover each piece.
    """
    fitting = sorted((s for s in spans if 0 <= s.start < s.end <= len(text)), key=lambda s: (s.start, s.end))
    edges = sorted({0, len(text), *(s.start for s in fitting), *(s.end for s in fitting)})
    pieces: list[Piece] = []
    open_spans: list[Span] = []
    position = 0
    for start, end in pairwise(edges):
        open_spans = [s for s in open_spans if s.end > start]
        while position < len(fitting) and fitting[position].start == start:
            open_spans.append(fitting[position])
            position += 1
        pieces.append(Piece(text[start:end], tuple(open_spans), _ending(open_spans, end)))
    return tuple(pieces)


def _ending(spans: Sequence[Span], end: int) -> tuple[Span, ...]:
    return tuple(sorted((s for s in spans if s.end == end and s.number is not None), key=lambda s: s.number or 0))
