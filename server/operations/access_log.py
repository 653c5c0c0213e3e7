"""The access log: a JSON object a line for each request to the endpoint, and the queries that took long, in full."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

_LARGEST: Final = 64 << 10


@dataclass(slots=True)
class Visit:
    """One request and what became of it; times are in seconds."""

    identifier: str
    client: str
    method: str
    path: str
    started: float
    status: int = 0
    size: int = 0
    query: str = ""
    digest: str = ""
    cache: str = "none"
    queued: float = 0.0
    whole: bool = True
    alone: bool = False

    def line(self, now: float, taken: float, *, query: bool = False) -> str:
        """Write the visit as a line; with its query or only with the digest of it."""
        shown = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now * 1000) % 1000:03}Z",
            "request": self.identifier,
            "client": self.client,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "bytes": self.size,
            "ms": round(taken * 1000, 3),
            "queued_ms": round(self.queued * 1000, 3),
            "cache": self.cache,
            "whole": self.whole,
            "query": self.digest,
        }
        return json.dumps(shown | {"text": self.query} if query else shown, ensure_ascii=False) + "\n"


class Log:
    """A file that lines are appended to; they are written together, no later than the next `flush`."""

    def __init__(self, target: str) -> None:
        self._lines: list[str] = []
        self._size = 0
        self._file: IO[str] | None = None
        if target == "-":
            self._file = sys.stderr
        elif target:
            self._file = Path(target).open("a", encoding="utf-8")  # noqa: SIM115

    def __bool__(self) -> bool:
        return self._file is not None

    def write(self, line: str) -> None:
        """Append a line."""
        self._lines.append(line)
        self._size += len(line)
        if self._size > _LARGEST:
            self.flush()

    def flush(self) -> None:
        """Write what has come together."""
        if self._file and self._lines:
            # In one piece, so that lines of several processes do not run into one another.
            self._file.write("".join(self._lines))
            self._file.flush()
        self._lines.clear()
        self._size = 0
