"""A thousand clients at once, some of them hostile: every one gets an answer in time, and nothing is left behind."""

from __future__ import annotations

import asyncio
import resource
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from .conftest import DEADLINE, EX, serving, wait_for

CLIENTS = 1000
ENDLESS = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?n != {n}) }}"
KINDS = {
    "lookup": (f"SELECT * {{{{ <{EX}n{{n}}> ?p ?o }}}}", {200, 503, 504}),
    "page": (f"SELECT ?a ?b {{{{ ?a <{EX}next> ?b }}}} ORDER BY ?a OFFSET {{n}} LIMIT 20", {200, 503, 504}),
    "endless": (ENDLESS, {503, 504}),
    "malformed": ("SELECT ?x {{ ?x ?y {n}", {400, 503, 504}),
    "federated": ("SELECT * {{ SERVICE <http://127.0.0.1:{n}/> {{ ?s ?p ?o }} }}", {400}),
    "nested": ("ASK " + "{{" * 100 + "}}" * 100 + "# {n}", {400}),
}
HOSTILE = ["lookup"] * 60 + ["page"] * 24 + ["malformed", "federated", "nested"] * 5 + ["endless"]


@dataclass(frozen=True)
class Outcome:
    """What came of one client's query."""

    kind: str
    status: int
    seconds: float


@pytest.fixture
def many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def ask(port: int, number: int, mix: Sequence[str], together: asyncio.Event) -> Outcome:
    kind = mix[number % len(mix)]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await together.wait()
    start = time.monotonic()
    query = quote(KINDS[kind][0].format(n=number))
    writer.write(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return Outcome(kind, int(answer[9:12] or 0), time.monotonic() - start)


async def storm(port: int, mix: Sequence[str]) -> list[Outcome]:
    together = asyncio.Event()
    clients = [asyncio.create_task(ask(port, number, mix, together)) for number in range(CLIENTS)]
    await asyncio.sleep(1)
    together.set()
    return await asyncio.gather(*clients)


def test_thousand_clients_that_ask_for_little_are_all_answered(small_store: Path, many_files: None) -> None:
    with serving(small_store, seconds=20, queue_seconds=8) as (client, _):
        wait_for(client)
        outcomes = asyncio.run(storm(client.port, ["lookup"] * 9 + ["malformed"]))
    assert Counter(outcome.status for outcome in outcomes) == {200: 900, 400: 100}


def test_thousand_clients_are_answered_in_time_and_leave_nothing_behind(small_store: Path, many_files: None) -> None:
    with serving(small_store) as (client, process):
        wait_for(client)
        asyncio.run(storm(client.port, HOSTILE))
        before = settled(process.pid)
        outcomes = asyncio.run(storm(client.port, HOSTILE))
        after = settled(process.pid)
        assert client.get("ASK {}").status == 200
    assert len(outcomes) == CLIENTS
    wrong = [outcome for outcome in outcomes if outcome.status not in KINDS[outcome.kind][1]]
    assert wrong == []
    assert any(outcome.status == 200 for outcome in outcomes)
    assert max(outcome.seconds for outcome in outcomes) < DEADLINE + 3, "the machine may be slow, no client waits long"
    assert max(before[0], after[0]) < 20, "no process is left"
    assert after[1] < before[1] * 1.3, "no memory is left"


def settled(pid: int) -> tuple[int, int]:
    """Count the processes of the server and the kilobytes that are theirs alone, once it is at rest."""
    time.sleep(DEADLINE + 2)
    family = [pid, *descendants(pid)]
    return len(family), sum(map(private, family))


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in children for found in (int(child), *descendants(int(child)))]


def private(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
