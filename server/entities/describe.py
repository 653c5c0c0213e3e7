"""What the data about a thing holds: its own triples, those of its evidence, and the triples that point to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad
from rdflib.namespace import DCTERMS, ORG, PROV, RDF, RDFS, SKOS

from ontology.namespaces import CMQ, OA, SCHEMA
from server.entities.library import MERGED, Library, Node

OWNED: Final = frozenset(map(str, (PROV.wasDerivedFrom, OA.hasSelector, CMQ.transition)))
"""Properties whose values are described along with the thing: its evidence, its selectors, its changes of status."""

OWNERS: Final = frozenset(map(str, (ORG.member,)))
"""Properties whose subjects are described along with the thing: a person's memberships."""

NAMES: Final = frozenset(map(str, (RDF.type, RDFS.label, SKOS.prefLabel, SCHEMA.headline)))
"""What is told of each thing that the data links to, so that it reads without a second request."""


def describe(library: Library, node: NamedNode, *, graphs: bool = False) -> list[Quad]:
    """All that the graph says of `node`, itself first, in a stable order; an article's is the whole of its graph.

    With `graphs`, every quad bears the graph it stands in, once for each; otherwise each triple comes once.
    """
    merged = list(dict.fromkeys(_merged(library, node)))
    found = list(dict.fromkeys(_named(library, merged))) if graphs else merged
    found += _earlier(library, node, library.graph("history") if graphs else MERGED)
    return sorted(found, key=lambda quad: (str(quad.graph_name), quad.subject != node, str(quad)))


def _merged(library: Library, node: NamedNode) -> Iterator[Quad]:
    if library.store.contains_named_graph(node):
        for quad in library.store.quads_for_pattern(None, None, None, node):
            yield Quad(quad.subject, quad.predicate, quad.object)
    yield from _with_owned(library, [node])
    for quad in library.store.quads_for_pattern(None, None, node, MERGED):
        yield quad
        if quad.predicate.value in OWNERS and isinstance(quad.subject, NamedNode | BlankNode):
            yield from _with_owned(library, [quad.subject])


def _with_owned(library: Library, nodes: Iterable[Node]) -> Iterator[Quad]:
    waiting, seen = list(nodes), set[Node]()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for quad in library.store.quads_for_pattern(node, None, None, MERGED):
            yield quad
            if not isinstance(quad.object, NamedNode | BlankNode):
                continue
            if quad.predicate.value in OWNED or isinstance(quad.object, BlankNode):
                waiting.append(quad.object)
            elif quad.predicate.value != str(RDF.type):
                yield from _names(library, quad.object)


def _names(library: Library, node: NamedNode) -> Iterator[Quad]:
    quads = library.store.quads_for_pattern(node, None, None, MERGED)
    yield from (quad for quad in quads if quad.predicate.value in NAMES)


def _named(library: Library, merged: Iterable[Quad]) -> Iterator[Quad]:
    for triple in merged:
        quads = library.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        yield from (quad for quad in quads if quad.graph_name != MERGED)


def _earlier(library: Library, node: NamedNode, graph: NamedNode | DefaultGraph) -> Iterator[Quad]:
    """The former IRIs of `node`; no dataset holds these triples, for they depend on earlier builds."""
    for old in map(NamedNode, library.earlier(node)):
        yield Quad(node, NamedNode(DCTERMS.replaces), old, graph)
        yield Quad(old, NamedNode(DCTERMS.isReplacedBy), node, graph)
