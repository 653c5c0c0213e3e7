"""Pages under a prefix: their addresses begin with it, as a reverse proxy that shows only a part of a site needs them.

The pages write addresses from the root of the site. They are the only HTML and script that the server sends, all
attributes in them are quoted, and what comes from articles is escaped: so what looks like an address is one.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_IN_HTML: Final = re.compile(rb'(?:(?<= href=")|(?<= src=")|(?<= action="))(?=/(?!/))')
_IN_SCRIPT: Final = re.compile(rb'(?<=")(?=/[a-z])')
_REWRITTEN: Final = {b"text/html": _IN_HTML, b"text/javascript": _IN_SCRIPT, b"application/javascript": _IN_SCRIPT}


class Prefixed:
    """Stands before the sending of one response."""

    def __init__(self, prefix: str, send: Send) -> None:
        self._prefix, self._send = prefix.encode(), send
        self._start: MutableMapping[str, Any] | None = None
        self._pattern: re.Pattern[bytes] | None = None
        self._body = bytearray()

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        """Pass a message on; those of a page or a script wait for its end."""
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            if headers.get(b"location", b"").startswith(b"/"):
                message = {**message, "headers": _replaced(message, b"location", self._prefix + headers[b"location"])}
            self._pattern = _REWRITTEN.get(headers.get(b"content-type", b"").partition(b";")[0])
            self._start = message
            if self._pattern is None:
                await self._send(message)
        elif self._pattern is None or self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._end(self._pattern, self._start)

    async def _end(self, pattern: re.Pattern[bytes], start: MutableMapping[str, Any]) -> None:
        body = pattern.sub(self._prefix, bytes(self._body))
        headers = _replaced(start, b"content-length", b"%d" % len(body)) if self._body else start["headers"]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _replaced(message: MutableMapping[str, Any], name: bytes, value: bytes) -> list[tuple[bytes, bytes]]:
    return [(key, value if key == name else old) for key, old in message["headers"]]
