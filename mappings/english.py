"""Is a text English? Told by its small words alone."""

from __future__ import annotations

import re
from functools import cache

from mappings import lexicon

LEAST = 0.12
ENOUGH_WORDS = 20


@cache
def _small_words() -> frozenset[str]:
    return frozenset(lexicon.load("small_words")["english"])


def is_english(text: str) -> bool:
    """Say whether enough words of a text are English function words; a text of a few words only needs Latin letters."""
    sample = text[:200_000]
    letters = sum(char.isalpha() for char in sample)
    latin = sum(char.isalpha() and ord(char) < 0x250 for char in sample)
    if latin < letters * 0.6 or not letters:
        return False
    found = re.findall(r"[^\W\d_]+", sample.lower())
    if len(found) < ENOUGH_WORDS:
        return True
    return sum(word in _small_words() for word in found) >= LEAST * len(found)
