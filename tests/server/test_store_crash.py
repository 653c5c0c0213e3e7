"""Killed builds and full disks: the live generation is whole at any moment, and the next build completes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from server.store import StoreError, building, current

from .kill_builds import EX, build

PROGRAM = Path(__file__).with_name("kill_builds.py")


def start(root: Path) -> str:
    """Publish the state before: three graphs and a text."""
    with building(root) as draft:
        for name in ("changed", "kept", "removed"):
            draft.replace_graph(EX + name, f'<{EX}{name}> <{EX}says> "old" .\n'.encode())
        return draft.publish({"version": "old"}).identifier


def content(root: Path) -> tuple[str, list[str]]:
    """Read all of the live generation."""
    generation = current(root)
    store = generation.open()
    triples = {str(quad.triple) for quad in store if quad.graph_name != ox.DefaultGraph()}
    merged = [str(quad.triple) for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    assert sorted(merged) == sorted(triples), "the default graph is the merge"
    assert {str(name) for name in store.named_graphs()} == {f"<{iri}>" for iri in generation.manifest.graphs}
    generation.quarantined()
    return generation.identifier, sorted(map(str, store))


def test_build_killed_at_any_change_of_the_disk_leaves_a_whole_generation(tmp_path: Path) -> None:
    start(tmp_path / "base")
    before = content(tmp_path / "base")
    subprocess.run([sys.executable, PROGRAM, tmp_path], check=True, timeout=120)
    roots = sorted((path for path in tmp_path.iterdir() if path.name != "base"), key=lambda path: int(path.name))
    after = content(roots[-1])
    assert before[0] != after[0]
    seen = [content(root) for root in roots]
    assert len(seen) > 15
    assert set(map(str, seen)) == {str(before), str(after)}
    for root in roots:
        build(root)
        assert content(root) == after
        assert [path.name for path in (root / "generations").iterdir()] == [after[0]], (
            "nothing is left of the killed build"
        )


def test_build_killed_from_outside_leaves_the_lock_free(tmp_path: Path) -> None:
    start(tmp_path / "store")
    before = content(tmp_path / "store")
    script = (
        "import sys; from pathlib import Path; from kill_builds import build; build(Path(sys.argv[1]), size=30_000)"
    )
    for delay in (0.2, 0.5, 0.8):
        builder = subprocess.Popen([sys.executable, "-c", script, tmp_path / "store"], cwd=PROGRAM.parent)
        wait_for_lock(tmp_path / "store", builder)
        time.sleep(delay)
        with pytest.raises(StoreError, match=rf"process {builder.pid}\b"), building(tmp_path / "store"):
            pass
        builder.kill()
        builder.wait()
        assert content(tmp_path / "store") == before
    build(tmp_path / "store")
    assert content(tmp_path / "store") != before


def wait_for_lock(root: Path, builder: subprocess.Popen[bytes]) -> None:
    """Wait until the builder has written its number into the lock."""
    deadline = time.monotonic() + 20
    while (root / "build.lock").read_text().strip() != str(builder.pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def limited(root: Path) -> subprocess.CompletedProcess[str]:
    """Build in a process of its own, and print the error."""
    script = (
        "import sys; from pathlib import Path; from kill_builds import build; from server.store import StoreError\n"
        "try: build(Path(sys.argv[1]), size=30_000)\n"
        "except StoreError as error: sys.exit(str(error))"
    )
    return subprocess.run(
        [sys.executable, "-c", script, root],
        cwd=PROGRAM.parent,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_disk_that_takes_no_more_leaves_the_live_generation(tmp_path: Path) -> None:
    start(tmp_path / "store")
    before = content(tmp_path / "store")
    done = limited(tmp_path / "store")
    assert done.returncode == 1
    assert "live one is untouched" in done.stderr
    assert content(tmp_path / "store") == before
    build(tmp_path / "store")
    assert len(list((tmp_path / "store" / "generations").iterdir())) == 1


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="a small file system can be mounted by root only"
)
def test_full_disk_leaves_the_live_generation(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        start(disk / "store")
        before = content(disk / "store")
        with pytest.raises(StoreError, match="No space left"):
            build(disk / "store", size=100_000)
        assert content(disk / "store") == before
        assert len(list((disk / "store" / "generations").iterdir())) == 1
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
