"""The status of an agreement: as each article tells it, and as it follows from all of them."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from ontology.namespaces import CMQ, SCHEMA
from server.entities.evidence import Sources, articles_stating, published, source_in
from server.entities.labels import Thing, thing
from server.entities.library import Library


@dataclass(frozen=True, slots=True)
class Told:
    """The status that one article tells."""

    published: str | None
    statuses: tuple[Thing, ...]
    article: Thing
    sources: Sources


@dataclass(frozen=True, slots=True)
class Status:
    """The derived current status with the ground of its derivation, and what each article tells, the latest first."""

    current: tuple[Thing, ...]
    ground: str | None
    told: tuple[Told, ...]


def status_of(library: Library, agreement: NamedNode) -> Status:
    """Read the statuses of an agreement. Without a derived one, `current` is empty: no status is chosen here."""
    derived = library.graph("derived")
    current = library.nodes(agreement, CMQ.currentStatus, graph=derived)
    articles = articles_stating(library, agreement, CMQ.status, None)
    dated = sorted(articles, key=lambda a: (library.text_of(a, SCHEMA.datePublished) or "", a.value), reverse=True)
    return Status(
        tuple(thing(library, status) for status in current),
        library.text_of(agreement, CMQ.statusGround, graph=derived),
        tuple(_told(library, agreement, article) for article in dated),
    )


def _told(library: Library, agreement: NamedNode, article: NamedNode) -> Told:
    statuses = library.nodes(agreement, CMQ.status, graph=article)
    return Told(
        published(library, article),
        tuple(thing(library, status) for status in statuses),
        thing(library, article),
        Sources((source_in(library, agreement, article=article),), 1),
    )
