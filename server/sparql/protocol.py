"""The SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/): a request in, what is to be done out.

Nothing here waits or runs a query: whoever has a `Plan` asks an evaluator, and sends what it says.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from ontology.namespaces import PREFIXES
from server.negotiation import HTML, Format, choose
from server.sparql import graph_store
from server.sparql.description import describe
from server.sparql.errors import QueryError
from server.sparql.formats import GRAPH_FORMATS, SUFFIXES, by_name, offers_for
from server.sparql.glance import glance
from server.sparql.guard import Limits, inspect
from server.sparql.plan import Plan, question
from server.sparql.request import FORM, QUERY, WITH_BODY, Request, read
from server.store import Generation, Live, StoreError

__all__ = ["EVERYWHERE", "Endpoint", "Plan", "Response", "failure", "wants_editor"]

log = logging.getLogger(__name__)

METHODS: Final = "GET, HEAD, POST, QUERY, OPTIONS"
EVERYWHERE: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Answer-Cut, ETag, Retry-After, Server-Timing",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""What every response of the endpoint carries: the data is public, and none of it is for a browser to run."""
_QUESTIONS: Final = {"Accept-Query": f"{QUERY}, {FORM}"}
"""Which bodies the method QUERY takes (draft-ietf-httpbis-safe-method-w-body)."""
_PROGRAMS: Final = Format("json", "JSON", ("application/json", "application/problem+json"))
_PEOPLE: Final = Format("txt", "text", ("text/plain",))


@dataclass(frozen=True)
class Response:
    """An HTTP response that needs no evaluator. For HEAD, the body is left out by whoever sends it."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: bytes = b""


class Endpoint:
    """Plans answers over the live generation of one store; the prefixes of the vocabulary need no declaration."""

    def __init__(self, root: Path, *, limits: Limits | None = None) -> None:
        self.live = Live(root)
        self.limits = limits or Limits()
        self._described: tuple[tuple[object, ...], bytes] | None = None

    @property
    def largest_body(self) -> int:
        """How many bytes a request's body may have; of one that has more, one more has to be handed over."""
        return 4 * self.limits.characters

    def plan(self, request: Request) -> Response | Plan:
        """Find out what a request wants; what is wrong with it is an answer too."""
        return self._safely(request, self._plan)

    def plan_graph(self, request: Request) -> Response | Plan:
        """Do the same for the Graph Store Protocol; `request.path` is what follows behind the address of the store."""
        return self._safely(request, self._plan_graph)

    def _safely(self, request: Request, work: Callable[[Request], Response | Plan]) -> Response | Plan:
        try:
            return work(request)
        except QueryError as error:
            return failure(error, request.accept)
        except StoreError as error:
            empty, detail = HTTPStatus.SERVICE_UNAVAILABLE, str(error)
            return failure(QueryError(empty, detail, title="No graph to query", retry_after=30), request.accept)
        except Exception:
            log.exception("a request could not be planned: %s %s", request.method, request.query_string[:2000])
            return failure(_unforeseen(), request.accept)

    def _plan(self, request: Request) -> Response | Plan:
        suffix = request.path.removeprefix(".")
        if request.path and suffix not in SUFFIXES:
            detail = f"there is nothing at /sparql{request.path[:50]}; what may follow is a format, as in /sparql.csv"
            raise QueryError(HTTPStatus.NOT_FOUND, detail, title="Not found")
        if request.method == "OPTIONS":
            return preflight(METHODS, _QUESTIONS)
        if request.method not in ("GET", "HEAD", *WITH_BODY):
            detail = f"{request.method} is not a method of this endpoint; use GET, POST or QUERY"
            raise QueryError(HTTPStatus.METHOD_NOT_ALLOWED, detail, title="Method not allowed", allow=METHODS)
        operation = read(request, largest=self.largest_body)
        if operation is None:
            return self._describe(request, suffix)
        inspected = glance(operation.query, self.limits) or inspect(operation.query, limits=self.limits)
        chosen = _chosen(operation.format or suffix, inspected.form, request.accept)
        generation = self.live.generation()
        asked = question(
            generation.path / "oxigraph",
            operation.query,
            inspected,
            chosen,
            dataset=operation.dataset,
            prefixes=PREFIXES,
            base=base_of(generation),
        )
        return Plan(asked, chosen, generation, inspected.stable, _success(chosen), operation.seconds)

    def _plan_graph(self, request: Request) -> Response | Plan:
        if request.method == "OPTIONS":
            return preflight(graph_store.METHODS, {})
        generation = self.live.generation()
        wanted = graph_store.read(request, generation, base=base_of(generation))
        chosen = _chosen(wanted.format, "CONSTRUCT", request.accept)
        asked = question(generation.path / "oxigraph", wanted.query, inspect(wanted.query), chosen, prefixes=PREFIXES)
        return Plan(asked, chosen, generation, True, _success(chosen))

    def _describe(self, request: Request, suffix: str) -> Response:
        """Give the service description (https://www.w3.org/TR/sparql11-service-description/)."""
        chosen = _chosen(suffix, "DESCRIBE", request.accept)
        generation = self.live.generation()
        tag = f'"{generation.identifier}.{chosen.extension}"'
        headers = {**_success(chosen), **_QUESTIONS, "ETag": tag, "Cache-Control": "no-cache"}
        if matches(request.if_none_match, tag):
            return Response(HTTPStatus.NOT_MODIFIED, headers)
        url = request.url.removesuffix(request.path)
        key = (generation.identifier, url, chosen)
        if self._described is None or self._described[0] != key:
            self._described = key, describe(generation, endpoint=url, chosen=chosen)
        return Response(HTTPStatus.OK, headers, self._described[1])


