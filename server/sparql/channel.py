"""One evaluator process on an event loop: asked without waiting, and its answer handed on as it comes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import select
from collections.abc import Callable
from typing import Final, Protocol

from server.sparql.answer import FRAME
from server.sparql.process import Refusal, spawn
from server.sparql.worker import LENGTH, READY

_PIECE: Final = 1 << 18
_PIPE: Final = 1 << 20


class Sink(Protocol):
    """What takes an answer: its coding if it has one, any number of pieces, then one of the last two."""

    def coded(self, encoding: str) -> None:
        """Learn that the pieces are compressed."""

    def data(self, piece: bytes) -> None:
        """Take a piece of the answer."""

    def end(self, refusal: Refusal | None) -> None:
        """Learn that the answer is whole, or why it is not."""

    def died(self, code: int) -> None:
        """Learn that the evaluator ended in the middle of the answer."""


class Channel:
    """The way to an evaluator that was just started: `started` is called when it can be asked, or has ended before."""

    def __init__(self, megabytes: int, started: Callable[[Channel], None]) -> None:
        self._started = started
        self._loop = asyncio.get_running_loop()
        self._process = spawn("server.sparql.worker", str(megabytes))
        assert self._process.stdin and self._process.stdout
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        for descriptor in (self._in, self._out):
            os.set_blocking(descriptor, False)
            with contextlib.suppress(OSError):
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE)
        self._sink: Sink | None = None
        self._read = b""
        self._unsent, self._waits = b"", False
        self._open = True
        self.slowed = False
        self.since = 0.0
        self._loop.add_reader(self._out, self._readable)
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._open and self._process.poll() is None

    def ask(self, request: bytes, sink: Sink) -> None:
        """Send a request; the sink learns of the answer. Nothing may be asked before that has ended."""
        self._sink = sink
        self._unsent = LENGTH.pack(len(request)) + request
        self._write()

    def wait_a_moment(self) -> None:
        """Wait for an answer that may come at once, without the way around the event loop: a millisecond at most."""
        if self._open and self._poll.poll(1):
            self._readable()

    def slow_down(self) -> None:
        """Let the process stand back behind others that want the processor."""
        self.slowed = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0) + 10)

    def quicken(self) -> bool:
        """Undo that; false where the system does not let us."""
        if self.slowed:
            try:
                os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0))
            except OSError:
                return False
            self.slowed = False
        return True

    def kill(self) -> None:
        """End the process now; the sink learns nothing any more. May be called again."""
        if not self._open:
            return
        self._open, self._sink = False, None
        self._loop.remove_reader(self._out)
        self._loop.remove_writer(self._in)
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._loop.run_in_executor(None, self._process.wait)

    def _write(self) -> None:
        try:
            sent = os.write(self._in, self._unsent)
        except BlockingIOError:
            sent = 0
        except BrokenPipeError:
            sent = len(self._unsent)  # the end of its output tells the rest
        waited, self._unsent = self._waits, self._unsent[sent:]
        self._waits = bool(self._unsent)
        if self._waits and not waited:
            self._loop.add_writer(self._in, self._write)
        elif waited and not self._waits:
            self._loop.remove_writer(self._in)

    def _readable(self) -> None:
        try:
            data = os.read(self._out, _PIECE)
        except BlockingIOError:
            return
        if not data:
            self._ended()
            return
        if self._read:
            data = self._read + data
        at, size = 0, len(data)
        while size - at >= FRAME.size:
            kind, length = FRAME.unpack_from(data, at)
            end = at + FRAME.size + length
            if end > size:
                break
            self._frame(kind, data[at + FRAME.size : end])
            at = end
        self._read = data[at:]

    def _frame(self, kind: bytes, data: bytes) -> None:
        if kind == READY:
            self._started(self)
        sink = self._sink
        if sink is None:
            return
        if kind == b"D":
            sink.data(data)
            return
        if kind == b"C":
            sink.coded(data.decode())
            return
        self._sink = None
        sink.end(None if kind == b"E" else Refusal(*json.loads(data)))

    def _ended(self) -> None:
        sink = self._sink
        self._loop.remove_reader(self._out)
        code = self._process.wait()
        self.kill()
        if sink:
            sink.died(code)
        else:
            self._started(self)
