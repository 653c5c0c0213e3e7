"""A first look at a query that tells of most that they are harmless, without cutting them into tokens.

What it counts are characters, wherever they stand: there are never fewer of them than of what guard.py counts. Where a
query could be more than harmless, or holds anything whose meaning depends on its place, guard.py has to look at it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from server.sparql.guard import Inspected, Limits

_IRI: Final = r"<[^<>\"{}|^`\\\x00-\x20]*+>"
_PREFIX: Final = rf"PREFIX[ \t\r\n]++([^\s:<>#\"'{{}}()\[\]]*+):[ \t\r\n]*+({_IRI})"
_ITEM: Final = rf"[ \t\r\n]*+(?:{_PREFIX}|BASE[ \t\r\n]*+{_IRI}|#[^\r\n]*+)"
_PROLOGUE: Final = re.compile(rf"(?:{_ITEM})*+", re.IGNORECASE)
_LONGEST_PROLOGUE: Final = 4_000
_FORM: Final = re.compile(
    r"[ \t\r\n]*+(?:(ASK|CONSTRUCT|DESCRIBE)\b|(SELECT)[ \t\r\n]*+(?:(?:DISTINCT|REDUCED)\b[ \t\r\n]*+)?[?$(])",
    re.IGNORECASE,
)
_SUSPECT: Final = ("service", "file:", "now", "rand", "uuid", "\\")
_SEPARATING: Final = ".;,{[/"
_OPENING: Final = "{(["


def glance(query: str, limits: Limits) -> Inspected | None:
    """Say of a query what guard.py would say, or nothing where that takes a closer look."""
    prologue = _PROLOGUE.match(query)
    at = prologue.end() if prologue else 0
    form = _FORM.match(query, at)
    if not form or at > _LONGEST_PROLOGUE or len(query) - at > limits.operators or len(query) > limits.characters:
        return None
    text, body = query.casefold(), query[at:]
    if any(suspect in text for suspect in _SUSPECT):
        return None
    if sum(map(body.count, _SEPARATING)) > limits.patterns or sum(map(body.count, _OPENING)) >= limits.depth:
        return None
    return Inspected((form[1] or form[2]).upper(), True, prefixes=_declared(query[:at]))


@lru_cache(256)
def _declared(prologue: str) -> dict[str, str]:
    """Read the prefixes of a prologue, of which each client has one of its own that is always the same."""
    found: dict[str, str] = {}
    for item in re.finditer(_ITEM, prologue, re.IGNORECASE):
        if item[2] and ":" in item[2]:
            found[item[1]] = item[2][1:-1]
    return found
