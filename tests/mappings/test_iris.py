"""IRIs: minted from content, valid, and different for different things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from mappings import iris
from mappings.iris import MintingError

BASE = "https://example.org/kg/"


@given(st.text(min_size=1, max_size=300))
def test_every_text_has_a_slug_of_which_a_valid_iri_is_made(text: str) -> None:
    iri = iris.thing(BASE, "person", iris.slug(text))
    assert list(parse(f"<{iri}> <{BASE}p> <{iri}> .", RdfFormat.N_TRIPLES))


@given(st.text(min_size=1, max_size=120), st.text(min_size=1, max_size=120))
def test_two_identifiers_never_share_an_article(one: str, other: str) -> None:
    assert (iris.article(BASE, one) == iris.article(BASE, other)) == (one == other)


def test_plain_identifier_needs_no_hash() -> None:
    assert iris.article(BASE, "lake-2031-05-14") == f"{BASE}id/article/lake-2031-05-14"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Rafael Ordóñez", "rafael-ordonez"),
        ("Norway's parliament", "norways-parliament"),
        ("Иван Петров", "ivan-petrov"),
    ],
)
def test_slug_reads_like_the_name(text: str, slug: str) -> None:
    assert iris.slug(text) == slug


def test_long_names_with_one_beginning_stay_apart() -> None:
    head = "committee on the long and winding matter of " * 4
    one, other = iris.slug(f"{head} fish"), iris.slug(f"{head} fowl")
    assert one != other
    assert len(one) <= iris.LONGEST_SLUG


def test_name_without_letters_has_its_hash_for_a_slug() -> None:
    assert iris.slug("!?") != iris.slug("?!")


@pytest.mark.parametrize("base", ["", "kg/", "https://example.org/kg", "https://example.org/a b/", "https://"])
def test_unusable_base_is_refused(base: str) -> None:
    with pytest.raises(MintingError, match="base"):
        iris.check_base(base)


def test_unusable_slug_is_refused() -> None:
    with pytest.raises(MintingError, match="slug"):
        iris.thing(BASE, "person", "Two Words")
