"""Facts that no single article states: the CONSTRUCT queries of ontology/derive/, run over all graphs together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from ontology.errors import CommuniqueError
from ontology.namespaces import BASE, graph_iri


class DerivationError(CommuniqueError):
    """A query of ontology/derive/ that cannot be run."""


@cache
def queries() -> Mapping[str, str]:
    """Read the derivations, by the stem of their file, in alphabetical order."""
    found = sorted((path for path in (files("ontology") / "derive").iterdir() if path.name.endswith(".rq")), key=str)
    return {path.name.removesuffix(".rq"): path.read_text(encoding="utf-8") for path in found}


def nquads(store: ox.Store, *, base: str = BASE) -> bytes:
    """Derive all facts from the store's named graphs, as sorted N-Quads of the graph of derived facts.

    The store must hold the graph of the ontology too (`ontology.vocabulary.nquads`), since orders and codes stand
    there, and no earlier derived facts. No derivation reads what another derives, so their order does not matter.
    Raises `DerivationError` naming the file of a query that fails.
    """
    graph = ox.NamedNode(graph_iri("derived", base=base))
    lines: set[bytes] = set()
    for name, query in queries().items():
        try:
            found = store.query(query, use_default_graph_as_union=True)
        except (SyntaxError, RuntimeError) as error:
            raise DerivationError(f"ontology/derive/{name}.rq: {error}") from error
        if not isinstance(found, ox.QueryTriples):
            raise DerivationError(f"ontology/derive/{name}.rq: must be a CONSTRUCT query")
        lines.update(f"{ox.Quad(t.subject, t.predicate, t.object, graph)} .\n".encode() for t in found)
    return b"".join(sorted(lines))
