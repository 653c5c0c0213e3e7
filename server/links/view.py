"""The links as RDF: the SKOS match, and the mapping that says on what ground it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from mappings import iris, lexicon
from mappings.graph import sorted_lines
from mappings.identity import Thing
from ontology.namespaces import SCHEMA, SSSOM
from server.links.match import Match

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def links_graph(matches: Iterable[Match], things: Iterable[Thing], graph: str, *, base: str) -> bytes:
    """Write the matched links, and where the places lie, as N-Quads of one graph."""
    name = ox.NamedNode(graph)
    told = list(things)
    triples = [*_links(matches, base), *_places(told)]
    quads = [ox.Quad(s, p, o, name) for s, p, o in triples]
    return sorted_lines(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")


Triples = Iterable[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]]


def _links(matches: Iterable[Match], base: str) -> Triples:
    for found in matches:
        link = found.link
        thing, predicate, target = map(ox.NamedNode, (found.iri, link.predicate, link.target))
        yield thing, predicate, target
        mapping = ox.NamedNode(
            iris.thing(base, "mapping", iris.digest(found.iri, link.predicate, link.target, length=16))
        )
        yield mapping, TYPE, ox.NamedNode(str(SSSOM.Mapping))
        yield mapping, ox.NamedNode(str(SSSOM.subject_id)), thing
        yield mapping, ox.NamedNode(str(SSSOM.predicate_id)), predicate
        yield mapping, ox.NamedNode(str(SSSOM.object_id)), target
        yield mapping, ox.NamedNode(str(SSSOM.mapping_justification)), ox.NamedNode(link.justification)
        texts = {
            "subject_label": found.name,
            "object_label": link.target_label or link.label,
            "object_source": link.source,
            "comment": link.comment,
        }
        for slot, text in texts.items():
            if text:
                yield mapping, ox.NamedNode(str(SSSOM[slot])), ox.Literal(text)


def _places(things: Iterable[Thing]) -> Triples:
    """Say where the places lie that the lexicon knows; only in a country of which an article speaks."""
    told = list(things)
    countries: Mapping[str, str] = {thing.code: thing.iri for thing in told if thing.kind == "country" and thing.code}
    known = {place.name: place for place in lexicon.places()}
    for thing in told:
        place = known.get(thing.label) if thing.kind == "place" else None
        if not place:
            continue
        node = ox.NamedNode(thing.iri)
        if place.code and place.code in countries:
            yield node, ox.NamedNode(str(SCHEMA.containedInPlace)), ox.NamedNode(countries[place.code])
        if place.latitude is not None and place.longitude is not None:
            yield node, ox.NamedNode(str(SCHEMA.latitude)), ox.Literal(str(place.latitude), datatype=DECIMAL)
            yield node, ox.NamedNode(str(SCHEMA.longitude)), ox.Literal(str(place.longitude), datatype=DECIMAL)
