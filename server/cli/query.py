"""Ask a SPARQL query of the store, or of graph files."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ontology.errors import CommuniqueError
from server.cli.options import Source, add_store, short, source

if TYPE_CHECKING:
    from server.sparql.evaluate import Result

SUMMARY = "ask a SPARQL query"
EXAMPLES = """examples:
  communique query 'SELECT ?name { ?person a schema:Person ; skos:prefLabel ?name }'
  communique query ontology/questions
  communique query --graph graph.nq --format csv - < question.rq

The prefixes of the ontology need not be declared. The default graph is the merge of all graphs; GRAPH ?article { ... }
asks what one article states. A folder stands for the .rq files in it."""
TABLE = "table"
WIDEST = 60


class Query(NamedTuple):
    """A query and where it came from."""

    name: str
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique query` takes."""
    parser.add_argument(
        "queries", metavar="QUERY", nargs="+", help="the query itself, a file, a folder or - (standard input)"
    )
    parser.add_argument(
        "--graph",
        metavar="FILE",
        type=source,
        action="append",
        help="ask this graph file or folder of them, not the store; may be repeated",
    )
    parser.add_argument(
        "--format",
        default=TABLE,
        help="of rows: table, json, csv, tsv, xml; of triples: ttl, nt, nq, trig, jsonld, rdf, n3 (table, ttl)",
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=60.0, help="stop a query after this time (60)"
    )
    add_store(parser)


def run(args: argparse.Namespace) -> int:
    """Print the answers; errors of a query are errors of the command."""
    from ontology.namespaces import PREFIXES
    from server.sparql.evaluate import run_query
    from server.sparql.workers import Bounds

    queries = [query for given in args.queries for query in _queries(given)]
    with _quads(args) as folder:
        for query in queries:
            if len(queries) > 1:
                print(f"== {query.name}", file=sys.stdout if args.format == TABLE else sys.stderr, flush=True)
            result = run_query(
                folder,
                query.text,
                output=None if args.format == TABLE else args.format,
                prefixes=PREFIXES,
                bounds=Bounds(seconds=args.timeout, rows=0),
            )
            _print(result, table=args.format == TABLE)
    return 0


def _queries(given: str) -> Iterator[Query]:
    """Read an argument: standard input, a folder, a file, or else the text of a query."""
    path = Path(given)
    if given == "-":
        yield Query("standard input", sys.stdin.read())
    elif any(character in given for character in "{\n"):
        yield Query("query", given)
    elif path.is_dir():
        found = sorted(path.glob("*.rq"))
        if not found:
            raise CommuniqueError(f"{path}: no .rq file in this folder; name a folder of queries or a file")
        yield from (Query(file.stem, file.read_text(encoding="utf-8")) for file in found)
    elif path.is_file() or " " not in given.strip():
        yield Query(path.stem, path.read_text(encoding="utf-8"))
    else:
        yield Query("query", given)


@contextmanager
def _quads(args: argparse.Namespace) -> Iterator[Path]:
    """Give the folder of the quads to ask: the live generation's, or one made of the graph files for the time being."""
    if not args.graph:
        from server.store import current

        live = current(args.store)
        yield live.path / "oxigraph"
        del live  # held until here, so that no build removes it
        return
    with tempfile.TemporaryDirectory(prefix="communique-") as folder:
        _merge(args.graph, Path(folder) / "oxigraph")
        yield Path(folder) / "oxigraph"


def _merge(sources: list[Source], folder: Path) -> None:
    """Load graph files as a build would publish them: every triple also stands in the default graph."""
    import pyoxigraph as ox

    from server.cli.graphs import quads

    store = ox.Store(str(folder))
    loaded = list(quads(sources))
    store.bulk_extend(loaded)
    store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in loaded)
    store.flush()


def _print(result: Result, *, table: bool) -> None:
    sys.stdout.flush()
    if table and result.format.extension == "srj":
        print("\n".join(_table(json.load(result.file))))
    elif table:
        print(_with_prefixes(result.file.read()), end="")
    else:
        shutil.copyfileobj(result.file, sys.stdout.buffer)
        sys.stdout.buffer.write(b"\n" if result.format.extension in ("srj", "srx") else b"")
        sys.stdout.buffer.flush()


def _with_prefixes(turtle: bytes) -> str:
    """Write Turtle again as people like to read it."""
    import pyoxigraph as ox

    from ontology.namespaces import PREFIXES

    used = {name: iri for name, iri in PREFIXES.items() if iri.encode("utf-8") in turtle}
    quads = ox.parse(turtle, ox.RdfFormat.TURTLE)
    return (ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.TURTLE, prefixes=used) or b"").decode()


def _table(answer: Mapping[str, Any]) -> Iterator[str]:
    """Lay rows out in columns; IRIs with their prefixes, literals without their types."""
    if "boolean" in answer:
        yield "yes" if answer["boolean"] else "no"
        return
    columns = answer["head"]["vars"]
    rows = [[_cell(row.get(column)) for column in columns] for row in answer["results"]["bindings"]]
    widths = [min(WIDEST, max(map(len, cells))) for cells in zip(columns, *rows, strict=True)]
    for row in (columns, ["-" * width for width in widths], *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield f"({len(rows)} {'row' if len(rows) == 1 else 'rows'})"


def _cell(term: Mapping[str, Any] | None) -> str:
    if term is None:
        return ""
    if term["type"] == "triple":
        return "<< " + " ".join(_cell(term["value"][part]) for part in ("subject", "predicate", "object")) + " >>"
    value = str(term["value"])
    return short(value) if term["type"] == "uri" else " ".join(value.split())
