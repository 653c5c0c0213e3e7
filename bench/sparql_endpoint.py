"""Compares the endpoint with Oxigraph's own server and with rdflib-endpoint: the same quads, queries, machine and run.

    python bench/sparql_endpoint.py                    all three, 12 queries, 1 and 8 connections
    python bench/sparql_endpoint.py --without rdflib   the two fast ones only
    python bench/sparql_endpoint.py --only lookup,path --seconds 2
    python bench/sparql_endpoint.py --storm            communique alone: a thousand clients at once, some hostile
    python bench/sparql_endpoint.py --soak 600         communique alone: a mixed load, and the memory as it goes

The other two come from PyPI and are no dependency of communique:

    pip install -e '.[bench]'                          or, into an environment of their own:
    python -m venv DIR && DIR/bin/pip install oxigraph 'rdflib-endpoint[cli]' uvicorn
    python bench/sparql_endpoint.py --tools DIR/bin

No two queries of a measurement are alike, and communique's cache is off, but in the rows "repeated". The endpoints are
measured in turn, query by query, for the machine is never the same twice: only the ratios of one run compare. A ratio
above 1 means that communique is faster. Times are medians over one connection, rates are answers a second over eight.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import sparql_client as client
import sparql_data as data
import sparql_servers as servers
import sparql_storm as under

from server.store import building

PORT = 8291
DEADLINE = 5
"""Seconds a query may take when communique is attacked."""
SLOW = 3.0
"""Seconds from which a query is asked only once, and its rate over eight connections is that over one."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one endpoint does with one query: seconds over one connection, answers a second over one and eight."""

    single: float
    alone: float
    together: float


def measure(endpoint: servers.Endpoint, query: data.Query, *, seconds: float) -> Figures:
    """Ask different queries of one kind."""
    numbers = data.numbers(query)

    def fresh() -> bytes:
        return client.request(endpoint.path, query.numbered(next(numbers)), query.accept)

    return _figures(endpoint, fresh, seconds)


def measure_repeated(endpoint: servers.Endpoint, query: data.Query, *, seconds: float, tagged: bool) -> Figures:
    """Ask one and the same query, as a client that has no copy of the answer or as one that has."""
    text = query.numbered(next(data.numbers(query)))
    plain = client.request(endpoint.path, text, query.accept)
    _, tag = client.once(endpoint.port, plain)
    asked = client.request(endpoint.path, text, query.accept, If_None_Match=tag) if tagged and tag else plain
    return _figures(endpoint, lambda: asked, seconds)


def _figures(endpoint: servers.Endpoint, requests: Callable[[], bytes], seconds: float) -> Figures:
    answer, _ = client.once(endpoint.port, requests(), timeout=300)
    if answer.status not in (200, 304) or not answer.whole:
        sys.exit(f"{endpoint.name} answers {answer.status}, whole: {answer.whole}")
    if answer.seconds > SLOW:
        return Figures(answer.seconds, 1 / answer.seconds, 1 / answer.seconds)
    client.load(endpoint.port, requests, connections=8, seconds=seconds / 4, least=3)
    one = client.load(endpoint.port, requests, connections=1, seconds=seconds, least=3)
    eight = client.load(endpoint.port, requests, connections=8, seconds=seconds, least=8)
    for load in (one, eight):
        wrong = [found for found in load.answers if found.status not in (200, 304) or not found.whole]
        if wrong:
            sys.exit(f"{endpoint.name}: {len(wrong)} of {len(load.answers)} answers are wrong, as {wrong[0]}")
    return Figures(one.median(), one.rate, eight.rate)


def prepare(root: Path, articles: int, tools: Path | None) -> tuple[Path, Path, Path]:
    """Make the store, the file of quads and Oxigraph's database of the same graphs."""
    start = time.perf_counter()
    quads = root / "quads.nq"
    with building(root / "store") as draft, quads.open("w", encoding="utf-8") as file:
        for iri, lines in data.graphs(articles):
            draft.replace_graph(iri, lines.encode())
            file.writelines(f"{line[:-1]}<{iri}> .\n" for line in lines.split("\n"))
        generation = draft.publish({"base": data.BASE})
    if tools:
        servers.load_oxigraph(quads, root / "oxigraph", tools=tools)
    count = sum(1 for _ in quads.open(encoding="utf-8"))
    merged = len(generation.open()) - count
    print(f"{articles} articles, about {count} quads, {merged} triples merged; prepared in {_since(start)}", flush=True)
    return root / "store", quads, root / "oxigraph"


