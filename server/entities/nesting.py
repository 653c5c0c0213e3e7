"""Triples as a tree of expanded JSON-LD: the thing on top, what belongs to it inside, what points to it reversed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad
from rdflib.namespace import RDF, XSD

from server.entities.describe import NAMES, OWNED

Tree = dict[str, Any]


def nested(quads: Iterable[Quad], about: NamedNode) -> list[Tree]:
    """One tree for `about`, then one for each node that is in no other's tree. No triple is lost or repeated."""
    return _Nesting(list(quads), about).trees()


class _Nesting:
    """The state of one conversion: which nodes have been written where."""

    def __init__(self, quads: list[Quad], about: NamedNode) -> None:
        self.about = str(about.value)
        self.described: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            self.described[_identifier(quad.subject)].append(quad)
        owned = (q for q in quads if q.predicate.value in OWNED and _is_node(q.object))
        self.parts = frozenset(_identifier(quad.object) for quad in owned)
        self.written: set[str] = set()

    def trees(self) -> list[Tree]:
        incoming = self._take_incoming()
        top = self._tree(self.about)
        reverse: Tree = defaultdict(list)
        for predicate, subject in incoming:
            reverse[predicate].append(self._reference(subject, embed=True))
        if reverse:
            top["@reverse"] = dict(reverse)
        rest = [self._tree(s) for s in list(self.described) if s not in self.parts and s not in self.written]
        return [top, *rest, *(self._tree(s) for s in list(self.described) if s not in self.written)]

    def _take_incoming(self) -> list[tuple[str, str]]:
        """Take out the triples that point to the thing, which the tree shows under "@reverse"."""
        found = []
        for subject, quads in self.described.items():
            if subject == self.about:
                continue
            pointing = [q for q in quads if _is_node(q.object) and _identifier(q.object) == self.about]
            if pointing and subject not in self.parts:
                found += [(q.predicate.value, subject) for q in pointing]
                self.described[subject] = [q for q in quads if q not in pointing]
        return found

    def _tree(self, subject: str) -> Tree:
        self.written.add(subject)
        tree: Tree = {"@id": subject}
        for quad in self.described.get(subject, ()):
            if quad.predicate.value == str(RDF.type) and isinstance(quad.object, NamedNode):
                tree.setdefault("@type", []).append(quad.object.value)
            else:
                tree.setdefault(quad.predicate.value, []).append(self._value(quad))
        return tree

    def _value(self, quad: Quad) -> Tree:
        if isinstance(quad.object, Literal):
            return _literal(quad.object)
        assert isinstance(quad.object, NamedNode | BlankNode)
        owned = quad.predicate.value in OWNED
        return self._reference(_identifier(quad.object), embed=owned or self._is_stub(_identifier(quad.object)))

    def _is_stub(self, subject: str) -> bool:
        """Whether only the name of a node is told, so that it can stand where it is first linked."""
        quads = self.described.get(subject)
        return bool(quads) and subject != self.about and all(quad.predicate.value in NAMES for quad in quads or ())

    def _reference(self, subject: str, *, embed: bool) -> Tree:
        if embed and subject in self.described and subject not in self.written:
            return self._tree(subject)
        return {"@id": subject}


def _literal(literal: Literal) -> Tree:
    if literal.language:
        return {"@value": literal.value, "@language": literal.language}
    if literal.datatype.value == str(XSD.string):
        return {"@value": literal.value}
    if literal.datatype.value == str(XSD.integer):
        return {"@value": int(literal.value), "@type": literal.datatype.value}
    return {"@value": literal.value, "@type": literal.datatype.value}


def _is_node(term: object) -> bool:
    return isinstance(term, NamedNode | BlankNode)


def _identifier(term: object) -> str:
    if isinstance(term, NamedNode):
        return str(term.value)
    assert isinstance(term, BlankNode), f"{term} cannot be a subject here"
    return f"_:{term.value}"
