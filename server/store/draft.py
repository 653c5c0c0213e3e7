"""A generation in the making: a checkpoint of the live one, changed graph by graph, then published as a whole."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from server.store.durable import build_lock, synchronise, synchronise_tree, unused, write_durably
from server.store.errors import StoreError, writing
from server.store.generation import GENERATIONS, POINTER, Generation, Manifest, generation, live_identifier
from server.store.succession import remember

BATCH = 100_000
"""Quads held in memory before they are loaded in bulk."""
FEW = 5_000
"""Fewer quads than this are written faster one by one: a bulk load takes a quarter of a second in any case."""


@contextmanager
def building(root: Path) -> Iterator[Draft]:
    """Hold the build lock and give a draft that starts as the live generation; what is not published is dropped.

    Raises `StoreError` when another build is at work. Also clears away what killed builds left, and unused generations.
    """
    with writing(root):
        (root / GENERATIONS).mkdir(parents=True, exist_ok=True)
    with build_lock(root):
        _sweep(root)
        draft = Draft(root)
        try:
            yield draft
        finally:
            draft.discard()


def prune(root: Path) -> tuple[str, ...]:
    """Remove the generations that are neither live nor in use, and say which; raise `StoreError` during a build."""
    with build_lock(root):
        return _sweep(root)


class Draft:
    """The next generation. Nothing is written before the first change, and nothing is live before `publish`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._live = _live(root)
        manifest = self._live.manifest if self._live else Manifest()
        self._graphs = dict(manifest.graphs)
        self._quarantine = dict(manifest.quarantine)
        self._texts = set(manifest.texts)
        self._folder = root / GENERATIONS / f".draft-{os.getpid()}"
        self._store: ox.Store | None = None
        self._pending: list[ox.Quad] = []
        self._pending_graphs: set[str] = set()
        self._orphans: set[ox.Triple] = set()
        self._written = 0

    def graphs(self) -> Mapping[str, str]:
        """Give the IRI and the hash of every named graph as it stands now."""
        return dict(sorted(self._graphs.items()))

    def replace_graph(self, iri: str, nquads: bytes) -> bool:
        """Make N-Quads (or N-Triples) the whole content of a graph; false when it held exactly these lines before.

        Blank nodes are renamed after the graph, so that labels of two graphs never meet.
        Raises `StoreError` for malformed quads and for quads of another graph.
        """
        digest = _digest(nquads)
        if self._graphs.get(iri) == digest:
            return False
        new = set(_triples(iri, nquads))
        with writing(self.root):
            old = self._content(iri)
            self._drop(iri, old - new)
            self._add(iri, new - old)
        self._graphs[iri] = digest
        return True

    def remove_graph(self, iri: str) -> None:
        """Remove a graph; nothing happens when there is none of that name."""
        if self._graphs.pop(iri, None) is not None:
            with writing(self.root):
                self._drop(iri, self._content(iri))
                self._writable().remove_graph(ox.NamedNode(iri))

    def texts(self) -> frozenset[str]:
        """Give the hashes of the stored texts as they stand now."""
        return frozenset(self._texts)

    def put_text(self, sha256: str, text: str) -> None:
        """Store an article's text under the SHA-256 of its UTF-8 bytes; raise `StoreError` when it has another."""
        content = text.encode("utf-8")
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreError(f"{self.root}: a text was to be stored under {sha256!r}, but has another SHA-256")
        if sha256 not in self._texts:
            self._write("texts", sha256, content)
            self._texts.add(sha256)

    def remove_text(self, sha256: str) -> None:
        """Leave a text out of the next generation; nothing happens when it is not stored."""
        self._texts.discard(sha256)

    def quarantined(self) -> tuple[str, ...]:
        """Give the identifiers of the refused articles as they stand now."""
        return tuple(sorted(self._quarantine))

    def quarantine(self, identifier: str, report_turtle: str, nquads: bytes) -> None:
        """Keep what the shapes refused of an article, with the report, in place of what was kept of it before."""
        report = report_turtle.encode("utf-8")
        key = hashlib.sha256(b"\0".join((identifier.encode("utf-8"), report, nquads))).hexdigest()
        if self._quarantine.get(identifier) != key:
            self._write("quarantine", f"{key}.ttl", report)
            self._write("quarantine", f"{key}.nq", nquads)
            self._quarantine[identifier] = key

    def release(self, identifier: str) -> None:
        """Take an article out of quarantine; nothing happens when it is not in it."""
        self._quarantine.pop(identifier, None)

    def publish(self, meta: Mapping[str, Any]) -> Generation:
        """Make the draft the live generation, all or nothing, and give it.

        The identifier is a hash of the content and of `meta`, which therefore must not hold a time or anything else
        that differs between two builds of the same input. Publishing what is live already changes nothing on disk.
        """
        manifest = Manifest(self._graphs, frozenset(self._texts), self._quarantine)
        about = _json(meta)
        identifier = hashlib.sha256(_json(manifest.as_json()) + about).hexdigest()[:16]
        if self._live and self._live.identifier == identifier:
            return self._live
        target = self.root / GENERATIONS / identifier
        with writing(self.root):
            if not target.exists():
                self._complete(manifest, about)
                self._folder.rename(target)
                synchronise(target.parent)
            remember(self.root, self._live, generation(self.root, identifier))
            write_durably(self.root / POINTER, f"{identifier}\n".encode("ascii"))
        self._live = None
        _sweep(self.root)
        return generation(self.root, identifier)

    def discard(self) -> None:
        """Close the draft and remove its files."""
        self._pending.clear()
        self._close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _complete(self, manifest: Manifest, about: bytes) -> None:
        """Bring the draft's folder to the disk, whole."""
        self._load_pending()
        self._merge_removals()
        store = self._writable()
        if self._written * 4 > len(store):
            store.optimize()
        store.flush()
        del store
        self._close()
        self._link("texts", manifest.texts)
        self._link("quarantine", {f"{key}{end}" for key in manifest.quarantine.values() for end in (".ttl", ".nq")})
        (self._folder / "manifest.json").write_bytes(_json(manifest.as_json()))
        (self._folder / "meta.json").write_bytes(about)
        synchronise_tree(self._folder)

    def _writable(self) -> ox.Store:
        """Open the draft's quads: a checkpoint of the live ones (hard links, so it costs the same at any size)."""
        if self._store is None:
            target = str(self._folder / "oxigraph")
            self._folder.mkdir(exist_ok=True)
            if self._live:
                self._live.open().backup(target)
            self._store = ox.Store(target)
        return self._store

    def _content(self, iri: str) -> set[ox.Triple]:
        if iri in self._pending_graphs:
            self._load_pending()
        quads = self._writable().quads_for_pattern(None, None, None, ox.NamedNode(iri))
        return {quad.triple for quad in quads}

    def _drop(self, iri: str, triples: set[ox.Triple]) -> None:
        store, graph = self._writable(), ox.NamedNode(iri)
        for triple in triples:
            store.remove(_quad(triple, graph))
        self._orphans |= triples
        self._written += len(triples)

    def _add(self, iri: str, triples: set[ox.Triple]) -> None:
        graph = ox.NamedNode(iri)
        for triple in triples:
            self._pending.append(_quad(triple, graph))
            self._pending.append(_quad(triple))
        self._pending_graphs.add(iri)
        self._written += len(triples)
        if len(self._pending) >= BATCH:
            self._load_pending()

    def _load_pending(self) -> None:
        if len(self._pending) < FEW:
            self._writable().extend(self._pending)
        else:
            self._writable().bulk_extend(self._pending)
        self._pending.clear()
        self._pending_graphs.clear()

    def _merge_removals(self) -> None:
        """Remove from the default graph the triples that no named graph holds any longer."""
        store = self._writable()
        for triple in self._orphans:
            holders = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
            if not any(isinstance(quad.graph_name, ox.NamedNode) for quad in holders):
                store.remove(_quad(triple))

    def _write(self, kind: str, name: str, content: bytes) -> None:
        with writing(self.root):
            folder = self._folder / kind
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    def _link(self, kind: str, names: frozenset[str] | set[str]) -> None:
        """Fill a folder with exactly these files: what the draft wrote, the rest linked from the live generation."""
        folder = self._folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        written = {path.name for path in folder.iterdir()}
        for name in written - names:
            (folder / name).unlink()
        if self._live:
            for name in names - written:
                (folder / name).hardlink_to(self._live.path / kind / name)

    def _close(self) -> None:
        """Close the quads; Oxigraph does so when the last reference goes, and an exception's traceback may hold one."""
        self._store = None
        gc.collect()


