"""The Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/), as far as it reads.

A graph is named by its IRI (`/graph-store?graph=...`), as the default graph (`?default`), or by the address itself:
`/graph-store/graph/entities` is the graph `graph/entities` below the base of the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from server.sparql.errors import QueryError, malformed
from server.sparql.request import Request, first, graph_iri, parse
from server.store import Generation

METHODS: Final = "GET, HEAD, OPTIONS"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A graph: the query that gives it, and the name of a format if the address holds one."""

    query: str
    format: str | None = None


def read(request: Request, generation: Generation, *, base: str | None) -> Wanted:
    """Find the graph that a request is about.

    Raises `QueryError`: 400 when none or several are named, 404 when the store holds none of that name, 405 for any
    method that would change one.
    """
    if request.method not in ("GET", "HEAD"):
        detail = f"{request.method} would change a graph, and this store is only read; build again to change it"
        raise QueryError(HTTPStatus.METHOD_NOT_ALLOWED, detail, title="Method not allowed", allow=METHODS)
    parameters = parse(request.query_string)
    named = _named(parameters.get("graph", ()), request.path.removeprefix("/"), "default" in parameters, base)
    if named is None:
        return Wanted("CONSTRUCT WHERE { ?s ?p ?o }", first(parameters, "format"))
    if named not in generation.manifest.graphs:
        raise QueryError(HTTPStatus.NOT_FOUND, f"the store holds no graph {named}", title="No such graph")
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{named}> {{ ?s ?p ?o }} }}"
    return Wanted(query, first(parameters, "format"))


def _named(graphs: Sequence[str], path: str, default: bool, base: str | None) -> str | None:
    """Give the IRI of the graph, or nothing for the default graph."""
    if len(graphs) + bool(path) + default != 1:
        detail = "name one graph: ?graph=IRI, or ?default, or the end of its IRI behind /graph-store/"
        raise malformed(detail)
    if path:
        return graph_iri("the address", f"{base or ''}{path}")
    return graph_iri("graph", graphs[0]) if graphs else None
