"""One article's named graph, read by SPARQL into plain lists and dictionaries keyed by IRI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from server.evaluation.names import squashed

PREFIXES = """
PREFIX cmq: <https://w3id.org/communique#>
PREFIX schema: <https://schema.org/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""


class Post(NamedTuple):
    """Somebody's post: the IRIs of person and body, and the title."""

    person: str
    title: str
    body: str | None


class ArticleGraph:
    """What one article states; empty when the store holds no article of that identifier."""

    def __init__(self, store: ox.Store, identifier: str) -> None:
        self._store = store
        wanted = f"?a a schema:NewsArticle ; dcterms:identifier ?id FILTER(str(?id) = {ox.Literal(identifier)})"
        found = store.query(f"{PREFIXES} SELECT DISTINCT ?g {{ GRAPH ?g {{ {wanted} }} }}")
        self._graphs = [row["g"] for row in _solutions(found)]

    @property
    def absent(self) -> bool:
        """Whether the store holds no such article."""
        return not self._graphs

    def instances(self, cls: str, *, but: str | None = None) -> list[str]:
        """Give the instances of a class, in order; `but` leaves those of another class out."""
        minus = f"FILTER NOT EXISTS {{ ?x a {but} }}" if but else ""
        return sorted({row[0].value for row in self._rows("?x", f"?x a {cls} . {minus}")})

    def values(self, property_: str) -> Mapping[str, Sequence[str]]:
        """Give the values of a property by subject; an unknown subject has none."""
        out: defaultdict[str, list[str]] = defaultdict(list)
        for subject, value in self._rows("?x ?v", f"?x {property_} ?v"):
            out[subject.value].append(value.value)
        return dict(out)

    @cached_property
    def labels(self) -> Mapping[str, set[str]]:
        """Every label and name by IRI; an unknown IRI has none."""
        out: defaultdict[str, set[str]] = defaultdict(set)
        for subject, values in self.values("skos:prefLabel|skos:altLabel|rdfs:label|schema:name").items():
            out[subject] |= set(values)
        return dict(out)

    def names(self, iri: str) -> set[str]:
        """Give the labels of a thing, or the end of its IRI in words where it has none."""
        return self.labels.get(iri) or {iri.rsplit("/", 1)[-1].replace("_", " ").replace("-", " ")}

    def label(self, iri: str) -> str:
        """Give the first label in alphabetical order, for messages."""
        return min(self.names(iri))

    @cached_property
    def rules(self) -> Mapping[str, Sequence[str]]:
        """The names of the rules that made a claim, in order; a claim of unknown origin has none."""
        out: defaultdict[str, set[str]] = defaultdict(set)
        for subject, name in self._rows("?x ?r", "?x prov:wasGeneratedBy/dcterms:identifier ?r"):
            out[subject.value].add(name.value)
        return {subject: sorted(names) for subject, names in out.items()}

    @cached_property
    def passages(self) -> Mapping[str, Sequence[tuple[int, str]]]:
        """Where the evidence of each claim begins in the article's text, and its exact words, in order."""
        out: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
        pattern = "?x prov:wasDerivedFrom ?e . ?e oa:hasSelector/oa:start ?s ; oa:hasSelector/oa:exact ?q"
        for subject, start, quote in self._rows("?x ?s ?q", pattern):
            out[subject.value].add((int(start.value), quote.value))
        return {subject: sorted(found) for subject, found in out.items()}

    @cached_property
    def quotes(self) -> Mapping[str, set[str]]:
        """The exact words of the evidence of each claim, squashed; an unknown claim has none."""
        out: defaultdict[str, set[str]] = defaultdict(set)
        pattern = "?x prov:wasDerivedFrom/oa:hasSelector/oa:exact ?q"
        for subject, quote in self._rows("?x ?q", pattern):
            out[subject.value].add(squashed(quote.value))
        return dict(out)

    def posts(self) -> dict[Post, str]:
        """Give the posts, each once however many memberships state it, in order, with the first such membership."""
        pattern = "?m a org:Membership ; org:member ?p ; org:role/skos:prefLabel ?t OPTIONAL { ?m org:organization ?o }"
        found = {m.value: Post(p.value, t.value, o and o.value) for m, p, t, o in self._rows("?m ?p ?t ?o", pattern)}
        first = {post: iri for iri, post in sorted(found.items(), reverse=True)}
        return dict(sorted(first.items(), key=lambda item: str(tuple(item[0]))))

    def _rows(self, select: str, pattern: str) -> Iterator[tuple[ox.Literal, ...]]:
        """Give the solutions of a pattern over the graphs of the article, as tuples in the order of `select`."""
        if self._graphs:
            query = f"{PREFIXES} SELECT DISTINCT {select} {{ {pattern} }}"
            variables = [name.lstrip("?") for name in select.split()]
            for row in _solutions(self._store.query(query, default_graph=self._graphs)):
                yield tuple(row[name] for name in variables)


def _solutions(found: object) -> ox.QuerySolutions:
    assert isinstance(found, ox.QuerySolutions)
    return found
