"""`communique evaluate` on one's own articles and gold: figures with intervals, differences that can be explained."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.explaining.explainer import Explainer
from server.explaining.views import EXTENSION

ROOT = Path(__file__).parents[2]
ARTICLES = {
    "harbour": "Foreign Minister Ada Lind of Norway met Karl Dahl in Oslo. Lind said that the harbour would open.\n",
    "winter": "Ambassador James Otieno of Kenya met Rosa Vega in Geneva. Otieno said that the winter was mild.\n",
}
CUES = {"harbour": ("Ada Lind", "the harbour would open"), "winter": ("Nobody Known", "the winter was mild")}


def communique(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.cli", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles and what their reader found, one of it wrong."""
    folder = tmp_path_factory.mktemp("my own")
    for kind in ("articles", "gold"):
        (folder / kind).mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")
        speaker, cue = CUES[name]
        gold = {"id": name, "persons": [{"name": speaker}], "statements": [{"speaker": speaker, "cue": cue}]}
        (folder / "gold" / f"{name}.json").write_text(json.dumps(gold), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def report(mine: Path) -> str:
    done = communique("evaluate", mine / "articles", mine / "gold", "--misses", "statements", "--per-article")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_own_gold_gives_figures_for_each_article_and_for_all_with_intervals(report: str) -> None:
    tables = [line.split()[0] for line in report.splitlines() if line.endswith("F1")]
    assert tables == ["harbour", "winter", "all"]
    (line,) = [line for line in report.splitlines() if line.startswith("statements") and "-" in line]
    assert line.split()[1:] == ["2", "2", "0.500", "0.500", "0.500", "0.000-1.000"]


def test_difference_is_followed_by_the_command_that_explains_it(report: str) -> None:
    lines = report.splitlines()
    missed = next(i for i, line in enumerate(lines) if line.startswith("winter: missed Nobody Known"))
    shown = shlex.split(lines[missed + 1])
    assert shown[0] == "communique" and shown[-2] == "--rule"
    done = communique(*shown[1:])
    assert done.returncode == 0
    assert "Otieno said that the winter was mild." in done.stdout
    assert f"    {shown[-1]}  Statement: 'said'" in done.stdout
    assert "met Rosa Vega" not in done.stdout


def test_difference_of_a_graph_is_followed_by_a_page_that_the_server_has(
    founding_graph: Path, founding_store: Path, tmp_path: Path
) -> None:
    article = "asianlite-2023-12-08-raisi-putin"
    (tmp_path / f"{article}.json").write_text(json.dumps({"id": article}), encoding="utf-8")
    done = communique("evaluate", founding_graph, tmp_path, "--misses", "all", "--format", "json")
    found = [miss for facet in json.loads(done.stdout)["misses"].values() for miss in facet]
    pages = sorted({miss["page"] for miss in found})
    assert len(found) > 10 and len(pages) > 5
    assert {miss["command"] for miss in found} == {None}
    app = create_app(founding_store)
    client: FlaskClient = app.test_client()
    for page in pages[::5]:
        answer = client.get(page, headers={"Accept": "text/html"})
        assert answer.status_code == 200, page
        assert not (anchor := page.partition("#")[2]) or f'id="{anchor}"' in answer.text
    explainer = app.extensions[EXTENSION]
    assert isinstance(explainer, Explainer)
    explainer.close()
