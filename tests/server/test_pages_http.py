"""The pages over HTTP, from the command and the server that a visitor meets."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from server.negotiation import DATA_FORMATS, Format

ROOT = Path(__file__).parents[2]
VOSS = "person/arlen-voss"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def port(page_store: Path) -> Iterator[int]:
    """The port of `communique serve` over the small store."""
    number = free_port()
    command = [sys.executable, "-m", "server.cli", "serve", "--store", str(page_store), "--port", str(number)]
    process = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, stderr=subprocess.DEVNULL, env=dict(os.environ))
    deadline = time.monotonic() + 30
    while not answers(number):
        assert process.poll() is None and time.monotonic() < deadline, "the server does not start"
        time.sleep(0.1)
    yield number
    process.send_signal(signal.SIGTERM)
    process.wait(20)


def answers(port: int) -> bool:
    """Whether the server is up."""
    try:
        return send(port, "/health").status == 200
    except OSError:
        return False


def send(port: int, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Send a request with the path exactly as it is given."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


@pytest.mark.parametrize("format", DATA_FORMATS, ids=lambda f: f.extension)
def test_identifier_leads_to_data_that_parses(port: int, format: Format) -> None:
    pointed = send(port, f"/id/{VOSS}", Accept=format.media_type)
    assert pointed.status == 303
    answer = send(port, pointed.headers["location"])
    assert answer.status == 200 and answer.headers["content-type"].startswith(format.media_type)
    assert format.rdf is not None
    assert len(list(ox.parse(answer.body, format=format.rdf))) > 10


def test_identifier_leads_a_browser_to_the_page(port: int) -> None:
    pointed = send(port, f"/id/{VOSS}", Accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (pointed.status, pointed.headers["location"]) == (303, f"/page/{VOSS}")
    assert b"<h1><bdi>Arlen Voss" in send(port, pointed.headers["location"]).body


def test_head_sends_no_body_and_a_known_tag_none_either(port: int) -> None:
    got = send(port, f"/data/{VOSS}.ttl")
    head = send(port, f"/data/{VOSS}.ttl", method="HEAD")
    assert (head.status, head.body, head.headers["etag"]) == (200, b"", got.headers["etag"])
    same = send(port, f"/data/{VOSS}.ttl", If_None_Match=got.headers["etag"])
    assert (same.status, same.body) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fpyproject.toml",
        "//evil.example/",
        "/id//evil.example/",
        "/page/%00",
        "/page/%ff%fe",
        "/page/" + "x" * 6000,
        "/page/person/%0d%0aSet-Cookie:%20a=b",
        "/data/.ttl",
        "/data/../../etc/passwd.ttl",
    ],
    ids=lambda path: path[:30],
)
def test_odd_path_is_refused_without_harm(port: int, path: str) -> None:
    answer = send(port, path)
    assert answer.status in (400, 404, 414)
    assert "set-cookie" not in answer.headers and "location" not in answer.headers


def test_no_answer_sets_a_cookie_or_names_the_machine(port: int) -> None:
    for path in ("/", f"/page/{VOSS}", f"/data/{VOSS}.ttl", "/nowhere", "/sparql?query=ASK%7B%7D"):
        answer = send(port, path)
        assert "set-cookie" not in answer.headers
        assert str(ROOT).encode() not in answer.body


def test_many_readers_at_once_see_the_same(port: int) -> None:
    paths = ["/", f"/page/{VOSS}", "/page/article/oslo", "/search?q=talvik", "/browse/person"] * 8
    with ThreadPoolExecutor(8) as readers:
        seen = list(readers.map(lambda path: (path, send(port, path)), paths))
    assert {answer.status for _, answer in seen} == {200}
    assert len({(path, answer.body) for path, answer in seen}) == 5
