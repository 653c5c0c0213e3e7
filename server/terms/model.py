"""The ontology as its page shows it: classes, properties and the schemes of concepts, read from the graph."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from ontology.namespaces import BASE, CMQ, ONTOLOGY, PREFIXES
from server.entities.labels import Thing, local_name, thing
from server.entities.library import Library

GROUPS: Final = (
    ("Classes", (OWL.Class, RDFS.Class)),
    ("Properties between things", (OWL.ObjectProperty,)),
    ("Properties with plain values", (OWL.DatatypeProperty,)),
    ("Other properties", (RDF.Property, OWL.AnnotationProperty)),
)
SHOWN: Final = (
    ("Subclass of", RDFS.subClassOf),
    ("Subproperty of", RDFS.subPropertyOf),
    ("Domain", RDFS.domain),
    ("Range", RDFS.range),
    ("Inverse of", OWL.inverseOf),
    ("Same as", OWL.equivalentClass),
    ("Same as", OWL.equivalentProperty),
    ("Exact match", SKOS.exactMatch),
    ("Close match", SKOS.closeMatch),
    ("See also", RDFS.seeAlso),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property of the vocabulary."""

    anchor: str
    thing: Thing
    definition: str
    examples: tuple[str, ...]
    relations: tuple[tuple[str, tuple[Thing, ...]], ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme with its concepts."""

    thing: Thing
    definition: str
    concepts: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Ontology:
    """All that the page shows."""

    title: str
    description: str
    version: str | None
    groups: tuple[tuple[str, tuple[Term, ...]], ...]
    schemes: tuple[Scheme, ...]


def read_ontology(library: Library) -> Ontology:
    """Read the vocabulary of the generation, once."""
    found: Ontology | None = library.memory.get("ontology")
    if found is None:
        found = library.memory["ontology"] = _read(library)
    return found


def _read(library: Library) -> Ontology:
    node = NamedNode(ONTOLOGY)
    seen: set[str] = set()
    groups = []
    for title, classes in GROUPS:
        members = {s.value for c in classes for s in library.subjects(RDF.type, NamedNode(c)) if s.value not in seen}
        own = sorted(iri for iri in members if iri.startswith(str(CMQ)))
        seen.update(own)
        if own:
            groups.append((title, tuple(_term(library, NamedNode(iri)) for iri in own)))
    versions = [v.value for v in library.objects(node, OWL.versionInfo) if isinstance(v, Literal)]
    schemes = library.subjects(RDF.type, NamedNode(SKOS.ConceptScheme))
    return Ontology(
        library.text_of(node, DCTERMS.title) or library.text_of(node, RDFS.label) or "The vocabulary",
        library.text_of(node, DCTERMS.description) or library.text_of(node, RDFS.comment) or "",
        versions[0] if versions else None,
        tuple(groups),
        tuple(_scheme(library, scheme) for scheme in schemes),
    )


def _term(library: Library, node: NamedNode) -> Term:
    relations = ((label, library.nodes(node, predicate)) for label, predicate in SHOWN)
    examples = (e.value for e in library.objects(node, SKOS.example) if isinstance(e, Literal))
    return Term(
        local_name(node.value),
        thing(library, node),
        _definition(library, node),
        tuple(examples),
        tuple((label, tuple(_related(library, n) for n in nodes)) for label, nodes in relations if nodes),
    )


def _related(library: Library, node: NamedNode) -> Thing:
    """A term that another is related to; one of another vocabulary bears its prefix, for several have an "Event"."""
    named = thing(library, node)
    if node.value.startswith((str(CMQ), BASE)):
        return named
    spaces = ((prefix, space) for prefix, space in PREFIXES.items() if node.value.startswith(space))
    prefix, space = next(spaces, ("", ""))
    return replace(named, label=f"{prefix}:{node.value.removeprefix(space)}" if prefix else named.label)


def _definition(library: Library, node: NamedNode) -> str:
    texts = (library.text_of(node, p) for p in (SKOS.definition, RDFS.comment, DCTERMS.description))
    return next((text for text in texts if text), "")


def _scheme(library: Library, node: NamedNode) -> Scheme:
    concepts = library.items("concepts-in", node)
    return Scheme(thing(library, node), _definition(library, node), tuple(_term(library, c) for c in concepts))


def ontology_quads(library: Library) -> list[Quad]:
    """The whole vocabulary with its schemes, in a stable order."""
    graph = library.graph("ontology")
    quads = library.store.quads_for_pattern(None, None, None, graph)
    return sorted((Quad(q.subject, q.predicate, q.object) for q in quads), key=str)
