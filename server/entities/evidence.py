"""Where a value stands: the articles that state it, their sentences, and the rules that read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad
from rdflib import URIRef
from rdflib.namespace import PROV, SKOS, XSD

from ontology.namespaces import OA, SCHEMA
from server.entities.address import external
from server.entities.labels import Thing, date_words, thing
from server.entities.library import Library, Node, Term

ORIGINS: Final = {"derived": "derived", "links": "open data"}
"""What a value is called that stands in one of the graphs that are no article's."""

NAMES: Final = (SKOS.prefLabel, SKOS.altLabel, SCHEMA.name)
SHOWN_ARTICLES: Final = 12
SHOWN_PASSAGES: Final = 6
"""How many sources a value lists: a country is named in thousands of sentences, and all of them are in its data."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article's stored text, in code points, with the words around it."""

    thing: Thing
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """One article that states a value: the passages that the claim rests on and the rules that made it."""

    article: Thing
    passages: tuple[Passage, ...]
    rules: tuple[Thing, ...]
    more: int = 0  # passages that are not listed
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The articles that state a value: some of them, and how many there are in all."""

    shown: tuple[Source, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """A value on a page: a link to a thing or plain words, with its sources.

    `origin` says where a value comes from that no article states: "derived" from what they state, or "open data".
    """

    text: str
    sources: Sources = Sources()
    link: Thing | None = None
    literal: Literal | None = None
    origin: str | None = None


def passage(library: Library, node: NamedNode) -> Passage | None:
    """Read an evidence node; None when its selectors are not whole."""
    start = end = None
    exact = prefix = suffix = ""
    for selector in library.objects(node, OA.hasSelector):
        if isinstance(selector, Literal):
            continue
        start = start or library.text_of(selector, OA.start)
        end = end or library.text_of(selector, OA.end)
        exact = exact or library.text_of(selector, OA.exact) or ""
        prefix = prefix or library.text_of(selector, OA.prefix) or ""
        suffix = suffix or library.text_of(selector, OA.suffix) or ""
    if start is None or end is None or not (start.isdecimal() and end.isdecimal()):
        return None
    return Passage(thing(library, node), exact, prefix, suffix, int(start), int(end))


def passages_of(library: Library, claim: Node, *, article: NamedNode) -> tuple[Passage, ...]:
    """The passages that `claim` rests on in one article, in the order of the text."""
    found = (passage(library, node) for node in library.nodes(claim, PROV.wasDerivedFrom, graph=article))
    return tuple(sorted((p for p in found if p is not None), key=lambda p: (p.start, p.end)))


def source_in(library: Library, claim: Node, *, article: NamedNode, words: str | None = None) -> Source:
    """What `article` offers as the ground of `claim`; of a name form `words` the passages that hold just that form."""
    passages = passages_of(library, claim, article=article)
    exact = tuple(p for p in passages if p.exact == words) or passages
    rules = library.nodes(claim, PROV.wasGeneratedBy, graph=article)
    return Source(
        thing(library, article),
        exact[:SHOWN_PASSAGES],
        tuple(thing(library, rule) for rule in rules),
        max(0, len(exact) - SHOWN_PASSAGES),
        published(library, article),
    )


def published(library: Library, article: NamedNode) -> str | None:
    """The day of publication in words, if the article has one."""
    dates = (date for date in library.objects(article, SCHEMA.datePublished) if isinstance(date, Literal))
    return next(map(date_words, dates), None)


def articles_stating(library: Library, subject: Node, predicate: URIRef, value: Term | None) -> list[NamedNode]:
    """The articles in whose graph the triple stands, in a stable order."""
    others = f"{library.base}graph/"
    quads = library.store.quads_for_pattern(subject, NamedNode(predicate), value, None)
    graphs = {q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)}
    return sorted((g for g in graphs if not g.value.startswith(others)), key=str)


def sources(library: Library, subject: Node, predicate: URIRef, value: Term) -> Sources:
    """The articles that state this one triple, each with the passages that its subject rests on there.

    What an article's graph says of the article itself has no passage, so no source. What one article's preferred name
    is, is another name beside the thing's own: for a name, the articles that use it in any way are its sources.
    """
    words = value.value if isinstance(value, Literal) else None
    predicates = NAMES if predicate in NAMES else (predicate,)
    stating = {a for p in predicates for a in articles_stating(library, subject, p, value)} - {subject}
    articles = sorted(stating, key=str)
    return _sources(library, subject, articles, words=words)


def all_sources(library: Library, subject: NamedNode) -> Sources:
    """Every article that claims `subject`, with its passages."""
    return _sources(library, subject, articles_stating(library, subject, PROV.wasDerivedFrom, None))


def _sources(library: Library, claim: Node, articles: list[NamedNode], *, words: str | None = None) -> Sources:
    """Without a single passage there is nothing to show: a rule is described in every article that it read."""
    shown = tuple(source_in(library, claim, article=a, words=words) for a in articles[:SHOWN_ARTICLES])
    return Sources(shown, len(articles)) if any(source.passages for source in shown) else Sources()


def values(library: Library, subject: Node, predicate: URIRef) -> tuple[Value, ...]:
    """All values of a property of `subject`, each with its sources."""
    return tuple(value(library, subject, predicate, term) for term in library.objects(subject, predicate))


def value(library: Library, subject: Node, predicate: URIRef, term: Term) -> Value:
    """One value with its sources."""
    found = sources(library, subject, predicate, term)
    origin = None if found.total else _origin(library, subject, predicate, term)
    if isinstance(term, NamedNode):
        link = thing(library, term)
        return Value(link.label, found, link=link, origin=origin)
    if isinstance(term, Literal):
        return Value(term.value, found, link=_address(term), literal=term, origin=origin)
    return Value("(a thing without a name)", found, origin=origin)


def _origin(library: Library, subject: Node, predicate: URIRef, term: Term) -> str | None:
    graphs = (
        name for name in ORIGINS if Quad(subject, NamedNode(predicate), term, library.graph(name)) in library.store
    )
    return next((ORIGINS[name] for name in graphs), None)


def _address(literal: Literal) -> Thing | None:
    """A link for an address that is given as a literal."""
    if literal.datatype.value != str(XSD.anyURI) or (href := external(literal.value)) is None:
        return None
    return Thing(literal.value, literal.value, "", href)
