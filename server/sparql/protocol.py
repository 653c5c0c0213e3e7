"""The SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/): a request in, a response out, no framework."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final

from ontology.namespaces import PREFIXES
from server.negotiation import HTML, Format, choose
from server.sparql.description import describe
from server.sparql.errors import QueryError
from server.sparql.evaluate import Result, evaluate
from server.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name, makes_graph
from server.sparql.guard import Limits, inspect
from server.sparql.request import Operation, Request, read
from server.sparql.workers import Bounds, Pool
from server.store import Generation, Live, StoreError

log = logging.getLogger(__name__)

METHODS: Final = "GET, HEAD, POST, OPTIONS"
EVERYWHERE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""What every response of the endpoint carries: the data is public, and none of it is for a browser to run."""
PREFLIGHT: Final = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_PIECE: Final = 1 << 18


@dataclass(frozen=True)
class Response:
    """An HTTP response; the body is either all there, or a file that is read while it is sent."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: bytes | IO[bytes] = b""

    def pieces(self) -> Iterator[bytes]:
        """Give the body bit by bit, and close its file."""
        if isinstance(self.body, bytes):
            yield self.body
            return
        with self.body as file:
            while piece := file.read(_PIECE):
                yield piece


class Endpoint:
    """Answers queries over the live generation of one store; the prefixes of the vocabulary need no declaration."""

    def __init__(self, root: Path, *, bounds: Bounds | None = None, limits: Limits | None = None) -> None:
        self.live = Live(root)
        self.pool = Pool(bounds)
        self.limits = limits or Limits()

    def bound(self, bounds: Bounds) -> None:
        """Bound queries otherwise; to be called before the first."""
        self.pool.close()
        self.pool = Pool(bounds)

    def respond(self, request: Request) -> Response:
        """Answer a request; what goes wrong is an answer too."""
        try:
            return self._respond(request)
        except QueryError as error:
            return failure(error)
        except StoreError as error:
            return failure(QueryError(HTTPStatus.SERVICE_UNAVAILABLE, str(error), title="No graph to query"))
        except Exception:
            log.exception("a query could not be answered: %s %s", request.method, request.query_string[:2000])
            detail = "something went wrong on this side; it has been written to the log"
            return failure(QueryError(HTTPStatus.INTERNAL_SERVER_ERROR, detail, title="Internal error"))

    def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(HTTPStatus.NO_CONTENT, EVERYWHERE | PREFLIGHT)
        if request.method not in ("GET", "HEAD", "POST"):
            detail = f"{request.method} is not a method of this endpoint; use GET or POST"
            raise QueryError(HTTPStatus.METHOD_NOT_ALLOWED, detail, title="Method not allowed")
        operation = read(request, largest=4 * self.limits.characters)
        return self._answer(request, operation) if operation else self._describe(request)

    def _answer(self, request: Request, operation: Operation) -> Response:
        inspected = inspect(operation.query, limits=self.limits)
        chosen = _chosen(operation, inspected.form, request.accept)
        generation = self.live.generation()
        cached = _validators(generation, chosen) if inspected.stable and request.method != "POST" else {}
        if cached and _matches(request.if_none_match, cached["ETag"]):
            return Response(HTTPStatus.NOT_MODIFIED, EVERYWHERE | cached | {"Vary": "Accept"})
        result = evaluate(
            self.pool,
            generation.path / "oxigraph",
            operation.query,
            inspected,
            chosen,
            dataset=operation.dataset,
            prefixes=PREFIXES,
            base=_base(generation),
        )
        return _success(result, cached or {"Cache-Control": "no-store"})

    def _describe(self, request: Request) -> Response:
        """Give the service description (https://www.w3.org/TR/sparql11-service-description/)."""
        chosen = choose(request.accept, GRAPH_FORMATS)
        if chosen is None or chosen.rdf is None:
            raise _not_acceptable(GRAPH_FORMATS)
        generation = self.live.generation()
        body = describe(generation, endpoint=request.url, format=chosen.rdf)
        headers = {"Content-Type": chosen.content_type, "Vary": "Accept", **_validators(generation, chosen)}
        return Response(HTTPStatus.OK, EVERYWHERE | headers, body)


def wants_editor(request: Request) -> bool:
    """Tell whether a request is a reader's, who comes without a query and is best served with a page."""
    if request.method not in ("GET", "HEAD") or "query=" in request.query_string:
        return False
    return choose(request.accept, (*GRAPH_FORMATS, HTML)) is HTML


def _chosen(operation: Operation, form: str | None, accept: str | None) -> Format:
    """Choose the format: by the parameter `format` if there is one, else by the Accept header."""
    offers = GRAPH_FORMATS if makes_graph(form) else RESULT_FORMATS
    chosen = by_name(operation.format, form) if operation.format else choose(accept, offers)
    if chosen is None:
        raise _not_acceptable(offers)
    return chosen


def _not_acceptable(offers: Sequence[Format]) -> QueryError:
    detail = f"a query of this form is answered as {', '.join(offer.media_type for offer in offers)}"
    return QueryError(HTTPStatus.NOT_ACCEPTABLE, detail, title="Not acceptable")


def _base(generation: Generation) -> str | None:
    """Give the base that relative IRIs in a query are resolved against."""
    base = generation.meta.get("base")
    return base if isinstance(base, str) else None


def _validators(generation: Generation, chosen: Format) -> dict[str, str]:
    return {"ETag": f'"{generation.identifier}.{chosen.extension}"', "Cache-Control": "no-cache"}


def _matches(header: str | None, tag: str) -> bool:
    """Compare entity tags weakly (RFC 9110, 13.1.2)."""
    tags = [piece.strip().removeprefix("W/") for piece in (header or "").split(",")]
    return tag in tags or "*" in tags


def _success(result: Result, cached: Mapping[str, str]) -> Response:
    size = result.file.seek(0, 2)
    result.file.seek(0)
    headers = {"Content-Type": result.format.content_type, "Content-Length": str(size), "Vary": "Accept", **cached}
    body = result.file if size > _PIECE else result.file.read()
    return Response(HTTPStatus.OK, EVERYWHERE | headers, body)


def failure(error: QueryError) -> Response:
    """Give an error in the endpoint's one shape."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = METHODS
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "5"
    return Response(error.status, EVERYWHERE | headers, json.dumps(error.as_json(), ensure_ascii=False).encode())
