"""The vocabulary as data: its own terms, its schemes and its alignments, as the quads of one graph."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import pyoxigraph as ox

from ontology.errors import CommuniqueError
from ontology.namespaces import BASE, graph_iri


class VocabularyError(CommuniqueError):
    """A file of the vocabulary that is missing or is no Turtle."""


@cache
def nquads(*, base: str = BASE) -> bytes:
    """Write the whole vocabulary as N-Quads of the graph of the ontology: sorted lines, the same bytes every time."""
    graph = ox.NamedNode(graph_iri("ontology", base=base))
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples())
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return b"".join(sorted(f"{quad} .\n".encode() for quad in dataset))


def triples() -> Iterator[ox.Triple]:
    """Read every file of the vocabulary; blank nodes of different files stay apart."""
    for path in sources():
        try:
            parsed = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
        except SyntaxError as error:
            raise VocabularyError(f"{path}: not Turtle: {error}") from error
        yield from (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in parsed)


def sources() -> list[Traversable]:
    """List the files: communique.ttl, then the schemes, then the alignments, each folder in alphabetical order."""
    room = files("ontology")
    folders = [sorted((room / name).iterdir(), key=lambda path: path.name) for name in ("schemes", "alignments")]
    found = [room / "communique.ttl", *(path for folder in folders for path in folder if path.name.endswith(".ttl"))]
    return found
