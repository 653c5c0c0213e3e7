"""A query without a server around it, as the command line asks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.sparql.bounds import Bounds
from server.sparql.errors import QueryError
from server.sparql.evaluate import run_query

from .conftest import EX
from .test_hostile import STOPPED


def test_answer_comes_in_the_named_format(small_store: Path) -> None:
    store, query = oxigraph(small_store), f"SELECT ?name {{ <{EX}ana> <{EX}name> ?name }}"
    assert run_query(store, query, output="csv").file.read().decode() == "name\r\nAna Çelik\r\n"
    assert run_query(store, query).format.media_type == "application/sparql-results+json"
    triples = run_query(store, f"CONSTRUCT WHERE {{ <{EX}ana> <{EX}met> ?x }}", output="nt")
    assert triples.file.read().decode() == f"<{EX}ana> <{EX}met> <{EX}ben> .\n"


def test_given_prefixes_need_no_declaration(small_store: Path) -> None:
    answer = run_query(oxigraph(small_store), "ASK { ex:ana ex:met ex:ben }", output="csv", prefixes={"ex": EX})
    assert answer.file.read() == b"true"


def test_format_for_another_form_is_an_error_that_names_the_choice(small_store: Path) -> None:
    with pytest.raises(QueryError, match="csv"):
        run_query(oxigraph(small_store), "ASK {}", output="ttl")


def test_error_names_place_and_reason(small_store: Path) -> None:
    with pytest.raises(QueryError, match=r"the prefix ex: is not declared \(line 1, column 7\)"):
        run_query(oxigraph(small_store), "ASK { ex:ana ?p ?o }")


def test_relative_iri_without_a_base_is_named(small_store: Path) -> None:
    with pytest.raises(QueryError, match="<ana> is relative"):
        run_query(oxigraph(small_store), "ASK { <ana> ?p ?o }")


def test_store_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="Store not readable"):
        run_query(tmp_path / "nowhere", "ASK {}")


def test_query_is_stopped_at_the_given_deadline(small_store: Path) -> None:
    with pytest.raises(QueryError, match=r"0\.5 seconds"):
        run_query(oxigraph(small_store), STOPPED["cross product"], bounds=Bounds(seconds=0.5))


def test_answer_that_would_be_cut_is_an_error(small_store: Path) -> None:
    with pytest.raises(QueryError, match="more than 10 rows"):
        run_query(oxigraph(small_store), "SELECT * { ?s ?p ?o }", bounds=Bounds(rows=10))


def oxigraph(root: Path) -> Path:
    return root / "generations" / (root / "current").read_text().strip() / "oxigraph"
