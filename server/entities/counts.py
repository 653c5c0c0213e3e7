"""How many things of each kind the generation holds."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from server.entities.labels import thing
from server.entities.library import Library
from server.entities.listing import KINDS, Kind
from server.entities.search import names


def counts(library: Library) -> dict[str, int]:
    """The number of things by the name of their kind, read once; a kind without any has 0."""
    found: dict[str, int] | None = library.memory.get("counts")
    if found is None:
        rows = ((row.get("class"), row.get("count")) for row in library.select("counts"))
        by_class = {c.value: int(n.value) for c, n in rows if isinstance(c, NamedNode) and isinstance(n, Literal)}
        found = library.memory["counts"] = {kind.name: by_class.get(kind.iri, 0) for kind in KINDS}
    return found


def members(library: Library, kind: Kind) -> Sequence[NamedNode]:
    """All things of a kind in the order of their list."""
    key = f"members of {kind.name}"
    found: Sequence[NamedNode] | None = library.memory.get(key)
    if found is None:
        if kind.query:
            found = library.items(kind.query)
        else:
            named = dict.fromkeys(name.node for name in names(library) if name.kind == kind.name)
            found = sorted(named, key=lambda node: (thing(library, node).label.casefold(), node.value))
        library.memory[key] = found
    return found
