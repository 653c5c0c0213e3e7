"""What the tests of several rooms share: the store and the graph of the five founding articles, built once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Founding:
    """What the real command made of the founding articles."""

    store: Path
    graph: Path
    output: str


@pytest.fixture(scope="session")
def founding(tmp_path_factory: pytest.TempPathFactory) -> Founding:
    """Build the founding articles through the command line: about 15 seconds, once a session."""
    folder = tmp_path_factory.mktemp("founding")
    store, graph = folder / "store", folder / "graph.nq"
    command = [sys.executable, "-m", "server.cli", "build", "data/articles"]
    command += ["--links", "data/links", "--judgements", "data/judgements.tsv", "--store", str(store), "-o", str(graph)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return Founding(store, graph, done.stdout)


@pytest.fixture(scope="session")
def founding_store(founding: Founding) -> Path:
    """The root folder of a store that holds the founding articles."""
    return founding.store


@pytest.fixture(scope="session")
def founding_graph(founding: Founding) -> Path:
    """The N-Quads file of the same dataset."""
    return founding.graph
