"""What an evaluator has answered and a client has not yet taken: first in memory, then in a file.

So a client with a slow line keeps no evaluator, and a fast one gets the beginning before the end is known.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import Callable
from typing import IO, Final

from server.sparql.process import Refusal

HOLD: Final = 256 << 10
"""An answer is held back up to this size: one that is whole by then has a length, and its errors have a status."""
_IN_MEMORY: Final = 4 << 20
_PIECE: Final = 256 << 10


class Gone(Exception):
    """The client has left: nobody waits for the answer."""


class Relay:
    """Between one evaluator and one client, on one event loop."""

    def __init__(self, *, hold: int = HOLD) -> None:
        self._loop = asyncio.get_running_loop()
        self._hold = hold
        self._pieces: deque[bytes] = deque()
        self._kept = 0
        self._file: IO[bytes] | None = None
        self._read_at = self._write_at = 0
        self._waiting: asyncio.Future[None] | None = None
        self.size = 0
        self.encoding = ""
        self.ended = False
        self.refusal: Refusal | None = None
        self.error: Exception | None = None
        self.abandon: Callable[[], None] = self.close
        """Ends the work on the answer, wherever it stands; to be called when the client has left."""

    async def first(self) -> None:
        """Wait until the answer is whole, has failed, or is larger than what is held back."""
        while not self.ended and self.size <= self._hold:
            await self._wait()

    async def take(self) -> bytes:
        """Give what comes next, or nothing at the end."""
        while True:
            if self._pieces:
                found = b"".join(self._pieces)
                self._pieces.clear()
                self._kept = 0
                return found
            if self._read_at < self._write_at:
                return self._from_file()
            if self.ended:
                return b""
            await self._wait()

    def data(self, piece: bytes) -> None:
        """Take a piece of the answer."""
        self.size += len(piece)
        if self._kept + len(piece) > _IN_MEMORY or self._read_at < self._write_at:
            self._to_file(piece)
        else:
            self._pieces.append(piece)
            self._kept += len(piece)
        if self.size > self._hold:
            self._wake()

    def end(self, refusal: Refusal | None = None, error: Exception | None = None) -> None:
        """Learn that nothing more comes, and why not if that is not the end of the answer."""
        if not self.ended:
            self.ended, self.refusal, self.error = True, refusal, error
            self._wake()

    def close(self) -> None:
        """Forget what was not taken."""
        self._pieces.clear()
        if self._file:
            self._file.close()
            self._file, self._read_at, self._write_at = None, 0, 0

    async def _wait(self) -> None:
        self._waiting = self._loop.create_future()
        await self._waiting

    def _wake(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _to_file(self, piece: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._file.seek(self._write_at)
        self._write_at += self._file.write(piece)

    def _from_file(self) -> bytes:
        assert self._file
        self._file.seek(self._read_at)
        piece = self._file.read(min(_PIECE, self._write_at - self._read_at))
        self._read_at += len(piece)
        if self._read_at == self._write_at:
            self._file.truncate(0)
            self._read_at = self._write_at = 0
        return piece
