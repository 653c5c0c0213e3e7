"""What a client is told when something cannot be answered: a page for readers, one JSON shape for programs."""

from __future__ import annotations

import logging
from typing import Final

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, NotAcceptable, ServiceUnavailable

from server.entities.serialize import UnwritableError
from server.negotiation import HTML, JSON, JSON_LD, Format, choose
from server.store import StoreError

log = logging.getLogger(__name__)

FOR_PROGRAMS: Final = ("/data/", "/sparql", "/health")
ADVICE: Final = {
    400: "The request cannot be understood as it is written.",
    404: "There is nothing at this address, or the present graph does not know this thing.",
    405: "This address does not answer that kind of request.",
    406: "None of the formats on offer is acceptable.",
    500: "Something went wrong on this side. It has been written to the log.",
    503: "There is no graph to show yet.",
}


def handle_problems(app: Flask) -> None:
    """Answer every error of `app` in the form that fits the client."""
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(StoreError, _store_problem)
    app.register_error_handler(UnwritableError, _unwritable)
    app.register_error_handler(Exception, _unforeseen)


def _http_problem(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    detail = error.description if error.description and not _is_stock(error) else ADVICE.get(status)
    response = problem(status, error.name, detail or error.name)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "location", "retry-after"}:
            response.headers[name] = value
    return response


def _is_stock(error: HTTPException) -> bool:
    return error.description == type(error).description


def _store_problem(error: StoreError) -> Response:
    log.error("the store cannot be read: %s", error)
    response = problem(503, ServiceUnavailable().name, f"{ADVICE[503]} Build one: communique build ARTICLES...")
    response.headers["Retry-After"] = "30"
    return response


def _unwritable(error: UnwritableError) -> Response:
    return problem(406, NotAcceptable().name, str(error))


def _unforeseen(error: Exception) -> Response:
    log.exception("%s %s failed", request.method, request.path, exc_info=error)
    return problem(500, InternalServerError().name, ADVICE[500])


def problem(status: int, title: str, detail: str) -> Response:
    """The answer to a request that failed: HTML where a reader is likely, else JSON."""
    if _wants() is HTML:
        body = render_template("problem.html", status=status, title=title, detail=detail)
        response = make_response(body, status)
    else:
        response = jsonify({"error": {"status": status, "title": title, "detail": detail}})
        response.status_code = status
    response.vary.add("Accept")
    return response


def _wants() -> Format:
    """HTML only if it is the better choice; where programs come, a client that takes anything gets JSON."""
    programs = request.path.startswith(FOR_PROGRAMS)
    offers = (JSON, JSON_LD, HTML) if programs else (HTML, JSON, JSON_LD)
    return choose(request.headers.get("Accept"), offers) or JSON
