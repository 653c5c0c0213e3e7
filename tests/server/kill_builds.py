"""A program for the tests: builds stores, and is killed at a chosen system call of the build.

`kill_builds.py FOLDER` copies the store FOLDER/base to FOLDER/1, FOLDER/2, ... and in each copy kills the build at its
first, second, ... call of a function that changes the file system, until a build gets through. Each build is a forked
process: this one never opens a store itself, so that there are no threads of the engine to lose.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from server.store import building

WATCHED = ("fsync", "rename", "replace", "link", "mkdir", "unlink", "rmdir")
EX = "https://example.org/"


def build(root: Path, *, size: int = 300) -> str:
    """Change, add and remove a graph each, and publish; gives the identifier."""
    with building(root) as draft:
        for name in ("changed", "added"):
            lines = (f'<{EX}{name}{i}> <{EX}says> "new {i}" .\n' for i in range(size))
            draft.replace_graph(EX + name, "".join(lines).encode())
        draft.remove_graph(EX + "removed")
        draft.quarantine("article", "# report", b"")
        return draft.publish({"version": "new"}).identifier


class Killer:
    """Kills this process at the n-th change of the file system; of many equal ones in a row it counts only some."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.last, self.repeated = "", 0
        for name in WATCHED:
            setattr(os, name, self.watched(name, getattr(os, name)))

    def watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function, so that the process is killed before its work, or after it where that is the switch."""

        def wrapped(*args: Any, **options: Any) -> Any:
            self.count(name)
            result = call(*args, **options)
            if name in ("rename", "replace"):
                self.count(f"{name} done")
            return result

        return wrapped

    def count(self, name: str) -> None:
        """Count down to the end."""
        self.repeated = self.repeated + 1 if name == self.last else 1
        self.last = name
        self.left -= self.repeated in (1, 2, 8, 32)
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path) -> None:
    """Kill builds until one gets through."""
    number, status = 0, 1
    while status != 0:
        number += 1
        shutil.copytree(folder / "base", folder / str(number))
        child = os.fork()
        if child == 0:
            Killer(number)
            build(folder / str(number))
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        assert status in (0, signal.SIGKILL), status


if __name__ == "__main__":
    main(Path(sys.argv[1]))