def _live(root: Path) -> Generation | None:
    """Give the live generation; none when there is none, or when its folder was removed: then all is built anew."""
    identifier = live_identifier(root)
    try:
        return generation(root, identifier) if identifier else None
    except FileNotFoundError:
        return None


def _triples(iri: str, nquads: bytes) -> Iterator[ox.Triple]:
    """Parse the content of one graph."""
    graph = ox.NamedNode(iri)
    scope = "g" + hashlib.sha256(iri.encode("utf-8")).hexdigest()[:12]
    try:
        for quad in ox.parse(nquads, format=ox.RdfFormat.N_QUADS):
            if quad.graph_name not in (graph, ox.DefaultGraph()):
                raise StoreError(
                    f"<{iri}>: a quad for this graph names another, {quad.graph_name}; give each graph its own"
                )
            yield ox.Triple(_scoped(quad.subject, scope), quad.predicate, _scoped(quad.object, scope))
    except SyntaxError as error:
        raise StoreError(f"<{iri}>: the graph is not N-Quads ({error}); see to what wrote it") from error


def _quad(triple: ox.Triple, graph: ox.NamedNode | None = None) -> ox.Quad:
    """Place a triple in a named graph, or in the default graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _scoped(term: Any, scope: str) -> Any:
    """Rename a blank node after its graph, also inside a triple term."""
    if isinstance(term, ox.BlankNode):
        return ox.BlankNode(f"{scope}{term.value}")
    if isinstance(term, ox.Triple):
        return ox.Triple(_scoped(term.subject, scope), term.predicate, _scoped(term.object, scope))
    return term


def _digest(nquads: bytes) -> str:
    """Hash N-Quads as the set of their lines."""
    lines = sorted({line.strip() for line in nquads.splitlines()} - {b""})
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _sweep(root: Path) -> tuple[str, ...]:
    """Remove drafts of killed builds and unused generations; the caller holds the build lock.

    A generation is renamed before its files go, so a half-removed one never bears its name.
    """
    live, gone = live_identifier(root), []
    for folder in sorted((root / GENERATIONS).iterdir()):
        if folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.name != live:
            doomed = folder.with_name(f".gone-{folder.name}")
            with unused(folder) as free:
                if free:
                    folder.rename(doomed)
            if free:
                shutil.rmtree(doomed, ignore_errors=True)
                gone.append(folder.name)
    return tuple(gone)
