"""A query in, an answer out, with no server around: checked, run in an evaluator process, in the format chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

from server.negotiation import Format
from server.sparql import bounds as reasons
from server.sparql.bounds import Bounds
from server.sparql.errors import QueryError
from server.sparql.formats import by_name, offers_for
from server.sparql.guard import Limits, inspect
from server.sparql.plan import explained, question
from server.sparql.process import Died, Evaluator, Overdue, Refusal


@dataclass(frozen=True)
class Result:
    """An answer: its format, and its bytes to be read once from `file`."""

    format: Format
    file: IO[bytes]


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

    `output` is a format's name or media type; by default JSON for rows, Turtle for triples. An answer is whole or an
    error: `QueryError` is raised, and nothing is given of an answer that breaks off.
    """
    bounds = bounds or Bounds()
    inspected = inspect(query, limits=limits)
    offers = offers_for(inspected.form)
    chosen = by_name(output, inspected.form) if output else offers[0]
    if chosen is None:
        names = ", ".join(offer.extension for offer in offers)
        detail = f"a query of this form is not answered in {output!r}; choose one of {names}"
        raise QueryError(HTTPStatus.NOT_ACCEPTABLE, detail, title="No such format")
    asked = question(store, query, inspected, chosen, prefixes=prefixes, base=base)
    answer = _ask(asked | {"seconds": bounds.seconds, "largest": bounds.largest, "rows": bounds.rows}, bounds)
    if isinstance(answer, Refusal):
        raise explained(answer, asked, chosen)
    return Result(chosen, answer)


def _ask(request: Mapping[str, object], bounds: Bounds) -> IO[bytes] | Refusal:
    evaluator = Evaluator(bounds.megabytes)
    try:
        return evaluator.ask(json.dumps(request).encode(), seconds=bounds.seconds)
    except Overdue:
        raise reasons.overdue(bounds.seconds) from None
    except Died as error:
        raise reasons.died(error.args[0], bounds, bounds.seconds) from None
    finally:
        evaluator.kill()
