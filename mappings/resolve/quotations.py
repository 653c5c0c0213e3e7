"""Quotations: which tokens stand between quotation marks, paragraph by paragraph."""

from __future__ import annotations

from mappings.tokens import Parsed

OPENING, CLOSING, EITHER = frozenset("“«„"), frozenset("”»"), frozenset({'"', "''", "``"})


class Quotations:
    """`of[token]` is the number of the quotation that the token stands in, or None; marks stand in their quotation too.

    A mark that never closes ends with its paragraph: a quotation over several paragraphs opens in each of them anew.
    """

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.of: list[int | None] = [None] * len(parsed)
        self.count = 0
        current: int | None = None
        paragraph: int | None = None
        for token, text in enumerate(parsed.text):
            here = parsed.paragraph[parsed.sentence[token]]
            if here != paragraph:
                paragraph, current = here, None
            opens = text in OPENING or (text in EITHER and current is None)
            closes = text in CLOSING or (text in EITHER and current is not None)
            if opens:
                current, self.count = self.count, self.count + 1
            self.of[token] = current
            if closes:
                current = None

    def share(self, start: int, end: int) -> float:
        """Return which part of the words between two tokens is quoted, from 0 to 1."""
        words = [t for t in range(start, end) if self.parsed.pos[t] not in ("PUNCT", "SPACE")]
        return sum(self.of[t] is not None for t in words) / len(words) if words else 0.0

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the tokens from the first quoted word to the last, marks left out, or None if nothing is quoted."""
        inside = [t for t in range(start, end) if self.of[t] is not None and not self.is_mark(t)]
        if inside and self.parsed.text[inside[-1]] == ",":  # it belongs to the sentence around the quotation
            inside.pop()
        return (inside[0], inside[-1] + 1) if inside else None

    def is_mark(self, token: int) -> bool:
        """Tell whether the token is a quotation mark."""
        text = self.parsed.text[token]
        return text in OPENING or text in CLOSING or text in EITHER

    def shared(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        """Tell whether one quotation reaches into both spans of tokens."""
        here = {self.of[t] for t in range(*one)} - {None}
        return any(self.of[t] in here for t in range(*other))