def compare(args: argparse.Namespace, root: Path, tools: Path) -> None:
    """Start the endpoints, measure query by query, print."""
    store, quads, database = prepare(root, args.articles, tools)
    kinds = [query for query in data.QUERIES if not args.only or query.name in args.only.split(",")]
    with ExitStack() as stack:
        own = stack.enter_context(servers.communique(store, port=PORT, cache_bytes=0))
        keeping = stack.enter_context(servers.communique(store, port=PORT + 1))
        others = [stack.enter_context(servers.oxigraph(database, port=PORT + 2, tools=tools))]
        if "rdflib" not in args.without:
            start = time.perf_counter()
            others.append(stack.enter_context(servers.rdflib_endpoint(quads, port=PORT + 3, tools=tools)))
            print(f"rdflib-endpoint has loaded them in {_since(start)}")
        table = Table([other.name for other in others])
        for query in kinds:
            figures = {end.name: measure(end, query, seconds=args.seconds) for end in (own, *others)}
            table.add(query.name, figures, light=query.light)
        for query in [query for query in kinds if query.light]:
            for tagged in (False, True):
                figures = {
                    end.name: measure_repeated(end, query, seconds=args.seconds, tagged=tagged)
                    for end in (keeping, *others)
                }
                table.add(f"{query.name}, {'304' if tagged else 'repeated'}", figures, repeated=True)
        table.summary()


def attack(args: argparse.Namespace, root: Path) -> None:
    """Start communique alone, and see what it does under attack and over time."""
    store, _, _ = prepare(root, args.articles, None)
    with servers.communique(store, port=PORT, query_seconds=DEADLINE) as endpoint:
        if args.storm:
            under.beside(endpoint, seconds=5)
            for _ in range(3):
                under.storm(endpoint, deadline=DEADLINE)
        if args.soak:
            under.soak(endpoint, seconds=args.soak)


class Table:
    """Prints the figures as they come, and at last what the classes of queries come to."""

    def __init__(self, others: Sequence[str]) -> None:
        self._others = others
        self._ratios: dict[str, dict[tuple[str, int], list[float]]] = {}
        heads = "".join(f"{f'{other} ms':>20}{'ratio 1':>9}{'8':>7}" for other in others)
        print(f"{'query':24}{'communique ms':>14}{'a second':>10}{heads}", flush=True)

    def add(self, name: str, figures: Mapping[str, Figures], *, light: bool = False, repeated: bool = False) -> None:
        """Print a row."""
        own = figures["communique"]
        cells = [f"{name:24}{own.single * 1000:14.2f}{own.together:10.0f}"]
        heavy = figures["oxigraph"].single > 0.002
        kinds = ["repeated"] if repeated else ["all twelve", "light" if light else "over 2 ms" if heavy else "between"]
        for other in self._others:
            ratios = figures[other].single / own.single, own.together / figures[other].together
            cells.append(f"{figures[other].single * 1000:20.2f}{ratios[0]:9.2f}{ratios[1]:7.2f}")
            for kind in kinds:
                for connections, ratio in zip((1, 8), ratios, strict=True):
                    self._ratios.setdefault(kind, {}).setdefault((other, connections), []).append(ratio)
        print("".join(cells), flush=True)

    def summary(self) -> None:
        """Print the least ratio and the geometric mean of each class."""
        print(
            f"\n{'least and geometric mean of':28}" + "".join(f"{f'{o}, 1':>22}{f'{o}, 8':>22}" for o in self._others)
        )
        for kind, ratios in self._ratios.items():
            cells = [f"{min(found):10.2f}{_mean(found):12.2f}" for found in _in_order(ratios, self._others)]
            print(f"{kind:28}" + "".join(cells))


def _in_order(ratios: Mapping[tuple[str, int], list[float]], others: Sequence[str]) -> Iterator[list[float]]:
    return (ratios[other, connections] for other in others for connections in (1, 8))


def _mean(ratios: Sequence[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def _since(start: float) -> str:
    return f"{time.perf_counter() - start:.0f} s"


def main() -> None:
    """Read the arguments, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=8000, help="articles of the made-up dataset (8000)")
    parser.add_argument("--seconds", type=float, default=1.5, help="of each measurement (1.5)")
    parser.add_argument("--only", default="", help="names of queries, with commas")
    parser.add_argument("--without", default="", help="endpoints to leave out, with commas: rdflib")
    parser.add_argument("--storm", action="store_true", help="a thousand clients at once, against communique alone")
    parser.add_argument("--soak", type=float, default=0, metavar="SECONDS", help="a mixed load for a time")
    parser.add_argument("--tools", help="folder of the commands oxigraph and rdflib-endpoint ($BENCH_TOOLS)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if args.storm or args.soak:
            attack(args, Path(folder))
        else:
            compare(args, Path(folder), servers.tools_folder(args.tools))


if __name__ == "__main__":
    main()
