"""The graph of entities: what each thing is and is called across articles, and which IRIs redirect to it."""

from __future__ import annotations

from collections.abc import Iterable

from mappings.graph import ENTITY_TYPES, context, quads_of
from mappings.identity import Thing

REPLACED_BY = "dcterms:isReplacedBy"


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
