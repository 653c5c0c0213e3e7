"""A quick reading of the shapes' core constraints over plain dictionaries: says only "nothing wrong" or "look closer".

It covers the part of [SHACL Core](https://www.w3.org/TR/shacl/#core-components) that the shapes use, and refuses to
compile what it does not know, so that no constraint is passed over in silence. SPARQL constraints are asked of the
whole graph at once, with `$this` unbound; for that reason each states the class of its focus nodes in its own pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH, XSD

from ontology.errors import CommuniqueError

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Node = rdflib.term.Node
_TYPE = str(RDF.type)


def _sorted(nodes: Iterable[Node | None]) -> list[Node]:
    return sorted((node for node in nodes if node is not None), key=str)


class UnknownConstraint(CommuniqueError):
    """A shape uses a part of SHACL that the quick reading does not know."""


class Index:
    """One graph as dictionaries: subject to predicate to objects, and back for inverse paths and classes."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.forward: dict[Term, dict[str, list[Term]]] = {}
        self.back: dict[tuple[str, Term], list[Term]] = {}
        for subject, predicate, value in {(q.subject, q.predicate.value, q.object) for q in quads}:
            self.forward.setdefault(subject, {}).setdefault(predicate, []).append(value)
            self.back.setdefault((predicate, value), []).append(subject)

    def objects(self, subject: Term, predicate: str) -> Sequence[Term]:
        """List the objects of a subject and predicate, none twice."""
        return self.forward.get(subject, {}).get(predicate, ())

    def is_a(self, node: Term, cls: Term) -> bool:
        """Say whether the node is typed with this very class; subclasses are stated in the data, not reasoned."""
        return cls in self.objects(node, _TYPE)


