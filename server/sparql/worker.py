"""The evaluator process: reads queries from its standard input, writes answers to its standard output, has no network.

A request is a length and JSON; an answer is a row of frames, as answer.py sends them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from itertools import islice
from struct import Struct
from typing import IO, Any, Final

import pyoxigraph as ox

from server.sparql import jsonld, triples
from server.sparql.answer import FRAME, Answer, CheckedXml, Unfit
from server.sparql.encodings import Coder
from server.sparql.rows import BY_MEDIA_TYPE
from server.sparql.sandbox import allow_seconds, deny_sockets, end_with_parent, limit_memory

LENGTH: Final = Struct("!I")
READY: Final = b"R"
"""A frame that an evaluator sends once, as soon as it can be asked."""
MALFORMED: Final = "malformed"
FAILED: Final = "failed"
NO_JSON_LD: Final = "no JSON-LD"
UNREADABLE: Final = "unreadable"
XML_FORMATS: Final = frozenset({"application/sparql-results+xml", "application/rdf+xml"})


def evaluate(store: ox.Store, request: dict[str, Any], answer: Answer) -> None:
    """Run one query and write the answer in the format asked for."""
    query, prefixes = request["query"], request["prefixes"] or {}
    ask = partial(
        store.query,
        base_iri=request["base"],
        prefixes={name: iri for name, iri in prefixes.items() if f"{name}:" in query},  # each takes time
        default_graph=_names(request["default_graphs"]),
        named_graphs=_names(request["named_graphs"]),
    )
    results = ask(query)
    if request["star"] is not None and isinstance(results, ox.QuerySolutions):
        results = ask(_without_star(request, results.variables))
    media_type = request["graph_format" if isinstance(results, ox.QueryTriples) else "result_format"]
    answer.rows = BY_MEDIA_TYPE.get(media_type) if not isinstance(results, ox.QueryBoolean) else None
    output: Any = CheckedXml(answer) if media_type in XML_FORMATS else answer
    if isinstance(results, ox.QueryTriples):
        _write_triples(results, request, media_type, output, answer)
    else:
        results.serialize(output, ox.QueryResultsFormat.from_media_type(media_type))
    if isinstance(output, CheckedXml):
        output.close()


def _write_triples(
    results: ox.QueryTriples, request: dict[str, Any], media_type: str, output: Any, answer: Answer
) -> None:
    """Write triples; where they are not counted as they are written, stop after the last that may be."""
    syntax = ox.RdfFormat.from_media_type(media_type)
    assert syntax
    if answer.rows:
        results.serialize(output, syntax)
        return
    prefixes = {**(request["prefixes"] or {}), **(request.get("declared") or {})}
    bounded: Iterator[ox.Triple] = islice(results, answer.most) if answer.most else results
    triples.write(bounded, output, syntax, prefixes)
    if answer.most and next(results, None) is not None:
        raise answer.too_many()


def _without_star(request: dict[str, Any], variables: list[ox.Variable]) -> str:
    """Write out a `SELECT *` in the order of the query: Oxigraph gives its columns in an order of its own."""
    query, star, order = request["query"], request["star"], {name: i for i, name in enumerate(request["variables"])}
    names = sorted((variable.value for variable in variables), key=lambda name: order.get(name, len(order)))
    return f"{query[:star]}{' '.join(f'?{name}' for name in names)} {query[star + 1 :]}" if names else str(query)


def _names(iris: list[str] | None) -> Any:
    return None if iris is None else [ox.NamedNode(iri) for iri in iris]


class Evaluator:
    """Keeps one store open from query to query."""

    def __init__(self) -> None:
        self._path = ""
        self._store: ox.Store | None = None

    def run(self, request: dict[str, Any], answer: Answer) -> None:
        """Answer a request, whatever goes wrong with it."""
        try:
            evaluate(self._open(request["store"]), request, answer)
            return answer.end()
        except Unfit as error:
            return answer.fail(*error.args)
        except jsonld.UnwritableError as error:
            return answer.fail(NO_JSON_LD, str(error))
        except SyntaxError as error:
            return answer.fail(MALFORMED, str(error))
        except (RuntimeError, ValueError) as error:
            return answer.fail(FAILED, str(error))
        except OSError as error:
            return answer.fail(UNREADABLE, str(error))
        except MemoryError:
            os.abort()

    def _open(self, path: str) -> ox.Store:
        if self._store is None or path != self._path:
            try:
                self._store, self._path = ox.Store.read_only(path), path
            except (RuntimeError, ValueError, OSError) as error:
                raise Unfit(UNREADABLE, str(error)) from error
        return self._store


def serve(source: IO[bytes], sink: int, *, alone: bool) -> None:
    """Answer requests until there are no more.

    One that is `alone` might outlive whoever would stop it, and has the kernel count its time: that takes longer than
    many a query.
    """
    evaluator = Evaluator()
    while head := source.read(LENGTH.size):
        request = json.loads(source.read(LENGTH.unpack(head)[0]).decode())
        if alone:
            allow_seconds(request["seconds"])
        coding = request.get("encoding")
        coder = Coder(coding) if coding else None
        evaluator.run(request, Answer(sink, largest=request["largest"], most=request["rows"], coder=coder))


def main() -> None:
    """Take the limit of memory in megabytes as the only argument, and serve."""
    followed = end_with_parent()
    limit_memory(int(sys.argv[1]))
    deny_sockets()
    sink = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.write(sink, FRAME.pack(READY, 0))
    serve(sys.stdin.buffer, sink, alone=not followed)


if __name__ == "__main__":
    main()
