"""A description written in one of the formats on offer; JSON-LD is nested and compacted with the ontology's context."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, serialize

from ontology.errors import CommuniqueError
from ontology.namespaces import PREFIXES
from server.entities.compaction import compacted
from server.entities.nesting import nested
from server.negotiation import JSON_LD, N_QUADS, RDF_XML, TRIG, TURTLE, Format

XML_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*\Z")
NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION: Final = re.compile(rb'@prefix (?P<name>[\w-]+): <[^>]*> \.\n| xmlns:(?P<local>[\w-]+)="[^"]*"')
HEAD: Final = re.compile(
    rb'(?:<\?xml[^>]*>\s*<rdf:RDF)?(?P<declarations>(?:@prefix [^\n]*\n)*(?: xmlns:[\w-]+="[^"]*")*)'
)
WITH_GRAPHS: Final = frozenset({N_QUADS, TRIG})
WITH_PREFIXES: Final = frozenset({TURTLE, TRIG, RDF_XML})


class UnwritableError(CommuniqueError):
    """A description that the chosen format cannot express."""


def write(quads: Sequence[Quad], chosen: Format, *, about: NamedNode) -> bytes:
    """Write `quads` in the format `chosen`. Raises `UnwritableError` where RDF/XML cannot."""
    if chosen is JSON_LD:
        document = compacted(nested(quads, about))
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    if chosen is RDF_XML:
        _check_xml(quads)
    assert chosen.rdf is not None, f"{chosen.label} is no RDF format"
    statements = quads if chosen in WITH_GRAPHS else [quad.triple for quad in quads]
    prefixes = dict(PREFIXES) if chosen in WITH_PREFIXES else None
    written = serialize(statements, format=chosen.rdf, prefixes=prefixes)
    assert written is not None
    return _orderly(written) if prefixes else written


def _orderly(written: bytes) -> bytes:
    """Put the prefixes in order, without those that nothing uses: the writer puts all, each time in another order."""
    found = HEAD.match(written)
    if found is None:
        return written
    start, end = found.span("declarations")
    body = written[end:]
    declarations = sorted(
        d.group() for d in DECLARATION.finditer(found["declarations"]) if (d["name"] or d["local"]) + b":" in body
    )
    return written[:start] + b"".join(declarations) + body


def _check_xml(quads: Sequence[Quad]) -> None:
    """The writer does not look: a predicate without a local name, or a control character, would give broken XML."""
    for quad in quads:
        local = re.split(r"[/#]", quad.predicate.value)[-1]
        if not XML_NAME.match(local):
            raise UnwritableError(f"RDF/XML cannot name the property {quad.predicate.value}; ask for Turtle instead.")
        if isinstance(quad.object, Literal) and NOT_XML.search(quad.object.value):
            raise UnwritableError("RDF/XML cannot hold a control character of this text; ask for Turtle instead.")
