"""`communique build` from outside: what it says of bad articles, and that the good ones and the live store are safe."""

from __future__ import annotations

import fcntl
import os
import resource
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from server.store import current

ROOT = Path(__file__).parents[2]
GOOD = "Foreign Minister Ada Lind met Kenyan Ambassador James Otieno in Oslo. Lind said the talks were useful.\n"
FOUNDING = ("data/articles", "--links", "data/links", "--judgements", "data/judgements.tsv")  # as the fixture built
NORWEGIAN = (
    "Utenriksministeren møtte ambassadøren i Oslo på torsdag. De snakket om fiske og om handel mellom landene. " * 5
)


def build(*args: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.cli", "build", "--quiet", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=300)


def articles_in(store: Path) -> set[str]:
    query = (
        "SELECT ?id { GRAPH ?a { ?a a <https://schema.org/NewsArticle> ; <http://purl.org/dc/terms/identifier> ?id } }"
    )
    found = current(store).open().query(query)
    assert isinstance(found, ox.QuerySolutions)
    return {row["id"].value for row in found}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One good article among all kinds of bad ones, built."""
    folder = tmp_path_factory.mktemp("mixed")
    articles = folder / "articles"
    articles.mkdir()
    (articles / "good.txt").write_text(GOOD, encoding="utf-8")
    (articles / "empty.txt").write_bytes(b"")
    (articles / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (articles / "norwegian.txt").write_text(NORWEGIAN, encoding="utf-8")
    (articles / "huge.txt").write_text(GOOD * (50_000_000 // len(GOOD)), encoding="utf-8")
    (articles / "broken.json").write_text('{"articleBody": ', encoding="utf-8")
    (articles / "bodiless.json").write_text('{"headline": "Talks"}', encoding="utf-8")
    (articles / "dangling.txt").symlink_to(articles / "nowhere.txt")
    (articles / "locked.txt").write_text(GOOD, encoding="utf-8")
    (articles / "locked.txt").chmod(0)
    return folder / "store", build(articles, "--store", folder / "store")


BAD = ["empty.txt", "binary.txt", "norwegian.txt", "huge.txt", "broken.json", "bodiless.json", "dangling.txt"]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_article_is_named_with_reason_and_mend(
    mixed: tuple[Path, subprocess.CompletedProcess[str]], name: str
) -> None:
    (said,) = [line for line in mixed[1].stderr.splitlines() if name in line]
    assert said.startswith("communique build: ")
    assert "; " in said, "the mend follows the reason"


def test_the_good_article_beside_bad_ones_is_built_and_the_exit_code_is_1(
    mixed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    store, done = mixed
    readable = {"good", "locked"} if os.geteuid() == 0 else {"good"}  # to root no file is closed
    assert articles_in(store) == readable
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_the_summary_counts_what_was_read_refused_and_not_understood(
    mixed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    summary = mixed[1].stdout
    assert " refused\n" in summary
    assert " conforming, 0 quarantined\n" in summary
    assert " triples" in summary
    assert "sentences with a trigger word but no record\n" in summary


def test_nothing_readable_is_exit_code_2_and_leaves_the_live_generation(founding_store: Path, tmp_path: Path) -> None:
    before = current(founding_store).identifier
    (tmp_path / "empty.txt").write_bytes(b"")
    done = build(tmp_path / "empty.txt", "--store", founding_store)
    assert str(tmp_path / "empty.txt") in done.stderr
    assert done.returncode == 2
    assert current(founding_store).identifier == before


def test_a_store_in_use_by_another_build_is_named(founding_store: Path, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    with (founding_store / "build.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = build(tmp_path / "good.txt", "--store", founding_store)
    assert str(founding_store) in done.stderr
    assert "another build" in done.stderr
    assert done.returncode == 2


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "taken").write_text("a file, and no folder", encoding="utf-8")
    done = build(tmp_path / "good.txt", "--store", tmp_path / "taken")
    assert str(tmp_path / "taken") in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_a_full_disk_leaves_the_live_generation(founding_store: Path, tmp_path: Path) -> None:
    before = current(founding_store).identifier
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", "build", str(tmp_path / "good.txt"), "--store", str(founding_store)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),  # no file may grow larger
    )
    assert str(founding_store) in done.stderr
    assert "free space" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert current(founding_store).identifier == before


def test_an_output_of_an_unknown_kind_is_refused_before_any_work(tmp_path: Path) -> None:
    done = build("data/articles", "--store", tmp_path / "store", "-o", tmp_path / "graph.docx")
    assert "must end in .nq or .trig" in done.stderr
    assert done.returncode == 2
    assert not (tmp_path / "store").exists()


def test_an_article_from_a_pipe_becomes_a_dataset_on_standard_output(tmp_path: Path) -> None:
    done = build("-", "--store", tmp_path / "store", "-o", "-", stdin=GOOD)
    quads = list(ox.parse(done.stdout, ox.RdfFormat.N_QUADS))
    assert "Ada Lind" in {q.object.value for q in quads if isinstance(q.object, ox.Literal)}
    assert "1 articles read" in done.stderr
    assert done.returncode == 0


def test_a_second_build_of_the_same_articles_finds_nothing_to_do(founding_store: Path) -> None:
    before = current(founding_store).identifier
    done = build(*FOUNDING, "--store", founding_store)
    assert "unchanged" in done.stdout
    assert current(founding_store).identifier == before


def test_a_build_with_nothing_to_do_does_not_load_the_model(founding_store: Path) -> None:
    code = "import sys; from server.cli import main; main(sys.argv[1:]); print('spacy' in sys.modules)"
    command = [sys.executable, "-c", code, "build", *FOUNDING, "--quiet"]
    done = subprocess.run(
        [*command, "--store", str(founding_store)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.splitlines()[-1] == "False"
