"""Hostile queries are refused, or killed at their deadline, while the server answers others: over HTTP."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from server.sparql.errors import QueryError
from server.sparql.formats import RESULTS_CSV
from server.sparql.guard import Inspected
from server.sparql.plan import question
from server.sparql.process import Refusal
from server.sparql.relay import Relay
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
    assert endpoint.post(query).error["status"] == 400
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("query", STOPPED.values(), ids=STOPPED.keys())
def test_query_without_end_is_stopped_and_the_next_is_answered(endpoint: Client, query: str) -> None:
    start = time.monotonic()
    assert endpoint.post(query).error["status"] in (400, 503, 504)
    assert time.monotonic() - start < DEADLINE + 2
    assert endpoint.get("ASK {}").json["boolean"] is True


def test_answer_without_end_is_broken_off_and_says_so(endpoint: Client) -> None:
    with pytest.raises(http.client.IncompleteRead) as broken:
        endpoint.post(f"SELECT * {{ {PAIR} }}")
    sent: bytes = broken.value.partial
    assert b"!!! " in sent[-500:]
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


def test_evaluator_has_no_network_even_without_the_guard(small_store: Path, listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    query = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    with pytest.raises((OSError, SyntaxError, RuntimeError, ValueError)):
        list(ox.Store().query(query))  # type: ignore[arg-type]
    assert len(heard) == 1, "without the sandbox, the engine sends the request"
    answer = pooled(small_store, query)[0]
    assert isinstance(answer, Refusal)
    assert "not permitted" in answer.detail
    assert len(heard) == 1


@pytest.mark.parametrize("query", [REFUSED["nested blocks"], REFUSED["nested brackets"]], ids=["blocks", "brackets"])
def test_crash_of_an_evaluator_is_an_error_of_that_query_only(small_store: Path, query: str) -> None:
    crashed, following = pooled(small_store, query, "ASK {}", bounds=Bounds(warm=1, most=1))
    assert isinstance(crashed, QueryError)
    assert following == b"true"


def test_memory_limit_stops_the_query_and_says_so(small_store: Path) -> None:
    (stopped,) = pooled(small_store, STOPPED["sort of 16 million rows"], bounds=Bounds(megabytes=400, seconds=20))
    assert isinstance(stopped, QueryError)
    assert "400 MB" in stopped.detail
    assert stopped.status == 503


def test_evaluator_that_was_killed_while_idle_is_replaced(small_store: Path) -> None:
    async def killed() -> Outcome:
        pool = Pool(Bounds(warm=2))
        pool.warm()
        while len(pool._idle) < 2:
            await asyncio.sleep(0.05)
        for channel in pool._idle:
            channel._process.kill()
            channel._process.wait()
        try:
            return await outcome(pool, small_store, "ASK {}")
        finally:
            pool.close()

    assert asyncio.run(killed()) == b"true"


def test_query_that_takes_long_makes_room_for_those_that_wait(small_store: Path) -> None:
    async def crowd() -> list[Outcome]:
        pool = Pool(Bounds(warm=1, most=2, long=1, patience=5))
        long = [outcome(pool, small_store, STOPPED["cross product"]) for _ in range(2)]
        try:
            tasks = [asyncio.create_task(work) for work in long]
            await asyncio.sleep(1.5)
            quick = await outcome(pool, small_store, "ASK {}")
            given_up = await tasks[1]
            tasks[0].cancel()
            return [quick, given_up]
        finally:
            pool.close()

    quick, given_up = asyncio.run(crowd())
    assert quick == b"true"
    assert isinstance(given_up, QueryError)
    assert (given_up.status, given_up.retry_after) == (503, 5)


Outcome = bytes | Refusal | Exception


def pooled(root: Path, *queries: str, bounds: Bounds | None = None) -> list[Outcome]:
    """Ask queries of one pool, one after the other, past the guard."""

    async def asked() -> list[Outcome]:
        pool = Pool(bounds)
        try:
            return [await outcome(pool, root, query) for query in queries]
        finally:
            pool.close()

    return asyncio.run(asked())


async def outcome(pool: Pool, root: Path, query: str) -> Outcome:
    store = root / "generations" / (root / "current").read_text().strip() / "oxigraph"
    relay = Relay()
    await pool.run(question(store, query, Inspected("SELECT", True), RESULTS_CSV), relay)
    body = b""
    while piece := await relay.take():
        body += piece
    return relay.error or relay.refusal or body
