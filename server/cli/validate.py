"""Judge graphs by the shapes of the ontology: what an article's graph may say, and the evidence it must show."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from server.cli.options import Source, short, source

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ontology.validation import Report, Result

SUMMARY = "judge graphs by the shapes"
EXAMPLES = """examples:
  communique validate graph.nq
  communique validate ontology/examples/valid --format json
  communique build data/articles -o - | communique validate -

Turtle, N-Triples, N-Quads, TriG, JSON-LD and RDF/XML are read. In a dataset each article's graph is judged apart."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The report on one article's graph, with the file that it came from."""

    source: str
    graph: str
    report: Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique validate` takes."""
    parser.add_argument("graphs", metavar="GRAPHS", nargs="+", type=source, help="files, folders or - (standard input)")
    parser.add_argument("--format", choices=("text", "json", "turtle"), default="text", help="of the report (text)")


def run(args: argparse.Namespace) -> int:
    """Validate; 1 when something does not conform."""
    judged = list(_judge(args.graphs))
    if args.format == "json":
        print(json.dumps([_as_json(one) for one in judged], ensure_ascii=False, indent=2))
    elif args.format == "turtle":
        print("\n".join(one.report.turtle for one in judged), end="")
    else:
        print("\n".join(_text(judged)))
    return 0 if all(one.report.conforms for one in judged) else 1


def _judge(sources: Iterable[Source]) -> Iterator[Judged]:
    from ontology.validation import validate, validate_each
    from server.cli.graphs import files, quads

    for file in files(sources):
        name = "standard input" if file == "-" else str(file)
        content: list[ox.Quad] = list(quads([file]))
        graphs = list(validate_each(content))
        if not graphs:  # no article at all: the judge says so
            graphs = [("", validate(content))]
        for graph, report in graphs:
            yield Judged(name, graph, report)


def _text(judged: list[Judged]) -> Iterator[str]:
    failed = [one for one in judged if not one.report.conforms]
    for one in failed:
        yield f"{one.source}{f' <{one.graph}>' if one.graph else ''}"
        yield from (f"  {_line(result)}" for result in one.report.results)
        yield ""
    yield f"judged: {len(judged)}, conforming: {len(judged) - len(failed)}, not conforming: {len(failed)}"


def _line(result: Result) -> str:
    path = f" {short(result.path)}" if result.path else ""
    value = f" (it is {short(result.value)!r})" if result.value is not None else ""
    return f"{result.severity}: <{result.focus}>{path}: {result.message}{value} [{result.shape.rpartition('/')[2]}]"


def _as_json(one: Judged) -> dict[str, object]:
    return {
        "source": one.source,
        "graph": one.graph or None,
        "conforms": one.report.conforms,
        "results": [asdict(result) for result in one.report.results],
    }
