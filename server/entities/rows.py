"""The rows of the lists on a page: posts, events, statements, agreements, changes of status, articles, things."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib import URIRef
from rdflib.namespace import ORG

from ontology.namespaces import CMQ, SCHEMA
from server.entities.evidence import Sources, Value, all_sources, values
from server.entities.labels import Thing, date_words, local_name, thing
from server.entities.library import Library


@dataclass(frozen=True, slots=True)
class When:
    """When something was: the dates, the article's own words for them, and on what ground a date was resolved."""

    dates: tuple[Value, ...]
    words: tuple[str, ...]
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post that a person held."""

    thing: Thing
    holders: tuple[Value, ...]
    roles: tuple[Value, ...]
    bodies: tuple[Value, ...]
    sent_to: tuple[Value, ...]
    attested: tuple[Value, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event, with who attended and where."""

    thing: Thing
    when: When
    status: str | None
    places: tuple[Value, ...]
    attendees: tuple[Value, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What was said; only `mode` "direct" may be shown in quotation marks."""

    thing: Thing
    speakers: tuple[Value, ...]
    text: str
    mode: str
    dates: tuple[Value, ...]
    events: tuple[Value, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement, with its parties and the statuses that articles tell of it."""

    thing: Thing
    parties: tuple[Value, ...]
    statuses: tuple[Value, ...]
    sources: Sources


@dataclass(frozen=True, slots=True)
class TransitionRow:
    """A change of an agreement's status: to what, by whom, when."""

    thing: Thing
    agreements: tuple[Thing, ...]
    statuses: tuple[Value, ...]
    actors: tuple[Value, ...]
    when: When
    sources: Sources


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in a list."""

    thing: Thing
    dates: tuple[Value, ...]
    publishers: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class ThingRow:
    """Anything else in a list."""

    thing: Thing
    sources: Sources


Row = PostRow | EventRow | StatementRow | AgreementRow | TransitionRow | ArticleRow | ThingRow


def when(library: Library, node: NamedNode) -> When:
    """When `node` was."""
    return When(
        dated(library, node, SCHEMA.startDate),
        _words(library, node, CMQ.dateText),
        tuple(thing(library, basis).label for basis in library.nodes(node, CMQ.dateBasis)),
    )


def dated(library: Library, node: NamedNode, predicate: URIRef) -> tuple[Value, ...]:
    """The dates of a property in words."""
    found = values(library, node, predicate)
    return tuple(Value(date_words(v.literal) if v.literal else v.text, v.sources, literal=v.literal) for v in found)


def post_row(library: Library, node: NamedNode) -> PostRow:
    return PostRow(
        thing(library, node),
        values(library, node, ORG.member),
        values(library, node, ORG.role),
        values(library, node, ORG.organization),
        values(library, node, CMQ.sentTo),
        dated(library, node, CMQ.attestedOn),
        all_sources(library, node),
    )


def event_row(library: Library, node: NamedNode) -> EventRow:
    return EventRow(
        thing(library, node),
        when(library, node),
        event_status(library, node),
        values(library, node, SCHEMA.location),
        values(library, node, SCHEMA.attendee),
        all_sources(library, node),
    )


def event_status(library: Library, node: NamedNode) -> str | None:
    """What an event that is not told as having happened is: "scheduled", "cancelled", "postponed"; else None."""
    states = [local_name(n.value).removeprefix("Event").lower() for n in library.nodes(node, SCHEMA.eventStatus)]
    return ", ".join(states) or None


def statement_row(library: Library, node: NamedNode) -> StatementRow:
    modes = [local_name(n.value) for n in library.nodes(node, CMQ.mode)]
    return StatementRow(
        thing(library, node),
        values(library, node, CMQ.speaker),
        library.text_of(node, SCHEMA.text) or "",
        modes[0] if len(modes) == 1 else "indirect",
        dated(library, node, SCHEMA.dateCreated),
        values(library, node, CMQ.madeAt),
        all_sources(library, node),
    )


def agreement_row(library: Library, node: NamedNode) -> AgreementRow:
    return AgreementRow(
        thing(library, node),
        values(library, node, CMQ.party),
        values(library, node, CMQ.status),
        all_sources(library, node),
    )


def transition_row(library: Library, node: NamedNode) -> TransitionRow:
    return TransitionRow(
        thing(library, node),
        tuple(thing(library, agreement) for agreement in library.subjects(CMQ.transition, node)),
        values(library, node, CMQ.status),
        values(library, node, SCHEMA.agent),
        when(library, node),
        all_sources(library, node),
    )


def article_row(library: Library, node: NamedNode) -> ArticleRow:
    publishers = tuple(thing(library, publisher) for publisher in library.nodes(node, SCHEMA.publisher))
    return ArticleRow(thing(library, node), dated(library, node, SCHEMA.datePublished), publishers)


def thing_row(library: Library, node: NamedNode) -> ThingRow:
    return ThingRow(thing(library, node), all_sources(library, node))


def _words(library: Library, node: NamedNode, predicate: URIRef) -> tuple[str, ...]:
    return tuple(o.value for o in library.objects(node, predicate) if isinstance(o, Literal))


ROWS: Final[dict[str, Callable[[Library, NamedNode], Row]]] = {
    "post": post_row,
    "event": event_row,
    "statement": statement_row,
    "agreement": agreement_row,
    "transition": transition_row,
    "article": article_row,
    "thing": thing_row,
}
