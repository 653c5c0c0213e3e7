"""Posts told without a country are held where the text, and what a reader knows, says; never elsewhere."""

from __future__ import annotations

import pytest

from mappings import cascade, language, lexicon
from mappings.article import Article, Segment
from mappings.extraction import rules
from mappings.resolve import entities, leaders


def posts(text: str, *, publisher: str | None = None, url: str | None = None) -> set[tuple[str, str, str | None]]:
    article = Article("test", text, (Segment(0, len(text)),), publisher=publisher, url=url)
    parsed = next(iter(language.parse([article])))
    cascade.run(parsed, rules())
    read = entities.resolve(parsed)
    label = {key: entity.label for key, entity in read.entities.items()}
    return {(label[post.holder], post.title, label.get(post.body or "")) for post in read.posts}


def test_a_known_president_needs_no_country() -> None:
    assert posts("President Mandela met Prime Minister Nils Aas of Norway to speak of South Africa.") == {
        ("Mandela", "president", "South Africa"),
        ("Nils Aas", "prime minister", "Norway"),
    }


def test_a_known_president_gets_no_country_that_the_text_does_not_name() -> None:
    assert posts("President Mandela arrived on Monday.") == {("Mandela", "president", None)}


def test_a_namesake_of_a_leader_is_not_taken_for_him() -> None:
    assert leaders.led_by("Edgars Mandela", ["ZA", "LV"]) == frozenset()


@pytest.mark.parametrize(
    ("publisher", "url"),
    [("The Oslo Gazette", None), ("Royal Norwegian Ministry", None), (None, "https://news.example.no/1")],
)
def test_a_publisher_tells_of_whose_president_it_writes(publisher: str | None, url: str | None) -> None:
    text = "President Ida Holm spoke on the telephone about ties of Norway with Chile and Chile's plans for Chile."
    assert posts(text, publisher=publisher, url=url) == {("Ida Holm", "president", "Norway")}


def test_leaders_are_those_of_countries_and_bodies_that_the_lexicons_hold() -> None:
    known = {*lexicon.country_by_code(), *(body.name for body in lexicon.organizations())}
    assert {entry["of"] for entry in lexicon.load("leaders")} <= known
