"""What became of the IRIs of earlier generations: a log beside the generations, with one line for each build.

The log is written ahead: a line is on the disk before its generation is made live, and holds from then on. The line
of a build that was killed between the two names a generation that did not become live, and is overwritten by the next.
Nothing of it enters a dataset, which therefore depends on the articles alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from server.store.durable import synchronise
from server.store.errors import StoreError

LOG: Final = "history.jsonl"

Lives = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Past:
    """An IRI that no longer names all that it named.

    `last` is the last generation in which it did; `now` are the IRIs that took its words over, itself among them if it
    kept some; `at` is the number of the build that found this. `ground` holds by article the keys of the words on
    which the thing rested, and `told` what was told of it there, so that it can be looked for again.
    """

    last: str
    now: tuple[str, ...] = ()
    ground: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: int = 0


@dataclass(frozen=True)
class History:
    """All past IRIs, as known after `builds` builds; `size` is how much of the log that is."""

    past: Mapping[str, Past] = field(default_factory=dict)
    builds: int = 0
    size: int = 0

    def heirs(self, iri: str, lives: Lives) -> frozenset[str]:
        """Give the living IRIs that name what a past one named, through all that happened since."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [(iri, -1)]
        while waiting:
            step, since = waiting.pop()
            later = self.past.get(step)
            if later is None or later.at <= since:  # it named the same when it took over, and has lost nothing since
                found |= {step} if lives(step) else set()
            elif step not in seen:
                seen.add(step)
                found |= {step} if step in later.now and lives(step) else set()
                waiting += [(heir, later.at) for heir in later.now if heir != step]
        return frozenset(found)

    def earlier(self, iri: str, lives: Lives) -> tuple[str, ...]:
        """Give the dead IRIs that lead to a living one and to no other."""
        found: set[str] = set()
        waiting = [iri]
        while waiting:
            new = self._before.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return tuple(sorted(old for old in found if not lives(old) and self.heirs(old, lives) == {iri}))

    @cached_property
    def _before(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for old, each in self.past.items():
            for heir in each.now:
                found.setdefault(heir, set()).add(old)
        return found


def log_size(root: Path) -> int:
    """How long the log is: whoever keeps what was read of it sees by this that a build has added to it."""
    try:
        return (root / LOG).stat().st_size
    except FileNotFoundError:
        return 0


def read_history(root: Path, live: str | None) -> History:
    """Read the log as it holds while the generation `live` is served; raise `StoreError` for a damaged one."""
    try:
        content = (root / LOG).read_bytes()
    except FileNotFoundError:
        return History()
    past: dict[str, Past] = {}
    builds = size = 0
    for line in content.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        try:
            entry = json.loads(line)
            ahead = size + len(line) == len(content) and entry["from"] == live != entry["to"]
            if not ahead:
                for iri in entry["back"]:
                    past.pop(iri, None)
                past |= {iri: _past(known, past.get(iri), builds) for iri, known in entry["past"].items()}
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{root / LOG}:{builds + 1}: not readable ({error}); take the line out") from error
        if ahead:
            break
        builds, size = builds + 1, size + len(line)
    return History(past, builds, size)


def _past(known: Mapping[str, Any], before: Past | None, at: int) -> Past:
    """Read what a line says of an IRI; one that was only looked for again keeps its ground."""
    now = tuple(known["now"])
    if "last" not in known and before is not None:
        return replace(before, now=now, at=at)
    ground = {article: tuple(keys) for article, keys in known.get("ground", {}).items()}
    return Past(known["last"], now, ground, {p: tuple(v) for p, v in known.get("told", {}).items()}, at)


def write_ahead(
    root: Path, history: History, live: str | None, following: str, found: Mapping[str, Past], back: Iterable[str]
) -> None:
    """Add the line of a build after those that hold, and wait until it is on the disk."""
    past = {iri: _written(each, history.past.get(iri)) for iri, each in found.items()}
    entry = {"from": live, "to": following, "past": past, "back": sorted(back)}
    line = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    descriptor = os.open(root / LOG, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "r+b") as stream:
        stream.truncate(history.size)
        stream.seek(history.size)
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())
    synchronise(root)


def _written(each: Past, before: Past | None) -> dict[str, Any]:
    if before is not None and (before.last, before.ground, before.told) == (each.last, each.ground, each.told):
        return {"now": each.now}
    return {name: value for name, value in asdict(each).items() if name != "at" and (value or name in ("last", "now"))}
