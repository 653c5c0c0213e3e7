"""`communique query` from outside: where queries come from, what answers look like, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parents[2]
GRAPH = """@prefix schema: <https://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://example.org/article> { <http://example.org/ada> a schema:Person ; skos:prefLabel "Ada Lind"@en . }
<http://example.org/other> { <http://example.org/ada> a schema:Person . <http://example.org/bo> a schema:Person . }
"""
NAMES = "SELECT ?person ?name { ?person a schema:Person OPTIONAL { ?person skos:prefLabel ?name } } ORDER BY ?person"


def query(*args: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.cli", "query", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=120)


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    path = tmp_path / "graph.trig"
    path.write_text(GRAPH, encoding="utf-8")
    return path


def test_rows_are_a_table_in_the_order_of_the_columns(graph: Path) -> None:
    assert query(NAMES, "--graph", graph).stdout.splitlines() == [
        "person                  name",
        "----------------------  --------",
        "http://example.org/ada  Ada Lind",
        "http://example.org/bo",
        "(2 rows)",
    ]


def test_an_answer_that_is_yes_or_no_says_so(graph: Path) -> None:
    assert query("ASK { ?x a schema:Person }", "--graph", graph).stdout == "yes\n"
    assert query("ASK { ?x a schema:Country }", "--graph", graph).stdout == "no\n"


def test_a_query_may_stand_in_a_file_or_come_through_a_pipe(graph: Path, tmp_path: Path) -> None:
    (tmp_path / "names.rq").write_text(NAMES, encoding="utf-8")
    given = query(NAMES, "--graph", graph).stdout
    assert query(tmp_path / "names.rq", "--graph", graph).stdout == given
    assert query("-", "--graph", graph, stdin=NAMES).stdout == given


def test_a_folder_of_queries_is_asked_in_order_each_under_its_name(graph: Path, tmp_path: Path) -> None:
    (tmp_path / "b.rq").write_text("ASK {}", encoding="utf-8")
    (tmp_path / "a.rq").write_text("ASK { FILTER(false) }", encoding="utf-8")
    assert query(tmp_path, "--graph", graph).stdout == "== a\nno\n== b\nyes\n"


def test_a_graph_may_come_through_a_pipe() -> None:
    assert query("ASK { ?x a schema:Person }", "--graph", "-", stdin=GRAPH).stdout == "yes\n"


def test_graph_asks_what_one_article_states(graph: Path) -> None:
    said = "SELECT (COUNT(*) AS ?n) { GRAPH <http://example.org/other> { ?x a schema:Person } }"
    assert query(said, "--graph", graph, "--format", "csv").stdout.split() == ["n", "2"]


def test_rows_can_be_json_and_csv_and_tsv_and_xml(graph: Path) -> None:
    answers = {form: query(NAMES, "--graph", graph, "--format", form).stdout for form in ("json", "csv", "tsv", "xml")}
    assert json.loads(answers["json"])["head"]["vars"] == ["person", "name"]
    assert list(csv.reader(io.StringIO(answers["csv"])))[1] == ["http://example.org/ada", "Ada Lind"]
    assert answers["tsv"].startswith("?person\t?name\n")
    solutions = ox.parse_query_results(answers["xml"], ox.QueryResultsFormat.XML)
    assert isinstance(solutions, ox.QuerySolutions)
    assert len(list(solutions)) == 2


@pytest.mark.parametrize(
    ("form", "syntax"),
    [
        ("table", ox.RdfFormat.TURTLE),
        ("ttl", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("nq", ox.RdfFormat.N_QUADS),
        ("trig", ox.RdfFormat.TRIG),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdf", ox.RdfFormat.RDF_XML),
        ("n3", ox.RdfFormat.N3),
    ],
)
def test_triples_come_in_every_syntax(graph: Path, form: str, syntax: ox.RdfFormat) -> None:
    done = query("CONSTRUCT WHERE { ?x a schema:Person }", "--graph", graph, "--format", form)
    assert {str(quad.subject) for quad in ox.parse(done.stdout, syntax)} == {
        "<http://example.org/ada>",
        "<http://example.org/bo>",
    }


def test_the_store_is_asked_when_no_graph_is_given(founding_store: Path) -> None:
    done = query(
        "SELECT (COUNT(*) AS ?articles) { ?a a schema:NewsArticle }", "--store", founding_store, "--format", "csv"
    )
    assert done.stdout.split() == ["articles", "5"]
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT ?x { ?x a schema:Person", "line 1, column 31"),
        ("SELECT ?x {\n  ?x a nowhere:Thing }", "line 2"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * FROM <file:/etc/hosts> { ?s ?p ?o }", "an IRI of a file"),
        ("LOAD <http://127.0.0.1:9/>", "LOAD"),
        ("SELECT * " + "{" * 4000 + "}" * 4000, "too complex"),
        ("SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(200)) + " }", "too complex"),
    ],
    ids=["unfinished", "unknown-prefix", "service", "from-file", "load", "nested", "patterns"],
)
def test_a_malformed_or_hostile_query_is_refused_in_one_line(graph: Path, text: str, said: str) -> None:
    done = query("-", "--graph", graph, stdin=text)
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 2


def test_a_query_that_takes_too_long_is_stopped(founding_store: Path) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    done = query(heavy, "--store", founding_store, "--timeout", "1")
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 2


def test_an_empty_store_names_the_mend(tmp_path: Path) -> None:
    done = query("ASK {}", "--store", tmp_path)
    assert "run `communique build` first" in done.stderr
    assert done.returncode == 2


def test_a_format_that_does_not_fit_the_query_is_refused_with_those_that_do(graph: Path) -> None:
    done = query("ASK {}", "--graph", graph, "--format", "pdf")
    assert "'pdf'" in done.stderr
    assert done.returncode == 2


def test_a_reader_that_leaves_early_is_no_error(founding_store: Path) -> None:
    command = f"{sys.executable} -m server.cli query 'SELECT * {{ ?s ?p ?o }}' --store {founding_store} | head -n 1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
