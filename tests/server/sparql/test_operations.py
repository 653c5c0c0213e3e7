"""The endpoint under the eyes of whoever runs it: limits for clients, copies, compression, figures, logs, health."""

from __future__ import annotations

import gzip
import json
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import zstandard

from server.sparql.cache import Cache, Kept
from server.sparql.encodings import chosen

from .conftest import DEADLINE, EX, Client, fill, serving, wait_for

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LINKS = f"SELECT ?a ?b {{ ?a <{EX}next> ?b }} ORDER BY ?a ?b"


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="module")
def watched(small_store: Path, logs: Path) -> Iterator[Client]:
    """A server of two processes that writes logs."""
    written: dict[str, Any] = {"access_log": str(logs / "access"), "slow_log": str(logs / "slow"), "slow_seconds": 0.5}
    with serving(small_store, workers=2, **written) as (client, _):
        wait_for(client)
        yield client


def figure(client: Client, name: str) -> float:
    """Give a figure of the page that Prometheus reads."""
    page = client.send("GET", "/metrics").body.decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else 0.0


def until(true: Callable[[], bool], *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_query_of_a_client_that_leaves_is_ended_within_a_second(small_store: Path) -> None:
    with serving(small_store, seconds=30) as (client, _):
        wait_for(client)
        with socket.create_connection(("127.0.0.1", client.port)) as connection:
            connection.sendall(f"GET /sparql?{urlencode({'query': ENDLESS})} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert until(lambda: figure(client, "communique_queries_running") == 1, seconds=5)
        assert until(lambda: figure(client, "communique_queries_running") == 0, seconds=1.25)
        assert figure(client, 'communique_query_events_total{event="disconnected"}') == 1


def test_client_may_ask_for_an_earlier_deadline_but_for_no_later_one(endpoint: Client) -> None:
    for wanted, given in ((0.4, 0.4), (60, DEADLINE)):
        start = time.monotonic()
        answer = endpoint.get(ENDLESS, timeout=str(wanted))
        assert answer.error["status"] == 504
        assert f"{given:g} seconds" in answer.error["detail"]
        assert given - 0.1 < time.monotonic() - start < given + 1


def test_client_that_asks_too_often_is_told_to_wait(small_store: Path) -> None:
    with serving(small_store, rate=0.2, burst=3, proxies=1) as (client, _):
        answers = [client.get("ASK {}") for _ in range(4)]
        assert [answer.status for answer in answers] == [200, 200, 200, 429]
        assert answers[3].error["title"] == "Too many requests"
        assert 1 <= int(answers[3].headers["retry-after"]) <= 6
        assert client.get("ASK {}", {"X-Forwarded-For": "192.0.2.7"}).status == 200, "another client"
        assert client.send("GET", "/health").status == 200


def test_more_queries_than_may_wait_are_turned_away(small_store: Path) -> None:
    with serving(small_store, evaluators_most=1, queue=1, queue_seconds=0.3) as (client, _):
        wait_for(client)
        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(lambda _: client.get(ENDLESS), range(3)))
    assert sorted(answer.status for answer in answers) == [503, 503, 504]
    assert all(answer.headers["retry-after"] for answer in answers if answer.status == 503)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, zstd;q=0.5", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("*;q=0", ""),
        ("br", ""),
        ("identity, gzip;q=0.5", ""),
        ("", ""),
    ],
)
def test_coding_is_the_one_that_the_client_likes_best(accept: str, expected: str) -> None:
    assert chosen(accept) == expected


