"""The evaluator process: reads queries from its standard input, writes answers to its standard output, has no network.

A request is a length and JSON; an answer is a row of frames, each a letter, a length and bytes: `D` data, then at last
`E` (the answer is whole) or `X` (it is not; JSON says why).
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from struct import Struct
from typing import IO, Any, Final
from xml.parsers import expat

import pyoxigraph as ox

from server.sparql.sandbox import allow_seconds, deny_sockets, limit_memory

LENGTH: Final = Struct("!I")
FRAME: Final = Struct("!cI")
CHUNK: Final = 1 << 16
MALFORMED: Final = "malformed"
FAILED: Final = "failed"
NO_XML: Final = "no XML"
TOO_LARGE: Final = "too large"
UNREADABLE: Final = "unreadable"
XML_FORMATS: Final = frozenset({"application/sparql-results+xml", "application/rdf+xml"})


class Unfit(Exception):
    """The answer cannot be given in this way; the first argument is one of the reasons above."""


class Answer:
    """Collects an answer and sends it in frames; a file for Oxigraph to write into."""

    def __init__(self, descriptor: int, *, largest: int) -> None:
        self._descriptor = descriptor
        self._buffer = bytearray()
        self._left = largest

    def write(self, data: bytes) -> int:
        """Take bytes; raise `Unfit` when the answer grows too large."""
        self._left -= len(data)
        if self._left < 0:
            raise Unfit(TOO_LARGE, "")
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self._send(b"D", bytes(self._buffer))
            self._buffer.clear()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the end of the answer sends what is left."""

    def end(self) -> None:
        """Say that the answer is whole."""
        head = FRAME.pack(b"D", len(self._buffer)) + self._buffer if self._buffer else b""
        self._send(b"E", b"", head=head)

    def fail(self, reason: str, detail: str) -> None:
        """Say that there is no answer, or none that is whole."""
        self._send(b"X", json.dumps([reason, detail]).encode())

    def _send(self, kind: bytes, data: bytes, *, head: bytes = b"") -> None:
        rest = memoryview(head + FRAME.pack(kind, len(data)) + data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


class CheckedXml:
    """Stands before an answer in XML: Oxigraph writes characters and names that XML does not have, and bare returns."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._parser = expat.ParserCreate("utf-8", " ")

    def write(self, data: bytes) -> int:
        """Pass on bytes that are well-formed so far; raise `Unfit` at those that are not."""
        self._parse(data)
        self._answer.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Do nothing, as `Answer`."""

    def close(self) -> None:
        """Check that the document is complete."""
        self._parse(b"", last=True)

    def _parse(self, data: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise Unfit(NO_XML, expat.ErrorString(error.code)) from None


def evaluate(store: ox.Store, request: dict[str, Any], answer: Answer) -> None:
    """Run one query and write the answer in the format asked for."""
    ask = partial(
        store.query,
        base_iri=request["base"],
        prefixes=request["prefixes"],
        default_graph=_names(request["default_graphs"]),
        named_graphs=_names(request["named_graphs"]),
    )
    results = ask(request["query"])
    if request["star"] is not None and isinstance(results, ox.QuerySolutions):
        results = ask(_without_star(request, results.variables))
    media_type = request["graph_format" if isinstance(results, ox.QueryTriples) else "result_format"]
    output: Any = CheckedXml(answer) if media_type in XML_FORMATS else answer
    if isinstance(results, ox.QueryTriples):
        results.serialize(output, ox.RdfFormat.from_media_type(media_type))
    else:
        results.serialize(output, ox.QueryResultsFormat.from_media_type(media_type))
    if isinstance(output, CheckedXml):
        output.close()


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
        except Unfit as error:
            return answer.fail(*error.args)
        except SyntaxError as error:
            return answer.fail(MALFORMED, str(error))
        except (RuntimeError, ValueError) as error:
            return answer.fail(FAILED, str(error))
        except OSError as error:
            return answer.fail(UNREADABLE, str(error))
        except MemoryError:
            os.abort()
        return answer.end()

    def _open(self, path: str) -> ox.Store:
        if self._store is None or path != self._path:
            try:
                self._store, self._path = ox.Store.read_only(path), path
            except (RuntimeError, ValueError, OSError) as error:
                raise Unfit(UNREADABLE, str(error)) from error
        return self._store


def serve(source: IO[bytes], sink: int) -> None:
    """Answer requests until there are no more."""
    evaluator = Evaluator()
    while head := source.read(LENGTH.size):
        request = json.loads(source.read(LENGTH.unpack(head)[0]))
        allow_seconds(request["seconds"])
        evaluator.run(request, Answer(sink, largest=request["largest"]))


def main() -> None:
    """Take the limit of memory in megabytes as the only argument, and serve."""
    limit_memory(int(sys.argv[1]))
    deny_sockets()
    sink = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
