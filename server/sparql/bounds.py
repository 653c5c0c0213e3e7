"""What one query may take, and what a client is told when it takes more."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from server.sparql.errors import QueryError

RETRY: Final = 5
"""Seconds after which a client that was turned away may come again."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one query may take, and how many may run.

    `megabytes` bounds the address space, of which an idle evaluator has taken 180: libraries, not data. An answer is
    cut after `rows` rows or triples and before it has more than `largest` bytes; 0 rows means no such bound. `warm`
    evaluators wait for queries, `most` run, of which `long` may take more than half a second while others wait: so
    some stay free for queries that are answered at once. `waiting` queries queue, each for `patience` seconds at most.
    """

    seconds: float = 10.0
    megabytes: int = 1024
    largest: int = 256 << 20
    rows: int = 1_000_000
    warm: int = 2
    most: int = 8
    long: int = 6
    waiting: int = 1000
    patience: float = 5.0

    def deadline(self, wanted: float | None) -> float:
        """Give the seconds that a query has: fewer when the client wants that, never more."""
        return min(wanted or self.seconds, self.seconds)


def overdue(seconds: float) -> QueryError:
    """Say that a query was stopped at its deadline."""
    detail = f"the query took longer than {seconds:g} seconds; narrow it or add a LIMIT to a subquery"
    return QueryError(HTTPStatus.GATEWAY_TIMEOUT, detail, title="Query timed out")


def died(code: int, bounds: Bounds, seconds: float) -> QueryError:
    """Say why an evaluator ended in the middle of a query; the code is negative for a signal."""
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        detail = f"the query needs more memory than the {bounds.megabytes} MB allowed; narrow it"
        return QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="Query needs too much memory")
    if code == -signal.SIGXCPU:
        return overdue(seconds)
    detail = f"the query made the evaluator fail (exit code {code}); write it more simply"
    return QueryError(HTTPStatus.INTERNAL_SERVER_ERROR, detail, title="Query failed")


def busy() -> QueryError:
    """Say that too many queries run already."""
    detail = "all evaluators are at work on other queries; try again in a few seconds"
    return QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="Endpoint busy", retry_after=RETRY)


def crowded(bounds: Bounds) -> QueryError:
    """Say that too many queries take long already."""
    detail = f"the query takes long, as {bounds.long} others do, and more wait; narrow it, or try again later"
    return QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="Endpoint busy", retry_after=RETRY)
