"""The namespaces of the graph, the prefixes that it is written with, and the IRIs of its named graphs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rdflib import Namespace
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, TIME, VOID, XSD

BASE: Final = "https://w3id.org/communique/"
"""The default base of things, graphs and schemes. A build may use another base for its things; schemes stay here."""

ONTOLOGY: Final = "https://w3id.org/communique"

CMQ: Final = Namespace(f"{ONTOLOGY}#")
SCHEMA: Final = Namespace("https://schema.org/")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
SEM: Final = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
SSSOM: Final = Namespace("https://w3id.org/sssom/")

STATUS: Final = Namespace(f"{BASE}status/")
MODE: Final = Namespace(f"{BASE}mode/")
BODY_KIND: Final = Namespace(f"{BASE}body-kind/")
EVENT_CODE: Final = Namespace(f"{BASE}event-code/")
DATE_BASIS: Final = Namespace(f"{BASE}date-basis/")
PLOVER: Final = Namespace(f"{BASE}plover/")
TOPIC: Final = Namespace(f"{BASE}topic/")

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cmq": str(CMQ),
        "schema": str(SCHEMA),
        "org": str(ORG),
        "prov": str(PROV),
        "oa": str(OA),
        "skos": str(SKOS),
        "dcterms": str(DCTERMS),
        "foaf": str(FOAF),
        "sem": str(SEM),
        "time": str(TIME),
        "owl": str(OWL),
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "xsd": str(XSD),
        "sh": str(SH),
        "void": str(VOID),
        "dcat": str(DCAT),
        "sssom": str(SSSOM),
        "status": str(STATUS),
        "mode": str(MODE),
        "body-kind": str(BODY_KIND),
        "event-code": str(EVENT_CODE),
        "date-basis": str(DATE_BASIS),
        "plover": str(PLOVER),
        "topic": str(TOPIC),
    }
)
"""Every prefix that queries, pages and files of communique use; the same prefix always means the same namespace."""


def graph_iri(name: str, *, base: str = BASE) -> str:
    """Name the graph "entities", "links", "derived" or "ontology"; an article's graph bears the article's own IRI."""
    return f"{base}graph/{name}"


def sparql_prefixes() -> str:
    """Write all prefixes as a SPARQL prologue, one a line, in the order in which they are listed here."""
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
