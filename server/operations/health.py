"""What a supervisor asks: is the process alive, and would a query be answered."""

from __future__ import annotations

import json
from typing import Any

from server.sparql.errors import QueryError
from server.sparql.relay import Relay
from server.sparql.workers import Pool
from server.store import Live, StoreError


async def readiness(live: Live, pool: Pool) -> tuple[int, dict[str, Any]]:
    """Ask the live generation a query that costs nothing; give the status, and the reason where it is not 200."""
    relay = Relay()
    try:
        generation = live.generation()
        question: dict[str, Any] = {
            "query": "ASK {}",
            "store": str(generation.path / "oxigraph"),
            "result_format": "application/sparql-results+json",
            "graph_format": "application/n-triples",
            "star": None,
            "variables": [],
            "base": None,
            "prefixes": None,
            "default_graphs": None,
            "named_graphs": None,
        }
        await pool.run(question, relay, seconds=5)
        await relay.first()
    except (StoreError, QueryError) as error:
        return 503, {"status": "not ready", "reason": str(error)}
    if relay.error or relay.refusal:
        return 503, {"status": "not ready", "reason": str(relay.error or (relay.refusal and relay.refusal.detail))}
    return 200, {"status": "ready", "generation": generation.identifier}


def as_json(content: dict[str, Any]) -> bytes:
    """Write such an answer."""
    return json.dumps(content).encode() + b"\n"
