"""Judgements are data: each is obeyed, taken back without a trace, and what they rename is redirected meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.app import create_app

ROOT = Path(__file__).parents[2]
HEADER = "kind\tjudgement\tleft\tright\tby\treason\n"
ARTICLES = {
    "oslo": "Norwegian Foreign Minister Ada Lind met Kenyan Ambassador James Otieno in Oslo on 3 March 2024. "
    "Lind said the talks were useful. Kenya and Norway signed the Fjord Accord.",
    "stockholm": "Adele Lindqvist-Berg met Swedish Foreign Minister Karl Holm in Stockholm on 5 March 2024. "
    "Lindqvist-Berg said that trade would grow. Kenya and Norway ratified the Nairobi Accord.",
    "nairobi": "Kenyan Ambassador James Otieno met Swedish Foreign Minister Karl Holm in Nairobi on 9 March 2024. "
    "Holm thanked the Kenyan Fisheries Board and the Kenyan Board of Harbours.",
}
PERSON = "person\tsame\tAda Lind\tAdele Lindqvist-Berg\ta reader\ta married name\n"
EACH = {
    "person": (PERSON, "person/ada-lind", "person/adele-lindqvist-berg"),
    "body": (
        "body\tsame\tKenyan Fisheries Board\tKenyan Board of Harbours\ta reader\tone office\n",
        "body/kenyan-fisheries-board",
        "body/kenyan-board-of-harbours",
    ),
    "agreement": (
        "agreement\tsame\tFjord Accord\tNairobi Accord\ta reader\ttwo names of one paper\n",
        "agreement/fjord-accord",
        "agreement/nairobi-accord",
    ),
}
CLAIMS = ("event/meeting-2024-03-03-{}-james-otieno", "membership/{}-foreign-minister-no")
Build = Callable[..., bytes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    (folder / "articles").mkdir()
    for name, text in ARTICLES.items():
        (folder / "articles" / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def build(folder: Path) -> Build:
    """Build from the command line, in one store one after the other, and give the dataset as it was written."""

    def build(*judgements: str, store: str = "store", comment: str = "") -> bytes:
        (folder / "judgements.tsv").write_text(HEADER + comment + "".join(judgements), encoding="utf-8")
        options: list[str | Path] = [
            "--store",
            folder / store,
            "--judgements",
            folder / "judgements.tsv",
            "-o",
            folder / "out.nq",
        ]
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "server.cli",
            "build",
            "--quiet",
            folder / "articles",
            *options,
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return (folder / "out.nq").read_bytes()

    return build


@cache
def client(store: Path) -> FlaskClient:
    return create_app(store).test_client()


def status(folder: Path, thing: str) -> tuple[int, str]:
    """Ask for a thing as a browser does; give the status and where it leads."""
    response = client(folder / "store").get(f"/id/{thing}", headers={"Accept": "text/html"})
    return response.status_code, response.headers.get("Location", "")


def lives(folder: Path, thing: str) -> bool:
    return status(folder, thing) == (303, f"/page/{thing}")


def test_verdicts_are_obeyed_and_taken_back_without_a_trace(folder: Path, build: Build) -> None:
    rows = [row for row, _, _ in EACH.values()]
    pairs = [pair for _, *pair in EACH.values()] + [
        [claim.format("ada-lind"), claim.format("adele-lindqvist-berg")] for claim in CLAIMS
    ]
    before = build()
    first = {thing for pair in pairs for thing in pair if lives(folder, thing)}
    assert first >= {thing for _, *pair in EACH.values() for thing in pair}
    judged = build(*rows)
    second = {thing for pair in pairs for thing in pair if lives(folder, thing)}
    for pair in pairs:
        (dead,), (kept,) = set(pair) - second, set(pair) & second
        assert status(folder, dead) == (301, f"/id/{kept}")
        assert f"/id/{dead}</code>" in client(folder / "store").get(f"/page/{kept}").text
    assert build(*rows, store="another") == judged, "the dataset is the judgements', not the store's"
    assert build(comment="# decided on Monday\n") == before
    assert {thing for pair in pairs for thing in pair if lives(folder, thing)} == first
    for claim in CLAIMS:
        assert status(folder, claim.format("adele-lindqvist-berg")) == (301, f"/id/{claim.format('ada-lind')}")


def test_verdict_survives_another_article_and_one_that_is_withdrawn(folder: Path, build: Build) -> None:
    extra = folder / "articles" / "extra.txt"
    build()
    extra.write_text("Swedish Foreign Minister Karl Holm met Kenyan Ambassador James Otieno in Bergen on 9 May 2024.")
    build(PERSON)
    assert status(folder, "person/ada-lind") == (301, "/id/person/adele-lindqvist-berg")
    extra.unlink()
    withdrawn = folder / "articles" / "oslo.txt"
    withdrawn.unlink()
    try:
        build(PERSON)
        assert status(folder, "person/ada-lind") == (301, "/id/person/adele-lindqvist-berg")
        assert status(folder, "article/oslo")[0] == 410
        build()
        assert status(folder, "person/ada-lind") == (301, "/id/person/adele-lindqvist-berg")
    finally:
        withdrawn.write_text(ARTICLES["oslo"], encoding="utf-8")
