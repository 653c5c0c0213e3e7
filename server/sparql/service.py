"""The endpoint on an event loop: what protocol.py has planned is looked up, run where it can be killed, and sent."""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import json
import logging
import os
import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from server.operations.access_log import Log, Visit
from server.operations.metrics import Metrics
from server.operations.rates import Rates
from server.operations.settings import Settings
from server.sparql.cache import Cache, Kept
from server.sparql.encodings import ENCODINGS, chosen, continued
from server.sparql.errors import QueryError
from server.sparql.plan import CUT
from server.sparql.protocol import Endpoint, Plan, Response, failure
from server.sparql.relay import Gone, Relay
from server.sparql.request import Request
from server.sparql.workers import Pool

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Mapping[bytes, bytes]

QUERIES: Final = "/sparql"
GRAPHS: Final = "/graph-store"
_LONG: Final = 10_000
"""Bytes from which the text of a query is inspected in a thread, so that others are answered meanwhile."""
_KNOWN: Final = 1_000
"""Requests that are known again by their text, which is not read a second time then."""
_IDENTIFIER: Final = re.compile(r"[\w.\-]{1,64}", re.ASCII)
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")


class CutOff(Exception):
    """The answer ended early, and the connection has to as well: the server closes it when the application raises."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and what is computed of it once: the tag of its answer (empty if that changes), headers, digest."""

    plan: Plan
    question: str
    generation: str
    tag: str
    digest: str
    headers: list[tuple[bytes, bytes]]

    @classmethod
    def of(cls, plan: Plan) -> Prepared:
        """Prepare a plan."""
        generation = plan.generation.identifier
        # The same answer wherever the store lies: its place comes last, and is no part of the tag.
        text = json.dumps({name: value for name, value in plan.question.items() if name != "store"})
        tag = f"{generation}.{_digest(text, 12)}" if plan.stable else ""
        question = f'{text[:-1]}, "store": {json.dumps(plan.question["store"])}}}'
        headers = _encoded({**plan.headers, "Vary": "Accept, Accept-Encoding"})
        return cls(plan, question, generation, tag, _digest(plan.question["query"], 8), headers)


