"""What the endpoint does under attack and over time: a thousand clients at once, and a mixed load for a while."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from dataclasses import dataclass

import sparql_client as client
import sparql_data as data
import sparql_servers as servers

CLIENTS = 1000
PAIRS = "?a ?b ?c . ?d ?e ?f"
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != {n}) }",
    f"SELECT * {{ {PAIRS} }} ORDER BY ?f ?c ?a LIMIT {{n}}",
    f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), '{{n}}')) AS ?all) {{ {PAIRS} }}",
    f"SELECT DISTINCT ?a ?c ?d ?f {{ {PAIRS} }} OFFSET 1500000{{n}}",
    f"SELECT * {{ {PAIRS} FILTER(REGEX(CONCAT(STR(?a), STR(?f)), '^(.*n.*)*x+(a|b|ab)*{{n}}$')) }}",
    "SELECT ?x { ?x ?y {n}",
    "SELECT * { SERVICE <http://127.0.0.1:{n}/> { ?s ?p ?o } }",
    "ASK " + "{" * 100 + "}" * 100 + " # {n}",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one client."""

    hostile: bool
    status: int
    seconds: float


def storm(endpoint: servers.Endpoint, *, deadline: float) -> None:
    """Send a thousand clients at once, of which one in fifty is hostile; print what they got and what is left."""
    before = servers.family(endpoint.process.pid), servers.resident(endpoint.process.pid)
    outcomes = asyncio.run(_storm(endpoint))
    for hostile in (False, True):
        own = [outcome for outcome in outcomes if outcome.hostile == hostile]
        times = sorted(outcome.seconds for outcome in own)
        found = ", ".join(f"{count} x {status}" for status, count in sorted(Counter(o.status for o in own).items()))
        print(
            f"{'hostile' if hostile else 'harmless':10}{len(own):5} clients: {found}; "
            f"median {times[len(times) // 2]:.2f} s, 95% {times[int(len(times) * 0.95)]:.2f} s, last {times[-1]:.2f} s"
        )
    late = sum(outcome.seconds > deadline + 0.25 for outcome in outcomes)
    time.sleep(deadline + 1)
    after = servers.family(endpoint.process.pid), servers.resident(endpoint.process.pid)
    print(f"{late} answers later than the deadline of {deadline:g} s and 250 ms")
    print(f"processes {before[0]} -> {after[0]}, memory {before[1] >> 10} -> {after[1] >> 10} MB", flush=True)


async def _storm(endpoint: servers.Endpoint) -> list[Outcome]:
    together = asyncio.Event()

    async def ask(number: int) -> Outcome:
        hostile = number % 50 == 0
        text = HOSTILE[number // 50 % len(HOSTILE)].replace("{n}", str(number))
        text = data.PREFIXES + text if hostile else data.QUERIES[number % 3].numbered(number)
        reader, writer = await asyncio.open_connection("127.0.0.1", endpoint.port)
        await together.wait()
        start = time.perf_counter()
        writer.write(client.request(endpoint.path, text, "*/*", Connection="close"))
        answer = await reader.read()
        writer.close()
        return Outcome(hostile, int(answer[9:12] or 0), time.perf_counter() - start)

    clients = [asyncio.create_task(ask(number)) for number in range(CLIENTS)]
    await asyncio.sleep(1)
    together.set()
    return await asyncio.gather(*clients)


def beside(endpoint: servers.Endpoint, *, seconds: float) -> None:
    """Print how long lookups take alone and while hostile queries run without a pause."""
    numbers = data.numbers(data.QUERIES[0])

    def lookup() -> bytes:
        return client.request(endpoint.path, data.QUERIES[0].numbered(next(numbers)), data.QUERIES[0].accept)

    alone = client.load(endpoint.port, lookup, connections=2, seconds=seconds, least=10)
    with servers.hammered(endpoint, [text.replace("{n}", "7") for text in HOSTILE[:5]]):
        time.sleep(1.5)
        attacked = client.load(endpoint.port, lookup, connections=2, seconds=seconds, least=10)
    for name, load in (("alone", alone), ("beside 5 hostile clients", attacked)):
        bad = sum(answer.status != 200 for answer in load.answers)
        print(
            f"lookups {name:26} median {load.median() * 1000:6.2f} ms, 95% {load.median(0.95) * 1000:6.2f} ms, "
            f"{load.rate:6.0f} a second, {bad} not answered",
            flush=True,
        )


def soak(endpoint: servers.Endpoint, *, seconds: float) -> None:
    """Keep up a mixed load with hostile queries in it, and print the memory as it goes."""
    kinds = [query for query in data.QUERIES if query.name not in ("export", "meetings of two")]
    numbers = {query.name: data.numbers(query) for query in kinds}
    order = itertools.cycle(kinds)
    count = itertools.count()

    def mixed() -> bytes:
        number, query = next(count), next(order)
        if number % 400 == 399:
            text = HOSTILE[number // 400 % len(HOSTILE)].replace("{n}", str(number))
            return client.request(endpoint.path, data.PREFIXES + text, "*/*", Connection="keep-alive")
        return client.request(endpoint.path, query.numbered(next(numbers[query.name])), query.accept)

    for step in range(6):
        load = client.load(endpoint.port, mixed, connections=8, seconds=seconds / 6, least=1)
        found = dict(sorted(Counter(answer.status for answer in load.answers).items()))
        memory = servers.resident(endpoint.process.pid) >> 10
        print(
            f"after {(step + 1) * seconds / 6:5.0f} s: {len(load.answers):7} answers {found}, "
            f"{servers.family(endpoint.process.pid)} processes, {memory} MB",
            flush=True,
        )
