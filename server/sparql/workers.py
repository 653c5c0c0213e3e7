"""A pool of evaluator processes, killed at their deadline: nothing a query does reaches the process that asks.

They are started afresh (never forked from a server with threads), stay warm between queries, and open whatever store
the request names, so that a new generation needs no new process.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import IO

from server.sparql.errors import QueryError
from server.sparql.process import Died, Evaluator, Overdue, Refusal


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one query may take, and how many may run: `warm` processes wait, `most` run, `waiting` queries queue.

    `megabytes` bounds the address space, of which an idle evaluator has taken 180: libraries, not data. An answer is cut
    after `rows` rows or triples and before it has more than `largest` bytes; 0 rows means no such bound.
    """

    seconds: float = 10.0
    megabytes: int = 1024
    largest: int = 256 << 20
    rows: int = 1_000_000
    warm: int = 2
    most: int = 8
    waiting: int = 8


class Pool:
    """Evaluators for the threads of one process; a context manager that kills them at its end."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._changed = threading.Condition()
        self._idle: list[Evaluator] = []
        self._busy: set[Evaluator] = set()
        self._starting = 0
        self._queue = 0

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start evaluators before they are needed."""
        while len(self._idle) + len(self._busy) < self.bounds.warm:
            self._give_back(self._start())

    def run(
        self,
        query: str,
        *,
        store: Path,
        result_format: str,
        graph_format: str,
        star: int | None = None,
        variables: Sequence[str] = (),
        base: str | None = None,
        prefixes: dict[str, str] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        seconds: float | None = None,
    ) -> IO[bytes] | Refusal:
        """Run a query that the guard has passed; raise `QueryError` when it is stopped or has to wait too long.

        `seconds` asks for an earlier deadline than that of the bounds; a later one is not to be had.
        """
        seconds = min(seconds or self.bounds.seconds, self.bounds.seconds)
        request = {
            "query": query,
            "store": str(store),
            "result_format": result_format,
            "graph_format": graph_format,
            "star": star,
            "variables": variables,
            "base": base,
            "prefixes": prefixes,
            "default_graphs": default_graphs,
            "named_graphs": named_graphs,
            "seconds": seconds,
            "largest": self.bounds.largest,
            "rows": self.bounds.rows,
        }
        evaluator = self._take()
        try:
            answer = evaluator.ask(json.dumps(request).encode(), seconds=seconds)
        except (Died, Overdue) as error:
            raise self._stopped(error, seconds) from None
        else:
            self._give_back(evaluator)
            return answer
        finally:
            self._retire(evaluator)

    def close(self) -> None:
        """Kill all evaluators, busy ones too."""
        with self._changed:
            doomed = [*self._idle, *self._busy]
            self._idle.clear()
        for evaluator in doomed:
            evaluator.kill()

    def _take(self) -> Evaluator:
        """Get an evaluator: an idle one, a new one, or the first that comes free."""
        with self._changed:
            if not self._free() and self._queue >= self.bounds.waiting:
                raise _busy()
            self._queue += 1
            try:
                if not self._changed.wait_for(self._free, timeout=self.bounds.seconds):
                    raise _busy()
            finally:
                self._queue -= 1
            while self._idle:
                evaluator = self._idle.pop()
                if evaluator.alive:
                    self._busy.add(evaluator)
                    return evaluator
                evaluator.kill()
            self._starting += 1
        return self._start_counted()

    def _free(self) -> bool:
        return bool(self._idle) or len(self._busy) + self._starting < self.bounds.most

    def _start_counted(self) -> Evaluator:
        evaluator = None
        try:
            evaluator = self._start()
        finally:
            with self._changed:
                self._starting -= 1
                if evaluator:
                    self._busy.add(evaluator)
                else:
                    self._changed.notify()
        return evaluator

    def _start(self) -> Evaluator:
        try:
            return Evaluator(self.bounds.megabytes)
        except OSError as error:
            detail = f"no evaluator could be started ({error.strerror or error})"
            raise QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="No evaluator") from error

    def _give_back(self, evaluator: Evaluator) -> None:
        """Keep an evaluator for the next query, unless it was slowed down (there is no way back) or is one too many."""
        with self._changed:
            if len(self._idle) < self.bounds.warm and not evaluator.slowed:
                self._busy.discard(evaluator)
                self._idle.append(evaluator)
                self._changed.notify()

    def _retire(self, evaluator: Evaluator) -> None:
        """Kill an evaluator that was not given back."""
        with self._changed:
            if evaluator not in self._busy:
                return
        evaluator.kill()
        with self._changed:
            self._busy.discard(evaluator)
            self._changed.notify()

    def _stopped(self, error: Died | Overdue, seconds: float) -> QueryError:
        """Say why a query was stopped."""
        if isinstance(error, Overdue):
            detail = f"the query took longer than {seconds:g} seconds; narrow it or add a LIMIT to a subquery"
            return QueryError(HTTPStatus.GATEWAY_TIMEOUT, detail, title="Query timed out")
        code = error.args[0]
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            detail = f"the query needs more memory than the {self.bounds.megabytes} MB allowed; narrow it"
            return QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="Query needs too much memory")
        if code == -signal.SIGXCPU:
            return self._stopped(Overdue(), seconds)
        detail = f"the query made the evaluator fail (exit code {code}); write it more simply"
        return QueryError(HTTPStatus.INTERNAL_SERVER_ERROR, detail, title="Query failed")


def _busy() -> QueryError:
    detail = "all evaluators are at work on other queries; try again in a few seconds"
    return QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="Endpoint busy")
