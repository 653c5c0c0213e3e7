"""What a request asks of the endpoint: a query, its dataset, a format (SPARQL 1.1 Protocol, section 2.1)."""

from __future__ import annotations

import math
import re
from binascii import a2b_qp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Final

from server.sparql.errors import QueryError, malformed, refused

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
WITH_BODY: Final = frozenset({"POST", "QUERY"})
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MOST_PARAMETERS: Final = 1000
_READS_ONLY: Final = "this endpoint only reads; change the articles or the rules and build again"


@dataclass(frozen=True, slots=True)
class Request:
    """What the endpoint looks at of an HTTP request; `body` is read at most once, and no further than it has to be.

    `url` is the address without its query string, `path` what follows in it behind `/sparql` or `/graph-store`.
    """

    method: str
    url: str
    query_string: str
    content_type: str
    accept: str | None
    if_none_match: str | None
    body: BytesIO
    path: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs a query is asked of, in place of those it names itself; nothing given means those of the store.

    As the Protocol has it, naming graphs of one kind leaves those of the other kind empty.
    """

    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()

    @property
    def given(self) -> bool:
        """Whether any graph was named."""
        return bool(self.default_graphs or self.named_graphs)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks for; `seconds` is the deadline that the client wants, if it wants one."""

    query: str
    dataset: Dataset = field(default_factory=Dataset)
    format: str | None = None
    seconds: float | None = None


def read(request: Request, *, largest: int) -> Operation | None:
    """Find the query of a request, wherever the Protocol lets it stand; nothing when a GET has none.

    Raises `QueryError`: 400 for none or several queries, 413 for a body over `largest` bytes, 415 for another type.
    """
    parameters = parse(request.query_string)
    if request.method not in WITH_BODY:
        return _operation(parameters) if parameters.keys() & {"query", "update"} else None
    kind, charset = _content_type(request.content_type)
    if kind == UPDATE:
        raise refused(_READS_ONLY)
    if kind not in (FORM, QUERY):
        detail = f"a query comes as {QUERY} or in a form ({FORM}), not as {kind or 'nothing named'}"
        raise QueryError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, title="Unsupported media type")
    if charset not in ("", "utf-8", "utf8"):
        detail = f"a query is read as UTF-8, not as {charset}"
        raise QueryError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, title="Unsupported charset")
    body = request.body.read(largest + 1)
    if len(body) > largest:
        detail = f"the request has more than {largest} bytes; ask a shorter query"
        raise QueryError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, title="Request too large")
    text = _decoded(body)
    if kind == FORM:
        for name, values in parse(text).items():
            parameters.setdefault(name, []).extend(values)
        return _operation(parameters)
    if "query" in parameters:
        raise malformed("the query stands both in the address and in the body; leave one")
    return _operation(parameters | {"query": [text]})


def _operation(parameters: Mapping[str, Sequence[str]]) -> Operation:
    if "update" in parameters or parameters.keys() & {"using-graph-uri", "using-named-graph-uri"}:
        raise refused(_READS_ONLY)
    queries = parameters.get("query", ())
    if len(queries) != 1:
        raise malformed("the request has no parameter `query`" if not queries else "the request has several queries")
    dataset = Dataset(_graphs(parameters, "default-graph-uri"), _graphs(parameters, "named-graph-uri"))
    return Operation(queries[0], dataset, first(parameters, "format"), _seconds(first(parameters, "timeout")))


def _seconds(text: str | None) -> float | None:
    """Read a deadline in seconds; 0 is what clients send that want none of their own."""
    if text is None or text.strip("0.") == "":
        return None
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise malformed(f"timeout: {text!r} is no number of seconds above 0; write, say, timeout=2.5")
    return seconds


def _graphs(parameters: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
    """Read the IRIs of graphs; only those of the store are ever looked up. Forms send parameters that are empty."""
    return [graph_iri(name, iri) for iri in parameters.get(name, ()) if iri]


def graph_iri(name: str, iri: str) -> str:
    """Check the IRI of a graph, the value of a parameter."""
    if not _IRI.fullmatch(iri):
        raise malformed(f"{name}: {iri!r} is no absolute IRI")
    if iri.lower().startswith("file:"):
        raise refused(f"{name}: an IRI of a file is not looked up")
    return iri


def first(parameters: Mapping[str, Sequence[str]], name: str) -> str | None:
    """Give the first value of a parameter."""
    return next(iter(parameters.get(name, ())), None)


def parse(text: str) -> dict[str, list[str]]:
    """Read the parameters of a query string or a form."""
    if broken := _ESCAPE.search(text):
        raise malformed(f"the parameters hold a % that escapes nothing: {text[broken.start() : broken.start() + 3]!r}")
    parts = text.split("&", _MOST_PARAMETERS)
    if len(parts) > _MOST_PARAMETERS:
        raise malformed(f"the request has more than {_MOST_PARAMETERS} parameters")
    parameters: dict[str, list[str]] = {}
    try:
        for part in filter(None, parts):
            name, _, value = part.partition("=")
            parameters.setdefault(_unescaped(name), []).append(_unescaped(value))
    except UnicodeError as error:
        raise malformed("a parameter is not UTF-8") from error
    return parameters


def _unescaped(text: str) -> str:
    """Undo the escapes of a form, fast: they are those of quoted-printable mail but for their sign."""
    if "%" not in text and "+" not in text:
        return text
    mail = text.replace("=", "=3D").replace("%", "=").replace("+", " ")
    return a2b_qp(mail.encode("utf-8", "surrogateescape")).decode("utf-8")


def _content_type(header: str) -> tuple[str, str]:
    kind, *parameters = (piece.strip().lower() for piece in header.split(";"))
    charsets = [value.strip("\"' ") for name, _, value in (p.partition("=") for p in parameters) if name == "charset"]
    return kind, charsets[0] if charsets else ""


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise malformed(f"the request is not UTF-8 (byte {error.start})") from error
