"""Which content coding an answer gets, by the Accept-Encoding header (RFC 9110, 12.5.3)."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache
from typing import Final, Protocol

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
        import zstandard

        return zstandard.compress(data)
    return gzip.compress(data) if encoding else data


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


class Coder:
    """Compresses an answer as it is written: the middle levels, which are faster than most lines."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._compressor: _Compressor
        if encoding == "zstd":
            import zstandard

            self._compressor = zstandard.ZstdCompressor(level=3).compressobj()
        else:
            self._compressor = zlib.compressobj(4, wbits=31)

    def more(self, data: bytes) -> bytes:
        """Compress the next piece; what comes of it may come later."""
        return self._compressor.compress(data)

    def end(self) -> bytes:
        """Give what is left, so that the whole can be read."""
        return self._compressor.flush()
