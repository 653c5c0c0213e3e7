"""Writes triples with prefixes where the syntax has them: Oxigraph writes full IRIs, or all prefixes in any order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Final, Protocol

import pyoxigraph as ox

from server.sparql import jsonld

LOOKED_AT: Final = 500
"""Only prefixes that these first triples use are declared; what comes later may go without."""
_RESERVED: Final = frozenset({"xml", "xmlns"})
_TURTLE_HEAD: Final = re.compile(rb"(?:@prefix [^\n]*\n)*")
_XML_HEAD: Final = re.compile(rb"(<\?xml[^>]*>\s*<rdf:RDF)((?:\s+xmlns:[^=]+=\"[^\"]*\")*)")


class Output(Protocol):
    """What takes the bytes."""

    def write(self, data: bytes, /) -> int:
        """Take some."""

    def flush(self) -> None:
        """Pass them on."""


def write(triples: Iterator[ox.Triple], output: Output, syntax: ox.RdfFormat, prefixes: Mapping[str, str]) -> None:
    """Write triples in any syntax; of `prefixes`, those that are used, where the syntax has prefixes."""
    head = list(islice(triples, LOOKED_AT))
    found = used(head, prefixes)
    if syntax in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS):
        ox.serialize(chain(head, triples), output, syntax)  # type: ignore[arg-type]
    elif syntax == ox.RdfFormat.JSON_LD:
        jsonld.write(chain(head, triples), output, found)
    else:
        if syntax == ox.RdfFormat.RDF_XML:
            found = {prefix: iri for prefix, iri in found.items() if prefix not in _RESERVED}
        ordered = _Ordered(output, _XML_HEAD if syntax == ox.RdfFormat.RDF_XML else _TURTLE_HEAD)
        ox.serialize(chain(head, triples), ordered, syntax, prefixes=found)  # type: ignore[arg-type]
        ordered.close()


def used(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Choose the prefixes that abbreviate an IRI of the triples; of two for one namespace the last given."""
    by_namespace = {namespace: prefix for prefix, namespace in prefixes.items()}
    found = {namespace for iri in _iris(triples) if (namespace := jsonld.namespace(iri)) in by_namespace}
    return {by_namespace[namespace]: namespace for namespace in sorted(found)}


def _iris(triples: Iterable[ox.Triple]) -> Iterator[str]:
    for triple in triples:
        for term in (triple.subject, triple.object) if triple.predicate.value == jsonld.TYPE else triple:
            if isinstance(term, ox.NamedNode):
                yield term.value
            elif isinstance(term, ox.Literal) and not term.language and term.datatype.value != jsonld.STRING:
                yield term.datatype.value
            elif isinstance(term, ox.Triple):
                yield from _iris([term])


class _Ordered:
    """Puts the declarations at the head of a document in order, so that the same answer has the same bytes."""

    def __init__(self, output: Output, head: re.Pattern[bytes]) -> None:
        self._output = output
        self._head = head
        self._held: bytearray | None = bytearray()

    def write(self, data: bytes) -> int:
        """Hold the first bytes until there is a piece that surely holds the head."""
        if self._held is None:
            return self._output.write(data)
        self._held += data
        if len(self._held) > 1 << 14:
            self.close()
        return len(data)

    def flush(self) -> None:
        """Do nothing: `close` passes on what is held."""

    def close(self) -> None:
        """Pass on what is held."""
        if self._held is not None:
            held, self._held = bytes(self._held), None
            self._output.write(self._head.sub(_sorted, held, count=1))


def _sorted(match: re.Match[bytes]) -> bytes:
    if match.re is _TURTLE_HEAD:
        return b"".join(sorted(match[0].splitlines(keepends=True)))
    return match[1] + b"".join(b" " + declaration for declaration in sorted(match[2].split()))
