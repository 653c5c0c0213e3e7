"""When two names, titles or quotations count as the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

SMALL_WORDS = frozenset({"the", "of", "and", "for", "on", "s", "a", "an", "in", "to"})
MOST = 0.6
"""Two names are alike when they share this part of all their content words."""
MANY = 0.4
"""A name whose words all stand in the other, two or more, is alike from this part on."""


def normal(text: str) -> str:
    """Give a name without case, accents, punctuation, possessive and leading article."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("–", "-").replace("—", "-"))
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    text = text.replace("'s ", " ").replace("'", "")
    return re.sub(r"^the ", "", re.sub(r"[^\w]+", " ", text).strip())


def squashed(text: str) -> str:
    """Give a quotation with plain quotes, single spaces and small letters, to be searched for other words."""
    for curly, plain in (("\u00a0", " "), ("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"')):
        text = text.replace(curly, plain)
    return re.sub(r"\s+", " ", text).strip().lower()


def alike(one: str, other: str, *, loose: bool = True) -> bool:
    """Tell whether two names are equal after normalisation or, when `loose`, share most of their content words."""
    if normal(one) == normal(other):
        return True
    x, y = _content_words(one), _content_words(other)
    if not (loose and x and y):
        return False
    shared, smaller, larger = len(x & y), min(len(x), len(y)), max(len(x), len(y))
    return shared / len(x | y) >= MOST or (shared >= 2 and shared == smaller and shared / larger >= MANY)


def any_alike(some: Iterable[str], others: Collection[str], *, loose: bool = True) -> bool:
    """Tell whether any name of one thing is alike to any name of the other."""
    return any(alike(a, b, loose=loose) for a in some for b in others)


def _content_words(text: str) -> frozenset[str]:
    return frozenset(normal(text).split()) - SMALL_WORDS
