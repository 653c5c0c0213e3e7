"""What was read in one article, as plain records, each with its evidence.

Keys are local to the article ("person:1"); IRIs come later, when the entities of all articles are known.
All tuples are in order of first appearance. Every record holds only strings, numbers, None and tuples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EntityKind = Literal["person", "body", "country", "place"]
EventKind = Literal["Meeting", "Call", "Visit", "PressConference", "Gathering", "Signing"]
EventStatus = Literal["planned", "cancelled", "postponed"]
DateBasis = Literal["stated", "relative-to-publication", "dateline"]
Mode = Literal["direct", "indirect", "mixed"]
AgreementStatus = Literal[
    "proposed", "negotiating", "signed", "ratified", "in-force", "suspended", "withdrawn", "unspecified"
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a claim stands (half-open code points of the stored text) and the name of the rule that read it."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Name:
    """A form of a name as this article writes it, with the first place where it stands."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of one entity to another ("part-of", "member-of"), with its sentence."""

    target: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, body, country or place; `label` is the fullest form in the article, `names` every form of it."""

    key: str
    kind: EntityKind
    label: str
    names: tuple[Name, ...]
    classes: tuple[str, ...] = ()  # local names of cmq: kinds of body, e.g. "Committee"
    code: str | None = None  # ISO 3166-1 alpha-2 of a country
    part_of: tuple[Link, ...] = ()  # a body's parent body or country
    member_of: tuple[Link, ...] = ()  # a country's or body's bloc


@dataclass(frozen=True, slots=True)
class Post:
    """A person holds a post (`title` in lower case), in a body or country if the article says so."""

    holder: str
    title: str
    body: str | None
    evidence: tuple[Evidence, ...]
    to: str | None = None  # where an ambassador or envoy is sent


@dataclass(frozen=True, slots=True)
class Event:
    """One real event, however often it is told."""

    key: str
    kind: EventKind
    evidence: tuple[Evidence, ...]
    name: str | None = None
    attendees: tuple[str, ...] = ()
    place: str | None = None
    date: str | None = None  # YYYY-MM-DD, YYYY-MM or YYYY
    date_text: str | None = None
    date_basis: DateBasis | None = None
    status: EventStatus | None = None
    parent: str | None = None  # key of the event it is part of, or on whose sidelines it took place
    topics: tuple[str, ...] = ()  # what it was about: `topic:` and the concept's name, or keys of entities


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of reported speech: `text` is what was said, cut out of the stored text at `start`, `end`."""

    key: str
    speakers: tuple[str, ...]  # several where they said it together
    start: int
    end: int
    mode: Mode
    evidence: Evidence  # the whole sentence
    event: str | None = None
    date: str | None = None
    topics: tuple[str, ...] = ()  # keys of entities or agreements it is about


@dataclass(frozen=True, slots=True)
class Transition:
    """A dated change of an agreement's status."""

    status: AgreementStatus
    evidence: Evidence
    actor: str | None = None  # who signed, ratified, withdrew
    date: str | None = None
    date_text: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A treaty, declaration, deal, plan or union to be set up, as this article tells of it."""

    key: str
    label: str
    names: tuple[Name, ...]
    status: AgreementStatus
    evidence: tuple[Evidence, ...]
    parties: tuple[str, ...] = ()
    signatories: tuple[str, ...] = ()
    transitions: tuple[Transition, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """A sentence that holds a trigger word but yielded no record, or a word that could not be resolved."""

    start: int
    end: int
    trigger: str
    reason: str


@dataclass(frozen=True, slots=True)
class Records:
    """All that was read in one article."""

    entities: tuple[Entity, ...] = ()
    posts: tuple[Post, ...] = ()
    events: tuple[Event, ...] = ()
    statements: tuple[Statement, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    unread: tuple[Unread, ...] = ()
    mentions: int = 0
