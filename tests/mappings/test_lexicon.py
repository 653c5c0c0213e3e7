"""The lexicons of names say what a careful reader of English news knows."""

from __future__ import annotations

import pytest

from mappings import lexicon


@pytest.mark.parametrize(
    ("form", "country"),
    [
        ("Islamic Republic of Iran", "Iran"),
        ("Russian Federation", "Russia"),
        ("U.S.", "United States"),
        ("Emirati", "United Arab Emirates"),
        ("Dutch", "Netherlands"),
        ("Britons", "United Kingdom"),
        ("Kyrgyz", "Kyrgyzstan"),
        ("DPRK", "North Korea"),
        ("Türkiye", "Turkey"),
        ("Palestinians", "Palestine"),
        ("Soviet Union", "Soviet Union"),
        ("Holy See", "Vatican City"),
    ],
)
def test_a_form_names_its_country(form: str, country: str) -> None:
    codes = {f.code for f in lexicon.country_forms()[form]}
    assert {lexicon.country_by_code()[code].name for code in codes} == {country}


@pytest.mark.parametrize("form", ["Georgia", "Jordan", "Chad", "Congo", "Korean", "American", "Islamic Republic"])
def test_a_form_that_means_other_things_too_is_flagged(form: str) -> None:
    assert all(f.ambiguous for f in lexicon.country_forms()[form])


@pytest.mark.parametrize("word", ["us", "turkey", "china", "polish", "Gambias", "Frenchs", "Chineses", "Britishs"])
def test_a_common_word_is_no_country(word: str) -> None:
    assert word not in lexicon.country_forms()


def test_a_form_shared_by_two_countries_is_flagged_for_both() -> None:
    shared = {text: forms for text, forms in lexicon.country_forms().items() if len(forms) > 1}
    assert [text for text, forms in shared.items() if not all(f.ambiguous for f in forms)] == []


def test_codes_are_unique() -> None:
    for key in ("code", "code3", "name"):
        values = [getattr(country, key) for country in lexicon.countries()]
        assert len(values) == len(set(values)), key


def test_every_ambiguous_form_is_a_form() -> None:
    for country in lexicon.countries():
        assert country.ambiguous <= {form.text for form in country.forms()}, country.name
