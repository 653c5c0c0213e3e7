"""Date expressions as mentions: what `dates` finds in a parsed text, resolved against its publication."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from mappings import dates
from mappings.tokens import Mention, Parsed

RULE = "date-expression"  # dates are found by code, not by a rule of a file


def mark_dates(parsed: Parsed) -> None:
    """Add a Date mention for each date expression.

    Attributes: `kind` of expression; `value` and `basis` where it resolves; `ahead` is its value if it tells of a plan.
    """
    for first, end in parsed.sentences:
        text, starts = _sentence(parsed, first, end)
        for expression in dates.find(text):
            start = first + bisect_right(starts, expression.start) - 1
            stop = first + bisect_left(starts, expression.end)
            if start < stop:
                parsed.add(_mention(parsed, start, stop, expression))


def _sentence(parsed: Parsed, first: int, end: int) -> tuple[str, list[int]]:
    """Return the sentence's words, apart by one blank where the text has any, and where each begins."""
    words: list[str] = []
    starts: list[int] = []
    at = 0
    for token in range(first, end):
        if token > first and parsed.start[token] > parsed.end[token - 1]:
            words.append(" ")
            at += 1
        starts.append(at)
        words.append(parsed.text[token])
        at += len(parsed.text[token])
    return "".join(words), starts


def _mention(parsed: Parsed, start: int, stop: int, expression: dates.Expression) -> Mention:
    published = parsed.article.published
    past = dates.resolve_expression(expression, published=published)
    ahead = dates.resolve_expression(expression, published=published, planned=True)
    found = {"kind": expression.kind, "value": past.date, "basis": past.basis, "ahead": ahead.date}
    attributes = {name: value for name, value in found.items() if value}
    return Mention("Date", start, stop, parsed.head_of(start, stop), RULE, attributes=attributes)
