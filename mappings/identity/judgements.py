"""Judgements: who is the same and who is not, decided by a person or a rule, kept as data.

A file of tab-separated values with the header `kind judgement left right by reason`. `left` and `right` are names as
articles write them; a country code after a bar tells namesakes apart: `Ivan Petrov|RU`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mappings.identity.model import Doubt, K
from mappings.iris import slug
from ontology.errors import CommuniqueError

HEADER: Final = ("kind", "judgement", "left", "right", "by", "reason")
KINDS: Final = frozenset({"person", "body", "place", "agreement"})
VERDICTS: Final = frozenset({"same", "not same"})


class JudgementError(CommuniqueError):
    """A judgement file that cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict on two names."""

    kind: str
    same: bool
    left: str
    right: str
    by: str
    reason: str


class Judgements:
    """Verdicts, asked by names."""

    def __init__(self, judgements: Iterable[Judgement] = ()) -> None:
        self._same: dict[tuple[str, frozenset[str]], bool] = {}
        self.all = tuple(judgements)
        for judgement in self.all:
            pair = frozenset((_handle(judgement.left), _handle(judgement.right)))
            self._same[judgement.kind, pair] = judgement.same

    def verdict(self, kind: str, some: Iterable[str], others: Iterable[str]) -> bool | None:
        """Return what was judged of two groups of handles (see `handles`), None if nothing; a `not same` outweighs."""
        if not self._same:
            return None
        theirs = tuple(others)
        found = {self._same.get((kind, frozenset((a, b)))) for a in some for b in theirs}
        return False if False in found else True if True in found else None

    def same(self, kind: str, handles_of: Mapping[K, frozenset[str]]) -> list[tuple[K, K]]:
        """Pair the things of which it was judged that they are the same, however unlike their names."""
        verdicts = [judgement for judgement in self.all if judgement.kind == kind and judgement.same]
        bearing: dict[str, list[K]] = {}
        for key, own in handles_of.items() if verdicts else ():
            for handle in own:
                bearing.setdefault(handle, []).append(key)
        pairs = {
            (left, right): None
            for judgement in verdicts
            for left in bearing.get(_handle(judgement.left), ())
            for right in bearing.get(_handle(judgement.right), ())
            if left != right
        }
        return [(a, b) for a, b in pairs if self.verdict(kind, handles_of[a], handles_of[b])]

    def denied(self, kind: str) -> frozenset[str]:
        """Return the handles, without country, of all names of which it was judged that they are not the same."""
        denials = (judgement for judgement in self.all if judgement.kind == kind and not judgement.same)
        return frozenset(slug(name.partition("|")[0]) for each in denials for name in (each.left, each.right))


def handles(names: Iterable[str], countries: Iterable[str]) -> frozenset[str]:
    """Return every handle by which a judgement may speak of a thing."""
    codes, slugs = sorted(countries), {slug(name) for name in names}
    return frozenset({*slugs, *(f"{name}|{code.lower()}" for name in slugs for code in codes)})


def _handle(written: str) -> str:
    name, _, code = written.partition("|")
    return f"{slug(name)}|{code.strip().lower()}" if code.strip() else slug(name)


def read_judgements(path: Path) -> Judgements:
    """Read a judgement file; raises `JudgementError` with file and line at the first fault."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader((line for line in stream), delimiter="\t")
        header = tuple(next(rows, ()))
        if header != HEADER:
            raise JudgementError(
                f"{path}:1: the header must read {' '.join(HEADER)} (tab-separated), not {' '.join(header)}"
            )
        return Judgements(_judgement(path, rows.line_num, row) for row in rows if row and not row[0].startswith("#"))


def _judgement(path: Path, line: int, row: list[str]) -> Judgement:
    if len(row) != len(HEADER):
        raise JudgementError(f"{path}:{line}: {len(row)} fields where {len(HEADER)} are due: {' '.join(HEADER)}")
    kind, verdict, left, right, by, reason = (cell.strip() for cell in row)
    if kind not in KINDS:
        raise JudgementError(f"{path}:{line}: kind {kind!r} must be one of {', '.join(sorted(KINDS))}")
    if verdict not in VERDICTS:
        raise JudgementError(f"{path}:{line}: judgement {verdict!r} must be 'same' or 'not same'")
    if not (left and right and by):
        raise JudgementError(
            f"{path}:{line}: left, right and by must not be empty: a judgement has two sides and an author"
        )
    return Judgement(kind, verdict == "same", left, right, by, reason)


def doubts_table(doubts: Iterable[Doubt]) -> str:
    """Write doubts as a judgement file, the likeliest pairs first; `judgement` and `by` are still to be filled in."""
    ordered = sorted(set(doubts), key=lambda doubt: (-doubt.score, doubt.kind, doubt.left, doubt.right))
    rows = [[each.kind, "?", each.left, each.right, "", f"{each.score:.0f}: {each.reason}"] for each in ordered]
    return "".join("\t".join(cells) + "\n" for cells in [list(HEADER), *rows])
