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

from server.sparql.bounds import RETRY, Bounds, busy, crowded, died, overdue
from server.sparql.channel import Channel
from server.sparql.errors import QueryError
from server.sparql.process import Refusal
from server.sparql.relay import Gone, Relay

__all__ = ["Bounds", "Pool", "Run"]

PATIENCE: Final = 1.0
"""Seconds after which a query has to stand back behind others that want the processor."""

GLANCE: Final = 0.1
"""Seconds between two looks at what runs."""
LONG: Final = 0.5
"""Seconds after which a query takes long while others wait."""
GROWTH: Final = 0.03
"""Seconds that queries wait before there is one evaluator more."""
STARTS: Final = 2
"""How many evaluators start at once."""
PRESSING: Final = 0.75
"""Seconds after which queries have waited so long that those who take long have to make room."""
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


class Pool:
    """Evaluators for one event loop; `count` is told by a word what happens to them."""

    def __init__(self, bounds: Bounds | None = None, *, count: Callable[[str], None] = lambda _: None) -> None:
        self.bounds = bounds or Bounds()
        self.loop = asyncio.get_running_loop()
        self.count = count
        self._idle: list[Channel] = []
        self._starting: set[Channel] = set()
        self._runs: dict[Channel, Run | None] = {}
        self._queue: deque[asyncio.Future[Channel]] = deque()
        self._growing: asyncio.TimerHandle | None = None
        self._waits_since = 0.0
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
        return len(self._runs) + len(self._idle) + len(self._starting)

    def warm(self) -> None:
        """Start evaluators before they are needed, and end those that were not needed for a while."""
        now = self.loop.time()
        for channel in self._idle[: max(self.evaluators - self.bounds.warm, 0)]:
            if now - channel.since > SPARE:
                self._idle.remove(channel)
                channel.kill()
        self._idle = [channel for channel in self._idle if channel.alive]
        for _ in range(self.bounds.warm - self.evaluators if not self._closed else 0):
            self._start()

    async def run(
        self,
        question: Mapping[str, Any] | str,
        relay: Relay,
        *,
        seconds: float | None = None,
        encoding: str = "",
        alone: bool = False,
        slow: Callable[[], None] = lambda: None,
    ) -> float:
        """Give a query that the guard has passed to an evaluator, whose answer goes to `relay`.

        The question is what plan.py makes, as it is or in JSON; `encoding` is how the answer may be coded.

        `seconds` asks for an earlier deadline than that of the bounds; a later one is not to be had, and waiting for an
        evaluator counts. With `alone`, nobody else is known to ask; `slow` is called when the answer is not there at
        once. Gives the seconds that it took to find an evaluator; raises `QueryError` when none is to be had.
        """
        seconds = self.bounds.deadline(seconds)
        arrived = self.loop.time()
        deadline = arrived + seconds
        channel = self._free()
        if channel is None:
            slow()
            channel = await self._wait(min(self.bounds.patience, seconds / 2), relay)
        left = deadline - self.loop.time()
        limits = {"seconds": left, "largest": self.bounds.largest, "rows": self.bounds.rows, "encoding": encoding}
        run = Run(self, channel, relay, seconds=seconds, deadline=deadline, slow=slow)
        self._runs[channel] = run
        if left < 2 * GLANCE:
            run.watch()
        asked = question if isinstance(question, str) else json.dumps(question)
        channel.ask(f"{asked[:-1]}, {json.dumps(limits)[1:]}".encode(), run)
        if alone and len(self._runs) == 1:
            channel.wait_a_moment()
        return run.began - arrived

    def release(self, channel: Channel, *, keep: bool) -> None:
        """Take an evaluator back: for the next query, or to end it and have another instead.

        One that was slowed down is ended too where there is no way back.
        """
        self._runs.pop(channel, None)
        if keep and channel.alive and channel.quicken():
            self._hand_on(channel)
            return
        channel.kill()
        if self._queue and not self._closed:
            self._start()
        else:
            self.warm()

    def close(self) -> None:
        """Kill all evaluators, busy ones too."""
        self._closed = True
        self._look.cancel()
        for channel in (*self._idle, *self._starting, *self._runs):
            channel.kill()
        self._idle.clear()
        self._starting.clear()
        self._runs.clear()

    def _free(self) -> Channel | None:
        """Give an idle evaluator if there is one."""
        while self._idle:
            channel = self._idle.pop()
            if channel.alive:
                self._runs[channel] = None
                return channel
            channel.kill()
        if self.evaluators < self.bounds.warm:
            self._start()
        return None

    async def _wait(self, patience: float, relay: Relay) -> Channel:
        """Queue for an evaluator."""
        if len(self._queue) >= self.bounds.waiting:
            self.count("queue full")
            raise busy()
        place: asyncio.Future[Channel] = self.loop.create_future()
        if not self._queue:
            self._waits_since = self.loop.time()
        self._queue.append(place)
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
                self._waits_since = self.loop.time()
                self._runs[channel] = None
                place.set_result(channel)
                return
        channel.since = self.loop.time()
        self._idle.append(channel)

    def _glance(self) -> None:
        """Have the time watched of those queries that were there before: the others need no clock of their own.

        While queries wait, no more may take long than the bounds say: the latest of them are stopped.
        """
        self._look = self.loop.call_later(GLANCE, self._glance)
        now = self.loop.time()
        runs = [run for run in self._runs.values() if run]
        for run in runs:
            if now - run.began > GLANCE / 2:
                run.watch()
        if self._queue and now - self._waits_since > PRESSING:
            long = sorted((run for run in runs if now - run.began > LONG), key=lambda run: run.began)
            for run in long[self.bounds.long :]:
                run.stop("crowded", crowded(self.bounds))
        if not self._idle and any(now - run.began > GLANCE for run in runs):
            self._start_more()  # before somebody has to wait for it

    def _grow(self) -> None:
        """Start another evaluator if queries have waited."""
        self._growing = None
        if self._queue:
            self._start_more()
        if self._queue and not self._closed:
            self._growing = self.loop.call_later(GROWTH, self._grow)

    def _start_more(self) -> None:
        """Start another evaluator if there may be more; few at a time, for that takes as long as many a query."""
        if not self._closed and len(self._starting) < STARTS and self.evaluators < self.bounds.most:
            self._start()

    def _start(self) -> None:
        """Start an evaluator; when the system has none to give, those that wait are told."""
        try:
            self._starting.add(Channel(self.bounds.megabytes, self._started))
        except OSError as error:
            self.count("not started")
            detail = f"no evaluator could be started ({error.strerror or error})"
            told = QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="No evaluator", retry_after=RETRY)
            for place in self._queue if not self.evaluators else ():
                _turn_away(place, told)
        else:
            self.count("started")

    def _started(self, channel: Channel) -> None:
        """Take an evaluator into service that has just started, unless it failed to."""
        if channel in self._starting:
            self._starting.remove(channel)
            if channel.alive:
                self._hand_on(channel)
            else:
                self.count("died")


def _turn_away(place: asyncio.Future[Channel], error: Exception) -> None:
    if not place.done():
        place.set_exception(error)
