"""What a build has to tell at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ontology.errors import CommuniqueError
from server.store import Generation

COUNTED: Final = ("read", "mentions", "triples", "conforming", "unread", "links", "doubts")
"""What a generation remembers of the build that made it."""


LONGEST_SHOWN: Final = 72


class BuildError(CommuniqueError):
    """Nothing could be built; the live generation is as it was."""


@dataclass(frozen=True)
class Summary:
    """What a build did.

    `refused` are the errors of articles that could not be read; `quarantined` pairs the identifier of an article that
    does not conform with the file of its validation report; `unread` counts sentences with a trigger word but no
    record, `doubts` pairs of names that a person should judge; `unchanged` says that there was nothing to do.
    """

    read: int
    mentions: int
    triples: int
    conforming: int
    unread: int
    links: int = 0
    doubts: int = 0
    cached: int = 0
    refused: tuple[CommuniqueError, ...] = ()
    quarantined: tuple[tuple[str, Path], ...] = ()
    unchanged: bool = False
    generation: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        lines = [
            f"{self.read} articles read, {len(self.refused)} refused",
            f"{self.mentions} mentions, {self.triples} triples, {self.links} links",
            f"{self.conforming} conforming, {len(self.quarantined)} quarantined",
            *(f"  {_shown(identifier)}: {report}" for identifier, report in self.quarantined),
            f"{self.unread} sentences with a trigger word but no record",
            f"{self.doubts} pairs of names left for a person to judge",
            f"generation {self.generation}{', unchanged' if self.unchanged else ''}, {self.seconds:.1f} s",
        ]
        return "\n".join(lines)


def _shown(identifier: str) -> str:
    """Shorten an identifier to what fits a line and does no harm to a terminal."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in identifier)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[: LONGEST_SHOWN - 1]}…"


def as_meta(summary: Summary) -> dict[str, Any]:
    """Give what a generation keeps of a summary; nothing in it differs between two builds of the same input."""
    return {
        "summary": {name: getattr(summary, name) for name in COUNTED},
        "refused": [str(error) for error in summary.refused],
    }


def remembered(live: Generation) -> Summary:
    """Read the summary of the build that made a generation, what it refused included."""
    meta: Mapping[str, Any] = live.meta
    counts = {name: int(meta["summary"][name]) for name in COUNTED}
    refused = tuple(BuildError(message) for message in meta["refused"])
    return Summary(**counts, refused=refused, quarantined=reports(live), unchanged=True, generation=live.identifier)


def reports(generation: Generation) -> tuple[tuple[str, Path], ...]:
    """Pair the quarantined articles of a generation with the files of their reports."""
    folder = generation.path / "quarantine"
    return tuple((name, folder / f"{key}.ttl") for name, key in sorted(generation.manifest.quarantine.items()))
