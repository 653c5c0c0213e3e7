"""How alike two spellings of a person's name are: a fold of romanisations, then an alignment anchored at the surname.

Measured on the table in `tests/mappings/test_names.py`: no two different people reach `SAME`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise, permutations
from typing import Any, Final

import yaml
from anyascii import anyascii
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

SAME: Final = 88.0
"""From here on two spellings are one name; whether they are one person, the context must say."""

LONGEST: Final = 6
"""Names of more parts are cut for the comparison, whose cost grows with the factorial."""

# What an unmatched part of the longer name costs, and what else speaks against a match.
MISSING_INITIAL, OTHER_INITIALS, MISSING_SURNAME, MISSING_MIDDLE, MISSING_SON, BARE_SURNAME = (
    0.08,
    0.15,
    0.20,
    0.05,
    0.03,
    0.25,
)
REORDERED, REORDERED_AND_RESPELT = 0.03, 0.20

_FOLD: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^x(?=[iu])", "kh"),
        (r"x", "ks"),
        (r"dzh|dj|zh|j", "j"),
        (r"tch|tsch|ch", "ç"),
        (r"sch|sh", "s"),
        (r"kh", "x"),
        (r"gh|q", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"ou|oo|u|o", "u"),
        (r"aei|ayi|aie|aee|aii|aye", "ai"),
        (r"iye|iyo|ie", "ie"),
        (r"ey|ei|ay|ai", "ai"),
        (r"yy|iy|ii|ee|y|i|e", "i"),
        (r"w", "v"),
        (r"ck|c(?=[aoutlr])", "k"),
        (r"(?<=.)h$", ""),
        (r"(.)\1+", r"\1"),
    )
)
_LOOSE: Final = str.maketrans({"x": "h", "g": "k"})


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """The name lists of `identity.yaml`, folded."""

    honorifics: frozenset[str]
    articles: frozenset[str]
    sons: frozenset[str]
    suffixes: frozenset[str]
    same: dict[str, frozenset[int]]
    different: frozenset[frozenset[str]]


@cache
def knowledge() -> dict[str, Any]:
    """Return `mappings/identity.yaml`."""
    loaded: dict[str, Any] = yaml.safe_load(files("mappings").joinpath("identity.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def _known() -> _Knowledge:
    told = knowledge()["names"]
    same: dict[str, set[int]] = {}
    for number, group in enumerate(told["same"]):
        for name in group:
            same.setdefault(_fold_part(name), set()).add(number)
    pairs = {frozenset((_fold_part(a), _fold_part(b))) for a, b in told["different"]}
    return _Knowledge(
        honorifics=frozenset(told["honorifics"]),
        articles=frozenset(told["articles"]),
        sons=frozenset(told["sons"]),
        suffixes=frozenset(_fold_part(suffix) for suffix in told["suffixes"]),
        same={name: frozenset(numbers) for name, numbers in same.items()},
        different=frozenset(pair for pair in pairs if len(pair) == 2),
    )


def parts(name: str) -> list[str]:
    """Split a name into lower-case ASCII words, whatever its script."""
    return [part for part in re.split(r"[\s\-‐–]+", re.sub(r"[’'`.,ʻʼ]", "", anyascii(name).lower())) if part]


@lru_cache(maxsize=65536)
def _fold_part(part: str) -> str:
    for pattern, replacement in _FOLD:
        part = pattern.sub(replacement, part)
    return part


@lru_cache(maxsize=65536)
def fold(name: str) -> tuple[str, ...]:
    """Reduce a name to what its romanisations share; honorifics before it go, an initial is marked with a dot.

    Sultan is a name in "Sultan bin Saif", a title in "Sultan Saif".
    """
    known = _known()
    words = list(parts(name))
    while len(words) > 1 and words[0] in known.honorifics and words[1] not in known.sons:
        words = words[1:]
    kept = [word for word in words if word not in known.articles] or words
    folded = (("bin" if word in known.sons else word) for word in kept)
    return tuple(f"{word}." if len(word) == 1 else _fold_part(word) for word in folded if _fold_part(word))[:LONGEST]


@lru_cache(maxsize=65536)
def skeleton(part: str) -> str:
    """Return the consonants of a folded part."""
    return "".join(letter for letter in part if letter not in "aiu") or part


@lru_cache(maxsize=262144)
def part_similarity(a: str, b: str) -> float:
    """Compare two folded parts, 0 to 1."""
    if a == b:
        return 1.0
    if a.endswith(".") or b.endswith("."):
        return 0.9 if a[0] == b[0] else 0.0
    known = _known()
    if frozenset((a, b)) in known.different:
        return 0.0
    if known.same.get(a, frozenset()) & known.same.get(b, frozenset()):
        return 0.97
    if min(len(a), len(b)) <= 3:  # Wang and Yang, Jun and Jin: a short part is equal or another
        return 0.55 if skeleton(a) == skeleton(b) else 0.3
    if a in (f"al{b}", f"il{b}") or b in (f"al{a}", f"il{a}"):  # the article written on to the name
        return 0.97
    bones_a, bones_b = skeleton(a), skeleton(b)
    same_bones = 1.0 if bones_a == bones_b else DamerauLevenshtein.normalized_similarity(bones_a, bones_b)
    if same_bones < 1.0 and bones_a.translate(_LOOSE) == bones_b.translate(_LOOSE):  # kh or h, q or k
        same_bones = 0.97
    letters = DamerauLevenshtein.normalized_similarity(a.translate(_LOOSE), b.translate(_LOOSE))
    heads = JaroWinkler.normalized_similarity(a.translate(_LOOSE), b.translate(_LOOSE))
    return 0.3 * heads + 0.3 * letters + 0.4 * same_bones


def _glued(name: tuple[str, ...], other: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the name as written, and with neighbours joined where that makes a part of the other name."""
    found = [name]
    if len(name) == 1:
        return found
    for _ in range(2):
        for written in tuple(found):
            for i in range(len(written) - 1):
                joined = written[i] + written[i + 1]
                if joined in other or (len(joined) > 4 and any(_is_glue(joined, part) for part in other)):
                    found.append((*written[:i], joined, *written[i + 2 :]))
    return list(dict.fromkeys(found))


