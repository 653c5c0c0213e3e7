"""JSON-LD of any size, written triple by triple: a context of prefixes, then one node after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, Protocol

import pyoxigraph as ox

TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_WRITTEN: Final = 64
"""So many nodes are handed on at once."""
_END: Final = re.compile(r"[#/](?=[^#/]*\Z)")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Output(Protocol):
    """What takes the bytes."""

    def write(self, data: bytes, /) -> object:
        """Take some."""


class UnwritableError(Exception):
    """A triple that JSON-LD 1.1 has no place for."""


def namespace(iri: str) -> str:
    """Give an IRI to its last `#` or `/`: what a prefix may stand for."""
    found = _END.search(iri)
    return iri[: found.end()] if found else ""


def write(triples: Iterable[ox.Triple], output: Output, prefixes: Mapping[str, str]) -> None:
    """Write a document; raise `UnwritableError` at what it cannot hold. Neighbours of one subject share a node."""
    prefixes = {prefix: namespace for prefix, namespace in prefixes.items() if prefix}
    compact = _compaction(prefixes)
    start = f'{{"@context":{_encode(dict(prefixes))},"@graph":[' if prefixes else "["
    pieces: list[str] = [start]
    comma = ""
    for subject, group in groupby(triples, key=attrgetter("subject")):
        pieces += (comma, _encode(_node(subject, group, compact, prefixes)))
        comma = ",\n"
        if len(pieces) > 2 * _WRITTEN:
            output.write("".join(pieces).encode())
            pieces.clear()
    output.write(("".join(pieces) + ("]}" if prefixes else "]")).encode())


def _compaction(prefixes: Mapping[str, str]) -> Callable[[str], str]:
    """Make the function that abbreviates properties and types."""
    by_namespace = {namespace: prefix for prefix, namespace in prefixes.items()}

    @lru_cache(maxsize=4096)
    def compact(iri: str) -> str:
        start = namespace(iri)
        return f"{by_namespace[start]}:{iri[len(start) :]}" if start in by_namespace else _full(iri, prefixes)

    return compact


def _full(iri: str, prefixes: Mapping[str, str]) -> str:
    """Check that an IRI in full cannot be taken for an abbreviated one, as `urn:x` where `urn` is a prefix."""
    scheme, _, rest = iri.partition(":")
    if scheme in prefixes and not rest.startswith("//"):
        raise UnwritableError(f"JSON-LD would read {iri} with the prefix {scheme}: rename the prefix in the query")
    return iri


def _node(
    subject: Any, triples: Iterable[ox.Triple], compact: Callable[[str], str], prefixes: Mapping[str, str]
) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _identifier(subject, prefixes)}
    for triple in triples:
        value = triple.object
        if triple.predicate.value == TYPE and isinstance(value, ox.NamedNode):
            node.setdefault("@type", []).append(compact(value.value))
        else:
            node.setdefault(compact(triple.predicate.value), []).append(_value(value, compact, prefixes))
    return node


def _identifier(term: Any, prefixes: Mapping[str, str]) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else _full(term.value, prefixes)


def _value(term: Any, compact: Callable[[str], str], prefixes: Mapping[str, str]) -> Any:
    if isinstance(term, ox.Triple):
        raise UnwritableError("JSON-LD does not support RDF 1.2 yet")
    if not isinstance(term, ox.Literal):
        return {"@id": _identifier(term, prefixes)}
    if term.language:
        direction = {"@direction": term.direction.value} if term.direction else {}
        return {"@value": term.value, "@language": term.language, **direction}
    return (
        term.value if term.datatype.value == STRING else {"@value": term.value, "@type": compact(term.datatype.value)}
    )
