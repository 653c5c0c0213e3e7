"""Files that survive a crash: atomic replacement, synchronised folders, locks that die with their process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.store.errors import StoreError, writing


def synchronise(path: Path) -> None:
    """Wait until a file, or the list of names in a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def synchronise_tree(folder: Path) -> None:
    """Wait for everything below a folder; hard links were synchronised under their first name."""
    for path in folder.rglob("*"):
        if path.is_dir() or path.stat().st_nlink == 1:
            synchronise(path)
    synchronise(folder)


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file so that a reader sees the old content or the new, whatever happens in between."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    synchronise(new)
    new.replace(path)
    synchronise(path.parent)


class Lease:
    """A shared lock on a generation's folder: as long as the object lives, the generation is not pruned."""

    def __init__(self, folder: Path) -> None:
        """Raise `FileNotFoundError` when the folder is gone, even if it went while the lock was waited for."""
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        if os.fstat(self._descriptor).st_ino != folder.stat().st_ino:
            raise FileNotFoundError(folder)

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)


@contextmanager
def unused(folder: Path) -> Iterator[bool]:
    """Tell whether nobody holds a lease on the folder, and let nobody take one inside the block."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


_held: set[int] = set()
"""Descriptors of build locks; a forked child closes them, or it would keep the lock of a parent that was killed."""


def _let_go() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_let_go)


@contextmanager
def build_lock(root: Path) -> Iterator[None]:
    """Hold the one build lock of a store; raise `StoreError`, naming the holder, when another build has it.

    The kernel drops the lock with the process, so a killed build leaves none behind.
    """
    path = root / "build.lock"
    with writing(root):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode().strip() or "unknown"
        os.close(descriptor)
        raise StoreError(
            f"{root}: another build (process {holder}) is writing this store; wait for it to end, "
            f"or end it with `kill {holder}`, then build again"
        ) from None
    _held.add(descriptor)
    try:
        with writing(root):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        if descriptor in _held:
            _held.remove(descriptor)
            os.close(descriptor)
