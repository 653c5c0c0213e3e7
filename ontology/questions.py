"""The competency questions: what the graph must be able to answer, as queries with a title and an expected result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import pyoxigraph as ox
import yaml

from ontology.errors import CommuniqueError
from ontology.namespaces import BASE

Row = Mapping[str, str | None]
Pattern = Mapping[str, Any]
"""What a row must look like: a column to its value, None for unbound, {contains: words}, or {any: [values]}."""

_PAGES = frozenset({"article", "person", "body", "country", "place", "event", "statement", "agreement", "home"})
_KEYS = {"exact", "contains", "absent"}
_HEADER = re.compile(r"^# (\w+): (.+)$", re.MULTILINE)


class QuestionError(CommuniqueError):
    """A question, or its expected result, that is not well-formed, or whose query does not run."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come out: rows that are due, rows that must not come, and whether nothing else may."""

    due: tuple[Pattern, ...] = ()
    absent: tuple[Pattern, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `name` is the stem of its file, `pages` the kinds of page that may offer it.

    `about` is the label that the query asks about, where another may be put in its place.
    """

    name: str
    title: str
    sentence: str
    pages: tuple[str, ...]
    about: str | None
    query: str
    expected: Expectation

    def asked_about(self, label: str) -> str:
        """Write the query for another thing of the same kind, named by any of its labels."""
        if self.about is None:
            raise QuestionError(
                f"ontology/questions/{self.name}.rq: has no line '# about:', so it asks about nothing else"
            )
        return self.query.replace(_literal(self.about), _literal(label), 1)


@cache
def load(*, base: str = BASE) -> tuple[Question, ...]:
    """Read all questions in the order of their numbers, for a dataset whose graphs are named under `base`.

    Raises `QuestionError` on a header or an expected result that is not well-formed.
    """
    found = sorted(p.name for p in _folder().iterdir() if p.name.endswith(".rq"))
    return tuple(_question(name.removesuffix(".rq"), base) for name in found)


def fitting(page: str, *, base: str = BASE) -> tuple[Question, ...]:
    """Choose the questions that a page of this kind may offer; none for a kind without questions."""
    return tuple(question for question in load(base=base) if page in question.pages)


def ask(question: Question, store: ox.Store, *, union: bool = False) -> list[Row]:
    """Run the query and return its rows as plain strings, an unbound variable as None.

    `union` reads the default graph as the union of all graphs, for a store whose default graph is not their merge.
    """
    try:
        found = store.query(question.query, use_default_graph_as_union=union)
    except (SyntaxError, RuntimeError, ValueError) as error:
        raise QuestionError(f"ontology/questions/{question.name}.rq: {error}") from error
    if not isinstance(found, ox.QuerySolutions):
        raise QuestionError(f"ontology/questions/{question.name}.rq: must be a SELECT query")
    names = [variable.value for variable in found.variables]
    return [{name: _plain(solution[name]) for name in names} for solution in found]


def check(question: Question, rows: Sequence[Row]) -> list[str]:
    """Compare rows with what is expected; return one sentence for each difference, none when all is as it should be."""
    expected = question.expected
    problems = [f"missing: {_show(due)}" for due in expected.due if not any(_fits(row, due) for row in rows)]
    problems += [f"must not come: {_show(row)}" for row in rows if any(_fits(row, no) for no in expected.absent)]
    if expected.exact:
        problems += [f"unexpected: {_show(row)}" for row in rows if not any(_fits(row, due) for due in expected.due)]
    return problems


def forbidden_names() -> tuple[str, ...]:
    """List the names that only the boilerplate of the founding articles holds: nothing in their graph bears one."""
    return tuple(yaml.safe_load((_folder() / "never.yaml").read_text(encoding="utf-8"))["names"])


def _folder() -> Traversable:
    return files("ontology") / "questions"


def _question(name: str, base: str) -> Question:
    text = (_folder() / f"{name}.rq").read_text(encoding="utf-8")
    header = dict(_HEADER.findall(text))
    pages = tuple(header.get("pages", "").split())
    if not text.startswith("# ") or "question" not in header or not pages or not _PAGES.issuperset(pages):
        form = f"'# Title', '# question: ...', '# pages: ...' (of {', '.join(sorted(_PAGES))})"
        raise QuestionError(f"ontology/questions/{name}.rq: begins with {form}")
    about = header.get("about")
    if about is not None and _literal(about) not in text:
        raise QuestionError(f"ontology/questions/{name}.rq: asks about {about}, but holds no {_literal(about)}")
    query = text.replace(f"<{BASE}graph/>", f"<{base}graph/>")
    title = text.partition("\n")[0].removeprefix("# ")
    return Question(name, title, header["question"], pages, about, query, _expectation(name))


def _expectation(name: str) -> Expectation:
    where = f"ontology/questions/{name}.expected.yaml"
    try:
        given = yaml.safe_load((_folder() / f"{name}.expected.yaml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise QuestionError(f"{where}: cannot be read: {error}") from error
    if not isinstance(given, dict) or not given or not _KEYS.issuperset(given) or {"exact", "contains"} <= given.keys():
        raise QuestionError(f"{where}: holds 'exact' or 'contains', and 'absent', each a list of rows")
    due: list[Pattern] = given.get("exact") or given.get("contains") or []
    return Expectation(tuple(due), tuple(given.get("absent", [])), "exact" in given)


def _literal(label: str) -> str:
    return str(ox.Literal(label, language="en"))


def _plain(term: object) -> str | None:
    return None if term is None else str(getattr(term, "value", term))


def _fits(row: Row, pattern: Pattern) -> bool:
    return all(name in row and _matches(row[name], wanted) for name, wanted in pattern.items())


def _matches(value: str | None, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        if "any" in wanted:
            return value in list(wanted["any"])
        return value is not None and str(wanted["contains"]) in value
    return value is None if wanted is None else value == str(wanted)


def _show(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in row.items())
