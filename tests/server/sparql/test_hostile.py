"""Hostile queries are refused, or killed at their deadline, while the server answers others: over HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from server.sparql.errors import QueryError
from server.sparql.process import Refusal
from server.sparql.workers import Bounds, Pool

from .conftest import DEADLINE, EX, Answer, Client

PAIR = "?a ?b ?c . ?d ?e ?f ."
STOPPED = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sort of 16 million rows": f"SELECT * {{ {PAIR} }} ORDER BY ?f ?c ?a LIMIT 1",
    "huge GROUP_CONCAT": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?f))) AS ?all) {{ {PAIR} }}",
    "every path": f"SELECT (COUNT(*) AS ?n) {{ ?a (<{EX}next>|!<{EX}next>)* ?b . ?c (<{EX}next>|^<{EX}next>)+ ?d }}",
    "distinct pairs": f"SELECT DISTINCT ?a ?c ?d ?f {{ {PAIR} }} OFFSET 15000000",
    "regex over pairs": f"SELECT * {{ {PAIR} FILTER(REGEX(CONCAT(STR(?a), STR(?f)), '^(.*n.*)*x+(a|b|ab)*$')) }}",
    "doubling": "SELECT ?z { BIND('ab' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40))
    + " BIND(STRLEN(?x40) AS ?z) }",
    "large answer": f"SELECT * {{ {PAIR} }}",
}
REFUSED = {
    "nested blocks": "SELECT * WHERE " + "{" * 4000 + "}" * 4000,
    "nested brackets": "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "negations": "SELECT * { FILTER(" + "!" * 10000 + "true) }",
    "unions": "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 10000) + " }",
    "patterns": "SELECT * { " + " . ".join(f"?s{i} ?p{i} ?o{i}" for i in range(200)) + " }",
    "load": "LOAD <http://127.0.0.1/>",
    "file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED.keys())
def test_query_that_would_crash_the_engine_is_refused_at_once(endpoint: Client, query: str) -> None:
    start = time.monotonic()
    assert endpoint.post(query).error["status"] == 403
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("query", STOPPED.values(), ids=STOPPED.keys())
def test_query_without_end_is_stopped_and_the_next_is_answered(endpoint: Client, query: str) -> None:
    start = time.monotonic()
    assert endpoint.post(query).error["status"] in (403, 503, 504)
    assert time.monotonic() - start < DEADLINE + 2
    assert endpoint.get("ASK {}").json["boolean"] is True


def test_others_are_answered_while_hostile_queries_run(endpoint: Client) -> None:
    with ThreadPoolExecutor(4) as pool:
        hostile = [pool.submit(endpoint.post, STOPPED["cross product"]) for _ in range(4)]
        time.sleep(0.3)
        waits = [timed(lambda: endpoint.get(f"SELECT ?n {{ <{EX}ana> <{EX}name> ?n }}")) for _ in range(4)]
        waits += [timed(lambda: endpoint.send("GET", "/sparql", headers={"Accept": "text/html"})) for _ in range(2)]
        assert not any(future.done() for future in hostile)
        assert {future.result().status for future in hostile} == {504}
    assert max(waits) < 1.5


def test_flood_of_hostile_queries_leaves_the_pages_alone(endpoint: Client) -> None:
    with ThreadPoolExecutor(30) as pool:
        hostile = [pool.submit(endpoint.post, STOPPED["cross product"]) for _ in range(30)]
        time.sleep(0.5)
        page = endpoint.send("GET", "/sparql", headers={"Accept": "text/html"})
        assert page.status == 200
        answers = [future.result() for future in hostile]
    assert {answer.status for answer in answers} == {503, 504}
    refused = [answer for answer in answers if answer.status == 503]
    assert all(answer.error["title"] == "Endpoint busy" and answer.headers["retry-after"] for answer in refused)
    assert endpoint.get("ASK {}").status == 200


def timed(request: Callable[[], Answer]) -> float:
    start = time.monotonic()
    assert request().status == 200
    return time.monotonic() - start


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port that notes what is sent to it."""
    heard: list[bytes] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.1)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    heard.append(connection.recv(1000))
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], heard
        done.set()
        thread.join()


def test_evaluator_has_no_network_even_without_the_guard(
    small_store: Path, listener: tuple[int, list[bytes]], tmp_path: Path
) -> None:
    port, heard = listener
    query = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    with pytest.raises((OSError, SyntaxError, RuntimeError, ValueError)):
        list(ox.Store().query(query))  # type: ignore[arg-type]
    assert len(heard) == 1, "without the sandbox, the engine sends the request"
    store = oxigraph(small_store)
    with Pool() as pool:
        answer = pool.run(query, store=store, result_format="text/csv", graph_format="text/turtle")
    assert isinstance(answer, Refusal)
    assert "not permitted" in answer.detail
    assert len(heard) == 1


@pytest.mark.parametrize("query", [REFUSED["nested blocks"], REFUSED["nested brackets"]], ids=["blocks", "brackets"])
def test_crash_of_an_evaluator_is_an_error_of_that_query_only(small_store: Path, query: str) -> None:
    store = oxigraph(small_store)
    with Pool(Bounds(warm=1, most=1)) as pool:
        with pytest.raises(QueryError):
            pool.run(query, store=store, result_format="text/csv", graph_format="text/turtle")
        answer = pool.run("ASK {}", store=store, result_format="text/csv", graph_format="text/turtle")
        assert not isinstance(answer, Refusal)
        assert answer.read() == b"true"


def test_memory_limit_stops_the_query_and_says_so(small_store: Path) -> None:
    with Pool(Bounds(megabytes=400, seconds=20)) as pool, pytest.raises(QueryError, match="400 MB") as caught:
        pool.run(
            STOPPED["sort of 16 million rows"],
            store=oxigraph(small_store),
            result_format="text/csv",
            graph_format="text/turtle",
        )
    assert caught.value.status == 503


def test_evaluator_that_was_killed_while_idle_is_replaced(small_store: Path) -> None:
    store = oxigraph(small_store)
    with Pool() as pool:
        pool.warm()
        for evaluator in pool._idle:
            evaluator._process.kill()
            evaluator._process.wait()
        answer = pool.run("ASK {}", store=store, result_format="text/csv", graph_format="text/turtle")
        assert not isinstance(answer, Refusal)


def oxigraph(root: Path) -> Path:
    return root / "generations" / (root / "current").read_text().strip() / "oxigraph"
