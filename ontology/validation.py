"""Judges the graph of one article by the shapes: does it conform, and if not, where and how is it mended.

[SHACL](https://www.w3.org/TR/shacl/) is evaluated by pySHACL, in tenths of a second for an article's graph. So a graph
is first read by `ontology.precheck`, which asks the same of it in milliseconds and only ever says "nothing wrong" or
"look closer"; pySHACL has the last word on every graph that is not plainly right, and finds what the report says. Only
the SPARQL constraints are not left to pySHACL, which asks them node by node, but asked of the whole graph at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, SH
from rdflib.plugins.parsers.notation3 import BadSyntax

from ontology.errors import CommuniqueError
from ontology.namespaces import SCHEMA
from ontology.precheck import Precheck

GraphLike = bytes | str | rdflib.Graph | Iterable[ox.Quad]

ARTICLE_SHAPE = "https://w3id.org/communique/shape/Article"
NO_ARTICLE = "The graph describes no article: it needs one node typed schema:NewsArticle."
MANY_ARTICLES = "The graph describes more than one article: give each a named graph of its own."
_NEWS_ARTICLE = ox.NamedNode(str(SCHEMA.NewsArticle))
_TYPE = ox.NamedNode(str(RDF.type))


class ShapeError(CommuniqueError):
    """A shapes file, or a graph to be judged, that cannot be read."""


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that does not conform; `path` and `value` are None where SHACL gives none.

    `shape` is the most specific shape or constraint that says so: for a SPARQL constraint its own IRI.
    """

    focus: str
    path: str | None
    shape: str
    message: str
    severity: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What the shapes say of one graph, results in a stable order."""

    results: tuple[Result, ...] = ()

    @property
    def conforms(self) -> bool:
        """Say whether nothing at all was found, as the SHACL recommendation defines it."""
        return not self.results

    @property
    def turtle(self) -> str:
        """Write the report as a `sh:ValidationReport` in Turtle, the same bytes for the same results."""
        blocks = "".join(f" ;\n    sh:result {_result_turtle(result)}" for result in self.results)
        head = f"@prefix sh: <{SH}> .\n\n[] a sh:ValidationReport ;\n"
        return f"{head}    sh:conforms {str(self.conforms).lower()}{blocks} .\n"


def validate(data: GraphLike) -> Report:
    """Judge the graph of one article: N-Quads, N-Triples or quads of one named graph, or an rdflib graph.

    Graph names are not looked at: give one graph at a time (`validate_each` takes a dataset apart).
    Raises `ShapeError` when the data cannot be parsed.
    """
    quads = _quads(data)
    articles = {quad.subject for quad in quads if quad.predicate == _TYPE and quad.object == _NEWS_ARTICLE}
    if len(articles) != 1:
        return Report((_article_result(articles),))
    if precheck().conforms(quads):
        return Report()
    return judge(quads)


def validate_each(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, Report]]:
    """Judge every article's graph of a dataset, in the order of their IRIs; graphs without an article pass by."""
    graphs: dict[str, list[ox.Quad]] = {}
    articles: set[str] = set()
    for quad in quads:
        name = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
        graphs.setdefault(name, []).append(quad)
        if quad.predicate == _TYPE and quad.object == _NEWS_ARTICLE:
            articles.add(name)
    for name in sorted(articles):
        yield name, validate(graphs[name])


@cache
def shapes() -> rdflib.Graph:
    """Read all shapes, once a process."""
    graph = rdflib.Graph()
    folder = files("ontology") / "shapes"
    paths = sorted((p for p in folder.iterdir() if p.name.endswith(".ttl")), key=lambda p: p.name)
    if not paths:
        raise ShapeError(f"{folder}: no shapes (*.ttl) found; install communique again")
    for path in paths:
        try:
            graph.parse(data=path.read_text(encoding="utf-8"), format="turtle")
        except BadSyntax as error:
            raise ShapeError(f"{path}: not Turtle: {error}") from error
    return graph


@cache
def _core_shapes() -> rdflib.Graph:
    core = rdflib.Graph()
    for triple in shapes():
        if triple[1] != SH.sparql:
            core.add(triple)
    return core


@cache
def precheck() -> Precheck:
    """Compile the shapes for the quick reading, once a process."""
    return Precheck.of(shapes())


def _quads(data: GraphLike) -> list[ox.Quad]:
    if isinstance(data, rdflib.Graph):
        data = data.serialize(format="nt", encoding="utf-8")
    if isinstance(data, bytes | str):
        try:
            return list(ox.parse(data, format=ox.RdfFormat.N_QUADS))
        except SyntaxError as error:
            raise ShapeError(f"the graph to be judged is no N-Quads: {error}") from error
    return list(data)


def judge(quads: Sequence[ox.Quad]) -> Report:
    """Judge the graph of one article without the quick reading."""
    triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    with _quiet("rdflib.term"):
        graph = rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
        found = pyshacl.validate(graph, shacl_graph=_core_shapes(), inplace=True, do_owl_imports=False)[1]
    if not isinstance(found, rdflib.Graph):
        raise ShapeError(f"the shapes could not be evaluated: {found}")
    results = [_result(found, node) for node in found.subjects(RDF.type, SH.ValidationResult)]
    results += [
        Result(fault.focus, fault.path, fault.constraint, fault.message, "Violation", fault.value)
        for fault in precheck().faults(quads)
    ]
    return Report(tuple(sorted(results, key=_key)))


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Keep a library from logging, with its traceback, what the report says anyway (an impossible date)."""
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _result(found: rdflib.Graph, node: rdflib.term.Node) -> Result:
    def text(predicate: rdflib.URIRef) -> str | None:
        value = found.value(node, predicate)
        return None if value is None else str(value)

    return Result(
        focus=text(SH.focusNode) or "",
        path=None if isinstance(found.value(node, SH.resultPath), rdflib.BNode) else text(SH.resultPath),
        shape=text(SH.sourceShape) or "",
        message=text(SH.resultMessage) or "",
        severity=(text(SH.resultSeverity) or "").removeprefix(str(SH)),
        value=text(SH.value),
    )


def _key(result: Result) -> tuple[str, ...]:
    return (result.focus, result.shape, result.path or "", result.value or "", result.message, result.severity)


def _article_result(articles: set[ox.NamedNode | ox.BlankNode | ox.Triple]) -> Result:
    focus = min((str(getattr(article, "value", article)) for article in articles), default="")
    return Result(focus, None, ARTICLE_SHAPE, MANY_ARTICLES if articles else NO_ARTICLE, "Violation", None)


def _result_turtle(result: Result) -> str:
    lines = [
        "a sh:ValidationResult",
        f"sh:resultSeverity sh:{result.severity}",
        f"sh:sourceShape {_term(result.shape)}",
        f"sh:resultMessage {_string(result.message)}",
    ]
    if result.focus:
        lines.append(f"sh:focusNode {_term(result.focus)}")
    if result.path:
        lines.append(f"sh:resultPath {_term(result.path)}")
    if result.value is not None:
        lines.append(f"sh:value {_term(result.value)}")
    return "[\n        " + " ;\n        ".join(lines) + "\n    ]"


def _term(text: str) -> str:
    try:
        return str(ox.NamedNode(text))
    except ValueError:
        return _string(text)


def _string(text: str) -> str:
    return str(ox.Literal(text))
