"""Which content coding an answer gets, by the Accept-Encoding header (RFC 9110, 12.5.3)."""

from __future__ import annotations

import zlib
from functools import lru_cache
from struct import Struct
from typing import Final, Protocol

ENCODINGS: Final = ("zstd", "gzip")
"""The codings on offer, the best first; what is not on offer is sent as it is."""
_STORED: Final = Struct("<BHH")


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


def continued(encoding: str, data: bytes) -> bytes:
    """Write a short text behind what `Coder.pause` has given, as a block that is not compressed and not the last."""
    if encoding == "zstd":
        return (len(data) << 3).to_bytes(3, "little") + data
    return _STORED.pack(0, len(data), len(data) ^ 0xFFFF) + data if encoding else data


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self, mode: int = ..., /) -> bytes: ...


class Coder:
    """Compresses an answer as it is written: the middle levels, which are faster than most lines."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self._compressor: _Compressor
        if encoding == "zstd":
            import zstandard

            self._compressor = zstandard.ZstdCompressor(level=3).compressobj()
            self._pause = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        else:
            self._compressor = zlib.compressobj(4, wbits=31)
            self._pause = zlib.Z_SYNC_FLUSH

    def more(self, data: bytes) -> bytes:
        """Compress the next piece; what comes of it may come later."""
        return self._compressor.compress(data)

    def end(self) -> bytes:
        """Give what is left, so that the whole can be read."""
        return self._compressor.flush()

    def pause(self) -> bytes:
        """Give what is left of a text that breaks off: a reader gets all of it, and knows that it is not whole."""
        return self._compressor.flush(self._pause)
