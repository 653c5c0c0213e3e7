"""The live generation as the pages read it: an open read-only store, and look-ups that bind terms, never strings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, Protocol

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QuerySolutions, Store
from rdflib import URIRef
from rdflib.namespace import DCTERMS, RDF

from ontology.namespaces import BASE, graph_iri, sparql_prefixes
from server.entities.address import Addresses
from server.store.history import History

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal
MERGED: Final = DefaultGraph()
UNBOUND: Final = "VALUES ?thing { UNDEF }"
LONG_LIST: Final = 200
KEPT_LISTS: Final = 32


class Generation(Protocol):
    """What the pages need of a generation of the store."""

    @property
    def identifier(self) -> str: ...

    @property
    def meta(self) -> Mapping[str, Any]: ...

    def open(self) -> Store: ...

    def text(self, sha256: str) -> str: ...


@dataclass(frozen=True)
class Library:
    """An open generation with its addresses, and what is known of earlier ones.

    `memory` keeps what was once worked out.
    """

    identifier: str
    store: Store
    addresses: Addresses
    read_text: Callable[[str], str]
    meta: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    history: History = field(default_factory=History, compare=False, repr=False)
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def base(self) -> str:
        """The base of the things of this generation."""
        return self.addresses.base

    def graph(self, name: str) -> NamedNode:
        """One of the graphs that are no article's: "entities", "links", "derived", "ontology"."""
        return NamedNode(graph_iri(name, base=self.base))

    def objects(self, subject: Node, predicate: URIRef, *, graph: Node | DefaultGraph = MERGED) -> list[Term]:
        """All objects, in a stable order."""
        quads = self.store.quads_for_pattern(subject, NamedNode(predicate), None, graph)
        return sorted((q.object for q in quads if isinstance(q.object, NamedNode | BlankNode | Literal)), key=str)

    def nodes(self, subject: Node, predicate: URIRef, *, graph: Node | DefaultGraph = MERGED) -> list[NamedNode]:
        """The objects that are IRIs."""
        return [o for o in self.objects(subject, predicate, graph=graph) if isinstance(o, NamedNode)]

    def text_of(self, subject: Node, predicate: URIRef, *, graph: Node | DefaultGraph = MERGED) -> str | None:
        """The first literal, or None."""
        literals = (o.value for o in self.objects(subject, predicate, graph=graph) if isinstance(o, Literal))
        return next(literals, None)

    def subjects(self, predicate: URIRef, value: Term, *, graph: Node | DefaultGraph = MERGED) -> list[NamedNode]:
        """All subjects that are IRIs, in a stable order."""
        quads = self.store.quads_for_pattern(None, NamedNode(predicate), value, graph)
        return sorted((q.subject for q in quads if isinstance(q.subject, NamedNode)), key=str)

    def knows(self, node: NamedNode) -> bool:
        """Whether the graph says anything of `node`."""
        return any(True for _ in self.store.quads_for_pattern(node, None, None, MERGED))

    def lives(self, node: NamedNode) -> bool:
        """Whether `node` is a thing of this generation, and no IRI that merely redirects."""
        return any(True for _ in self.store.quads_for_pattern(node, NamedNode(RDF.type), None, MERGED))

    def lives_iri(self, iri: str) -> bool:
        """The same of an IRI as a string."""
        return self.lives(NamedNode(iri))

    def mentions(self, node: NamedNode) -> bool:
        """Whether `node` stands anywhere in the graph, be it as an object or as a graph's name."""
        patterns = ((node, None, None, MERGED), (None, None, node, MERGED), (None, node, None, MERGED))
        return any(True for p in patterns for _ in self.store.quads_for_pattern(*p)) or (
            self.store.contains_named_graph(node)
        )

    def replaced_by(self, node: NamedNode) -> NamedNode | None:
        """The thing that `node` was merged into or renamed to, if it was; several steps are followed."""
        seen = {node}
        while targets := [n for n in self.nodes(node, DCTERMS.isReplacedBy) if n not in seen]:
            node = targets[0]
            seen.add(node)
        return node if len(seen) > 1 else None

    def earlier(self, node: NamedNode) -> tuple[str, ...]:
        """The IRIs under which earlier generations knew `node`."""
        return self.history.earlier(node.value, self.lives_iri)

    def select(self, name: str) -> Iterator[dict[str, Term]]:
        """Run the query file `name` and give its rows."""
        solutions = self._solutions(_query(name))
        columns = [variable.value for variable in solutions.variables]
        for solution in solutions:
            row = ((column, solution[column]) for column in columns)
            yield {column: term for column, term in row if isinstance(term, NamedNode | BlankNode | Literal)}

    def items(self, name: str, thing: NamedNode | None = None) -> Sequence[NamedNode]:
        """The distinct `?item`s of the query file `name` in its order, with its `VALUES ?thing { UNDEF }` filled.

        What is filled in is the term as the engine itself writes it, and a term is only made of a valid IRI, so nothing
        of a request ever becomes a query. (Substitution by the engine came out a thousand times slower: it orders the
        joins as if the variable were free.) The last long lists are kept, for whoever turns their pages.
        """
        lists: dict[tuple[str, NamedNode | None], Sequence[NamedNode]] = self.memory.setdefault("lists", {})
        if (known := lists.get((name, thing))) is not None:
            return known
        query = _query(name) if thing is None else _query(name).replace(UNBOUND, f"VALUES ?thing {{ {thing} }}")
        found = (solution["item"] for solution in self._solutions(query))
        items = tuple(dict.fromkeys(item for item in found if isinstance(item, NamedNode)))
        if len(items) > LONG_LIST:
            if len(lists) >= KEPT_LISTS:
                lists.clear()
            lists[name, thing] = items
        return items

    def _solutions(self, query: str) -> QuerySolutions:
        solutions = self.store.query(query)
        assert isinstance(solutions, QuerySolutions), f"no SELECT query: {query}"
        return solutions


def open_library(generation: Generation, history: History) -> Library:
    """Open `generation`. Its base is the one that it was built with; one that records none has the default base."""
    addresses = Addresses(str(generation.meta.get("base") or BASE))
    return Library(generation.identifier, generation.open(), addresses, generation.text, generation.meta, history)


@cache
def _query(name: str) -> str:
    return sparql_prefixes() + (files("server.entities") / "queries" / f"{name}.rq").read_text(encoding="utf-8")