class Service:
    """Answers the requests to the endpoint in one server process."""

    def __init__(
        self,
        endpoint: Endpoint,
        pool: Pool,
        *,
        metrics: Metrics,
        settings: Settings | None = None,
    ) -> None:
        self._settings = settings = settings or Settings()
        self.endpoint, self.pool, self._metrics = endpoint, pool, metrics
        self.cache = Cache(settings.cache_bytes)
        self._rates = Rates(settings.rate, settings.burst)
        self._access_log, self._slow_log = Log(settings.access_log), Log(settings.slow_log)
        self._known: dict[tuple[str, bytes, bytes, bool], Prepared] = {}
        self._latest: object = None
        self._numbers = itertools.count(1)
        self._process = f"{os.getpid():x}-{int(time.time()):x}"

    def flush(self) -> None:
        """Write the logs."""
        self._access_log.flush()
        self._slow_log.flush()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request to the endpoint."""
        headers: Headers = dict(scope["headers"])
        visit = self._visit(scope, headers)
        try:
            wait = self._rates.wait(visit.client)
            if wait:
                self._metrics.event("rate")()
                raise _too_often(wait)
            prepared = await self._prepare(scope, headers, receive)
            if isinstance(prepared, Response):
                await _send(send, visit, prepared.status, _encoded(prepared.headers), prepared.body)
            else:
                await self._answer(prepared, scope["method"], headers, visit, receive, send)
        except QueryError as error:
            await self._refuse(send, visit, failure(error, _text(headers, b"accept")))
        except Gone:
            visit.status, visit.whole = 499, False
        except CutOff:
            visit.whole = False
            raise
        except Exception:
            log.exception("a query could not be answered: request %s", visit.identifier)
            detail = f"something went wrong on this side; it has been written to the log (request {visit.identifier})"
            fault = QueryError(HTTPStatus.INTERNAL_SERVER_ERROR, detail, title="Internal error")
            if visit.status:
                raise
            await self._refuse(send, visit, failure(fault, _text(headers, b"accept")))
        finally:
            self._note(visit)

    async def _prepare(self, scope: Scope, headers: Headers, receive: Receive) -> Response | Prepared:
        """Find out what a request wants; one that came before, to the same generation, is not read again."""
        if _has_body(headers):
            return await self._read(scope, headers, await _body(receive, self.endpoint.largest_body))
        key = (scope["path"], scope["query_string"], headers.get(b"accept", b""), scope["method"])
        known = self._known.get(key)
        if known and known.generation == self.endpoint.live.generation().identifier:
            return known
        prepared = await self._read(scope, headers, b"")
        if isinstance(prepared, Prepared) and len(scope["query_string"]) + len(key[2]) < _LONG:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            self._known[key] = prepared
        return prepared

    async def _read(self, scope: Scope, headers: Headers, body: bytes) -> Response | Prepared:
        request = asked(scope, headers, body)
        plan = self.endpoint.plan_graph if scope["path"].startswith(GRAPHS) else self.endpoint.plan
        if len(request.query_string) + len(body) > _LONG:
            planned = await asyncio.get_running_loop().run_in_executor(None, plan, request)
        else:
            planned = plan(request)
        return planned if isinstance(planned, Response) else Prepared.of(planned)

    async def _answer(
        self, prepared: Prepared, method: str, headers: Headers, visit: Visit, receive: Receive, send: Send
    ) -> None:
        visit.query, visit.digest = prepared.plan.question["query"], prepared.digest
        encoding = chosen(_text(headers, b"accept-encoding"))
        tag, own = prepared.tag, [*prepared.headers, (b"x-request-id", visit.identifier.encode())]
        if tag and method in ("GET", "HEAD") and _matches(_text(headers, b"if-none-match"), tag):
            visit.cache = "unchanged"
            unchanged = [header for header in own if header[0] != b"content-type"]
            await _send(send, visit, HTTPStatus.NOT_MODIFIED, [*unchanged, *_validators(tag, "")], b"")
            return
        found = self.cache.get(prepared.generation, tag, encoding) if tag else None
        if found:
            visit.cache = "hit"
            await _send(send, visit, HTTPStatus.OK, self._heads(own, found, visit), found.body)
            return
        visit.cache = "miss" if tag else "none"
        relay = Relay()
        watch = _Watch(receive, relay)
        try:
            seconds = prepared.plan.seconds
            visit.queued = await self.pool.run(
                prepared.question, relay, seconds=seconds, encoding=encoding, alone=visit.alone, slow=watch.begin
            )
            await relay.first()
            await self._deliver(prepared, relay, own, encoding, visit, send)
        finally:
            watch.end()
            relay.abandon()
            relay.close()

    async def _deliver(
        self,
        prepared: Prepared,
        relay: Relay,
        own: list[tuple[bytes, bytes]],
        accepted: str,
        visit: Visit,
        send: Send,
    ) -> None:
        """Send an answer as soon as its fate is known, or so much has come that waiting for the rest would be long."""
        if relay.error:
            raise relay.error
        plan, tag = prepared.plan, prepared.tag
        cut = plan.explain(relay.refusal) if relay.refusal else None
        if cut and relay.refusal and relay.refusal.reason not in CUT:
            raise cut
        if relay.ended and not cut:
            kept = Kept(tag, relay.encoding, await relay.take())
            if tag:
                self.cache.put(prepared.generation, accepted, kept)
            await _send(send, visit, HTTPStatus.OK, self._heads(own, kept, visit), kept.body)
            return
        # The server's own way to run an application knows no time limits; a task does.
        await asyncio.create_task(self._stream(plan, relay, own, tag, cut, visit, send))

    def _heads(self, own: list[tuple[bytes, bytes]], kept: Kept, visit: Visit) -> list[tuple[bytes, bytes]]:
        total = (time.perf_counter() - visit.started) * 1000
        timing = f"{visit.cache}, queue;dur={visit.queued * 1000:.2f}, total;dur={total:.2f}"
        return [
            *own,
            *(_validators(kept.tag, kept.encoding) if kept.tag else _UNSTABLE),
            (b"content-length", b"%d" % len(kept.body)),
            (b"server-timing", timing.encode()),
        ]

    async def _stream(
        self,
        plan: Plan,
        relay: Relay,
        own: list[tuple[bytes, bytes]],
        tag: str,
        cut: QueryError | None,
        visit: Visit,
        send: Send,
    ) -> None:
        """Send an answer whose end is not known, or known to be early; break the connection off where it is early."""
        heads = [*own, *(_validators(tag, relay.encoding) if tag and not cut else _UNSTABLE)]
        if relay.encoding and (not tag or cut):
            heads.append((b"content-encoding", relay.encoding.encode()))
        heads += _encoded(plan.cut_header(cut)) if cut else []
        heads.append((b"server-timing", f"queue;dur={visit.queued * 1000:.2f}".encode()))
        visit.status = HTTPStatus.OK
        await send({"type": "http.response.start", "status": 200, "headers": heads})
        while piece := await relay.take():
            visit.size += len(piece)
            await asyncio.wait_for(
                send({"type": "http.response.body", "body": piece, "more_body": True}), self._settings.send_seconds
            )
        if isinstance(relay.error, Gone):
            raise relay.error
        error = relay.error if isinstance(relay.error, QueryError) else None
        error = error or (plan.explain(relay.refusal) if relay.refusal else None)
        if error is None:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        marker = continued(relay.encoding, plan.marker(error))
        await send({"type": "http.response.body", "body": marker, "more_body": True})
        raise CutOff(str(error))

    async def _refuse(self, send: Send, visit: Visit, response: Response) -> None:
        request = (b"x-request-id", visit.identifier.encode())
        await _send(send, visit, response.status, [*_encoded(response.headers), request], response.body)

    def _visit(self, scope: Scope, headers: Headers) -> Visit:
        given = _text(headers, b"x-request-id")
        identifier = given if _IDENTIFIER.fullmatch(given) else f"{self._process}-{next(self._numbers)}"
        client = scope["client"][0] if scope.get("client") else ""
        if self._settings.proxies:
            forwarded = _text(headers, b"x-forwarded-for").split(",")
            client = forwarded[-min(self._settings.proxies, len(forwarded))].strip() or client
        visit = Visit(identifier, client, scope["method"], scope["path"], time.perf_counter())
        # The same connection as the last time: most likely nobody else asks now.
        visit.alone, self._latest = scope.get("client") == self._latest, scope.get("client")
        return visit

    def _note(self, visit: Visit) -> None:
        """Count and log a request that has been answered."""
        taken = time.perf_counter() - visit.started
        self._metrics.request("sparql", visit.status, taken, cache=visit.cache, size=visit.size)
        if self._access_log:
            self._access_log.write(visit.line(time.time(), taken))
        if self._slow_log and taken >= self._settings.slow_seconds and visit.query:
            self._slow_log.write(visit.line(time.time(), taken, query=True))


def asked(scope: Scope, headers: Headers, body: bytes) -> Request:
    """Give what the Protocol looks at of a request."""
    path = scope["path"]
    return Request(
        method=scope["method"],
        url=_url(scope, headers),
        query_string=scope["query_string"].decode("latin-1"),
        content_type=_text(headers, b"content-type"),
        accept=_text(headers, b"accept") or None,
        if_none_match=_text(headers, b"if-none-match") or None,
        body=io.BytesIO(body),
        path=path.removeprefix(GRAPHS if path.startswith(GRAPHS) else QUERIES),
    )


class _Watch:
    """Sees to it that the work on an answer ends soon after its client has left."""

    def __init__(self, receive: Receive, relay: Relay) -> None:
        self._receive, self._relay = receive, relay
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Watch from now on; most answers are there before it is worth it."""
        self._task = self._task or asyncio.get_running_loop().create_task(self._watch())

    def end(self) -> None:
        """Watch no longer."""
        if self._task:
            self._task.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._relay.abandon()


