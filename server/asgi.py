"""The whole server on one event loop: the endpoint answers by itself, the pages by the Flask application in threads."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from a2wsgi import WSGIMiddleware

from server.app import create_app
from server.operations import metrics as figures
from server.operations.health import as_json, readiness
from server.operations.metrics import Metrics
from server.operations.settings import Settings
from server.prefix import Prefixed
from server.sparql.bounds import Bounds
from server.sparql.protocol import Endpoint, wants_editor
from server.sparql.service import GRAPHS, QUERIES, Receive, Scope, Send, Service, asked
from server.sparql.workers import Pool
from server.store.generation import POINTER

THREADS: Final = 32
"""Pages that are made at once."""
_ENDPOINT: Final = re.compile(rf"{QUERIES}(?:[.].*)?|{GRAPHS}(?:/.*)?")


class Application:
    """The ASGI application of one server process."""

    def __init__(self, root: Path, settings: Settings, bounds: Bounds) -> None:
        self._root, self._settings, self._bounds = root, settings, bounds
        self._pages = WSGIMiddleware(create_app(root), workers=THREADS)  # type: ignore[arg-type]
        self._metrics = Metrics()
        self._pool: Pool
        self._service: Service
        self._heart: asyncio.Task[None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or take part in the start and the end of the process."""
        if scope["type"] != "http":
            await self._live(scope, receive, send)
            return
        prefix, path = self._settings.prefix, scope["path"]
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            path = path.removeprefix(prefix) or "/"
            scope = {**scope, "path": path, "root_path": prefix}
            send = Prefixed(prefix, send)
        if _ENDPOINT.fullmatch(path) and not _wants_editor(scope):
            await self._service(scope, receive, send)
        elif path == "/metrics":
            await _reply(send, 200, self._measured(), figures.CONTENT_TYPE)
        elif path == "/ready":
            status, content = await readiness(self._service.endpoint.live, self._pool)
            await _reply(send, status, as_json(content), "application/json")
        else:
            await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 0

        async def counted(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            # A2wsgi takes the query string for ASCII, which it is where it was sent as it should be.
            asked = quote(scope["query_string"], safe="%!$&'()*+,;=:@/?[]{}|\\^`\"<> #~")
            await self._pages({**scope, "query_string": asked.encode("ascii")}, receive, counted)  # type: ignore[arg-type]
        finally:
            self._metrics.request("pages", status, time.perf_counter() - started)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Start and end with the server."""
        if scope["type"] != "lifespan":
            return
        await receive()
        self._start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._heart.cancel()
        self._pool.close()
        self._service.flush()
        await send({"type": "lifespan.shutdown.complete"})

    def _start(self) -> None:
        self._pool = Pool(self._bounds, count=lambda event: self._metrics.event(event)())
        self._service = Service(Endpoint(self._root), self._pool, metrics=self._metrics, settings=self._settings)
        self._pool.warm()
        self._heart = asyncio.get_running_loop().create_task(self._beat())

    async def _beat(self) -> None:
        """Do once a second what need not be done at each request."""
        while True:
            await asyncio.sleep(1)
            self._observe()
            self._service.flush()
            self._pool.warm()

    def _observe(self) -> None:
        held = self._metrics
        held.settle()
        held.running.set(self._pool.busy)
        held.queued.set(self._pool.queued)
        held.evaluators.set(self._pool.evaluators)
        held.cached.set(self._service.cache.size)
        try:
            held.age.set(time.time() - (self._root / POINTER).stat().st_mtime)
        except OSError:
            held.age.set(-1)

    def _measured(self) -> bytes:
        self._observe()
        return self._metrics.page()


def divided(settings: Settings, *, processes: int, processors: int) -> Bounds:
    """Give each of several server processes its share of what may run."""

    def share(whole: int, *, least: int = 1) -> int:
        return max(-(-whole // processes), least)

    most = share(settings.evaluators_most)
    return Bounds(
        seconds=settings.query_seconds,
        megabytes=settings.query_memory,
        largest=settings.query_bytes,
        rows=settings.query_rows,
        warm=min(share(settings.evaluators or max(processors, 2)), most),
        most=most,
        long=min(share(settings.evaluators_long), most),
        waiting=share(settings.queue, least=0),
        patience=settings.queue_seconds,
    )


def _wants_editor(scope: Scope) -> bool:
    """Tell whether a reader has come, for whom there is a page."""
    if scope["path"] != QUERIES or b"query=" in scope["query_string"]:
        return False
    return wants_editor(asked(scope, dict(scope["headers"]), b""))


async def _reply(send: Send, status: int, body: bytes, content_type: str, headers: Mapping[str, str] = {}) -> None:
    heads = {"content-type": content_type, "content-length": str(len(body)), "cache-control": "no-store", **headers}
    encoded = [(name.encode(), value.encode()) for name, value in heads.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
