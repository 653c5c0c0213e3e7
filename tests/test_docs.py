"""The documentation is part of the program: what it shows is what the program does."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from ontology.namespaces import BASE, PREFIXES
from server.cli import parser
from server.evaluation import evaluate, read_gold

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(path for path in ROOT.rglob("*.md") if not {".venv", "store", "build"} & set(path.parts))


def blocks(text: str, language: str) -> list[str]:
    """Give the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph that the README's article becomes."""
    folder = tmp_path_factory.mktemp("talks")
    (article,) = blocks(README, "text")
    (folder / "talks.txt").write_text(article, encoding="utf-8")
    command = [sys.executable, "-m", "server.cli", "build", str(folder / "talks.txt"), "--quiet"]
    command += ["--store", str(folder / "store"), "-o", str(folder / "graph.nq")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return folder / "graph.nq"


def test_the_triples_in_the_readme_are_those_of_its_article(talks: Path) -> None:
    (shown,) = blocks(README, "turtle")
    prologue = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    wanted = {q.triple for q in ox.parse(prologue + shown, ox.RdfFormat.TURTLE, base_iri=f"{BASE}id/")}
    article = ox.NamedNode(f"{BASE}id/article/talks")
    stated = {q.triple for q in ox.parse(path=talks, format=ox.RdfFormat.N_QUADS) if q.graph_name == article}
    assert len(wanted) > 10
    assert [str(triple) for triple in wanted - stated] == []


def commands() -> list[str]:
    lines = "\n".join(blocks(README, "sh")).splitlines()
    return [line.partition("  #")[0].strip() for line in lines if line.startswith("communique ")]


@pytest.mark.parametrize("command", commands())
def test_a_command_in_the_readme_is_one_that_the_program_takes(command: str) -> None:
    arguments = shlex.split(command)[1:]
    parser().parse_args(arguments)
    for argument in arguments:
        if "/" in argument and " " not in argument:
            assert (ROOT / argument).exists()


def test_the_rule_that_the_readme_names_is_there() -> None:
    (name,) = re.findall(r"--rule (\S+)", README)
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "mappings" / "rules").glob("*.yaml")]
    assert any(re.search(rf"name: {name}\b", text) for text in texts)


@pytest.mark.parametrize("target", re.findall(r"make ([a-z]+) ", "\n".join(blocks(README, "sh"))))
def test_a_make_target_in_the_readme_is_there(target: str) -> None:
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_query_in_the_readme_answers(founding_graph: Path) -> None:
    (query,) = re.findall(r"'query=\n(.*?)'", README, re.DOTALL)
    store = ox.Store()
    store.bulk_load(path=founding_graph, format=ox.RdfFormat.N_QUADS)
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) == 5


def test_the_thing_that_the_readme_fetches_is_in_the_graph(founding_graph: Path) -> None:
    (path,) = re.findall(r"http://127\.0\.0\.1:8000/(id/\S+)", README)
    assert f"<{BASE}{path}>" in founding_graph.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_says_on_top_what_it_is(page: Path) -> None:
    assert page.read_text(encoding="utf-8").startswith("# ")


def test_the_gold_that_is_shown_as_an_example_is_well_formed(tmp_path: Path) -> None:
    (shown,) = blocks((ROOT / "docs" / "gold-format.md").read_text(encoding="utf-8"), "json")
    path = tmp_path / f"{json.loads(shown)['id']}.json"
    path.write_text(shown, encoding="utf-8")
    assert evaluate(ox.Store(), read_gold(path)).counts["persons"].gold == 1


def test_data_readme_names_every_article_with_its_publisher_and_date() -> None:
    page = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    articles = sorted((ROOT / "data" / "articles").iterdir())
    assert len(articles) == 5
    rows = [line for line in page.splitlines() if line.startswith("| [")]
    assert sorted(re.findall(r"\| \[(\S+)\]", "\n".join(rows))) == [article.name for article in articles]
    assert all(len([cell for cell in row.split("|") if cell.strip()]) == 4 for row in rows)
