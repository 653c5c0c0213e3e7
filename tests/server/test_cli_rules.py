"""`communique rules` from outside: tests, counts, times and compares the rules."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mappings.extraction import rule_versions
from server.cli.explain import EXAMPLES as EXPLAIN
from server.cli.rules import EXAMPLES as RULES

ROOT = Path(__file__).parents[2]
ARTICLE = "Foreign Minister Ada Lind met Ambassador James Otieno in Oslo. She said the talks had been useful.\n"


def rules(*args: str | Path, stdin: str = ARTICLE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.cli", "rules", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=180)


def test_examples_of_named_rules_are_run() -> None:
    done = rules("test", "speaker-of-speech-verb", "country-by-name")
    assert re.fullmatch(r"2 rules, \d+ examples and counter-examples, 0 of them fail\n", done.stdout)
    assert done.returncode == 0


def test_rule_that_does_not_exist_is_refused() -> None:
    done = rules("test", "speaker-of-speech-verbs")
    assert "speaker-of-speech-verbs" in done.stderr and "Traceback" not in done.stderr
    assert done.returncode == 2


def test_coverage_counts_what_fired_and_lists_what_was_not_read() -> None:
    done = rules("coverage", "-")
    assert done.stdout.startswith("1 articles\n")
    for title in (
        "firings by rule",
        "never fired",
        "always shadowed",
        "sentences with a trigger word",
        "titles before",
    ):
        assert f"\n{title}" in done.stdout
    assert re.search(r"^ +\d+  speaker-of-speech-verb$", done.stdout, re.MULTILINE)
    assert "more; --all shows them" in done.stdout
    assert done.returncode == 0


def test_profile_times_each_rule() -> None:
    done = rules("profile", "-", "--all")
    assert re.match(r"\d+ rules took \d+\.\d\d s of processor time, \d+% of what parsing took", done.stdout)
    assert re.search(r"^ +\d+\.\d  speaker-of-speech-verb \(1 firings\)$", done.stdout, re.MULTILINE)
    assert done.returncode == 0


def test_diff_tells_what_a_change_gains_and_loses(tmp_path: Path) -> None:
    for name in ("rules", "lexicon/words"):
        shutil.copytree(ROOT / "mappings" / name, tmp_path / name)
    words = tmp_path / "lexicon" / "words" / "speech.yaml"
    words.write_text(words.read_text(encoding="utf-8").replace("[say, tell,", "[tell,", 1), encoding="utf-8")
    (tmp_path / "talks.txt").write_text(ARTICLE, encoding="utf-8")
    done = rules("diff", ROOT / "mappings", tmp_path, tmp_path / "talks.txt")
    assert re.search(r"^- talks \d+-\d+  statement: .*  \[speaker-of-speech-verb\]$", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("0 claims gained, 1 lost, 0 changed\n")
    assert done.returncode == 1
    same = rules("diff", tmp_path, tmp_path, tmp_path / "talks.txt")
    assert (same.stdout, same.returncode) == ("0 claims gained, 0 lost, 0 changed\n", 0)


@pytest.mark.parametrize("task", ["coverage", "profile"])
def test_corpus_without_an_article_is_refused(tmp_path: Path, task: str) -> None:
    done = rules(task, tmp_path)
    assert str(tmp_path) in done.stderr and "Traceback" not in done.stderr
    assert done.returncode == 2


def test_rules_that_the_help_names_are_there() -> None:
    shown = EXPLAIN + RULES
    named = re.findall(r"--rule (\S+)", shown) + re.findall(r"rules test (.+)", shown)[0].split()
    assert len(named) == 3
    assert [name for name in named if name not in rule_versions()] == []
