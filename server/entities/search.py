"""The search for things by any of their names, whatever the case or accents, in any spelling that an article has."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from server.entities.labels import Thing, thing
from server.entities.library import Library
from server.entities.listing import KIND_OF_CLASS

LETTERS: Final = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
"""Letters that Unicode does not take apart into a base and an accent."""

MAX_QUERY: Final = 200


def fold(text: str) -> str:
    """Reduce a name to what a search compares: no accents, no case, every other sign a single space."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare.translate(LETTERS) if c not in "'’ʿʾ`").split())


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one thing."""

    folded: str
    text: str
    node: NamedNode
    kind: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, and the name by which it was found."""

    thing: Thing
    kind: str
    matched: str


def names(library: Library) -> tuple[Name, ...]:
    """Every name in the generation, read once."""
    index: tuple[Name, ...] | None = library.memory.get("names")
    if index is None:
        index = library.memory["names"] = tuple(sorted(set(_names(library)), key=lambda n: (n.folded, str(n.node))))
    return index


def _names(library: Library) -> Iterator[Name]:
    for row in library.select("names"):
        item, label, kind = row.get("item"), row.get("label"), row.get("class")
        if isinstance(item, NamedNode) and isinstance(label, Literal) and isinstance(kind, NamedNode):
            preferred = row.get("preferred")
            is_preferred = isinstance(preferred, Literal) and preferred.value == "true"
            yield Name(fold(label.value), label.value, item, KIND_OF_CLASS[kind.value], is_preferred)


def search(library: Library, query: str, *, kind: str | None = None) -> tuple[Hit, ...]:
    """Find the things of which some name holds every word of `query`, or a word that begins with it; the closest first.

    An empty query, or one without a letter or digit, finds nothing.
    """
    wanted = fold(query[:MAX_QUERY])
    if not wanted:
        return ()
    best: dict[NamedNode, tuple[tuple[int, int, str], Name]] = {}
    for name in names(library):
        if (kind and name.kind != kind) or (rank := _rank(name, wanted)) is None:
            continue
        key = (rank, 0 if name.preferred else 1, name.folded)
        if name.node not in best or key < best[name.node][0]:
            best[name.node] = (key, name)
    ordered = sorted(best.items(), key=lambda item: (item[1][0], str(item[0])))
    return tuple(Hit(thing(library, node), name.kind, name.text) for node, (_, name) in ordered)


def _rank(name: Name, wanted: str) -> int | None:
    if name.folded == wanted:
        return 0
    if name.folded.startswith(wanted + " "):
        return 1
    if name.folded.startswith(wanted):
        return 2
    if f" {wanted}" in f" {name.folded}":
        return 3
    words = name.folded.split()
    return 4 if all(any(word.startswith(part) for word in words) for part in wanted.split()) else None
