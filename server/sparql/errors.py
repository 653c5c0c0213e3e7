"""Why a query has no answer, in the one shape that every client gets: as JSON, or the same as text."""

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
    """A query that is malformed, refused, or was stopped; `status` is the HTTP status that says so.

    `retry_after` are the seconds after which it may be worth to ask again; `allow` are the methods that are to be had.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        title: str,
        position: Position | None = None,
        retry_after: int | None = None,
        allow: str | None = None,
    ) -> None:
        self.place = f" (line {position.line}, column {position.column})" if position else ""
        super().__init__(f"{title}: {detail}{self.place}")
        self.status = status
        self.title = title
        self.detail = detail
        self.position = position
        self.retry_after = retry_after
        self.allow = allow

    def as_json(self) -> dict[str, Any]:
        """Give the error as the endpoint sends it."""
        error: dict[str, Any] = {"status": int(self.status), "title": self.title, "detail": self.detail}
        if self.position:
            error["position"] = {"line": self.position.line, "column": self.position.column}
        return {"error": error}

    def as_text(self) -> str:
        """Give the same for a person at a terminal: two lines."""
        return f"{int(self.status)} {self.title}{self.place}\n{self.detail}\n"


def malformed(detail: str, position: Position | None = None) -> QueryError:
    """Say that a query is not SPARQL."""
    return QueryError(HTTPStatus.BAD_REQUEST, detail, title="Malformed query", position=position)


def refused(detail: str, position: Position | None = None) -> QueryError:
    """Say that a query is SPARQL, but not run here."""
    return QueryError(HTTPStatus.BAD_REQUEST, detail, title="Query refused", position=position)


def complex_beyond(detail: str, position: Position | None = None) -> QueryError:
    """Say that a query is SPARQL that would cost more than any query may."""
    return QueryError(HTTPStatus.BAD_REQUEST, detail, title="Query too complex", position=position)
