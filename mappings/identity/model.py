"""What identity works on: things as articles tell of them, groups of these, and what is said about the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mappings.iris import Kind

Local = tuple[str, str]
"""A thing within one article: the article's identifier, the record's key."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing across all articles, with its preferred label and every form under which articles speak of it.

    `names` are the fullest forms of the articles. `former` holds IRIs that the thing would bear under another of its
    names: they redirect to `iri`. `countries` are the ISO codes of a body, and those of the posts of a person.
    """

    iri: str
    kind: Kind
    label: str
    labels: tuple[str, ...]
    names: tuple[str, ...]
    told: tuple[Local, ...]
    classes: tuple[str, ...] = ()
    code: str | None = None
    countries: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two names that were left apart although they look alike: for a person to judge."""

    kind: Kind
    left: str
    right: str
    score: float
    reason: str


@dataclass(frozen=True)
class Resolution:
    """The outcome: the IRI of every key of every article, the things, and the doubts.

    `body_of` maps a person and the slug of a title to the body, where all articles that name one name the same.
    """

    iri_of: Mapping[str, Mapping[str, str]]
    things: tuple[Thing, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    body_of: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass
class Group:
    """Things of several articles that are taken for one."""

    told: list[Local]
    labels: Counter[str]
    forms: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    code: str | None = None
    known_as: str | None = None
    """The name that the lexicon gives it, which is then the preferred one."""
    vague: bool = False
    """Whether the name says so little that it must not be the IRI's only ground: a surname, "the agreement"."""

    def absorb(self, other: Group) -> None:
        """Take all that is known of the other group."""
        self.told += other.told
        self.labels += other.labels
        self.forms |= other.forms
        self.classes |= other.classes
        self.countries |= other.countries
        self.vague = self.vague and other.vague
        self.code = min(filter(None, (self.code, other.code)), default=None)
        self.known_as = min(filter(None, (self.known_as, other.known_as)), default=None)

    @property
    def label(self) -> str:
        """The preferred label: the known one, else what most articles write, else the longest."""
        if self.known_as:
            return self.known_as
        return min(self.labels, key=lambda label: (-self.labels[label], -len(label), label))


K = TypeVar("K", bound=Hashable)


class Partition(Generic[K]):
    """Disjoint sets with a smallest member as their name, so that the order of joining leaves no trace."""

    def __init__(self, members: Iterable[K] = ()) -> None:
        self._parent: dict[K, K] = {member: member for member in members}

    def find(self, member: K) -> K:
        """Return the name of the member's set; a new member is a set of its own."""
        root = self._parent.setdefault(member, member)
        while root != self._parent[root]:
            root = self._parent[root]
        while member != root:
            self._parent[member], member = root, self._parent[member]
        return root

    def join(self, a: K, b: K) -> None:
        """Make the sets of two members one."""
        first, second = sorted((self.find(a), self.find(b)), key=repr)
        self._parent[second] = first

    def sets(self) -> dict[K, list[K]]:
        """Return the members of every set, by the set's name, in the order in which they came."""
        found: dict[K, list[K]] = {}
        for member in self._parent:
            found.setdefault(self.find(member), []).append(member)
        return found
