"""However many processes read, and in whatever order, the same articles become the same bytes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mappings.pipeline import BATCH

ROOT = Path(__file__).parents[2]
PAIRS = [("Norway", "Ada Lind"), ("Kenya", "James Otieno"), ("Chile", "Rosa Vega"), ("Japan", "Aiko Mori")]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More articles than one process takes at a time; they name the same people and bodies."""
    folder = tmp_path_factory.mktemp("corpus")
    for file in (ROOT / "data" / "articles").iterdir():
        shutil.copy(file, folder)
    for number, (country, name) in enumerate(PAIRS):
        other, guest = PAIRS[number - 1]
        text = (
            f"Foreign Minister {name} of {country} met {other}'s Foreign Minister {guest} in Geneva on 4 March.\n\n"
            f"{name} said that {country} would ratify the Lake Treaty with {other}. It entered into force in 2023.\n"
        )
        (folder / f"talks-{number}.txt").write_text(text, encoding="utf-8")
    return folder


def build(corpus: Path, folder: Path, processes: int) -> tuple[str, bytes]:
    """The generation and the dataset that a build makes."""
    command = [sys.executable, "-m", "server.cli", "build", str(corpus), "--links", "data/links", "--quiet"]
    command += ["--store", str(folder / "store"), "-o", str(folder / "graph.nq"), "--processes", str(processes)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "store" / "current").read_text(), (folder / "graph.nq").read_bytes()


def test_number_of_processes_changes_no_byte(corpus: Path, tmp_path: Path) -> None:
    assert len(list(corpus.iterdir())) > BATCH, "otherwise the second process has nothing to read"
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    alone, shared = build(corpus, tmp_path / "one", 1), build(corpus, tmp_path / "two", 2)
    assert alone[1].count(b"\n") > 5000
    assert alone == shared
