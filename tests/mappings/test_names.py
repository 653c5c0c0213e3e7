"""Names: one person's spellings score high, look-alikes low, measured on a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings.names import SAME, fold, has_initial, score, surnames

PAIRS = [
    line.split("\t")
    for line in Path(__file__).with_name("name_pairs.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
ALIKE = [score(a, b) for kind, a, b in PAIRS if kind == "same"]
OTHER = [score(a, b) for kind, a, b in PAIRS if kind == "other"]


def test_same_person_outscores_look_alike_almost_always() -> None:
    wins = sum((same > other) + (same == other) / 2 for same in ALIKE for other in OTHER)
    assert wins / (len(ALIKE) * len(OTHER)) >= 0.99


def test_most_spellings_reach_the_threshold() -> None:
    assert sum(value >= SAME for value in ALIKE) >= 0.9 * len(ALIKE)


@pytest.mark.parametrize(("left", "right"), [(a, b) for kind, a, b in PAIRS if kind == "other"])
def test_no_impostor_reaches_the_threshold(left: str, right: str) -> None:
    assert score(left, right) < SAME


@pytest.mark.parametrize(("kind", "left", "right"), PAIRS)
def test_score_is_symmetric(kind: str, left: str, right: str) -> None:
    assert score(left, right) == pytest.approx(score(right, left))


def test_cyrillic_and_chinese_meet_their_romanisation() -> None:
    assert score("Пётр Вельский", "Pyotr Velsky") >= SAME
    assert score("李强", "Li Qiang") == 100


def test_honorifics_do_not_count() -> None:
    assert fold("Seyyed Kamal Hashemi") == fold("Kamal Hashemi")


def test_bare_surname_is_no_full_name() -> None:
    assert score("Hashemi", "Kamal Hashemi") < SAME


def test_surname_stands_first_where_the_country_says_so() -> None:
    assert surnames("Zhang Ming", family_name_first=True) != surnames("Zhang Ming")
    assert surnames("Robert Menendez Jr.") == surnames("Robert Menendez")


def test_initial_is_seen() -> None:
    assert has_initial("J. Example")
    assert not has_initial("John Example")


def test_empty_and_symbolic_names_are_like_nothing() -> None:
    assert score("", "Kamal Hashemi") == 0
    assert score("—", "…") == 0
