"""What a request asks of the endpoint: a query, its dataset, a format (SPARQL 1.1 Protocol, section 2.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import IO, Final
from urllib.parse import parse_qsl

from server.sparql.errors import QueryError, malformed, refused
from server.sparql.evaluate import Dataset

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"


@dataclass(frozen=True, slots=True)
class Request:
    """What the endpoint looks at of an HTTP request; `body` is read at most once, and no further than it has to be."""

    method: str
    url: str
    query_string: str
    content_type: str
    accept: str | None
    if_none_match: str | None
    body: IO[bytes]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks for."""

    query: str
    dataset: Dataset = field(default_factory=Dataset)
    format: str | None = None


def read(request: Request, *, largest: int) -> Operation | None:
    """Find the query of a request, wherever the Protocol lets it stand; nothing when a GET has none.

    Raises `QueryError`: 400 for none or several queries, 413 for a body over `largest` bytes, 415 for another type.
    """
    parameters = _parameters(request.query_string)
    if request.method != "POST":
        return _operation(parameters) if parameters.keys() & {"query", "update"} else None
    kind, charset = _content_type(request.content_type)
    if kind not in (FORM, QUERY):
        detail = f"a query comes as {QUERY} or in a form ({FORM}), not as {kind or 'nothing named'}"
        raise QueryError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, title="Unsupported media type")
    if charset not in ("", "utf-8", "utf8"):
        detail = f"a query is read as UTF-8, not as {charset}"
        raise QueryError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, title="Unsupported charset")
    body = request.body.read(largest + 1)
    if len(body) > largest:
        detail = f"the request has more than {largest} bytes"
        raise QueryError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, title="Request too large")
    text = _decoded(body)
    if kind == FORM:
        for name, values in _parameters(text).items():
            parameters.setdefault(name, []).extend(values)
        return _operation(parameters)
    if "query" in parameters:
        raise malformed("the query stands both in the address and in the body; leave one")
    return _operation(parameters | {"query": [text]})


def _operation(parameters: Mapping[str, Sequence[str]]) -> Operation:
    if "update" in parameters:
        raise refused("this endpoint only reads; change the articles or the rules and build again")
    queries = parameters.get("query", ())
    if len(queries) != 1:
        raise malformed("the request has no parameter `query`" if not queries else "the request has several queries")
    dataset = Dataset(_graphs(parameters, "default-graph-uri"), _graphs(parameters, "named-graph-uri"))
    return Operation(queries[0], dataset, next(iter(parameters.get("format", ())), None))


def _graphs(parameters: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
    """Read the IRIs of graphs; only those of the store are ever looked up."""
    for iri in parameters.get(name, ()):
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*", iri):
            raise malformed(f"{name}: {iri!r} is no absolute IRI")
        if iri.lower().startswith("file:"):
            raise refused(f"{name}: an IRI of a file is not looked up")
    return parameters.get(name, ())


def _parameters(text: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError as error:
        raise malformed("a parameter is not UTF-8") from error
    except ValueError as error:
        raise malformed("the request has too many parameters") from error
    parameters: dict[str, list[str]] = {}
    for name, value in pairs:
        parameters.setdefault(name, []).append(value)
    return parameters


def _content_type(header: str) -> tuple[str, str]:
    kind, *parameters = (piece.strip().lower() for piece in header.split(";"))
    charsets = [value.strip("\"' ") for name, _, value in (p.partition("=") for p in parameters) if name == "charset"]
    return kind, charsets[0] if charsets else ""


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise malformed(f"the request is not UTF-8 (byte {error.start})") from error
