"""The kinds of things that have lists, and the pages that a long list is cut into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from rdflib.namespace import ORG

from ontology.namespaces import CMQ, SCHEMA

PAGE_SIZE: Final = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing with its class; `query` lists it in an order of its own, otherwise the list goes by name."""

    name: str
    plural: str
    iri: str
    query: str | None = None


KINDS: Final = (
    Kind("article", "articles", str(SCHEMA.NewsArticle), "articles"),
    Kind("person", "persons", str(SCHEMA.Person)),
    Kind("body", "bodies", str(ORG.Organization)),
    Kind("country", "countries", str(SCHEMA.Country)),
    Kind("place", "places", str(SCHEMA.Place)),
    Kind("event", "events", str(CMQ.DiplomaticEvent), "events"),
    Kind("statement", "statements", str(CMQ.Statement), "statements"),
    Kind("agreement", "agreements", str(CMQ.Agreement)),
    Kind("membership", "posts held", str(ORG.Membership), "memberships"),
    Kind("role", "roles", str(ORG.Role)),
    Kind("rule", "rules", str(CMQ.Rule), "rules"),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}
KIND_OF_CLASS: Final = {kind.iri: kind.name for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page of a list: `number` counts from 1."""

    items: tuple[T, ...]
    total: int
    number: int
    pages: int


def slice_of(items: Sequence[T], number: int, *, size: int = PAGE_SIZE) -> Slice[T]:
    """Cut out page `number`; a number past either end gives the page at that end."""
    pages = max(1, -(-len(items) // size))
    number = min(max(number, 1), pages)
    return Slice(tuple(items[(number - 1) * size : number * size]), len(items), number, pages)
