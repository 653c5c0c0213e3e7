"""The endpoint in the Flask application: the editor for readers, and a way to ask without the server around it.

In production, asgi.py takes the requests to the endpoint before they come here, and leaves only the editor.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import flask

from server.operations.metrics import Metrics
from server.sparql.protocol import Endpoint, wants_editor
from server.sparql.request import Request
from server.sparql.service import Service
from server.sparql.workers import Bounds, Pool

_METHODS: Final = ["GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH"]
_LARGEST_BODY: Final = 8 << 20


def sparql_blueprint(root: Path, *, render_editor: Callable[[], flask.typing.ResponseReturnValue]) -> flask.Blueprint:
    """Make the blueprint that answers at `/sparql` and `/graph-store`.

    A browser that comes to `/sparql` without a query gets what `render_editor` returns.
    """
    blueprint = flask.Blueprint("sparql", __name__)
    bridge = Bridge(root)

    def endpoint(path: str = "") -> flask.typing.ResponseReturnValue:
        if flask.request.path == "/sparql" and wants_editor(_asked()):
            response = flask.make_response(render_editor())
            response.vary.add("Accept")
            return response
        return bridge.answer(flask.request)

    # Flask's own answers to OPTIONS and to unknown methods would lack what the Protocol wants of them.
    for rule in ("/sparql", "/sparql.<path>", "/graph-store", "/graph-store/<path:path>"):
        blueprint.add_url_rule(rule, view_func=endpoint, methods=_METHODS, provide_automatic_options=False)
    return blueprint


class Bridge:
    """An event loop in a thread of its own, started at the first question."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def answer(self, request: flask.Request) -> flask.Response:
        """Have a request answered by the endpoint."""
        body = request.stream.read(_LARGEST_BODY)
        scope = {
            "type": "http",
            "method": request.method,
            "path": request.path,
            "root_path": request.root_path,
            "query_string": request.query_string,
            "scheme": request.scheme,
            "server": request.server,
            "client": (request.remote_addr or "", 0),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in request.headers],
        }
        loop, service = self._running
        messages = asyncio.run_coroutine_threadsafe(_collected(service, scope, body), loop).result()
        content = b"".join(message.get("body", b"") for message in messages)
        headers = [(name.decode(), value.decode("latin-1")) for name, value in messages[0]["headers"]]
        return flask.Response(content, messages[0]["status"], headers)

    @cached_property
    def _running(self) -> tuple[asyncio.AbstractEventLoop, Service]:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        return loop, asyncio.run_coroutine_threadsafe(self._service(), loop).result()

    async def _service(self) -> Service:
        return Service(Endpoint(self._root), Pool(Bounds(warm=1)), metrics=Metrics())


async def _collected(service: Service, scope: dict[str, Any], body: bytes) -> list[MutableMapping[str, Any]]:
    """Ask the service, and give all that it sends."""
    messages: list[MutableMapping[str, Any]] = []
    asked = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    await service(scope, receive, send)
    return messages


def _asked() -> Request:
    request = flask.request
    return Request(
        method=request.method,
        url=request.base_url,
        query_string=request.query_string.decode("latin-1"),
        content_type="",
        accept=request.headers.get("Accept"),
        if_none_match=None,
        body=io.BytesIO(),
    )
