"""`communique serve` from outside: it answers until it is told to stop, and says why it cannot start."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, accept: str = "text/html") -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, answer.read().decode("utf-8")


@pytest.fixture(scope="module")
def server(founding_store: Path) -> Iterator[str]:
    """The address of a running server, told to stop at the end."""
    port = free_port()
    command = [sys.executable, "-m", "server.cli", "serve", "--store", str(founding_store), "--port", str(port)]
    process = subprocess.Popen([*command, "--workers", "1"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                get(f"{address}/health")
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, process.stderr and process.stderr.read()
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, "a server that is told to stop ends well"


def test_the_home_page_and_health_answer(server: str) -> None:
    assert get(server)[0] == 200
    assert get(f"{server}/health")[0] == 200


def test_the_endpoint_answers(server: str) -> None:
    query = "SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%20%3Fa%20a%20schema%3ANewsArticle%20%7D"
    _, body = get(f"{server}/sparql?query=PREFIX%20schema%3A%20%3Chttps%3A%2F%2Fschema.org%2F%3E%20{query}", "*/*")
    assert json.loads(body)["results"]["bindings"][0]["n"]["value"] == "5"


def test_a_port_in_use_is_refused_with_the_mend(founding_store: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "server.cli", "serve", "--store", str(founding_store), "--port", str(port)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert f"port {port}" in done.stderr
    assert "choose another with --port" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_a_missing_store_is_refused_with_the_mend(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "server.cli", "serve", "--store", str(tmp_path / "nowhere")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert str(tmp_path / "nowhere") in done.stderr
    assert "communique build" in done.stderr
    assert done.returncode == 2
