"""The endpoint in the web application, and a shorter way to it that leaves the application out."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

import flask

from server.sparql.guard import Limits
from server.sparql.protocol import Endpoint, Response, wants_editor
from server.sparql.request import Request
from server.sparql.workers import Bounds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH: Final = "/sparql"
EXTENSION: Final = "communique.sparql"
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_LARGEST_BODY: Final = 8 << 20


def sparql_blueprint(
    root: Path,
    *,
    render_editor: Callable[[], flask.typing.ResponseReturnValue] | None = None,
    bounds: Bounds | None = None,
    limits: Limits | None = None,
) -> flask.Blueprint:
    """Make the blueprint that answers at `/sparql`.

    A browser that comes without a query gets what `render_editor` returns; without one, the service description.
    """
    endpoint = Endpoint(root, bounds=bounds, limits=limits)
    blueprint = flask.Blueprint("sparql", __name__)

    # Flask's own answers to OPTIONS and to unknown methods would lack what the Protocol wants of them.
    methods = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"]

    @blueprint.route(PATH, methods=methods, provide_automatic_options=False)
    def sparql() -> flask.typing.ResponseReturnValue:
        request = _request(flask.request.environ)
        if render_editor and wants_editor(request):
            response = flask.make_response(render_editor())
            response.vary.add("Accept")
            return response
        answer = endpoint.respond(request)
        return flask.Response(_body(answer), status=answer.status, headers=dict(answer.headers))

    @blueprint.record_once
    def register(state: flask.blueprints.BlueprintSetupState) -> None:
        state.app.extensions[EXTENSION] = endpoint

    return blueprint


def shortcut(app: flask.Flask) -> WSGIApplication:
    """Put the endpoint before the application: a small query costs half as much without Flask around it.

    Only requests with a query take the shortcut; pages, the editor and mistakes go the usual way.
    """
    endpoint = cast(Endpoint, app.extensions[EXTENSION])

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH or not _queries(environ):
            return app(environ, start_response)
        answer = endpoint.respond(_request(environ))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else _body(answer)

    return application


def _queries(environ: WSGIEnvironment) -> bool:
    return environ["REQUEST_METHOD"] == "POST" or "query=" in environ.get("QUERY_STRING", "")


def _body(answer: Response) -> Iterable[bytes]:
    return [answer.body] if isinstance(answer.body, bytes) else answer.pieces()


def _request(environ: dict[str, Any]) -> Request:
    return Request(
        method=environ["REQUEST_METHOD"],
        url=_url(environ),
        query_string=environ.get("QUERY_STRING", ""),
        content_type=environ.get("CONTENT_TYPE", ""),
        accept=environ.get("HTTP_ACCEPT"),
        if_none_match=environ.get("HTTP_IF_NONE_MATCH"),
        body=_bounded(environ),
    )


def _bounded(environ: dict[str, Any]) -> IO[bytes]:
    """Give the body as a file that ends: PEP 3333 lets a server hand out one that waits for more."""
    if environ.get("wsgi.input_terminated"):
        return cast(IO[bytes], environ["wsgi.input"])
    length = min(int(environ.get("CONTENT_LENGTH") or 0), _LARGEST_BODY)
    return io.BytesIO(environ["wsgi.input"].read(length))


def _url(environ: dict[str, Any]) -> str:
    named = environ.get("HTTP_HOST", "")
    host = named if _HOST.fullmatch(named) else f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    path = quote(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""))
    return f"{environ['wsgi.url_scheme']}://{host}{path}"
