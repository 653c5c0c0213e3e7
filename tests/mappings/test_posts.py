"""Posts told without a country are held where the text, and what a reader knows, says; never elsewhere."""

from __future__ import annotations

import pytest

from mappings import cascade, language, lexicon
from mappings.article import Article, Segment
from mappings.extraction import rules
from mappings.resolve import entities, leaders


def posts(text: str, *, publisher: str | None = None, url: str | None = None) -> set[tuple[str, str, str | None]]:
    lines, at = [], 0
    for line in text.split("\n\n"):
        lines.append(Segment(at, at + len(line)))
        at += len(line) + 2
    article = Article("test", text, tuple(lines), publisher=publisher, url=url)
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


def test_a_president_of_what_is_not_read_is_not_given_a_country() -> None:
    assert posts("President Ida Holm of Selmaland met Danish and again Danish ministers of Denmark.") == {
        ("Ida Holm", "president", None)
    }
    assert posts("Norway and Norway's partners met the company president Nils Aas in Norway.") == {
        ("Nils Aas", "president", None)
    }


def test_counterparts_hold_the_same_post_in_the_order_of_their_countries() -> None:
    text = "Danish Foreign Minister Ida Holm met her Latvian and Norwegian counterparts, Edgars Ozols and Nils Aas."
    assert posts(text) == {
        ("Ida Holm", "foreign minister", "Denmark"),
        ("Edgars Ozols", "foreign minister", "Latvia"),
        ("Nils Aas", "foreign minister", "Norway"),
    }


def test_an_ambassador_without_a_country_is_not_the_publishers_own() -> None:
    text = "Ambassador Ida Holm praised the ties of Norway and Chile. Chile and Norway are friends, says Chile."
    assert posts(text, publisher="The Oslo Gazette") == {("Ida Holm", "ambassador", "Chile")}


def test_its_minister_is_that_of_the_country_named_before() -> None:
    assert posts("Chile sent a team, and the Danish team was led by its trade minister Ida Holm.") == {
        ("Ida Holm", "trade minister", "Denmark")
    }


def test_a_title_in_the_line_above_a_name_is_his() -> None:
    assert posts("MINISTER FOR FOREIGN AFFAIRS\n\nThe Hon. Ida Holm MP\n\nDenmark is ready. Denmark will come.") >= {
        ("Ida Holm", "minister for foreign affairs", "Denmark")
    }
