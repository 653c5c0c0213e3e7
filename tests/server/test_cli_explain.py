"""`communique explain` from outside: sentence by sentence, which rule read what, and where a named rule stopped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARTICLE = "Foreign Minister Ada Lind met Ambassador James Otieno in Oslo on Monday.\n\nThe harbour was quiet.\n"


def explain(*args: str | Path, stdin: str = ARTICLE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.cli", "explain", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def rule() -> str:
    """The name of the rule that reads "met"."""
    report = json.loads(explain("-", "--format", "json").stdout)
    first = report["sentences"][0]
    assert ARTICLE[first["start"] : first["end"]] == first["text"]
    (found,) = [firing["rule"] for firing in first["firings"] if firing["label"] == "Meeting"]
    return str(found)


def test_each_sentence_shows_its_rules_and_what_they_captured(rule: str) -> None:
    done = explain("-")
    assert "0-72  Foreign Minister Ada Lind met Ambassador James Otieno in Oslo on Monday." in done.stdout
    assert f"    {rule}  Meeting: " in done.stdout
    assert "=Ada Lind" in done.stdout
    assert done.stdout.endswith("The harbour was quiet.\n    no rule fired\n")
    assert done.returncode == 0


def test_a_named_rule_shows_how_far_it_came_in_each_sentence(rule: str) -> None:
    done = explain("-", "--rule", rule)
    assert f"{rule}  Meeting: " in done.stdout
    assert "Person: " not in done.stdout
    assert done.stdout.endswith(f"The harbour was quiet.\n    {rule} found nowhere to begin\n")


def test_only_sentences_with_the_words_are_shown() -> None:
    done = explain("-", "--words", "THE  harbour")
    assert done.stdout == "stdin\n\n74-96  The harbour was quiet.\n    no rule fired\n"


def test_an_unknown_rule_is_refused() -> None:
    done = explain("-", "--rule", "no-such-rule")
    assert "no-such-rule" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 2


def test_an_unreadable_article_among_readable_ones_is_named_and_the_exit_code_is_1(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    done = explain(tmp_path)
    assert str(tmp_path / "b.txt") in done.stderr
    assert done.stdout.startswith("a\n")
    assert done.returncode == 1
