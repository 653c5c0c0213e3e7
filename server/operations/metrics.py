"""The figures that Prometheus reads at /metrics, of all server processes together."""

from __future__ import annotations

import os
from functools import cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST

DIRECTORY: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder where several server processes put their figures; set before this is imported."""
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one server process."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._requests = Counter("communique_requests", "Requests answered", ["endpoint", "status"], registry=own)
        self._seconds = Histogram(
            "communique_request_seconds", "Time to the end of the answer", ["endpoint"], buckets=_SECONDS, registry=own
        )
        self._events = Counter("communique_query_events", "What was done to queries", ["event"], registry=own)
        self._cache = Counter("communique_cache_lookups", "Answers looked for in the cache", ["result"], registry=own)
        self._bytes = Counter("communique_answer_bytes", "Bytes of answers", registry=own)
        self.running = self._gauge("communique_queries_running", "Queries at an evaluator")
        self.queued = self._gauge("communique_queries_queued", "Queries that wait for an evaluator")
        self.evaluators = self._gauge("communique_evaluators", "Evaluator processes")
        self.cached = self._gauge("communique_cache_bytes", "Bytes of answers that are kept")
        self.age = Gauge(
            "communique_generation_age_seconds",
            "Time since the live generation was published",
            registry=own,
            multiprocess_mode="livemax",
        )
        self.event = cache(lambda event: self._events.labels(event).inc)
        self._seen: dict[tuple[str, int], list[float]] = {}
        self._found: dict[str, int] = {}
        self._sent = 0

    def request(self, endpoint: str, status: int, seconds: float, *, cache: str = "", size: int = 0) -> None:
        """Count a request, what the cache was good for, and the bytes that were sent: cheaply, until `settle`."""
        self._seen.setdefault((endpoint, status), []).append(seconds)
        if cache:
            self._found[cache] = self._found.get(cache, 0) + 1
        self._sent += size

    def settle(self) -> None:
        """Put into the figures what was counted; to be called about once a second."""
        seen, self._seen = self._seen, {}
        found, self._found = self._found, {}
        for (endpoint, status), times in seen.items():
            self._requests.labels(endpoint, str(status)).inc(len(times))
            observe = self._seconds.labels(endpoint).observe
            for seconds in times:
                observe(seconds)
        for result, count in found.items():
            self._cache.labels(result).inc(count)
        self._bytes.inc(self._sent)
        self._sent = 0

    def page(self) -> bytes:
        """Give the figures of all processes as Prometheus reads them."""
        self.settle()
        if os.environ.get(DIRECTORY):
            together = CollectorRegistry()
            multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
            return generate_latest(together)
        return generate_latest(self._registry)

    def _gauge(self, name: str, help: str) -> Gauge:
        return Gauge(name, help, registry=self._registry, multiprocess_mode="livesum")
