"""The exercise in the README of this room, done as it is told there, on a copy: the outputs shown are the outputs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "mappings" / "README.md").read_text(encoding="utf-8")
LESSON, EXERCISE = README.split("## An exercise")
STEP = re.compile(r"^```(text|yaml|console)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the program, to be changed."""
    for room in ("ontology", "mappings", "server", "data/articles"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def shell(checkout: Path, command: str) -> str:
    """Run a command as it is shown, with this program for `communique`; its output, its exit code left aside."""
    prelude = f'communique() {{ "{sys.executable}" -m server.cli "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", prelude + command], cwd=checkout, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.stderr == ""
    return done.stdout


def session(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console, each with the output that is shown for it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def without_lines(output: str) -> str:
    """An output without the numbers of lines, which move when a rule file grows."""
    return re.sub(r"^(\w+\.yaml):\d+:", r"\1:", output, flags=re.MULTILINE)


def add(file: Path, text: str) -> None:
    file.write_text(f"{file.read_text(encoding='utf-8').rstrip()}\n\n{text}", encoding="utf-8")


def test_exercise_goes_as_it_is_told(checkout: Path) -> None:
    words, rules = checkout / "mappings/lexicon/words/events.yaml", checkout / "mappings/rules/events.yaml"
    ran = 0
    for kind, text in STEP.findall(EXERCISE):
        if kind == "text":
            (checkout / "summons.txt").write_text(text, encoding="utf-8")
        elif kind == "console":
            for command, output in session(text):
                assert without_lines(shell(checkout, command)) == without_lines(output), command
                ran += 1
        elif text.startswith("summons_verb:"):
            add(words, text)
        elif text.startswith("  - name:"):
            add(rules, text)
            (old,) = re.findall(r"^    pattern: .*\n", text, re.MULTILINE)
        else:
            changed = rules.read_text(encoding="utf-8")
            assert changed.count(old) == 1
            rules.write_text(changed.replace(old, text), encoding="utf-8")
    assert ran == 6


def test_construction_of_the_exercise_is_still_new() -> None:
    """When the rules learn it, the exercise needs another."""
    files = [*(ROOT / "mappings" / "rules").glob("*.yaml"), *(ROOT / "mappings" / "lexicon" / "words").glob("*.yaml")]
    assert [file.name for file in files if "summon" in file.read_text(encoding="utf-8")] == []


def test_rule_that_the_lesson_shows_is_one(checkout: Path) -> None:
    (shown,) = [text for kind, text in STEP.findall(LESSON) if kind == "yaml" and text.startswith("- name:")]
    indented = "".join(f"  {line}\n" if line else "\n" for line in shown.splitlines())
    add(checkout / "mappings/rules/agreements.yaml", indented)
    (name,) = re.findall(r"- name: (\S+)", shown)
    assert shell(checkout, f"communique rules test {name}").endswith("0 of them fail\n")
