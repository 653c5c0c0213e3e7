"""The JSON-LD context, as the parser that builds the graph reads it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pyoxigraph as ox
import pytest

CONTEXT: dict[str, Any] = json.loads((files("ontology") / "context.jsonld").read_text(encoding="utf-8"))["@context"]
THING = "https://example.org/thing"


def triples(node: dict[str, Any]) -> set[str]:
    document = json.dumps({"@context": CONTEXT, "id": THING, **node})
    return {str(ox.Triple(q.subject, q.predicate, q.object)) for q in ox.parse(document, format=ox.RdfFormat.JSON_LD)}


@pytest.mark.parametrize(
    ("node", "triple"),
    [
        (
            {"type": "Meeting"},
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/communique#Meeting>",
        ),
        ({"type": "Person"}, "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://schema.org/Person>"),
        ({"prefLabel": "Ada"}, '<http://www.w3.org/2004/02/skos/core#prefLabel> "Ada"@en'),
        ({"exact": "Ada"}, '<http://www.w3.org/ns/oa#exact> "Ada"'),
        ({"start": 0}, '<http://www.w3.org/ns/oa#start> "0"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ({"speaker": [f"{THING}-2"]}, "<https://w3id.org/communique#speaker> <https://example.org/thing-2>"),
        (
            {"startDate": "2020-05-06"},
            '<https://schema.org/startDate> "2020-05-06"^^<http://www.w3.org/2001/XMLSchema#date>',
        ),
        (
            {"startDate": {"@value": "2020", "@type": "xsd:gYear"}},
            '<https://schema.org/startDate> "2020"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_term_means(node: dict[str, Any], triple: str) -> None:
    assert f"<{THING}> {triple}" in triples(node)


def test_every_term_yields_a_triple_or_a_keyword() -> None:
    """A term that the parser cannot expand would drop its values without a word."""
    prefixes = {term for term, value in CONTEXT.items() if isinstance(value, str) and value.startswith("http")}
    terms = sorted(set(CONTEXT) - prefixes - {"@version", "id", "type", "graph"})
    assert len(terms) > 60
    for term in terms:
        value: Any = 1 if term in ("start", "end") else "https://example.org/value"
        node = {"type": term} if term[0].isupper() else {term: value}
        assert len(triples(node)) == 1, term


def test_context_and_queries_use_the_same_prefixes() -> None:
    from ontology.namespaces import PREFIXES

    stated = {term: iri for term, iri in CONTEXT.items() if isinstance(iri, str) and iri.startswith("http")}
    assert stated.items() <= PREFIXES.items()
