"""One evaluator process, seen from the process that asks it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from server.sparql.answer import FRAME
from server.sparql.worker import LENGTH, READY

IN_MEMORY: Final = 4 << 20
"""Answers above this size are kept in a temporary file until they are sent."""
_PATIENCE: Final = 1.0
"""Seconds after which a query has to stand back behind others that want the processor."""
_HOME: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An evaluator's reason for not answering, as worker.py names it."""

    reason: str
    detail: str


class Died(Exception):
    """An evaluator ended in the middle of a query; the argument is its exit code, negative for a signal."""


class Overdue(Exception):
    """An evaluator did not answer in time."""


def spawn(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a process of this program, to be asked through its standard input and output."""
    paths = [str(_HOME), os.environ.get("PYTHONPATH", "")]
    # An arena for each thread would take 64 MB of the address space apiece.
    settings = {"MALLOC_ARENA_MAX": "2", "RUST_BACKTRACE": "0", "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | settings,
        bufsize=0,
        start_new_session=True,  # Ctrl-C in a terminal is for the server, which ends its evaluators itself
    )


class Evaluator:
    """One evaluator process, seen from outside; `module` is the program, `patience` the seconds before it is slowed."""

    def __init__(self, megabytes: int, *, module: str = "server.sparql.worker", patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._process = spawn(module, str(megabytes))
        self.slowed = False

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, request: bytes, *, seconds: float) -> IO[bytes] | Refusal:
        """Send a request and collect the answer; raise `Died` or `Overdue`, after which only `kill` may follow."""
        deadline = time.monotonic() + seconds
        self._send(request)
        answer: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        for kind, data in self._frames(deadline):
            if kind == b"D":
                answer.write(data)
            elif kind == READY:
                continue
            elif kind == b"E":
                answer.seek(0)
                return answer
            else:
                return Refusal(*json.loads(data))
        raise Died(self._process.wait())

    def _send(self, request: bytes) -> None:
        rest = memoryview(LENGTH.pack(len(request)) + request)
        try:
            while rest:
                rest = rest[os.write(_pipe(self._process.stdin), rest) :]
        except BrokenPipeError:
            raise Died(self._process.wait()) from None

    def _frames(self, deadline: float) -> Iterator[tuple[bytes, bytes]]:
        """Give the frames of an answer; ends when the process does."""
        buffer = bytearray()
        while data := self._read(deadline):
            buffer += data
            while len(buffer) >= FRAME.size:
                kind, length = FRAME.unpack_from(buffer)
                end = FRAME.size + length
                if len(buffer) < end:
                    break
                yield kind, bytes(buffer[FRAME.size : end])
                del buffer[:end]

    def _read(self, deadline: float) -> bytes:
        """Read what is there, waiting for it no longer than to the deadline."""
        descriptor = _pipe(self._process.stdout)
        patience = time.monotonic() + self._patience
        while (left := deadline - (now := time.monotonic())) > 0:
            wait = left if self.slowed else min(left, max(patience - now, 0.0))
            if select.select([descriptor], [], [], wait)[0]:
                return os.read(descriptor, 1 << 20)
            self._slow_down()
        raise Overdue

    def _slow_down(self) -> None:
        if not self.slowed:
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.pid, 10)
            self.slowed = True

    def kill(self) -> None:
        """End the process now, and see that it is gone."""
        with contextlib.suppress(OSError):
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process.wait()


def _pipe(pipe: IO[Any] | None) -> int:
    assert pipe is not None
    return pipe.fileno()
