"""How often one client may ask: a bucket of tokens for each address, filled at a steady rate."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Final

_KNOWN: Final = 50_000
"""Clients that are remembered; the one that was away longest is forgotten first, which leaves it a full bucket."""


class Rates:
    """Lets each client ask `rate` times a second, and `burst` times at once; a rate of 0 lets everybody."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, max(float(burst), 1.0)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Take a token of a client, or give the seconds until there is one again."""
        if not self._rate:
            return 0.0
        now = time.monotonic()
        tokens, since = self._buckets.pop(client, (self._burst, now))
        tokens = min(tokens + (now - since) * self._rate, self._burst)
        admitted = tokens >= 1.0
        self._buckets[client] = (tokens - 1.0 if admitted else tokens, now)
        if len(self._buckets) > _KNOWN:
            self._buckets.popitem(last=False)
        return 0.0 if admitted else (1.0 - tokens) / self._rate
