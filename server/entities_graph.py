"""The graphs that no article states: preferred labels, the ontology itself, and what follows from all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

import pyoxigraph as ox

from mappings.graph import ENTITY_TYPES, context, quads_of, sorted_lines
from mappings.identity import Thing
from ontology.errors import CommuniqueError

REPLACED_BY = "dcterms:isReplacedBy"


class DerivationError(CommuniqueError):
    """A file of the ontology, or a query that derives facts, that the build cannot use."""


def told_things(things: Iterable[Thing], articles: frozenset[str]) -> list[Thing]:
    """Keep the things of which at least one of the articles speaks; the others stand in quarantined articles only."""
    return [thing for thing in things if any(article in articles for article, _ in thing.told)]


def entities_graph(things: Iterable[Thing], graph: str) -> bytes:
    """Write types, preferred and other labels and codes of things, and the IRIs that redirect to them."""
    nodes: list[dict[str, object]] = []
    for thing in things:
        node: dict[str, object] = {
            "id": thing.iri,
            "type": [*ENTITY_TYPES.get(thing.kind, ["Agreement"]), *(f"cmq:{name}" for name in thing.classes)],
            "prefLabel": thing.label,
            "altLabel": [label for label in thing.labels if label != thing.label],
        }
        if thing.code:
            node["code"] = thing.code
        nodes.append(node)
        nodes += [{"id": former, REPLACED_BY: {"id": thing.iri}} for former in thing.former]
    return quads_of({"@context": context(), "@id": graph, "@graph": nodes})


def ontology_graph(graph: str) -> bytes:
    """Write the ontology, its alignments and its schemes, blank nodes named by content."""
    dataset = ox.Dataset()
    root = files("ontology")
    for folder in (root, root / "alignments", root / "schemes"):
        for file in _named(folder, ".ttl"):
            try:
                triples = ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
                for quad in triples:
                    dataset.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph)))
            except SyntaxError as error:
                raise DerivationError(f"{file}: not Turtle: {error}") from error
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted_lines(ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"")


def derived_graph(graphs: Mapping[str, bytes], graph: str) -> bytes:
    """Run every query of `ontology/derive` over the union of the graphs and write what they construct."""
    queries = list(_named(files("ontology") / "derive", ".rq"))
    if not queries:
        return b""
    union = ox.Store()
    for content in graphs.values():
        union.bulk_load(content, format=ox.RdfFormat.N_QUADS)
    found: set[ox.Quad] = set()
    for file in queries:
        try:
            triples = union.query(file.read_text(encoding="utf-8"), use_default_graph_as_union=True)
        except (SyntaxError, RuntimeError, ValueError) as error:
            raise DerivationError(f"{file}: the query does not run: {error}") from error
        if not isinstance(triples, ox.QueryTriples):
            raise DerivationError(f"{file}: a CONSTRUCT query is due, this is none")
        found.update(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(graph)) for t in triples)
    return sorted_lines(ox.serialize(found, format=ox.RdfFormat.N_QUADS) or b"")


def _named(folder: Traversable, ending: str) -> list[Traversable]:
    """Return the folder's files of that ending by name; none when there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted((file for file in folder.iterdir() if file.name.endswith(ending)), key=lambda file: file.name)
