"""Which content coding an answer gets, by the Accept-Encoding header (RFC 9110, 12.5.3)."""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Final

import zstandard

ENCODINGS: Final = ("zstd", "gzip")
"""The codings on offer, the best first; what is not on offer is sent as it is."""


@lru_cache(512)
def chosen(header: str) -> str:
    """Choose a coding, or none (an empty string): the one with the largest weight, the better of two that have it."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            weights["gzip" if name == "x-gzip" else name] = float(weight)
        except ValueError:
            continue
    other = weights.get("*", 0.0)
    best = max(ENCODINGS, key=lambda encoding: weights.get(encoding, other))
    weight_of_best = weights.get(best, other)
    return best if weight_of_best > 0 and weight_of_best >= weights.get("identity", 0.0) else ""


def compress(encoding: str, data: bytes) -> bytes:
    """Compress a whole text; it may follow another in the same coding."""
    if encoding == "zstd":
        return zstandard.compress(data)
    return gzip.compress(data) if encoding else data
