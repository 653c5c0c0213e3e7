"""Is a text English? Told by its small words alone."""

from __future__ import annotations

import re
from functools import cache

from mappings import lexicon

LEAST = 0.06  # even a report full of names has as many small words
ENOUGH_WORDS = 20


@cache
def _small_words(kind: str) -> frozenset[str]:
    return frozenset(lexicon.load("small_words")[kind])


def is_english(text: str) -> bool:
    """Say whether a text has English small words, at least twice as many as foreign ones.

    A text of a few words only needs Latin letters.
    """
    sample = text[:200_000]
    letters = sum(char.isalpha() for char in sample)
    latin = sum(char.isalpha() and ord(char) < 0x250 for char in sample)
    if latin < letters * 0.6 or not letters:
        return False
    found = re.findall(r"[^\W\d_]+", sample.lower())
    if len(found) < ENOUGH_WORDS:
        return True
    own = sum(word in _small_words("sentence") for word in found)
    foreign = sum(word in _small_words("foreign") for word in found)
    return own >= max(LEAST * len(found), 2 * foreign)
