"""The formats that the endpoint answers in, by the form of the query and the names people give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pyoxigraph import RdfFormat

from server.negotiation import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE, Format

RESULTS_JSON: Final = Format("srj", "JSON", ("application/sparql-results+json", "application/json"))
RESULTS_XML: Final = Format("srx", "XML", ("application/sparql-results+xml", "application/xml", "text/xml"))
RESULTS_CSV: Final = Format("csv", "CSV", ("text/csv",))
RESULTS_TSV: Final = Format("tsv", "TSV", ("text/tab-separated-values",))
N3: Final = Format("n3", "N3", ("text/n3", "text/rdf+n3"), RdfFormat.N3)

RESULT_FORMATS: Final = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
"""For SELECT and ASK; the first is what a client gets that has no wish."""
GRAPH_FORMATS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS, N3)
"""For CONSTRUCT and DESCRIBE."""

RESULT_NAMES: Final[Mapping[str, Format]] = {
    "json": RESULTS_JSON,
    "xml": RESULTS_XML,
    **{offer.extension: offer for offer in RESULT_FORMATS},
}
GRAPH_NAMES: Final[Mapping[str, Format]] = {
    "turtle": TURTLE,
    "json": JSON_LD,
    "json-ld": JSON_LD,
    "xml": RDF_XML,
    "rdfxml": RDF_XML,
    "rdf+xml": RDF_XML,
    "ntriples": N_TRIPLES,
    "n-triples": N_TRIPLES,
    "nquads": N_QUADS,
    "n-quads": N_QUADS,
    **{offer.extension: offer for offer in GRAPH_FORMATS},
}
SUFFIXES: Final = frozenset(RESULT_NAMES) | frozenset(GRAPH_NAMES)
"""What may follow `/sparql.` in an address; whether it fits the query is another question."""


def makes_graph(form: str | None) -> bool:
    """Tell whether a query of this form answers with triples."""
    return form in ("CONSTRUCT", "DESCRIBE")


def offers_for(form: str | None) -> tuple[Format, ...]:
    """Give the formats for a query of this form, the one that is sent unasked first."""
    return GRAPH_FORMATS if makes_graph(form) else RESULT_FORMATS


def by_name(name: str, form: str | None) -> Format | None:
    """Find a format by its name or a media type; none when there is no such for a query of this form.

    A plus sign that a client forgot to escape in an address arrives as a space.
    """
    names = GRAPH_NAMES if makes_graph(form) else RESULT_NAMES
    wanted = name.strip().lower().replace(" ", "+")
    return names.get(wanted) or next((offer for offer in offers_for(form) if wanted in offer.media_types), None)
