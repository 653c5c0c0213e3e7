"""A query in, an answer out: checked, run in an evaluator process, in the format that was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

from server.negotiation import Format
from server.sparql import worker
from server.sparql.diagnosis import diagnosed
from server.sparql.errors import QueryError
from server.sparql.formats import GRAPH_FORMATS, RESULT_FORMATS, by_name, makes_graph
from server.sparql.guard import Inspected, Limits, inspect
from server.sparql.process import Refusal
from server.sparql.workers import Bounds, Pool


@dataclass(frozen=True)
class Result:
    """An answer: its format, and its bytes to be read once from `file`."""

    format: Format
    file: IO[bytes]


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs a query is asked of, in place of those it names itself; nothing given means those of the store.

    As the Protocol has it, naming graphs of one kind leaves those of the other kind empty.
    """

    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()

    @property
    def given(self) -> bool:
        """Whether any graph was named."""
        return bool(self.default_graphs or self.named_graphs)


def run_query(
    store: Path,
    query: str,
    *,
    output: str | None = None,
    prefixes: Mapping[str, str] | None = None,
    base: str | None = None,
    bounds: Bounds | None = None,
    limits: Limits | None = None,
) -> Result:
    """Ask one query of the Oxigraph store in a folder (`generation.path / "oxigraph"`), and end the evaluator again.

    `output` is a format's name or media type; by default JSON for rows, Turtle for triples. Raises `QueryError`.
    """
    inspected = inspect(query, limits=limits)
    offers = GRAPH_FORMATS if makes_graph(inspected.form) else RESULT_FORMATS
    chosen = by_name(output, inspected.form) if output else offers[0]
    if chosen is None:
        names = ", ".join(offer.extension for offer in offers)
        detail = f"a query of this form is not answered in {output!r}; choose one of {names}"
        raise QueryError(HTTPStatus.NOT_ACCEPTABLE, detail, title="No such format")
    with Pool(bounds) as pool:
        return evaluate(pool, store, query, inspected, chosen, prefixes=prefixes, base=base)


def evaluate(
    pool: Pool,
    store: Path,
    query: str,
    inspected: Inspected,
    chosen: Format,
    *,
    dataset: Dataset | None = None,
    prefixes: Mapping[str, str] | None = None,
    base: str | None = None,
) -> Result:
    """Run an inspected query in a pool; raise `QueryError` when it is malformed, stopped, or beyond the format."""
    graph = makes_graph(inspected.form)
    named = dataset if dataset and dataset.given else None
    answer = pool.run(
        query,
        store=store,
        result_format=(RESULT_FORMATS[0] if graph else chosen).media_type,
        graph_format=(chosen if graph else GRAPH_FORMATS[0]).media_type,
        star=inspected.star,
        variables=inspected.variables,
        base=base,
        prefixes=dict(prefixes) if prefixes else None,
        default_graphs=list(named.default_graphs) if named else None,
        named_graphs=list(named.named_graphs) if named else None,
    )
    if isinstance(answer, Refusal):
        raise _explained(answer, query, chosen, pool.bounds, prefixes=prefixes or {}, based=base is not None)
    return Result(chosen, answer)


def _explained(
    refusal: Refusal, query: str, chosen: Format, bounds: Bounds, *, prefixes: Mapping[str, str], based: bool
) -> QueryError:
    """Turn an evaluator's reason into the error that a client gets."""
    if refusal.reason == worker.MALFORMED:
        return diagnosed(query, refusal.detail, prefixes=prefixes, based=based)
    if refusal.reason == worker.NO_XML:
        detail = "the answer holds a character or a predicate that XML cannot express; ask for another format"
        return QueryError(HTTPStatus.NOT_ACCEPTABLE, detail, title=f"No {chosen.label} for this answer")
    if refusal.reason == worker.TOO_LARGE:
        detail = f"the answer is larger than {bounds.largest >> 20} MB; ask for it in parts with LIMIT and OFFSET"
        return QueryError(HTTPStatus.FORBIDDEN, detail, title="Answer too large")
    if refusal.reason == worker.UNREADABLE:
        return QueryError(HTTPStatus.SERVICE_UNAVAILABLE, refusal.detail, title="Store not readable")
    return QueryError(HTTPStatus.BAD_REQUEST, refusal.detail, title="Query failed")
