"""What is to be done for a request, before any of it is done: the question for an evaluator, and what to say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from server.negotiation import N_QUADS, N_TRIPLES, Format
from server.sparql import answer, worker
from server.sparql.diagnosis import diagnosed
from server.sparql.errors import QueryError
from server.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, makes_graph
from server.sparql.guard import Inspected, inspect
from server.sparql.process import Refusal
from server.sparql.request import Dataset
from server.store import Generation

CUT: Final = frozenset({answer.TOO_LARGE, answer.TOO_MANY})
"""Reasons with which an evaluator ends an answer whose beginning is right, and as long as it may be."""
_WITHOUT_PREFIXES: Final = (N_TRIPLES, N_QUADS)
_PAGES: Final = "ask for it in parts: a fixed ORDER BY with LIMIT and OFFSET"


@dataclass(frozen=True)
class Plan:
    """A query that may run, and how it is answered.

    `question` is what an evaluator has to know, and together with the generation decides every byte of the answer,
    unless the answer is not `stable`. `headers` are those of an answer that is given; `seconds` is the deadline that
    the client wants, if it wants one.
    """

    question: Mapping[str, Any]
    chosen: Format
    generation: Generation
    stable: bool
    headers: Mapping[str, str]
    seconds: float | None = None

    def explain(self, refusal: Refusal) -> QueryError:
        """Turn an evaluator's reason into the error that a client gets."""
        return explained(refusal, self.question, self.chosen)

    def marker(self, error: QueryError) -> bytes:
        """Write the line that ends an answer that breaks off: an error in every syntax, a row that stands out in CSV.

        It has no comma, quote or tab of its own, so that it is one field there.
        """
        words = f"{error.title}: {error.detail}".replace(",", ";").replace('"', "'")
        return f"\n!!! {' '.join(words.split())}\n".encode()

    def cut_header(self, error: QueryError) -> dict[str, str]:
        """Give the header of an answer that is known to break off before any of it is sent."""
        return {"Answer-Cut": " ".join(error.detail.split()).encode("ascii", "replace").decode()}


def question(
    store: Path,
    query: str,
    inspected: Inspected,
    chosen: Format,
    *,
    dataset: Dataset | None = None,
    prefixes: Mapping[str, str] | None = None,
    base: str | None = None,
) -> dict[str, Any]:
    """Put an inspected query as an evaluator wants it."""
    graph = makes_graph(inspected.form)
    named = dataset if dataset and dataset.given else None
    return {
        "query": query,
        "store": str(store),
        "result_format": (RESULT_FORMATS[0] if graph else chosen).media_type,
        "graph_format": (chosen if graph else GRAPH_FORMATS[0]).media_type,
        "star": inspected.star,
        "variables": list(inspected.variables),
        "declared": dict(inspected.prefixes),
        "base": base,
        "prefixes": dict(prefixes or {}) if graph and chosen not in _WITHOUT_PREFIXES else named_in(query, prefixes),
        "default_graphs": list(named.default_graphs) if named else None,
        "named_graphs": list(named.named_graphs) if named else None,
    }


def named_in(query: str, prefixes: Mapping[str, str] | None) -> dict[str, str]:
    """Give those prefixes that a query may use: each costs the engine as much as a triple pattern."""
    return {name: iri for name, iri in (prefixes or {}).items() if f"{name}:" in query}


def explained(refusal: Refusal, question: Mapping[str, Any], chosen: Format) -> QueryError:
    """Turn an evaluator's reason into the error that a client gets."""
    reason, detail = refusal.reason, refusal.detail
    if reason == worker.MALFORMED:
        try:
            inspect(question["query"])  # which knows better what is wrong, if it finds it; glance.py may have passed it
        except QueryError as error:
            return error
        prefixes, based = question["prefixes"] or {}, question["base"] is not None
        return diagnosed(question["query"], detail, prefixes=prefixes, based=based)
    if reason == answer.NO_XML:
        detail = "the answer holds a character or a predicate that XML cannot express; ask for another format"
        return QueryError(HTTPStatus.NOT_ACCEPTABLE, detail, title=f"No {chosen.label} for this answer")
    if reason == worker.NO_JSON_LD:
        return QueryError(HTTPStatus.NOT_ACCEPTABLE, f"{detail}; or ask for another format", title="No JSON-LD")
    if reason in CUT:
        unit = "bytes" if reason == answer.TOO_LARGE else "triples" if chosen in GRAPH_FORMATS else "rows"
        return QueryError(HTTPStatus.OK, f"it has more than {detail} {unit}; {_PAGES}", title="This answer is cut")
    if reason == worker.UNREADABLE:
        return QueryError(HTTPStatus.SERVICE_UNAVAILABLE, detail, title="Store not readable", retry_after=5)
    return QueryError(HTTPStatus.BAD_REQUEST, detail, title="Query failed")
