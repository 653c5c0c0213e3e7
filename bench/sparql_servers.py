"""The three endpoints of the comparison, each a server process over the same quads, started and stopped here."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running endpoint: where it answers, and its process."""

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]


@contextmanager
def communique(store: Path, *, port: int, **settings: str | int | float) -> Iterator[Endpoint]:
    """Run `communique serve` on a store."""
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", "server.cli", "serve", "--store", str(store), f"--port={port}", *flags]
    with _running("communique", command, port, "/sparql") as endpoint:
        yield endpoint


@contextmanager
def oxigraph(folder: Path, *, port: int, tools: Path) -> Iterator[Endpoint]:
    """Run Oxigraph's own server on a database, with the union of the graphs as the default graph."""
    command = [str(tools / "oxigraph"), "serve-read-only", "--union-default-graph", "--location", str(folder)]
    with _running("oxigraph", [*command, "--bind", f"127.0.0.1:{port}"], port, "/query") as endpoint:
        yield endpoint


@contextmanager
def rdflib_endpoint(quads: Path, *, port: int, tools: Path) -> Iterator[Endpoint]:
    """Run rdflib-endpoint as its own command does, with the quads in memory and the union as the default graph."""
    command = [str(tools / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), str(quads)]
    with _running("rdflib-endpoint", command, port, "/", patience=900) as endpoint:
        yield endpoint


def load_oxigraph(quads: Path, folder: Path, *, tools: Path) -> None:
    """Make a database of Oxigraph's own server."""
    subprocess.run(
        [str(tools / "oxigraph"), "load", "--location", str(folder), "--file", str(quads)],
        check=True,
        capture_output=True,
    )
    subprocess.run([str(tools / "oxigraph"), "optimize", "--location", str(folder)], check=True, capture_output=True)


def tools_folder(given: str | None) -> Path:
    """Find where the commands of the other endpoints are."""
    found = given or os.environ.get("BENCH_TOOLS") or str(Path(sys.executable).parent)
    for name in ("oxigraph", "rdflib-endpoint"):
        if not shutil.which(name, path=found):
            sys.exit(f"{found}: there is no {name}; --help says how to have it")
    return Path(found)


def resident(pid: int) -> int:
    """Give the kilobytes of memory that a process and its children have of their own (their private part)."""
    return sum(_private(member) for member in _family(pid))


def family(pid: int) -> int:
    """Count a process and its children."""
    return len(_family(pid))


def _family(pid: int) -> list[int]:
    with contextlib.suppress(OSError):  # it may end while it is looked at
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *(member for child in children for member in _family(int(child)))]
    return []


def _private(pid: int) -> int:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))
    return 0


@contextmanager
def hammered(endpoint: Endpoint, queries: Sequence[str]) -> Iterator[None]:
    """Have each of some queries asked again and again meanwhile, by a client of its own."""
    over = threading.Event()

    def hammer(query: str) -> None:
        while not over.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=60)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("GET", f"{endpoint.path}?{urlencode({'query': query})}")
                connection.getresponse().read()
            connection.close()

    threads = [threading.Thread(target=hammer, args=(query,)) for query in queries]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def _running(name: str, command: list[str], port: int, path: str, *, patience: float = 60) -> Iterator[Endpoint]:
    process = subprocess.Popen(
        command, cwd=HERE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait(name, process, port, path, patience)
        yield Endpoint(name, port, path, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(name: str, process: subprocess.Popen[bytes], port: int, path: str, patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"{name} ended with {process.returncode}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", f"{path}?query=ASK%20%7B%7D", headers={"Accept": "*/*"})
            answered = connection.getresponse().status == 200
            time.sleep(0.2)
            if answered and process.poll() is None:  # and it is not somebody else's server that answers
                return
        except OSError:
            pass
        time.sleep(0.2)
    sys.exit(f"{name} does not answer")
