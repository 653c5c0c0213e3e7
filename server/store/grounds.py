"""On which words of which article each thing of a generation rests, and what else is told of it there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import ORG, PROV, RDF, SKOS

from ontology.namespaces import BASE, CMQ, OA, SCHEMA
from server.store.generation import Generation

NAMED: Final = ("person", "body", "country", "place", "evidence")
"""What stands in the text by its own words: the place of these says alone what they name."""

TELLING: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(map(str, predicates))
    for kind, predicates in {
        "agreement": (SKOS.prefLabel,),
        "event": (RDF.type, SCHEMA.attendee),
        "membership": (ORG.member, ORG.role, ORG.organization, CMQ.sentTo),
        "statement": (SCHEMA.text,),
        "transition": (CMQ.status, SCHEMA.agent),
    }.items()
}
"""What rests on a whole sentence, which may tell of two of a kind: these properties say which of them it is."""

ALIASES: Final = {str(SKOS.altLabel): str(SKOS.prefLabel)}
QUOTE: Final = tuple(map(str, (OA.exact, OA.prefix, OA.suffix)))
TYPE: Final = ox.NamedNode(RDF.type)
HASH: Final = ox.NamedNode(CMQ.contentHash)

Told = Mapping[str, set[str]]


@dataclass(frozen=True)
class Side:
    """A generation as it is compared with another; `store` is None before the first one."""

    identifier: str
    store: ox.Store | None
    base: str
    graphs: Mapping[str, str]

    def lives(self, iri: str) -> bool:
        """Whether a thing bears this IRI; an IRI that merely redirects has no class."""
        if self.store is None:
            return False
        return any(True for _ in self.store.quads_for_pattern(ox.NamedNode(iri), TYPE, None, ox.DefaultGraph()))

    def kind(self, iri: str) -> str:
        """The kind that an IRI names, "" where it is none of this generation's things."""
        things = f"{self.base}id/"
        return iri.removeprefix(things).partition("/")[0] if iri.startswith(things) and "#" not in iri else ""

    def quads(self, graph: str, predicate: ox.NamedNode | None = None) -> Iterable[ox.Quad]:
        """The quads of a graph, none if there is no such graph."""
        if self.store is None or graph not in self.graphs:
            return ()
        return self.store.quads_for_pattern(None, predicate, None, ox.NamedNode(graph))

    def things(self, graphs: Iterable[str]) -> dict[str, set[str]]:
        """The things of some graphs, and in which of these each stands."""
        found: dict[str, set[str]] = {}
        for graph in graphs:
            for quad in self.quads(graph, TYPE):
                if isinstance(quad.subject, ox.NamedNode) and self.kind(quad.subject.value):
                    found.setdefault(quad.subject.value, set()).add(graph)
        return found

    def articles_of(self, iri: str) -> set[str]:
        """The articles that tell of a thing."""
        if self.store is None:
            return set()
        quads = self.store.quads_for_pattern(ox.NamedNode(iri), TYPE, None, None)
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
        return {graph for graph in graphs if self.kind(graph) == "article"}

    def text_hash(self, article: str) -> str:
        """The hash of an article's text."""
        return next((q.object.value for q in self.quads(article, HASH) if isinstance(q.object, ox.Literal)), "")


def side(generation: Generation | None) -> Side:
    """Make a generation comparable."""
    if generation is None:
        return Side("", None, BASE, {})
    base = str(generation.meta.get("base") or BASE)
    return Side(generation.identifier, generation.open(), base, generation.manifest.graphs)


@dataclass
class Grounds:
    """Keys of words by thing (with the article), things by key, and what is told of each thing.

    Words are known by themselves and those before them, or those after them, not by offsets: what is added elsewhere
    in the article leaves them the same, and what is added next to them leaves one of their two keys.
    """

    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    holders: dict[str, set[str]] = field(default_factory=dict)
    told: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def take(self, side: Side, graph: str, article: str) -> None:
        """Read the graph of an article, which the keys are to know under the name `article`."""
        said: dict[str, dict[str, list[str]]] = {}
        for quad in side.quads(graph):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                said.setdefault(quad.predicate.value, {}).setdefault(quad.subject.value, []).append(quad.object.value)
        selectors = said.get(str(OA.hasSelector), {})
        exact, before, after = (said.get(predicate, {}) for predicate in QUOTE)
        passages = said.get(str(PROV.wasDerivedFrom), {}) | {passage: [passage] for passage in selectors}
        for iri, resting in passages.items():
            kind = side.kind(iri)
            if kind in NAMED or kind in TELLING:
                for selector in (s for passage in resting for s in selectors.get(passage, ()) if s in exact):
                    (words,) = exact[selector]
                    self._hold(iri, article, kind, *before.get(selector, [""]), "<", words)
                    self._hold(iri, article, kind, words, ">", *after.get(selector, [""]))
        for predicate, subjects in said.items():
            told = ALIASES.get(predicate, predicate)
            for iri, values in subjects.items():
                if told in TELLING.get(side.kind(iri), ()):
                    self.told.setdefault(iri, {}).setdefault(told, set()).update(values)

    def _hold(self, iri: str, article: str, *words: str) -> None:
        key = hashlib.sha256("\x1f".join((article, *words)).encode()).hexdigest()[:12]
        self.keys.setdefault(iri, {})[key] = article
        self.holders.setdefault(key, set()).add(iri)

    def own(self, iri: str) -> dict[str, str]:
        """The keys that no other thing of the kind holds."""
        return {key: article for key, article in self.keys.get(iri, {}).items() if self.holders[key] == {iri}}

    def beside(self, iri: str) -> set[str]:
        """The thing itself and those that hold some of the same keys."""
        return {other for key in self.keys.get(iri, ()) for other in self.holders[key]}
