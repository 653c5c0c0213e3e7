"""One published dataset, and which one is live."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from server.store.durable import Lease
from server.store.errors import StoreError

POINTER = "current"
GENERATIONS = "generations"


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What the shapes refused of one article: the validation report in Turtle and the refused graph in N-Quads."""

    identifier: str
    report: str
    nquads: bytes


@dataclass(frozen=True)
class Generation:
    """One whole dataset on disk; it stays there for as long as this object lives."""

    identifier: str
    path: Path
    meta: Mapping[str, Any]
    _lease: Lease = field(repr=False, compare=False)

    def open(self) -> ox.Store:
        """Open the quads read-only; the same store at every call. Keep the generation while the store is in use."""
        return self._store

    @cached_property
    def _store(self) -> ox.Store:
        try:
            return ox.Store.read_only(str(self.path / "oxigraph"))
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(
                f"{self.path}: the quads cannot be read ({error}); remove the folder and build again"
            ) from error

    @cached_property
    def manifest(self) -> Manifest:
        """The hashes of all that the generation holds."""
        return Manifest.read(self.path)

    def text(self, sha256: str) -> str:
        """Give a stored text by its content hash; raise `StoreError` when the generation has none of that hash."""
        if sha256 not in self.manifest.texts:
            raise StoreError(
                f"{self.path}: no text with the SHA-256 {sha256!r} is stored; build again from the articles"
            )
        return (self.path / "texts" / sha256).read_bytes().decode("utf-8")

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Give the refused articles, by identifier."""
        folder = self.path / "quarantine"
        return tuple(
            Quarantined(
                identifier,
                (folder / f"{key}.ttl").read_bytes().decode("utf-8"),
                (folder / f"{key}.nq").read_bytes(),
            )
            for identifier, key in sorted(self.manifest.quarantine.items())
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds: graph IRI -> hash, text hashes, quarantined article -> hash (its file name)."""

    graphs: Mapping[str, str] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    quarantine: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a generation's folder."""
        content = _read_json(folder / "manifest.json")
        return cls(content["graphs"], frozenset(content["texts"]), content["quarantine"])

    def as_json(self) -> dict[str, Any]:
        """Give the manifest as it is written, in a fixed order."""
        return {
            "graphs": dict(sorted(self.graphs.items())),
            "texts": sorted(self.texts),
            "quarantine": dict(sorted(self.quarantine.items())),
        }


def current(root: Path) -> Generation:
    """Give the live generation; raise `StoreError` when nothing has been published there yet."""
    while True:
        identifier = live_identifier(root)
        if identifier is None:
            raise StoreError(f"{root}: nothing has been published in this store yet; run `communique build` first")
        try:
            return generation(root, identifier)
        except FileNotFoundError:
            # Pruned between reading the pointer and taking the lease: then the pointer has moved on.
            if live_identifier(root) == identifier:
                raise StoreError(
                    f"{root / POINTER} names the generation {identifier}, which is not there; "
                    "remove that file and build again"
                ) from None


def generation(root: Path, identifier: str) -> Generation:
    """Take a lease on one generation, live or not; raise `FileNotFoundError` when it is not there."""
    folder = root / GENERATIONS / identifier
    lease = Lease(folder)
    return Generation(identifier, folder, _read_json(folder / "meta.json"), lease)


def live_identifier(root: Path) -> str | None:
    """Read the pointer; nothing when no generation was ever published."""
    try:
        return (root / POINTER).read_text("ascii").strip()
    except FileNotFoundError:
        return None


class Live:
    """The live generation as it is now: looks at the pointer at each call, and opens a generation only once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pointer = str(root / POINTER)
        self._known: tuple[Stamp | None, Generation] | None = None

    def generation(self) -> Generation:
        """Give the live generation; costs one look at a file's date unless it has changed."""
        known, stamp = self._known, _stamp(self._pointer)
        if known is None or stamp != known[0]:
            found = current(self.root)
            # A build that gave the same dataset has replaced the pointer, not the generation.
            same = known is not None and known[1].identifier == found.identifier
            self._known = known = (stamp, known[1] if known and same else found)
        return known[1]


Stamp = tuple[int, int]


def _stamp(pointer: str) -> Stamp | None:
    """Tell one state of a file from another: it is never written, only replaced."""
    try:
        found = os.stat(pointer)  # noqa: PTH116
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise StoreError(f"{path}: not readable ({error}); remove the folder {path.parent} and build again") from error
    if not isinstance(content, dict):
        raise StoreError(f"{path}: a JSON object was expected; remove the folder {path.parent} and build again")
    return content
