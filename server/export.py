"""Writes a generation to one file, N-Quads or TriG, the same bytes for the same dataset."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from mappings.graph import sorted_lines
from ontology.errors import CommuniqueError
from ontology.namespaces import PREFIXES
from server.store import Generation

FORMATS: Final = {".nq": ox.RdfFormat.N_QUADS, ".trig": ox.RdfFormat.TRIG}


class OutputError(CommuniqueError):
    """A file that cannot be written; the message names it and the mend."""


def check_output(path: Path) -> Path:
    """Return the path if a dataset can be written there; raise `OutputError` before any work is done otherwise."""
    if path.suffix not in FORMATS:
        raise OutputError(
            f"{path}: must end in {' or '.join(FORMATS)}: a dataset of named graphs needs N-Quads or TriG"
        )
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise OutputError(f"{path}: no file can be written there: name a file in a folder that exists")
    return path


def export(generation: Generation, path: Path) -> None:
    """Write all named graphs by IRI, the triples of each in order; the file appears whole or not at all."""
    handle, name = -1, ""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}-", suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            for content in _graphs(generation, FORMATS[path.suffix]):
                stream.write(content)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)  # mkstemp makes files that only their owner reads
        Path(name).replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: could not be written ({error.strerror or error}): see to free space and access"
        ) from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def _graphs(generation: Generation, form: ox.RdfFormat) -> Iterator[bytes]:
    store = generation.open()
    if form == ox.RdfFormat.TRIG:
        yield "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(PREFIXES.items())).encode()
    for iri in sorted(generation.manifest.graphs):
        quads = store.quads_for_pattern(None, None, None, ox.NamedNode(iri))
        lines = sorted_lines(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
        yield lines if form == ox.RdfFormat.N_QUADS else _trig(lines)


def _trig(nquads: bytes) -> bytes:
    """Write a graph without the prefixes, which stand once at the head of the file and in an order of ours."""
    quads = ox.parse(nquads, format=ox.RdfFormat.N_QUADS)
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=dict(PREFIXES)) or b""
    lines = written.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"".join(lines[start:])
