"""Why a query has no answer, in the one shape that every client gets."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ontology.errors import CommuniqueError


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a query: line and column count from 1, in characters."""

    line: int
    column: int

    @classmethod
    def of(cls, text: str, offset: int) -> Position:
        """Find the place of an offset in a text."""
        before = text[:offset]
        return cls(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)

    def offset(self, text: str) -> int:
        """Find the offset of this place in a text, the other way round."""
        lines = text.split("\n")[: self.line - 1]
        return sum(len(line) + 1 for line in lines) + self.column - 1


class QueryError(CommuniqueError):
    """A query that is malformed, refused, or was stopped; `status` is the HTTP status that says so."""

    def __init__(self, status: HTTPStatus, detail: str, *, title: str, position: Position | None = None) -> None:
        super().__init__(
            f"{title}: {detail}" + (f" (line {position.line}, column {position.column})" if position else "")
        )
        self.status = status
        self.title = title
        self.detail = detail
        self.position = position

    def as_json(self) -> dict[str, Any]:
        """Give the error as the endpoint sends it."""
        error: dict[str, Any] = {"status": int(self.status), "title": self.title, "detail": self.detail}
        if self.position:
            error["position"] = {"line": self.position.line, "column": self.position.column}
        return {"error": error}


def malformed(detail: str, position: Position | None = None) -> QueryError:
    """Say that a query is not SPARQL."""
    return QueryError(HTTPStatus.BAD_REQUEST, detail, title="Malformed query", position=position)


def refused(detail: str, position: Position | None = None) -> QueryError:
    """Say that a query is SPARQL, but not run here."""
    return QueryError(HTTPStatus.FORBIDDEN, detail, title="Query refused", position=position)
