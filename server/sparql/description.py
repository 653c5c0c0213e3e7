"""What the endpoint says of itself: a SPARQL 1.1 Service Description, made from the live generation."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from server.negotiation import Format
from server.sparql import triples
from server.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS
from server.store import Generation

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
SIMPLE: Final = ox.NamedNode("http://www.w3.org/ns/entailment/Simple")
RDF_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_QUERY_RESULTS: Final = {
    "srj": f"{FORMATS}SPARQL_Results_JSON",
    "srx": f"{FORMATS}SPARQL_Results_XML",
    "csv": f"{FORMATS}SPARQL_Results_CSV",
    "tsv": f"{FORMATS}SPARQL_Results_TSV",
}


def describe(generation: Generation, *, endpoint: str, chosen: Format) -> bytes:
    """Give the description in one of the formats for graphs."""
    assert chosen.rdf
    output = io.BytesIO()
    triples.write(_triples(generation, endpoint), output, chosen.rdf, {"sd": SD, "formats": FORMATS})
    return output.getvalue()


def _triples(generation: Generation, endpoint: str) -> Iterator[ox.Triple]:
    service = ox.NamedNode(endpoint)
    dataset, default = ox.NamedNode(f"{endpoint}#dataset"), ox.NamedNode(f"{endpoint}#default-graph")
    yield ox.Triple(service, RDF_TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    yield ox.Triple(service, _sd("defaultEntailmentRegime"), SIMPLE)
    for offer in RESULT_FORMATS:
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(_QUERY_RESULTS[offer.extension]))
    for offer in GRAPH_FORMATS:
        if offer.rdf:
            # Oxigraph names JSON-LD otherwise than the list of https://www.w3.org/ns/formats/ does.
            iri = f"{FORMATS}JSON-LD" if offer.rdf == ox.RdfFormat.JSON_LD else offer.rdf.iri
            yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(iri))
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, RDF_TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    graphs = {ox.NamedNode(f"{endpoint}#graph-{i}"): iri for i, iri in enumerate(generation.manifest.graphs, 1)}
    for graph in graphs:
        yield ox.Triple(dataset, _sd("namedGraph"), graph)
    yield ox.Triple(default, RDF_TYPE, _sd("Graph"))
    for graph, iri in graphs.items():
        yield ox.Triple(graph, RDF_TYPE, _sd("NamedGraph"))
        yield ox.Triple(graph, _sd("name"), ox.NamedNode(iri))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)
