"""A pool of evaluator processes on one event loop, killed at their deadline: no query reaches the process that asks.

They are started afresh (never forked from a server with threads), stay warm between queries, and open whatever store
the request names, so that a new generation needs no new process.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from server.sparql.bounds import Bounds, busy, crowded, died, overdue
from server.sparql.channel import Channel
from server.sparql.errors import QueryError
from server.sparql.process import Refusal
from server.sparql.relay import Gone, Relay

__all__ = ["Bounds", "Pool", "Run"]

PATIENCE: Final = 1.0
"""Seconds after which a query has to stand back behind others that want the processor."""

GLANCE: Final = 0.1
"""Seconds between two looks at what runs."""
GROWTH: Final = 0.03
"""Seconds that queries wait before there is one evaluator more."""
SPARE: Final = 30.0
"""Seconds after which an evaluator ends that was not needed."""


class Run:
    """One query at one evaluator, from its question to the end of its answer or its own."""

    def __init__(
        self, pool: Pool, channel: Channel, relay: Relay, *, seconds: float, deadline: float, slow: Callable[[], None]
    ) -> None:
        self._pool, self._channel, self._relay = pool, channel, relay
        self._seconds, self._deadline, self._slow = seconds, deadline, slow
        self.began = pool.loop.time()
        self.ended = False
        self.data = relay.data
        relay.abandon = self._leave
        self._timer: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """Watch the time from now on: the query is none of those that are answered at once."""
        if self._timer is None and not self.ended:
            self._slow()
            next_look = min(self._deadline, self.began + PATIENCE)
            self._timer = self._pool.loop.call_at(next_look, self._impatient)

    def _leave(self) -> None:
        self.stop("disconnected", Gone())

    def coded(self, encoding: str) -> None:
        """Take the coding of the answer."""
        self._relay.encoding = encoding

    def end(self, refusal: Refusal | None) -> None:
        """Take the end of the answer: the evaluator is free before the client has read anything."""
        self._finish(keep=True)
        self._relay.end(refusal)

    def died(self, code: int) -> None:
        """Take the end of the evaluator."""
        self._finish()
        self._pool.count("died")
        self._relay.end(error=died(code, self._pool.bounds, self._seconds))

    def stop(self, reason: str, error: Exception) -> None:
        """End the query if it still runs, for a reason that is counted; whoever waits for the answer gets the error."""
        if not self.ended:
            self._finish()
            self._pool.count(reason)
            self._relay.end(error=error)

    def _finish(self, *, keep: bool = False) -> None:
        self.ended = True
        if self._timer:
            self._timer.cancel()
        self._pool.release(self._channel, keep=keep)

    def _impatient(self) -> None:
        """Look at a query that takes long: it stands back, unless its time is over or others need its place."""
        if self._channel.slowed or self._pool.loop.time() >= self._deadline:
            self.stop("deadline", overdue(self._seconds))
        else:
            self._channel.slow_down()
            self._timer = self._pool.loop.call_at(self._deadline, self._impatient)
            self._pool.takes_long(self)


class Pool:
    """Evaluators for one event loop; `count` is told by a word what happens to them."""

    def __init__(self, bounds: Bounds | None = None, *, count: Callable[[str], None] = lambda _: None) -> None:
        self.bounds = bounds or Bounds()
        self.loop = asyncio.get_running_loop()
        self.count = count
        self._idle: list[Channel] = []
        self._runs: dict[Channel, Run | None] = {}
        self._queue: deque[asyncio.Future[Channel]] = deque()
        self._long: list[Run] = []
        self._growing: asyncio.TimerHandle | None = None
        self._closed = False
        self._look = self.loop.call_later(GLANCE, self._glance)

    @property
    def busy(self) -> int:
        """How many queries run."""
        return len(self._runs)

    @property
    def queued(self) -> int:
        """How many queries wait for an evaluator."""
        return len(self._queue)

    @property
    def evaluators(self) -> int:
        """How many processes there are."""
        return len(self._runs) + len(self._idle)

    def takes_long(self, run: Run) -> None:
        """Learn of a query that takes long."""
        self._long = [*(other for other in self._long if not other.ended), run]
        self._make_room()

    def warm(self) -> None:
        """Start evaluators before they are needed, and end those that were not needed for a while."""
        now = self.loop.time()
        for channel in self._idle[: max(self.evaluators - self.bounds.warm, 0)]:
            if now - channel.since > SPARE:
                self._idle.remove(channel)
                channel.kill()
        self._idle = [channel for channel in self._idle if channel.alive]
        while not self._closed and self.evaluators < self.bounds.warm:
            self._idle.append(self._start())

    async def run(
        self,
        question: Mapping[str, Any],
        relay: Relay,
        *,
        seconds: float | None = None,
        slow: Callable[[], None] = lambda: None,
    ) -> None:
        """Give a query that the guard has passed to an evaluator, whose answer goes to `relay`.

        `seconds` asks for an earlier deadline than that of the bounds; a later one is not to be had, and waiting for an
        evaluator counts. `slow` is called when the answer is not there at once. Raises `QueryError` when no evaluator
        is to be had.
        """
        seconds = self.bounds.deadline(seconds)
        deadline = self.loop.time() + seconds
        channel = self._free()
        if channel is None:
            slow()
            channel = await self._wait(min(self.bounds.patience, seconds), relay)
        left = deadline - self.loop.time()
        limits = {"seconds": left, "largest": self.bounds.largest, "rows": self.bounds.rows}
        run = Run(self, channel, relay, seconds=seconds, deadline=deadline, slow=slow)
        self._runs[channel] = run
        if left < 2 * GLANCE:
            run.watch()
        channel.ask(json.dumps({**question, **limits}).encode(), run)
        if len(self._runs) == 1:
            channel.wait_a_moment()

    def release(self, channel: Channel, *, keep: bool) -> None:
        """Take an evaluator back: for the next query, or to end it and have another instead.

        One that was slowed down is ended too: there is no way back.
        """
        self._runs.pop(channel, None)
        if keep and channel.alive and not channel.slowed:
            self._hand_on(channel)
            return
        channel.kill()
        if self._queue and not self._closed:
            self._hand_on(self._start())
        else:
            self.warm()

    def close(self) -> None:
        """Kill all evaluators, busy ones too."""
        self._closed = True
        self._look.cancel()
        for channel in (*self._idle, *self._runs):
            channel.kill()
        self._idle.clear()
        self._runs.clear()

    def _free(self) -> Channel | None:
        """Give an idle evaluator, or a new one while there are few."""
        while self._idle:
            channel = self._idle.pop()
            if channel.alive:
                self._runs[channel] = None
                return channel
            channel.kill()
        if self.evaluators >= self.bounds.warm:
            return None
        channel = self._start()
        self._runs[channel] = None
        return channel

    async def _wait(self, patience: float, relay: Relay) -> Channel:
        """Queue for an evaluator."""
        if len(self._queue) >= self.bounds.waiting:
            self.count("queue full")
            raise busy()
        place: asyncio.Future[Channel] = self.loop.create_future()
        self._queue.append(place)
        self._make_room()
        if self._growing is None:
            self._growing = self.loop.call_later(GROWTH, self._grow)
        timer = self.loop.call_later(patience, _turn_away, place, busy())
        relay.abandon = partial(_turn_away, place, Gone())
        try:
            return await place
        except QueryError:
            self.count("queue late")
            raise
        finally:
            timer.cancel()
            if place in self._queue:
                self._queue.remove(place)

    def _hand_on(self, channel: Channel) -> None:
        """Give an evaluator to whoever has waited longest, or keep it for the next."""
        while self._queue:
            place = self._queue.popleft()
            if not place.done():
                self._runs[channel] = None
                place.set_result(channel)
                return
        channel.since = self.loop.time()
        self._idle.append(channel)

    def _glance(self) -> None:
        """Have the time watched of those queries that were there before: the others need no clock of their own."""
        now = self.loop.time()
        for run in [run for run in self._runs.values() if run and now - run.began > GLANCE / 2]:
            run.watch()
        self._look = self.loop.call_later(GLANCE, self._glance)

    def _make_room(self) -> None:
        """Stop the latest of the queries that take long if others wait and more take long than may."""
        while self._queue and len(self._long) > self.bounds.long:
            self._long.pop().stop("crowded", crowded(self.bounds))

    def _grow(self) -> None:
        """Start another evaluator if queries have waited: those that run take longer than it takes to start one."""
        self._growing = None
        if self._queue and not self._closed and self.evaluators < self.bounds.most:
            self._hand_on(self._start())
        if self._queue and not self._closed:
            self._growing = self.loop.call_later(GROWTH, self._grow)

    def _start(self) -> Channel:
        try:
            channel = Channel(self.bounds.megabytes)
        except OSError as error:
            detail = f"no evaluator could be started ({error.strerror or error})"
            raise QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="No evaluator", retry_after=5) from error
        self.count("started")
        return channel


def _turn_away(place: asyncio.Future[Channel], error: Exception) -> None:
    if not place.done():
        place.set_exception(error)