def test_answer_is_compressed_for_who_wants_it(endpoint: Client) -> None:
    plain = endpoint.get(LINKS)
    zipped = endpoint.get(LINKS, {"Accept-Encoding": "gzip"})
    packed = endpoint.get(LINKS, {"Accept-Encoding": "zstd"})
    assert gzip.decompress(zipped.body) == zstandard.ZstdDecompressor().decompressobj().decompress(packed.body)
    assert gzip.decompress(zipped.body) == plain.body
    assert max(len(zipped.body), len(packed.body)) < len(plain.body) / 5
    assert "content-encoding" not in plain.headers
    assert (zipped.headers["content-encoding"], packed.headers["content-encoding"]) == ("gzip", "zstd")
    assert len({answer.headers["etag"] for answer in (plain, zipped, packed)}) == 3
    assert all("Accept-Encoding" in answer.headers["vary"] for answer in (plain, zipped, packed))
    again = endpoint.get(LINKS, {"Accept-Encoding": "gzip", "If-None-Match": zipped.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_tag_tells_apart_queries_formats_and_datasets(endpoint: Client) -> None:
    answers = [
        endpoint.get(LINKS),
        endpoint.get(LINKS + " LIMIT 5"),
        endpoint.get(LINKS, format="csv"),
        endpoint.get(LINKS, **{"default-graph-uri": f"{EX}one"}),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == 4
    assert not any(answer.headers["etag"].startswith("W/") for answer in answers)
    assert endpoint.get(LINKS).headers["etag"] == answers[0].headers["etag"]


def test_same_question_is_answered_from_memory_until_the_graph_changes(tmp_path: Path) -> None:
    fill(tmp_path / "store", {"g": f'<{EX}s> <{EX}p> "first" .\n'})
    with serving(tmp_path / "store") as (client, _):
        wait_for(client)
        query = "SELECT ?o { ?s ?p ?o }"
        answers = [client.get(query) for _ in range(2)]
        fill(tmp_path / "store", {"g": f'<{EX}s> <{EX}p> "second" .\n'})
        answers += [client.get(query) for _ in range(2)]
        answers.append(client.post(query))
    assert [answer.rows[0]["o"] for answer in answers] == ["first", "first", "second", "second", "second"]
    assert [answer.headers["server-timing"].partition(",")[0] for answer in answers] == [
        "miss",
        "hit",
        "miss",
        "hit",
        "hit",
    ]


def test_answer_that_changes_each_time_is_not_kept(endpoint: Client) -> None:
    first, second = (endpoint.get("SELECT (RAND() AS ?n) {}") for _ in range(2))
    assert first.rows != second.rows
    assert first.headers["cache-control"] == "no-store"


def test_cache_holds_no_more_than_it_may() -> None:
    cache = Cache(10_000)
    for number in range(50):
        cache.get("now", f"tag{number}", "")
        cache.put("now", "", Kept(f"tag{number}", "", b"x" * 500))
    assert cache.size <= 10_000
    assert 5 < len(cache) < 20
    assert cache.get("now", "tag49", "")
    assert not cache.get("now", "tag0", "")
    cache.put("now", "", Kept("large", "", b"x" * 5000))
    assert not cache.get("now", "large", ""), "one answer does not push out the others"
    cache.put("before", "", Kept("late", "", b"x"))
    assert not cache.get("now", "late", ""), "an answer of an earlier generation that comes late is not kept"
    assert not cache.get("next", "tag49", "")
    assert cache.size == 0


def test_figures_tell_of_all_processes(watched: Client) -> None:
    before = figure(watched, 'communique_requests_total{endpoint="sparql",status="200"}')
    for number in range(12):
        assert watched.get(f"SELECT ({number} AS ?n) {{}}").status == 200
    watched.send("GET", "/")
    wanted = before + 12
    assert until(
        lambda: figure(watched, 'communique_requests_total{endpoint="sparql",status="200"}') >= wanted, seconds=5
    )
    assert figure(watched, 'communique_request_seconds_count{endpoint="sparql"}') >= wanted
    assert figure(watched, 'communique_cache_lookups_total{result="miss"}') >= 12
    assert figure(watched, "communique_evaluators") >= 2
    assert 0 <= figure(watched, "communique_generation_age_seconds") < 3600


def test_log_holds_a_line_for_each_query_and_the_text_of_slow_ones(watched: Client, logs: Path) -> None:
    answer = watched.get(f"SELECT ?n {{ <{EX}ana> <{EX}name> ?n }}", {"X-Request-Id": "mine-1"})
    slow = watched.get(ENDLESS, timeout="1")
    assert answer.headers["x-request-id"] == "mine-1"
    forged = watched.get("ASK {}", {"X-Request-Id": "no such {thing}"}).headers["x-request-id"]
    assert re.fullmatch(r"[\w.-]+", forged)
    time.sleep(1.5)
    lines = [json.loads(line) for line in (logs / "access").read_text().splitlines()]
    (own,) = [line for line in lines if line["request"] == "mine-1"]
    assert (own["status"], own["method"], own["path"], own["bytes"]) == (200, "GET", "/sparql", len(answer.body))
    assert re.fullmatch("[0-9a-f]{16}", own["query"])
    assert own["cache"] == "miss"
    assert own["ms"] > 0
    assert "ana" not in json.dumps(lines), "the log of all tells queries apart and does not tell them"
    (told,) = [json.loads(line) for line in (logs / "slow").read_text().splitlines()]
    assert (told["text"], told["status"], slow.status) == (ENDLESS, 504, 504)


def test_ready_is_who_would_answer_a_query(watched: Client, tmp_path: Path) -> None:
    ready = watched.send("GET", "/ready")
    assert (ready.status, ready.json["status"]) == (200, "ready")
    with serving(tmp_path / "store") as (client, _):
        empty = client.send("GET", "/ready")
        assert (empty.status, empty.json["status"]) == (503, "not ready")
        assert "communique build" in empty.json["reason"]


def test_answer_says_how_long_it_took(endpoint: Client) -> None:
    timing = endpoint.get("ASK { ?s ?p 1 }").headers["server-timing"]
    assert re.fullmatch(r"(miss|hit), queue;dur=[\d.]+, total;dur=[\d.]+", timing)


def test_endpoint_answers_under_the_prefix_of_a_proxy(small_store: Path) -> None:
    with serving(small_store, prefix="/graph") as (client, _):
        wait_for(client)
        assert client.send("GET", "/graph/sparql?query=ASK%7B%7D").json["boolean"] is True
        assert client.send("GET", "/graph/health").status == 200
        description = client.send("GET", "/graph/sparql", headers={"Accept": "application/n-triples"}).body.decode()
        assert f"<http://127.0.0.1:{client.port}/graph/sparql>" in description
        page = client.send("GET", "/graph/sparql", headers={"Accept": "text/html"}).body.decode()
        found = re.findall(r' (?:href|src|action)="(/[^"]*)"', page)
        assert len(found) > 10
        assert [address for address in found if not address.startswith("/graph/")] == []
        (script,) = [address for address in found if ".js" in address]
        assert b'fetch("/graph/sparql"' in client.send("GET", script).body
        moved = client.send("GET", f"/graph/resource?{urlencode({'iri': EX + 'ana'})}").headers.get(
            "location", "/graph/"
        )
        assert moved.startswith("/graph/")


def test_whole_answers_come_to_a_slow_reader_without_keeping_an_evaluator(small_store: Path) -> None:
    query = f"SELECT ?a ?b ?c {{ ?a <{EX}next> ?b . VALUES ?c {{ {' '.join(map(str, range(60)))} }} }}"
    with serving(small_store, evaluators_most=1, seconds=20) as (client, _):
        wait_for(client)
        with socket.create_connection(("127.0.0.1", client.port)) as connection:
            asked = urlencode({"query": query, "format": "csv"})
            connection.sendall(f"GET /sparql?{asked} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            begin = connection.recv(1000)
            assert until(lambda: figure(client, "communique_queries_running") == 0, seconds=10)
            assert client.get("ASK {}").status == 200
            rest = b""
            while piece := connection.recv(1 << 16):
                rest += piece
    assert b" 200 OK" in begin
    assert rest.endswith(b"0\r\n\r\n")
    assert (begin + rest).count(b"\n") > 4000 * 60


def test_server_that_is_stopped_answers_what_it_was_asked(small_store: Path) -> None:
    with serving(small_store, seconds=2) as (client, process):
        wait_for(client)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(client.get, ENDLESS)
            assert until(lambda: figure(client, "communique_queries_running") == 1, seconds=5)
            process.send_signal(signal.SIGTERM)
            assert running.result().error["status"] == 504
        assert process.wait(10) == 0
