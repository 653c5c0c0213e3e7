"""The competency questions as the examples of the query editor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words and as a query; `name` is the file's."""

    name: str
    title: str
    query: str


@cache
def questions() -> tuple[Question, ...]:
    """All questions in the order of their numbers. The first comment line of a file is its question in words."""
    folder = files("ontology") / "questions"
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".rq")), key=lambda e: e.name)
    return tuple(_question(e.name.removesuffix(".rq"), e.read_text(encoding="utf-8")) for e in entries)


def _question(name: str, text: str) -> Question:
    comments = [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")]
    return Question(name, next((c for c in comments if c), name), text)
