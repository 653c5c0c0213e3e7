"""The threat model names its tests, and each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "threat-model.md"


def promises() -> list[str]:
    """The rows of the tables, without their heads."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and "| Promise |" not in line]


def test_every_promise_names_a_test() -> None:
    assert len(promises()) > 25
    assert [row for row in promises() if not re.search(r"`test_\w+`", row)] == []


def test_every_test_that_is_named_exists() -> None:
    defined = {name for file in TESTS.rglob("test_*.py") for name in re.findall(r"def (test_\w+)\(", file.read_text())}
    named = set(re.findall(r"`(test_\w+)`", "\n".join(promises())))
    assert named - defined == set()
