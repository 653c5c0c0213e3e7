"""The content of a thing's page: its fields, its lists, its links to external data, each value with its sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib import URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from ontology.namespaces import SCHEMA, SSSOM
from ontology.questions import Question, fitting
from server.entities.evidence import Sources, Value, all_sources, sources, value, values
from server.entities.labels import Thing, class_label, date_words, thing
from server.entities.layout import Field, Section, layout_for
from server.entities.library import MERGED, Library
from server.entities.listing import Slice, slice_of
from server.entities.moved import Parted, parted
from server.entities.rows import ROWS, Row

SECTION_SIZE: Final = 25
COUNTERPARTS: Final = frozenset(
    map(
        str,
        (
            SKOS.exactMatch,
            SKOS.closeMatch,
            SKOS.relatedMatch,
            OWL.sameAs,
            SCHEMA.sameAs,
            SCHEMA.subjectOf,
            RDFS.seeAlso,
        ),
    )
)
"""Properties that lead to the same thing, or to a page about it, in another data set."""

GROUNDS: Final = (SSSOM.mapping_justification, SSSOM.object_source, SSSOM.comment)


@dataclass(frozen=True, slots=True)
class FieldValues:
    """A field of the page that has at least one value."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ListPart:
    """The part of a list that the page shows; `name` is also the query parameter that turns its pages."""

    name: str
    title: str
    row: str
    part: Slice[Row]


@dataclass(frozen=True, slots=True)
class ExternalLink:
    """A counterpart in another data set, and on what ground it is held to be one."""

    predicate: str
    link: Thing
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that a template needs to show a thing."""

    thing: Thing
    template: str
    fields: tuple[FieldValues, ...]
    sections: tuple[ListPart, ...]
    links: tuple[ExternalLink, ...]
    sources: Sources
    others: tuple[FieldValues, ...]
    questions: tuple[Question, ...]
    earlier: tuple[str, ...]
    parted: Parted | None


def page_of(library: Library, node: NamedNode, numbers: Mapping[str, int]) -> Page:
    """Read the page of `node`; `numbers` says which page of which list to show, by the list's name."""
    layout = layout_for(c.value for c in library.nodes(node, RDF.type))
    fields = [FieldValues(f.label, _shown(values(library, node, f.predicate))) for f in layout.fields]
    fields += [FieldValues(f.label, _inverse(library, node, f)) for f in layout.inverse]
    sections = (_section(library, node, section, numbers.get(section.name, 1)) for section in layout.sections)
    return Page(
        thing(library, node),
        layout.template,
        tuple(field for field in fields if field.values),
        tuple(section for section in sections if section.part.total),
        external_links(library, node),
        all_sources(library, node),
        () if layout.iri else _everything(library, node),
        _questions(library, node),
        library.earlier(node),
        parted(library, node),
    )


def _questions(library: Library, node: NamedNode) -> tuple[Question, ...]:
    """The competency questions that can be asked about this very thing."""
    kind = (library.addresses.local(node.value) or "").partition("/")[0]
    return tuple(question for question in fitting(kind, base=library.base) if question.about)


def _shown(found: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(replace(v, text=date_words(v.literal)) if v.literal and _is_date(v) else v for v in found)


def _is_date(v: Value) -> bool:
    kind = v.literal.datatype.value.rpartition("#")[2] if v.literal else ""
    return kind in {"date", "gYear", "gYearMonth", "dateTime"}


def _inverse(library: Library, node: NamedNode, field: Field) -> tuple[Value, ...]:
    found = [
        (thing(library, s), sources(library, s, field.predicate, node)) for s in library.subjects(field.predicate, node)
    ]
    return tuple(Value(subject.label, stated, link=subject) for subject, stated in found)


def _section(library: Library, node: NamedNode, section: Section, number: int) -> ListPart:
    part = slice_of(library.items(section.query, node), number, size=SECTION_SIZE)
    rows = tuple(ROWS[section.row](library, item) for item in part.items)
    return ListPart(section.name, section.title, section.row, Slice(rows, part.total, part.number, part.pages))


def external_links(library: Library, node: NamedNode) -> tuple[ExternalLink, ...]:
    """The counterparts of `node` elsewhere, from the graph of links."""
    graph = library.graph("links")
    quads = sorted(library.store.quads_for_pattern(node, None, None, graph), key=str)
    return tuple(
        ExternalLink(
            class_label(library, quad.predicate),
            thing(library, quad.object),
            _grounds(library, node, quad.object),
        )
        for quad in quads
        if isinstance(quad.object, NamedNode) and quad.predicate.value in COUNTERPARTS
    )


def _grounds(library: Library, node: NamedNode, target: NamedNode) -> tuple[str, ...]:
    """How the mapping that states the link was justified, in the words of SSSOM."""
    mappings = set(library.subjects(SSSOM.object_id, target)) & set(library.subjects(SSSOM.subject_id, node))
    grounds = [
        ground
        for mapping in sorted(mappings, key=str)
        for predicate in GROUNDS
        for ground in library.objects(mapping, predicate)
    ]
    return tuple(class_label(library, g) if isinstance(g, NamedNode) else g.value for g in grounds)


def _everything(library: Library, node: NamedNode) -> tuple[FieldValues, ...]:
    """All that is said of a thing that has no layout of its own, property by property."""
    quads = sorted(library.store.quads_for_pattern(node, None, None, MERGED), key=str)
    found: dict[str, list[Value]] = {}
    for quad in quads:
        if isinstance(quad.object, NamedNode | Literal):
            label = class_label(library, quad.predicate)
            found.setdefault(label, []).append(value(library, node, URIRef(quad.predicate.value), quad.object))
    return tuple(FieldValues(label, tuple(shown)) for label, shown in found.items())
