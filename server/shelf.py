"""The live generation for the views: opened once, exchanged when a build has switched to another."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, cast

from flask import Response, current_app, request

from server.entities.library import Library, open_library
from server.store import Live, read_history
from server.store.history import log_size

EXTENSION: Final = "communique.shelf"


class Shelf:
    """Gives the library of the live generation. Safe to share between threads: the worst race opens one twice."""

    def __init__(self, root: Path) -> None:
        self._live = Live(root)
        self._library: Library | None = None
        self._size = 0

    def library(self) -> Library:
        """The live generation, opened; raises `StoreError` when there is none."""
        generation = self._live.generation()
        library = self._library
        if library is None or library.identifier != generation.identifier or self._size != log_size(self._live.root):
            self._size = log_size(self._live.root)
            history = read_history(self._live.root, generation.identifier)
            library = self._library = open_library(generation, history)
        return library


def library() -> Library:
    """The library of the live generation for the request at hand."""
    return cast(Shelf, current_app.extensions[EXTENSION]).library()


@cache
def edition() -> str:
    """A short hash of the templates and static files: a new edition of the pages is a new entity tag."""
    digest = hashlib.sha256()
    for folder in ("templates", "static"):
        for name, content in sorted(_contents(files("server") / folder)):
            digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()[:8]


def _contents(folder: Traversable) -> list[tuple[str, bytes]]:
    return [(entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.is_file()]


def unchanged(held: Library, variant: str) -> Response | None:
    """The 304 answer if the client already has `variant` of this generation (RFC 9110, 13.1.2), else None."""
    tag = _tag(held, variant)
    if not request.if_none_match.contains_weak(tag):
        return None
    return tagged(Response(status=304), held, variant)


def tagged(response: Response, held: Library, variant: str) -> Response:
    """Give `response` its entity tag; a client may keep it, but has to ask again each time."""
    response.set_etag(_tag(held, variant))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _tag(held: Library, variant: str) -> str:
    return f"{held.identifier}.{held.history.builds}.{edition()}.{variant}"
