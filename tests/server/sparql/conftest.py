"""A small store, and a real server over it, for the tests of the endpoint."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from server.store import building

EX = "https://example.org/"
DEADLINE = 2
"""Seconds a query may take in these tests."""

ONE = f"""\
<{EX}ana> <{EX}name> "Ana \\u00c7elik" .
<{EX}ana> <{EX}met> <{EX}ben> .
<{EX}ben> <{EX}name> "Ben"@en .
"""
TWO = f"""\
<{EX}ben> <{EX}name> "Ben"@en .
<{EX}ben> <{EX}met> <{EX}cyd> .
"""
MANY = "".join(f"<{EX}n{i}> <{EX}next> <{EX}n{(i * 7 + j) % 2000}> .\n" for i in range(2000) for j in (1, 2))
ODD = f'<{EX}odd> <{EX}control> "a\\u0001b" .\n<{EX}odd> <{EX}return> "a\\rb" .\n<{EX}odd> <{EX}1> "no name" .\n'


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """The one JSON shape of an error; fails for any other body."""
        assert self.headers["content-type"] == "application/json"
        assert set(self.json) == {"error"}
        error: dict[str, Any] = self.json["error"]
        assert error.keys() - {"position"} == {"status", "title", "detail"}
        assert error["status"] == self.status
        return error

    @property
    def rows(self) -> list[dict[str, str]]:
        """The bindings of a SELECT answered in JSON."""
        return [{name: term["value"] for name, term in row.items()} for row in self.json["results"]["bindings"]]


@dataclass(frozen=True)
class Client:
    """Sends requests to one server."""

    port: int

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        wait: float = 30,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=wait)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, query: str | None, headers: Mapping[str, str] | None = None, /, **parameters: str) -> Answer:
        asked = parameters if query is None else {"query": query, **parameters}
        return self.send("GET", "/sparql" + (f"?{urlencode(asked)}" if asked else ""), headers=headers)

    def post(self, query: str, headers: Mapping[str, str] | None = None) -> Answer:
        sent = {"Content-Type": "application/sparql-query", **(headers or {})}
        return self.send("POST", "/sparql", query.encode(), sent)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    root: Path, *, seconds: float = DEADLINE, workers: int = 1, **settings: Any
) -> Iterator[tuple[Client, subprocess.Popen[str]]]:
    """Run the production server as a process of its own until the block ends."""
    port = free_port()
    given = {"port": port, "workers": workers, "query_seconds": seconds, "query_memory": 768, **settings}
    script = (
        "import sys; from pathlib import Path; from server.operations.settings import Settings; "
        f"from server.serving import serve; serve(Path(sys.argv[1]), Settings(**{given!r}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(root)],
        cwd=Path(__file__).parents[3],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert f"http://127.0.0.1:{port}/" in line, line
        yield Client(port), process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def fill(root: Path, graphs: Mapping[str, str]) -> str:
    """Publish graphs, and give the generation's identifier."""
    with building(root) as draft:
        for name, nquads in graphs.items():
            draft.replace_graph(EX + name, nquads.encode())
        return draft.publish({"base": EX}).identifier


@pytest.fixture(scope="session")
def small_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small") / "store"
    fill(root, {"one": ONE, "two": TWO, "many": MANY, "odd": ODD})
    return root


@pytest.fixture(scope="session")
def endpoint(small_store: Path) -> Iterator[Client]:
    """A server over the small store, shared by all tests: none of them may break it."""
    with serving(small_store) as (client, _):
        wait_for(client)
        yield client


def wait_for(client: Client) -> None:
    deadline = time.monotonic() + 20
    while client.get("ASK {}").status != 200:
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.1)
