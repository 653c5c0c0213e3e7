"""What a thing is called on a page: its label, its kind in words, its dates in words."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib import URIRef
from rdflib.namespace import ORG, PROV, RDF, RDFS, SKOS

from ontology.namespaces import CMQ, MODE, OA, SCHEMA, SSSOM
from server.entities.library import Library

MONTHS: Final = tuple(calendar.month_name)[1:]
LABELS: Final = (SKOS.prefLabel, SCHEMA.headline, SCHEMA.name, RDFS.label, SKOS.altLabel)
GENERAL: Final = frozenset(
    map(
        str,
        (CMQ.DiplomaticEvent, SCHEMA.Event, SCHEMA.Quotation, ORG.Organization, SCHEMA.Person, PROV.Activity),
    )
)
KINDS: Final = {
    str(OA.SpecificResource): "passage",
    str(ORG.Membership): "post",
    str(SSSOM.Mapping): "ground of a link",
}
"""What classes of other vocabularies, which bring no label of their own, are called here."""

SHOWN_ATTENDEES: Final = 3
SHOWN_WORDS: Final = 90
MEMORY_LIMIT: Final = 200_000
"""How many labels are kept; past it the memory starts anew, so that it never grows with a crawl of the whole site."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing as a page names it: `href` is None where no link may be made."""

    iri: str
    label: str
    kind: str
    href: str | None


def thing(library: Library, node: NamedNode) -> Thing:
    """Name `node`; what has no label of its own is named by what it is about, in the last resort by its IRI."""
    known: dict[str, Thing] = library.memory.setdefault("things", {})
    if (found := known.get(node.value)) is None:
        if len(known) >= MEMORY_LIMIT:
            known.clear()
        found = Thing(node.value, _label(library, node), kind_of(library, node), _href(library, node))
        known[node.value] = found
    return found


def _href(library: Library, node: NamedNode) -> str | None:
    """A link, unless it would lead to a page of this server that does not exist."""
    href = library.addresses.href(node.value)
    return None if href and href.startswith("/page/") and not library.knows(node) else href


def kind_of(library: Library, node: NamedNode) -> str:
    """The label of the most particular class of `node`, in lower case; of a thing without a class, ""."""
    classes = [c for c in library.nodes(node, RDF.type) if not c.value.endswith("#NamedIndividual")]
    own = [c for c in classes if c.value.startswith(str(CMQ)) and c.value not in GENERAL]
    ordered = own or [c for c in classes if c.value in GENERAL] or classes
    if not ordered:
        return ""
    return KINDS.get(ordered[0].value) or class_label(library, ordered[0])


def class_label(library: Library, node: NamedNode) -> str:
    """What the ontology calls a class or property, else its local name pulled apart ("PressConference")."""
    label = library.text_of(node, RDFS.label) or library.text_of(node, SKOS.prefLabel)
    return (label or _words(local_name(node.value))).lower()


def local_name(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2] or iri


def _words(name: str) -> str:
    return "".join(f" {c}" if c.isupper() and i else c for i, c in enumerate(name))


def _label(library: Library, node: NamedNode) -> str:
    curated = library.text_of(node, SKOS.prefLabel, graph=library.graph("entities"))
    if curated:
        return curated
    for predicate in LABELS:
        if label := library.text_of(node, predicate):
            return label
    return _composed(library, node) or local_name(node.value)


def _composed(library: Library, node: NamedNode) -> str | None:
    """A label made of what the thing relates: an event's attendees, a post's holder, a passage's words."""
    classes = {c.value for c in library.nodes(node, RDF.type)}
    if str(CMQ.DiplomaticEvent) in classes:
        return _event_label(library, node)
    if str(CMQ.Statement) in classes:
        return _statement_label(library, node)
    if str(ORG.Membership) in classes:
        return _post_label(library, node)
    if str(OA.SpecificResource) in classes:
        return _after("Passage in", library, node, OA.hasSource) or "Passage"
    if str(CMQ.StatusChange) in classes:
        return _after("Change of status:", library, node, CMQ.status) or "Change of status"
    if str(CMQ.Rule) in classes:
        return _rule_label(library, node)
    if str(CMQ.UnreadSentence) in classes:
        return f"Unread sentence ({library.text_of(node, CMQ.triggerWord) or 'no trigger word'})"
    return None


def _after(words: str, library: Library, node: NamedNode, predicate: URIRef) -> str | None:
    names = [thing(library, value).label for value in library.nodes(node, predicate)]
    return f"{words} {', '.join(names)}" if names else None


def _event_label(library: Library, node: NamedNode) -> str:
    attendees = sorted(thing(library, value).label for value in library.nodes(node, SCHEMA.attendee))
    shown, rest = attendees[:SHOWN_ATTENDEES], len(attendees) - SHOWN_ATTENDEES
    names = ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")
    kind = kind_of(library, node).capitalize() or "Event"
    return f"{kind}: {names}" if names else kind


def _statement_label(library: Library, node: NamedNode) -> str:
    """Who said what; only words that the article quotes stand in quotation marks."""
    speakers = ", ".join(thing(library, value).label for value in library.nodes(node, CMQ.speaker)) or "Statement"
    text = _shortened(library.text_of(node, SCHEMA.text) or "")
    direct = library.nodes(node, CMQ.mode) == [NamedNode(MODE.direct)]
    if not text:
        return speakers
    return f"{speakers}: “{text}”" if direct else f"{speakers}, as reported: {text}"


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_WORDS else text[:SHOWN_WORDS].rsplit(" ", 1)[0] + " …"


def _post_label(library: Library, node: NamedNode) -> str:
    role = ", ".join(thing(library, value).label for value in library.nodes(node, ORG.role))
    bodies = ", ".join(thing(library, value).label for value in library.nodes(node, ORG.organization))
    holder = ", ".join(thing(library, value).label for value in library.nodes(node, ORG.member))
    post = f"{role} ({bodies})" if role and bodies else role or bodies or "post"
    return f"{holder}, {post}" if holder else post


def _rule_label(library: Library, node: NamedNode) -> str:
    name, version = node.value.rstrip("/").split("/")[-2:]
    return f"{name} {version}"


def date_words(literal: Literal) -> str:
    """A date, a month or a year as a page shows it: "7 December 2023", "December 2023", "2023"."""
    parts = literal.value.split("T")[0].split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return literal.value
    year, *rest = parts
    if not rest or not 1 <= int(rest[0]) <= len(MONTHS):
        return literal.value
    month = f"{MONTHS[int(rest[0]) - 1]} {year}"
    return f"{int(rest[1])} {month}" if len(rest) == 2 else month
