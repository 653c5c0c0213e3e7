"""Answers that were given before: bounded in bytes, the least recently used goes first.

A key is the digest of all that an answer depends on, the generation among it, so that no answer outlives its data.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer as it is sent: the tag, the encoding of the body (empty for none), the body."""

    tag: str
    encoding: str
    body: bytes


class Cache:
    """Answers of one generation; for one thread."""

    OVERHEAD = 512
    """Bytes that an entry takes beside its body."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._generation = ""
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, generation: str, tag: str, encoding: str) -> Kept | None:
        """Give the answer with a tag for a client that accepts an encoding."""
        if generation != self._generation:
            self._forget(generation)
        found = self._kept.get((tag, encoding))
        if found:
            self._kept.move_to_end((tag, encoding))
        return found

    def put(self, generation: str, accepted: str, kept: Kept) -> None:
        """Keep an answer, unless it would push out much else or a newer generation is live."""
        size = len(kept.body) + self.OVERHEAD
        if generation != self._generation or size > self._largest // 8 or (kept.tag, accepted) in self._kept:
            return
        self._kept[kept.tag, accepted] = kept
        self.size += size
        while self.size > self._largest:
            _, gone = self._kept.popitem(last=False)
            self.size -= len(gone.body) + self.OVERHEAD

    def _forget(self, generation: str) -> None:
        self._kept.clear()
        self._generation, self.size = generation, 0
