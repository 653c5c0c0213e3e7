"""The command line from outside: its help, its exit codes, and what it says when it cannot do what it was asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

ROOT = Path(__file__).parents[2]
VERBS = ["build", "validate", "query", "serve", "explain", "evaluate", "rules"]


def communique(*args: str | Path, stdin: str | bytes = b"", timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    content = stdin.encode("utf-8") if isinstance(stdin, str) else stdin
    command = [sys.executable, "-m", "server.cli", *map(str, args)]
    done = subprocess.run(command, cwd=ROOT, input=content, capture_output=True, timeout=timeout)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """Give the error message, which is one line and no traceback."""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_help_lists_the_commands_in_the_order_of_the_flow() -> None:
    done = communique("--help")
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("    ")]
    assert listed == VERBS
    assert done.returncode == 0


@pytest.mark.parametrize("verb", VERBS)
def test_each_command_has_help_with_an_example(verb: str) -> None:
    done = communique(verb, "--help")
    assert f"examples:\n  communique {verb}" in done.stdout
    assert done.returncode == 0


def test_help_waits_for_no_model_and_no_store() -> None:
    code = "import sys; from server.cli import parser; parser().format_help(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert {"spacy", "rdflib", "pyoxigraph", "flask"} & set(done.stdout.split()) == set()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--frobnicate"], "COMMAND"),
        (["buidl", "x.txt"], "invalid choice: 'buidl'"),
        (["build"], "ARTICLES"),
        (["build", "x.txt", "--frobnicate"], "--frobnicate"),
        (["serve", "--port", "eighty"], "'eighty' is no port"),
        (["serve", "--port", "99999"], "a number from 1 to 65535"),
        (["serve", "--workers", "many"], "workers is a whole number, not 'many'"),
        (["validate", "x.ttl", "--format", "pdf"], "invalid choice: 'pdf'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_line_is_refused_in_one_line_that_names_the_help(args: list[str], said: str) -> None:
    done = communique(*args)
    assert said in one_line(done)
    assert "--help' shows what it takes" in one_line(done)
    assert done.returncode == 2


@pytest.mark.parametrize("verb", [["validate"], ["build"], ["explain"], ["query", "ASK {}", "--graph"]], ids=" ".join)
def test_a_missing_file_is_named_with_the_mend(verb: list[str], tmp_path: Path) -> None:
    done = communique(*verb, tmp_path / "nowhere.ttl")
    assert str(tmp_path / "nowhere.ttl") in done.stderr
    assert "check the path" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = communique("validate", tmp_path / "nowhere.ttl", "--debug")
    assert "Traceback" in done.stderr
    assert done.returncode == 2


def test_a_fault_of_the_program_is_no_exit_code_1() -> None:
    code = "import sys, server.cli.query as q; from server.cli import main; q._queries = None; sys.exit(main())"
    command = [sys.executable, "-c", code, "query", "ASK {}", "--graph", "data/gold"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr.endswith("this is a fault in communique; please report the lines above\n")
    assert done.returncode == 2


# validate


def test_the_founding_graph_conforms(founding_graph: Path) -> None:
    done = communique("validate", founding_graph)
    assert done.stdout == "judged: 5, conforming: 5, not conforming: 0\n"
    assert done.returncode == 0


def test_a_graph_may_come_through_a_pipe(founding_graph: Path) -> None:
    done = communique("validate", "-", stdin=founding_graph.read_bytes())
    assert done.stdout == "judged: 5, conforming: 5, not conforming: 0\n"


@pytest.fixture
def graph_without_evidence(tmp_path: Path) -> Path:
    path = tmp_path / "bare.ttl"
    path.write_text(
        "@prefix schema: <https://schema.org/> . @prefix cmq: <https://w3id.org/communique#> .\n"
        "<http://example.org/a> a schema:NewsArticle . <http://example.org/s> a cmq:Statement .\n",
        encoding="utf-8",
    )
    return path


def test_what_does_not_conform_is_listed_and_the_exit_code_is_1(graph_without_evidence: Path) -> None:
    done = communique("validate", graph_without_evidence)
    assert done.stdout.startswith(str(graph_without_evidence))
    assert "<http://example.org/s> cmq:speaker" in done.stdout
    assert done.stdout.endswith("judged: 1, conforming: 0, not conforming: 1\n")
    assert done.returncode == 1


def test_a_report_can_be_json(graph_without_evidence: Path) -> None:
    (report,) = json.loads(communique("validate", graph_without_evidence, "--format", "json").stdout)
    assert report["conforms"] is False
    assert "http://example.org/s" in {result["focus"] for result in report["results"]}


def test_a_report_can_be_turtle(graph_without_evidence: Path) -> None:
    turtle = communique("validate", graph_without_evidence, "--format", "turtle").stdout
    objects = {str(quad.object) for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)}
    assert "<http://www.w3.org/ns/shacl#ValidationReport>" in objects


def test_a_file_that_is_no_turtle_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("<http://example.org/a> a\n\n<<<", encoding="utf-8")
    done = communique("validate", path)
    assert f"{path}: line 3: " in one_line(done)
    assert done.returncode == 2


def test_a_file_that_is_no_graph_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_bytes(b"PK")
    done = communique("validate", tmp_path / "notes.docx")
    assert "known are .nq, .trig, .ttl" in one_line(done)
    assert done.returncode == 2


def test_a_folder_without_graphs_is_refused(tmp_path: Path) -> None:
    done = communique("validate", tmp_path)
    assert "no graph file in this folder" in one_line(done)
    assert done.returncode == 2


# evaluate


def test_evaluate_prints_every_facet_of_the_founding_graph(founding_graph: Path) -> None:
    done = communique("evaluate", founding_graph, "data/gold")
    assert [line[:22].strip() for line in done.stdout.splitlines()][1:4] == ["persons", "organizations", "countries"]
    assert done.stdout.splitlines()[-1].startswith("mean F1")
    assert done.returncode == 0


def test_evaluate_gives_figures_as_json(founding_graph: Path) -> None:
    done = communique("evaluate", founding_graph, "data/gold", "--format", "json", "--misses", "places")
    report = json.loads(done.stdout)
    assert report["articles"] == 5
    assert report["absent"] == []
    assert set(report["misses"]) == {"places"}
    assert report["mean"]["f1"] > 0.6


def test_evaluate_says_which_article_is_in_no_graph(tmp_path: Path) -> None:
    (tmp_path / "empty.nq").write_bytes(b"")
    done = communique("evaluate", tmp_path / "empty.nq", "data/gold")
    assert "kayhan-raisi-patrushev: in no graph" in done.stderr
    assert done.returncode == 1


def test_an_unknown_facet_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "empty.nq").write_bytes(b"")
    done = communique("evaluate", tmp_path / "empty.nq", "data/gold", "--misses", "person")
    assert "no facet is called 'person'; known are all, persons" in one_line(done)
    assert done.returncode == 2