def wants_editor(request: Request) -> bool:
    """Tell whether a request is a reader's, who comes without a query and is best served with a page."""
    if request.method not in ("GET", "HEAD") or "query=" in request.query_string or request.path:
        return False
    return choose(request.accept, (*GRAPH_FORMATS, HTML)) is HTML


def base_of(generation: Generation) -> str | None:
    """Give the base that relative IRIs in a query are resolved against."""
    base = generation.meta.get("base")
    return base if isinstance(base, str) else None


def matches(header: str | None, tag: str) -> bool:
    """Compare entity tags weakly (RFC 9110, 13.1.2)."""
    tags = [piece.strip().removeprefix("W/") for piece in (header or "").split(",")]
    return tag in tags or "*" in tags


def preflight(methods: str, more: Mapping[str, str]) -> Response:
    """Answer OPTIONS, also when a browser asks whether a page of another origin may do what it wants to do."""
    told = {
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, X-Request-Id, X-Requested-With",
        "Access-Control-Max-Age": "86400",
    }
    return Response(HTTPStatus.NO_CONTENT, {**EVERYWHERE, **told, **more})


def failure(error: QueryError, accept: str | None = None) -> Response:
    """Give an error in the endpoint's one shape: JSON, or text for a client that prefers it."""
    as_text = choose(accept, (_PROGRAMS, _PEOPLE)) is _PEOPLE
    chosen = _PEOPLE if as_text else _PROGRAMS
    headers = {"Content-Type": chosen.content_type, "Cache-Control": "no-store", "Vary": "Accept"}
    if error.allow:
        headers["Allow"] = error.allow
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    body = error.as_text() if as_text else json.dumps(error.as_json(), ensure_ascii=False)
    return Response(error.status, EVERYWHERE | headers, body.encode("utf-8", "replace"))


def _unforeseen() -> QueryError:
    detail = "something went wrong on this side; it has been written to the log"
    return QueryError(HTTPStatus.INTERNAL_SERVER_ERROR, detail, title="Internal error")


@lru_cache(1024)
def _chosen(named: str | None, form: str | None, accept: str | None) -> Format:
    """Choose the format: by its name, from a parameter or an address, if there is one; else by the Accept header."""
    chosen = by_name(named, form) if named else choose(accept, offers_for(form))
    if chosen is None:
        raise _not_acceptable(offers_for(form))
    return chosen


def _not_acceptable(offers: Sequence[Format]) -> QueryError:
    detail = f"a query of this form is answered as {', '.join(offer.media_type for offer in offers)}"
    return QueryError(HTTPStatus.NOT_ACCEPTABLE, detail, title="Not acceptable")


def _success(chosen: Format) -> dict[str, str]:
    return {**EVERYWHERE, "Content-Type": chosen.content_type, "Vary": "Accept"}
