"""Takes graphs one by one into the draft, and into a union of all over which facts are derived."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyoxigraph as ox

from server.store import Draft
from server.store.errors import writing

IN_MEMORY: Final = 64_000_000
"""Bytes of N-Quads up to which the union stays in memory; a larger one goes to a temporary folder of the store."""
BATCH: Final = 16_000_000


class Gathering:
    """The graphs of the next generation as they come; none of them is kept in memory by itself."""

    def __init__(self, draft: Draft, folder: Path) -> None:
        self.draft, self._folder = draft, folder
        self.graphs: set[str] = set()
        self.triples = 0
        self._pending: list[bytes] = []
        self._size = self._taken = 0
        self._store: ox.Store | None = None

    def add(self, iri: str, nquads: bytes) -> None:
        """Take a graph's content."""
        self.draft.replace_graph(iri, nquads)
        self.graphs.add(iri)
        self.triples += nquads.count(b"\n")
        self._pending.append(nquads)
        self._size += len(nquads)
        if self._size > BATCH:
            self._load()

    def union(self) -> ox.Store:
        """Give all graphs so far as one store."""
        self._load()
        assert self._store is not None
        return self._store

    def close(self) -> None:
        """Drop from the draft what did not come again, and the union."""
        for iri in set(self.draft.graphs()) - self.graphs:
            self.draft.remove_graph(iri)
        self.release()

    def release(self) -> None:
        """Close the union; Oxigraph does so when the last reference goes."""
        self._store = None
        self._pending.clear()
        gc.collect()

    def _load(self) -> None:
        content = b"".join(self._pending)
        self._taken += len(content)
        with writing(self._folder):
            if self._store is None:
                self._store = ox.Store()
            if self._taken > IN_MEMORY and not (self._folder / "union").exists():
                self._move()
            self._store.bulk_load(content, format=ox.RdfFormat.N_QUADS)
        self._pending.clear()
        self._size = 0

    def _move(self) -> None:
        """Go on in the temporary folder with what is in memory."""
        assert self._store is not None
        disk = ox.Store(str(self._folder / "union"))
        disk.bulk_extend(self._store)
        self._store = disk


@contextmanager
def gathering(draft: Draft, root: Path) -> Iterator[Gathering]:
    """Give a gathering whose temporary files go at the end, whatever happens."""
    with writing(root):
        folder = TemporaryDirectory(dir=root, prefix=".union-", ignore_cleanup_errors=True)
    with folder:
        graphs = Gathering(draft, Path(folder.name))
        try:
            yield graphs
        finally:
            graphs.release()