_UNSTABLE: Final = [(b"cache-control", b"no-store")]


def _validators(tag: str, encoding: str) -> list[tuple[bytes, bytes]]:
    """Give what a client needs to ask whether its copy is still good; each coding of an answer has a tag of its own."""
    own = f"{tag}-{encoding}" if encoding else tag
    found = [(b"etag", f'"{own}"'.encode()), (b"cache-control", b"no-cache")]
    return [*found, (b"content-encoding", encoding.encode())] if encoding else found


def _digest(text: str, size: int) -> str:
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()


def _matches(header: str | None, tag: str) -> bool:
    """Compare entity tags weakly (RFC 9110, 13.1.2); a copy in any coding is as good as another."""
    if not header:
        return False
    tags = {piece.strip().removeprefix("W/").strip('"') for piece in header.split(",")}
    return "*" in tags or tag in tags or any(f"{tag}-{encoding}" in tags for encoding in ENCODINGS)


async def _send(send: Send, visit: Visit, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    visit.status, visit.size = int(status), len(body)
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _has_body(headers: Headers) -> bool:
    return b"content-length" in headers or b"transfer-encoding" in headers


async def _body(receive: Receive, largest: int) -> bytes:
    """Read a body, no further than is needed to see that it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > largest or not message.get("more_body", False):
            return bytes(body[: largest + 1])


def _url(scope: Scope, headers: Headers) -> str:
    named = _text(headers, b"host")
    address, port = scope.get("server") or ("localhost", 80)
    host = named if _HOST.fullmatch(named) else f"{address}:{port}"
    return f"{scope.get('scheme', 'http')}://{host}{quote(scope.get('root_path', '') + scope['path'])}"


def _too_often(wait: float) -> QueryError:
    detail = "this client asks more often than is allowed; wait as long as Retry-After says"
    return QueryError(HTTPStatus.TOO_MANY_REQUESTS, detail, title="Too many requests", retry_after=int(wait) + 1)
