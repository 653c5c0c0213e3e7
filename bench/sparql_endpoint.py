"""Measures the SPARQL endpoint over HTTP against Oxigraph called directly in one process, both in the same run.

    python bench/sparql_endpoint.py [QUADS]

Prints for each query the median of both and the ratio direct : endpoint. A ratio of 1.0 would mean that server, checks
and the way to the evaluator cost nothing; only ratios of one run compare, for the machine is never the same twice. The
last column is the throughput with four clients at once, for which there is no direct counterpart.
"""

from __future__ import annotations

import http.client
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyoxigraph as ox

from server.store import building

PORT = 8291
EX = "https://example.org/"
QUERIES = {
    "lookup": f"SELECT ?p ?o {{ <{EX}person/7> ?p ?o }}",
    "describe": f"DESCRIBE <{EX}person/7>",
    "ask": f"ASK {{ <{EX}event/3> <{EX}attendee> ?someone }}",
    "page of a list": f"SELECT ?s ?label {{ ?s <{EX}label> ?label }} ORDER BY ?label LIMIT 50",
    "count by person": f"SELECT ?who (COUNT(?e) AS ?n) {{ ?e <{EX}attendee> ?who }} GROUP BY ?who ORDER BY ?n",
    "who met whom": f"SELECT ?a ?b (COUNT(*) AS ?n) {{ ?e <{EX}attendee> ?a, ?b FILTER(?a != ?b) }} GROUP BY ?a ?b",
    "evidence": f"SELECT ?e ?text {{ ?e <{EX}attendee> <{EX}person/7> ; <{EX}from>/<{EX}exact> ?text }}",
    "search text": f"SELECT ?e {{ ?e <{EX}exact> ?text FILTER(CONTAINS(?text, 'talks 77')) }}",
    "all labels": f"SELECT ?s ?label {{ ?s <{EX}label> ?label }}",
    "export": f"CONSTRUCT WHERE {{ ?e <{EX}attendee> ?who }}",
}


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one query: milliseconds, and queries a second."""

    name: str
    direct: float
    endpoint: float
    together: float


def quads(count: int) -> Iterator[tuple[str, str]]:
    """Give the graphs of a made-up dataset: each article tells of ten events with evidence."""
    for article in range(count // 80):
        lines = []
        for number in range(article * 10, article * 10 + 10):
            event, evidence = f"<{EX}event/{number}>", f"<{EX}evidence/{number}>"
            for step in (1, 3, 7):
                who = f"<{EX}person/{number * step % (count // 400 + 10)}>"
                lines += [f"{event} <{EX}attendee> {who} .", f'{who} <{EX}label> "Person {who}" .']
            lines += [f"{event} <{EX}from> {evidence} .", f'{evidence} <{EX}exact> "They held talks {number}." .']
        yield f"{EX}article/{article}", "\n".join(lines)


def timed(work: Callable[[], object], *, seconds: float = 1.0) -> float:
    """Give the median time of a call in milliseconds."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def direct(store: ox.Store, query: str) -> bytes | None:
    """Evaluate and serialise in this process."""
    results = store.query(query)
    if isinstance(results, ox.QueryTriples):
        return results.serialize(format=ox.RdfFormat.N_TRIPLES)
    return results.serialize(format=ox.QueryResultsFormat.JSON)


def ask(connection: http.client.HTTPConnection, query: str) -> bytes:
    """Evaluate over HTTP."""
    connection.request(
        "GET", f"/sparql?{urlencode({'query': query})}", headers={"Accept": "application/n-triples, */*"}
    )
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, body[:300]
    return body


def throughput(query: str, *, clients: int = 4, seconds: float = 1.0) -> float:
    """Give the queries answered in a second with several clients at once."""
    end = time.perf_counter() + seconds

    def client(_: int) -> int:
        connection, answered = http.client.HTTPConnection("127.0.0.1", PORT), 0
        while time.perf_counter() < end:
            ask(connection, query)
            answered += 1
        return answered

    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(client, range(clients))) / seconds


def measure(root: Path, oxigraph: Path) -> Iterator[Row]:
    """Start the server and give the figures query by query."""
    script = f"import sys, pathlib, server.wsgi; server.wsgi.serve(pathlib.Path(sys.argv[1]), port={PORT})"
    server = subprocess.Popen(
        [sys.executable, "-c", script, root], cwd=Path(__file__).parents[1], stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr and "http" in server.stderr.readline()
        store, connection = ox.Store.read_only(str(oxigraph)), http.client.HTTPConnection("127.0.0.1", PORT)
        for name, query in QUERIES.items():
            alone = timed(lambda query=query: direct(store, query))  # type: ignore[misc]
            served = timed(lambda query=query: ask(connection, query))  # type: ignore[misc]
            yield Row(name, alone, served, throughput(query))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def main() -> None:
    """Build a store, measure, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        start = time.perf_counter()
        with building(root) as draft:
            for iri, lines in quads(count):
                draft.replace_graph(iri, lines.encode())
            generation = draft.publish({"base": EX})
        print(f"{len(generation.open())} quads, built and published in {time.perf_counter() - start:.1f} s")
        print(f"{'query':16} {'direct ms':>10} {'endpoint ms':>12} {'ratio':>6} {'queries/s':>10}")
        for row in measure(root, generation.path / "oxigraph"):
            ratio = row.direct / row.endpoint
            print(
                f"{row.name:16} {row.direct:10.2f} {row.endpoint:12.2f} {ratio:6.2f} {row.together:10.0f}", flush=True
            )


if __name__ == "__main__":
    main()