Path = Callable[[Index, Term], Sequence[Term]]
Check = Callable[[Index, Term, Sequence[Term]], bool]
"""Takes the graph, the focus node and its value nodes; true when they conform."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of every node of one class: a path to the value nodes, and the checks of them."""

    cls: Term
    path: Path
    checks: tuple[Check, ...]

    def conforms(self, index: Index) -> bool:
        """Say whether every node of the class passes every check."""
        for focus in index.back.get((_TYPE, self.cls), ()):
            values = self.path(index, focus)
            if not all(check(index, focus, values) for check in self.checks):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Fault:
    """A node that a SPARQL constraint finds at fault, with what the constraint says of it."""

    focus: str
    path: str | None
    constraint: str
    message: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL constraint, to be asked of a whole graph."""

    constraint: str
    message: str
    select: str

    def faults(self, store: ox.Store) -> Iterator[Fault]:
        """Find all nodes at fault, in no particular order."""
        solutions = store.query(self.select)
        if not isinstance(solutions, ox.QuerySolutions):
            raise UnknownConstraint(f"{self.constraint}: its query must be a SELECT")
        names = {variable.value for variable in solutions.variables}
        for row in solutions:
            focus, path, value = (_text(row[name]) if name in names else None for name in ("this", "path", "value"))
            yield Fault(focus or "", path, self.constraint, self.message, value)


@dataclass(frozen=True)
class Precheck:
    """All shapes, compiled."""

    targets: tuple[Target, ...]
    queries: tuple[Query, ...]

    @classmethod
    def of(cls, shapes: rdflib.Graph) -> Precheck:
        """Compile the shapes; raises `UnknownConstraint` naming the shape and the component it does not know."""
        targets: list[Target] = []
        queries: list[Query] = []
        for shape in _sorted(set(shapes.subjects(RDF.type, SH.NodeShape))):
            classes = [_term(c) for c in _sorted(shapes.objects(shape, SH.targetClass))]
            here = _checks(shapes, shape)
            properties = [(_path(shapes, p), _checks(shapes, p)) for p in _sorted(shapes.objects(shape, SH.property))]
            for target in classes:
                if here:
                    targets.append(Target(target, lambda _, focus: (focus,), here))
                targets += [Target(target, path, checks) for path, checks in properties if checks]
            queries += [_query(shapes, constraint) for constraint in _sorted(shapes.objects(shape, SH.sparql))]
        return cls(tuple(targets), tuple(queries))

    def conforms(self, quads: Sequence[ox.Quad]) -> bool:
        """Say whether nothing is wrong with the graph; false means "look closer"."""
        index = Index(quads)
        if not all(target.conforms(index) for target in self.targets):
            return False
        return not self.faults(quads)

    def faults(self, quads: Iterable[ox.Quad]) -> frozenset[Fault]:
        """Ask all SPARQL constraints of the graph."""
        store = ox.Store()
        store.extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        return frozenset(fault for query in self.queries for fault in query.faults(store))


def _query(shapes: rdflib.Graph, constraint: Node) -> Query:
    select = str(shapes.value(constraint, SH.select))
    prologue = "".join(
        f"PREFIX {shapes.value(declaration, SH.prefix)}: <{shapes.value(declaration, SH.namespace)}>\n"
        for prefixes in shapes.objects(constraint, SH.prefixes)
        for declaration in shapes.objects(prefixes, SH.declare)
    )
    return Query(str(constraint), str(shapes.value(constraint, SH.message)), prologue + select)


def _path(shapes: rdflib.Graph, shape: Node) -> Path:
    path = shapes.value(shape, SH.path)
    if path is None:
        raise UnknownConstraint(f"{shape}: a property shape without sh:path")
    return _compile_path(shapes, path)


def _compile_path(shapes: rdflib.Graph, path: Node) -> Path:
    """Compile a predicate, inverse, alternative or sequence [path](https://www.w3.org/TR/shacl/#property-paths)."""
    if isinstance(path, rdflib.URIRef):
        predicate = str(path)
        return lambda index, focus: index.objects(focus, predicate)
    inverse = shapes.value(path, SH.inversePath)
    if isinstance(inverse, rdflib.URIRef):
        backward = str(inverse)
        return lambda index, focus: index.back.get((backward, focus), ())
    alternatives = shapes.value(path, SH.alternativePath)
    if alternatives is not None:
        ways = [_compile_path(shapes, step) for step in Collection(shapes, alternatives)]
        return lambda index, focus: list(dict.fromkeys(v for way in ways for v in way(index, focus)))
    if shapes.value(path, RDF.first) is not None:
        first, *rest = [_compile_path(shapes, step) for step in Collection(shapes, path)]
        return lambda index, focus: _follow(index, first(index, focus), rest)
    owner = shapes.value(predicate=SH.path, object=path)
    raise UnknownConstraint(f"{owner}: a path that the quick reading does not know")


def _follow(index: Index, nodes: Sequence[Term], steps: Sequence[Path]) -> list[Term]:
    for step in steps:
        nodes = [value for node in nodes for value in step(index, node)]
    return list(dict.fromkeys(nodes))


_NO_CHECK = {RDF.type, SH.targetClass, SH.property, SH.sparql, SH.message, SH.path, SH.severity}
_NO_CHECK |= {SH.qualifiedMinCount, SH.qualifiedMaxCount}  # read together with sh:qualifiedValueShape


def _checks(shapes: rdflib.Graph, shape: Node) -> tuple[Check, ...]:
    found: list[Check] = []
    for component, value in sorted(shapes.predicate_objects(shape), key=str):
        if component in _NO_CHECK:
            continue
        if component == SH.qualifiedValueShape:
            found.append(_qualified(shapes, shape, value))
            continue
        maker = _MAKERS.get(component)
        if maker is None:
            raise UnknownConstraint(f"{shape}: {component} is a constraint that the quick reading does not know")
        found.append(maker(shapes, value))
    return tuple(found)


def _each(test: Callable[[Index, Term], bool]) -> Check:
    return lambda index, _, values: all(test(index, value) for value in values)


def _integer(value: Node) -> int:
    return int(str(value))


def _min_count(_: rdflib.Graph, value: Node) -> Check:
    least = _integer(value)
    return lambda index, focus, values: len(values) >= least


def _max_count(_: rdflib.Graph, value: Node) -> Check:
    most = _integer(value)
    return lambda index, focus, values: len(values) <= most


def _class(_: rdflib.Graph, value: Node) -> Check:
    cls = _term(value)
    return _each(lambda index, node: index.is_a(node, cls))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_LEXICAL: dict[str, Callable[[str], object]] = {
    str(XSD.string): lambda text: True,
    str(XSD.date): _is_date,
    str(XSD.gYearMonth): re.compile(r"\d{4}-(0[1-9]|1[0-2])").fullmatch,
    str(XSD.gYear): re.compile(r"\d{4}").fullmatch,
    str(XSD.integer): re.compile(r"[+-]?\d+").fullmatch,
    str(XSD.anyURI): re.compile(r"\S*").fullmatch,
}
"""What is plainly a value of a datatype; rarer forms, such as a date with a time zone, are left to the closer look."""


def _datatype(_: rdflib.Graph, value: Node) -> Check:
    datatype = str(value)
    lexical = _LEXICAL.get(datatype)
    if lexical is None:
        raise UnknownConstraint(f"the quick reading does not know the values of {datatype}")
    return _each(
        lambda _, node: isinstance(node, ox.Literal) and node.datatype.value == datatype and bool(lexical(node.value))
    )


def _node_kind(_: rdflib.Graph, value: Node) -> Check:
    kinds: dict[Node, type[Term]] = {SH.IRI: ox.NamedNode, SH.Literal: ox.Literal, SH.BlankNode: ox.BlankNode}
    if value not in kinds:
        raise UnknownConstraint(f"the quick reading does not know the node kind {value}")
    kind = kinds[value]
    return _each(lambda _, node: isinstance(node, kind))


def _text(node: Term | None) -> str | None:
    return node.value if isinstance(node, ox.NamedNode | ox.Literal) else None


def _pattern(_: rdflib.Graph, value: Node) -> Check:
    pattern = re.compile(str(value))
    return _each(lambda _, node: (text := _text(node)) is not None and bool(pattern.search(text)))


def _min_length(_: rdflib.Graph, value: Node) -> Check:
    least = _integer(value)
    return _each(lambda _, node: (text := _text(node)) is not None and len(text) >= least)


def _max_length(_: rdflib.Graph, value: Node) -> Check:
    most = _integer(value)
    return _each(lambda _, node: (text := _text(node)) is not None and len(text) <= most)


def _min_inclusive(_: rdflib.Graph, value: Node) -> Check:
    least = _integer(value)
    return _each(lambda _, node: (number := _number(node)) is not None and number >= least)


def _number(node: Term) -> int | None:
    if not isinstance(node, ox.Literal) or node.datatype.value != str(XSD.integer):
        return None
    return int(node.value) if _LEXICAL[str(XSD.integer)](node.value) else None


def _less_than(_: rdflib.Graph, value: Node) -> Check:
    other = str(value)

    def check(index: Index, focus: Term, values: Sequence[Term]) -> bool:
        rights = [_number(node) for node in index.objects(focus, other)]
        lefts = [_number(node) for node in values]
        return all(a is not None and b is not None and a < b for a in lefts for b in rights)

    return check


def _language_in(shapes: rdflib.Graph, value: Node) -> Check:
    languages = {str(language) for language in Collection(shapes, value)}
    return _each(lambda _, node: isinstance(node, ox.Literal) and node.language in languages)


def _unique_lang(_: rdflib.Graph, value: Node) -> Check:
    def check(index: Index, focus: Term, values: Sequence[Term]) -> bool:
        tags = [node.language for node in values if isinstance(node, ox.Literal) and node.language]
        return len(tags) == len(set(tags))

    return check


def _has_value(_: rdflib.Graph, value: Node) -> Check:
    wanted = _term(value)
    return lambda index, focus, values: wanted in values


def _in(shapes: rdflib.Graph, value: Node) -> Check:
    allowed = {_term(member) for member in Collection(shapes, value)}
    return _each(lambda _, node: node in allowed)


def _or(shapes: rdflib.Graph, value: Node) -> Check:
    options = [_checks(shapes, option) for option in Collection(shapes, value)]
    return _each(lambda index, node: any(all(c(index, node, (node,)) for c in checks) for checks in options))


def _qualified(shapes: rdflib.Graph, shape: Node, value: Node) -> Check:
    inner = _checks(shapes, value)
    least = _integer(shapes.value(shape, SH.qualifiedMinCount) or rdflib.Literal(0))
    limit = shapes.value(shape, SH.qualifiedMaxCount)
    most = None if limit is None else _integer(limit)

    def check(index: Index, focus: Term, values: Sequence[Term]) -> bool:
        count = sum(all(c(index, node, (node,)) for c in inner) for node in values)
        return least <= count and (most is None or count <= most)

    return check


def _not(shapes: rdflib.Graph, value: Node) -> Check:
    inner = _checks(shapes, value)
    return _each(lambda index, node: not all(check(index, node, (node,)) for check in inner))


_MAKERS: dict[Node, Callable[[rdflib.Graph, Node], Check]] = {
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH["class"]: _class,
    SH.datatype: _datatype,
    SH.nodeKind: _node_kind,
    SH.pattern: _pattern,
    SH.minLength: _min_length,
    SH.maxLength: _max_length,
    SH.minInclusive: _min_inclusive,
    SH.lessThan: _less_than,
    SH.languageIn: _language_in,
    SH.uniqueLang: _unique_lang,
    SH.hasValue: _has_value,
    SH["in"]: _in,
    SH["or"]: _or,
    SH["not"]: _not,
}


def _term(node: Node) -> Term:
    return ox.NamedNode(str(node)) if isinstance(node, rdflib.URIRef) else ox.Literal(str(node))