def _is_glue(joined: str, part: str) -> bool:
    if DamerauLevenshtein.normalized_similarity(joined, part) >= 0.9:
        return True
    return len(skeleton(part)) >= 4 and skeleton(joined) == skeleton(part)


def _alignments(short: tuple[str, ...], long: tuple[str, ...]) -> Iterator[float]:
    """Value every way to lay the shorter name's parts on the longer one's."""
    for order in permutations(range(len(long)), len(short)):
        alike = [part_similarity(part, long[i]) for part, i in zip(short, order, strict=True)]
        cost = sum(_cost(long, i, short) for i in range(len(long)) if i not in order)
        if len(short) == 1 < len(long):
            cost += BARE_SURNAME
        if any(a > b for a, b in pairwise(order)):
            cost += REORDERED if min(alike) > 0.95 and "bin" not in long else REORDERED_AND_RESPELT
        yield 0.6 * min(alike) + 0.4 * sum(alike) / len(alike) - cost


def _cost(name: tuple[str, ...], unmatched: int, other: tuple[str, ...]) -> float:
    """Price a part of the name that the other one lacks: other initials tell people apart, none at all does not."""
    if name[unmatched].endswith("."):
        return OTHER_INITIALS if any(part.endswith(".") for part in other) else MISSING_INITIAL
    if unmatched == len(name) - 1:
        return MISSING_SURNAME
    return MISSING_SON if name[unmatched] == "bin" else MISSING_MIDDLE


@lru_cache(maxsize=65536)
def score(a: str, b: str) -> float:
    """Compare two names, 0 to 100; 100 where only the romanisation differs.

    A bare surname never reaches `SAME` with a full name: it is a mention, to be resolved where it stands.
    """
    one, two = fold(a), fold(b)
    best = 0.0
    for left in _glued(one, two):
        for right in _glued(two, one):
            short, long = sorted((left, right), key=len)
            if short:
                best = max(best, *_alignments(short, long))
    return 100 * best


def best_score(some: Iterable[str], others: Iterable[str]) -> float:
    """Return the best score between any two."""
    theirs = tuple(others)
    return max((score(a, b) for a in some for b in theirs), default=0.0)


def has_initial(name: str) -> bool:
    """Tell whether a part of the name is only an initial."""
    return any(part.endswith(".") for part in fold(name))


def surnames(name: str, *, family_name_first: bool = False) -> frozenset[str]:
    """Return the folded parts by which news calls this person alone."""
    folded = tuple(part for part in fold(name) if part not in _known().suffixes)
    if not folded:
        return frozenset()
    return frozenset({folded[0] if family_name_first else folded[-1]})
