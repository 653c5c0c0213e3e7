"""Graph files in every RDF syntax, from files, folders or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from ontology.errors import CommuniqueError
from server.cli.options import Source

FORMATS = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
GUESSES = (ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG)
"""Tried in turn on standard input; TriG includes Turtle and N-Triples."""


class GraphError(CommuniqueError):
    """A graph file that cannot be read."""


def is_graph(source: Source) -> bool:
    """Tell whether a path is a graph file or a folder that holds one; standard input is taken for a graph."""
    if source == "-":
        return True
    return any(_in_folder(source)) if source.is_dir() else source.suffix in FORMATS


def quads(sources: Iterable[Source]) -> Iterator[ox.Quad]:
    """Parse graph files one after the other; blank nodes of two files never meet.

    Raises `GraphError` for a file that is not well-formed, with its line, and for a folder that holds no graph file.
    """
    for source in files(sources):
        yield from _standard_input() if source == "-" else _parse(source, source.read_bytes())


def load(sources: Iterable[Source]) -> ox.Store:
    """Load graph files into a store in memory."""
    store = ox.Store()
    store.bulk_extend(quads(sources))
    return store


def files(sources: Iterable[Source]) -> Iterator[Source]:
    """Give the files, with every folder replaced by the graph files in it, by name."""
    for source in sources:
        if source == "-" or not source.is_dir():
            yield source
            continue
        found = list(_in_folder(source))
        if not found:
            raise GraphError(f"{source}: no graph file in this folder; known are {', '.join(FORMATS)}")
        yield from found


def _in_folder(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix in FORMATS and path.is_file())


def _parse(path: Path, content: bytes) -> Iterator[ox.Quad]:
    if path.suffix not in FORMATS:
        raise GraphError(f"{path}: no graph file by its name; known are {', '.join(FORMATS)}")
    try:
        yield from ox.parse(content, FORMATS[path.suffix], base_iri=path.resolve().as_uri(), rename_blank_nodes=True)
    except (SyntaxError, ValueError) as error:
        raise GraphError(f"{path}: {_where(error)}; mend the file or give it the ending of its syntax") from error


def _standard_input() -> list[ox.Quad]:
    content = sys.stdin.buffer.read()
    for guess in GUESSES:
        try:
            return list(ox.parse(content, guess, rename_blank_nodes=True))
        except (SyntaxError, ValueError) as error:
            last = error
    raise GraphError(f"standard input: neither N-Quads nor TriG or Turtle ({_where(last)}); name a file instead")


def _where(error: Exception) -> str:
    if isinstance(error, SyntaxError) and error.lineno:
        return f"line {error.lineno}: {error.msg}"
    return str(error)
