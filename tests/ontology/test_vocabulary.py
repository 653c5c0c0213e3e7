"""The vocabulary: whatever is used is declared, whatever is declared is explained, and lists said twice agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import owlrl  # type: ignore[import-untyped]
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS

from ontology import vocabulary
from ontology.namespaces import CMQ, ONTOLOGY, PREFIXES

ROOM = Path(str(files("ontology")))
STANDARDS_OF_DESCRIPTION = tuple(PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd", "sh"))
EXPLAINED = (RDFS.label, SKOS.definition, SKOS.example, RDFS.isDefinedBy)
DATA = "https://example.org/"
SHAPE = "https://w3id.org/communique/shape/"


@cache
def graph() -> rdflib.Graph:
    return rdflib.Graph().parse(data=b"".join(f"{t} .\n".encode() for t in vocabulary.triples()), format="nt")


def own(node: rdflib.term.Node) -> bool:
    return isinstance(node, rdflib.URIRef) and node.startswith(ONTOLOGY)


def terms_in_turtle() -> Iterator[tuple[str, str]]:
    for folder in ("shapes", "examples/valid", "examples/invalid"):
        for path in sorted((ROOM / folder).glob("*.ttl")):
            for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE):
                for term in (quad.subject, quad.predicate, quad.object):
                    if isinstance(term, ox.NamedNode):
                        yield path.name, term.value


def terms_in_queries() -> Iterator[tuple[str, str]]:
    for path in sorted([*ROOM.glob("derive/*.rq"), *ROOM.glob("questions/*.rq")]):
        text = re.sub(r"#[^\n]*\n|\"[^\"\n]*\"|<[^>\s]*>", " ", path.read_text(encoding="utf-8") + "\n")
        for prefix, name in re.findall(r"\b([a-z][a-z-]*):([A-Za-z][\w-]*)", text):
            yield path.name, {**PREFIXES, "graph": STANDARDS_OF_DESCRIPTION[0]}[prefix] + name


def terms_in_context() -> Iterator[tuple[str, str]]:
    text = (ROOM / "context.jsonld").read_text(encoding="utf-8")
    for prefix, name in re.findall(r"\"([a-z]+):([A-Za-z]+)\"", text):
        yield "context.jsonld", {**PREFIXES, "graph": STANDARDS_OF_DESCRIPTION[0]}[prefix] + name


def test_every_term_that_is_used_is_declared() -> None:
    declared = {str(s) for s in graph().subjects(RDF.type) if isinstance(s, rdflib.URIRef)}
    passing = (*STANDARDS_OF_DESCRIPTION, DATA, SHAPE)
    wrong_on_purpose = {"https://w3id.org/communique/status/nearly-done", "https://w3id.org/communique/status/shelved"}
    wrong_on_purpose.add("https://schema.org/EventRescheduled")
    used = {*terms_in_turtle(), *terms_in_queries(), *terms_in_context()}
    missing = {(where, term) for where, term in used if term not in declared and not term.startswith(passing)}
    assert sorted((where, term) for where, term in missing if term not in wrong_on_purpose) == []


@pytest.mark.parametrize("annotation", EXPLAINED, ids=lambda p: str(p).rsplit("#")[-1])
def test_every_own_term_and_concept_is_explained(annotation: rdflib.URIRef) -> None:
    declared = {s for s in graph().subjects(RDF.type) if own(s) and s != rdflib.URIRef(ONTOLOGY)}
    assert len(declared) > 100
    assert sorted(str(s) for s in declared if not list(graph().objects(s, annotation))) == []


def test_every_reused_term_says_how_it_is_used_and_whose_it_is() -> None:
    reused = {s for s in graph().subjects(RDF.type) if isinstance(s, rdflib.URIRef) and not own(s)}
    assert len(reused) > 50
    for annotation in (RDFS.label, SKOS.scopeNote, RDFS.isDefinedBy):
        assert sorted(str(s) for s in reused if not list(graph().objects(s, annotation))) == []


def test_every_own_term_in_an_axiom_or_alignment_is_declared() -> None:
    declared = set(graph().subjects(RDF.type))
    mentioned = {node for triple in graph() for node in triple if own(node)}
    version = set(graph().objects(rdflib.URIRef(ONTOLOGY), OWL.versionIRI))
    assert sorted(str(s) for s in mentioned - declared - version) == []


def test_the_ontology_names_its_version_licence_and_creator() -> None:
    me = rdflib.URIRef(ONTOLOGY)
    version = str(graph().value(me, OWL.versionInfo))
    assert (me, RDF.type, OWL.Ontology) in graph()
    assert graph().value(me, OWL.versionIRI) == rdflib.URIRef(f"{ONTOLOGY}/{version}")
    assert str(graph().value(me, DCTERMS.creator)) == "communique contributors"
    assert graph().value(me, DCTERMS.license) is not None
    assert f"## {version}" in (ROOM / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_label_is_given_once() -> None:
    labels = [
        str(graph().value(s, RDFS.label)) for s in graph().subjects(RDF.type, OWL.Class) if str(s).startswith(str(CMQ))
    ]
    assert sorted(labels) == sorted(set(labels))


def concepts(scheme: str) -> set[str]:
    members = graph().subjects(SKOS.inScheme, rdflib.URIRef(f"{ONTOLOGY}/{scheme}"))
    return {str(member).rsplit("/", 1)[-1] for member in members}


def shape_pattern(name: str) -> set[str]:
    shapes = rdflib.Graph()
    for path in sorted((ROOM / "shapes").glob("*.ttl")):
        shapes.parse(path)
    found = re.search(r"\(([a-z|-]+)\)", str(shapes.value(rdflib.URIRef(SHAPE + name), SH.pattern)))
    assert found
    return set(found[1].split("|"))


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ("agreement-status", "status"),
        ("change-status", "status"),
        ("statement-mode", "mode"),
        ("event-date-basis", "date-basis"),
    ],
)
def test_shape_and_scheme_list_the_same_concepts(shape: str, scheme: str) -> None:
    assert shape_pattern(shape) == concepts(scheme)


def test_every_kind_of_body_is_class_and_concept() -> None:
    organization = rdflib.URIRef(PREFIXES["org"] + "Organization")
    kinds = {s for s in graph().subjects(RDFS.subClassOf, organization) if str(s).startswith(str(CMQ))}
    slugs = {re.sub(r"(?<!^)([A-Z])", r"-\1", str(kind).removeprefix(str(CMQ))).lower() for kind in kinds}
    assert slugs == concepts("body-kind")


def test_the_order_of_an_agreements_life_is_total() -> None:
    position = rdflib.URIRef(PREFIXES["schema"] + "position")
    scheme = rdflib.URIRef(f"{ONTOLOGY}/status")
    places = [int(str(graph().value(s, position))) for s in graph().subjects(SKOS.inScheme, scheme)]
    assert sorted(places) == list(range(len(concepts("status"))))


def test_every_event_code_is_aligned_to_plover() -> None:
    relations = {SKOS.broadMatch, SKOS.relatedMatch}
    aligned = {str(s).rsplit("/", 1)[-1] for relation in relations for s in graph().subjects(relation) if own(s)}
    assert concepts("event-code") <= aligned


def test_every_topic_is_aligned_to_iptc() -> None:
    relations = (SKOS.closeMatch, SKOS.broadMatch, SKOS.relatedMatch)
    pairs = [pair for relation in relations for pair in graph().subject_objects(relation)]
    aligned = {s for s, o in pairs if str(o).startswith("http://cv.iptc.org/newscodes/mediatopic/")}
    assert {str(s).rsplit("/", 1)[-1] for s in aligned} == concepts("topic")
    assert len(concepts("plover")) == 16


def test_the_graph_of_the_ontology_is_the_same_bytes_every_time() -> None:
    vocabulary.nquads.cache_clear()
    first = vocabulary.nquads()
    vocabulary.nquads.cache_clear()
    assert vocabulary.nquads() == first
    assert b"<https://example.net/graph/ontology> .\n" in vocabulary.nquads(base="https://example.net/")


def contradictions(turtle: bytes) -> list[str]:
    """Close the data under OWL 2 RL together with the vocabulary; list what cannot be true at once."""
    closure = rdflib.Graph()
    for triple in graph():
        closure.add(triple)
    closure.parse(data=turtle, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closure)
    return [str(message) for message in closure.objects(None, owlrl.Namespaces.ERRNS.error)]


def test_the_axioms_do_not_contradict_a_valid_example() -> None:
    assert contradictions((ROOM / "examples/valid/agreement.ttl").read_bytes()) == []
    assert contradictions((ROOM / "examples/valid/event.ttl").read_bytes()) == []


def test_the_axioms_do_contradict_a_country_that_is_a_person() -> None:
    assert contradictions(b"<urn:x> a <https://schema.org/Country>, <https://schema.org/Person> .") != []


def test_every_term_of_the_founding_graph_is_declared(founding_graph: Path) -> None:
    declared = {str(s) for s in graph().subjects(RDF.type) if isinstance(s, rdflib.URIRef)}
    stated = [
        quad
        for quad in ox.parse(founding_graph.read_bytes(), format=ox.RdfFormat.N_QUADS)
        if not str(quad.graph_name).endswith("/graph/ontology>")
    ]
    used = {quad.predicate.value for quad in stated}
    used |= {
        q.object.value for q in stated if q.predicate.value == str(RDF.type) and isinstance(q.object, ox.NamedNode)
    }
    assert used
    assert sorted(term for term in used - declared if not term.startswith(STANDARDS_OF_DESCRIPTION)) == []
