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


@pytest.mark.parametrize(
    ("form", "kind", "code"),
    [
        ("Novo-Ogaryovo", "region", "RU"),
        ("Great Hall of the People", "building", "CN"),
        ("Kiev", "capital", "UA"),
        ("Caspian Sea", "sea", None),
        ("Middle East", "world region", None),
        ("Gaza Strip", "region", "PS"),
        ("Isfahan", "city", "IR"),
        ("Elysee Palace", "building", "FR"),
    ],
)
def test_a_place_has_its_kind_and_country(form: str, kind: str, code: str | None) -> None:
    assert [(place.kind, place.code) for place in lexicon.places() if form in place.names] == [(kind, code)]


def test_every_capital_has_coordinates() -> None:
    assert [p.name for p in lexicon.places() if p.kind == "capital" and p.latitude is None] == []


def test_a_place_named_like_a_country_is_flagged() -> None:
    forms = lexicon.country_forms()
    assert [n for p in lexicon.places() for n in p.names if n in forms and n not in p.ambiguous] == []


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("IAEA", "International Atomic Energy Agency"),
        ("Duma", "State Duma"),
        ("SCO", "Shanghai Cooperation Organization"),
    ],
)
def test_an_acronym_names_its_body(form: str, name: str) -> None:
    assert [body.name for body in lexicon.organizations() if form in body.names] == [name]


def test_a_form_of_two_bodies_is_flagged_for_both() -> None:
    holders: dict[str, list[lexicon.Organization]] = {}
    for body in lexicon.organizations():
        for form in body.names:
            holders.setdefault(form, []).append(body)
    shared = {form: bodies for form, bodies in holders.items() if len(bodies) > 1}
    assert [form for form, bodies in shared.items() if not all(form in body.ambiguous for body in bodies)] == []
