"""The first look passes no query that the guard would not pass, and says the same of it."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.sparql.errors import QueryError
from server.sparql.glance import glance
from server.sparql.guard import Limits, inspect

W3C = json.loads((Path(__file__).parent / "w3c" / "queries.json").read_text(encoding="utf-8"))["cases"]
PIECES = (
    "SELECT ",
    "SELECT * ",
    "select distinct ?x ",
    "SELECT(",
    "ASK ",
    "CONSTRUCT ",
    "DESCRIBE ",
    "DESCRIBE * ",
    "WHERE ",
    "?x ",
    "$y ",
    "{ ",
    "} ",
    "( ",
    ") ",
    "[ ",
    "] ",
    ". ",
    "; ",
    ", ",
    "* ",
    "/",
    "+",
    "|",
    "^",
    "!",
    "<",
    ">",
    "<=",
    "=",
    "SERVICE ",
    "service",
    "ser",
    "vice ",
    "file:",
    "<file:///etc/passwd> ",
    "LOAD ",
    "INSERT ",
    "DROP ",
    "NOW() ",
    "RAND()",
    "PREFIX a: <http://e/a#> ",
    "PREFIX : <x:> ",
    "prefix ser: <vice:y> ",
    "BASE <http://e/> ",
    "PREFIX a: <rel> ",
    "# SERVICE\n",
    "# SELECT\n",
    "#",
    "\n",
    "\\u0053",
    "\\",
    "'",
    '"',
    "'''",
    '"""',
    "'SERVICE' ",
    "<http://e/b> ",
    "a:b ",
    "COUNT(*) ",
    "VALUES ?x { 1 2 } ",
    "UNION ",
    "OPTIONAL ",
    "FILTER(",
    "GRAPH ?g ",
    "FROM <http://e/g> ",
    "LIMIT 5 ",
    "1 ",
)
SMALL = Limits(characters=300, depth=6, patterns=12, blocks=5, operators=120)


def agree(query: str, limits: Limits) -> bool:
    """Compare both looks; tell whether the first passed the query."""
    seen = glance(query, limits)
    if seen is None:
        return False
    try:
        known = inspect(query, limits=limits)
    except QueryError as error:
        assert error.title == "Malformed query", f"{error} was passed at a glance"
        return True
    assert (seen.form, seen.stable) == (known.form, known.stable)
    assert known.star is None or not well_formed(query), "a star stands where only SELECT can have it"
    assert seen.prefixes == known.prefixes
    return True


def well_formed(query: str) -> bool:
    try:
        ox.Store().query(query)
    except SyntaxError:
        return False
    return True


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_what_passes_at_a_glance_passes_the_guard(query: str) -> None:
    agree(query, SMALL)


@settings(max_examples=800, deadline=None)
@given(
    st.sampled_from(["", "PREFIX a: <http://e/a#> ", "# no\nBASE <http://e/>"]),
    st.sampled_from(["SELECT ?x ", "ASK", "CONSTRUCT ", "SELECT (COUNT(*) AS ?n) "]),
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
)
def test_what_begins_like_a_query_is_no_other_matter(prologue: str, form: str, rest: str) -> None:
    agree(f"{prologue}{form}{rest}", SMALL)


def test_many_queries_need_no_more_than_a_glance() -> None:
    passed = [agree(case["query"], Limits()) for case in W3C]
    assert len(passed) > 100
    assert sum(passed) > len(passed) / 3


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT ?x { SERVICE <http://e/> { ?x ?y ?z } }",
        "SELECT (NOW() AS ?now) {}",
        "SELECT ?x { ?x <http://e/p> 'caf\\u00e9' }",
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "SELECT ?x {" + "{" * 70 + "}" * 70 + "}",
        "SELECT ?x { " + "?x ?y ?z . " * 200 + "}",
    ],
)
def test_what_may_be_more_than_harmless_needs_a_closer_look(query: str) -> None:
    assert glance(query, Limits()) is None
