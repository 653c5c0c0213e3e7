"""The pipeline: every article once, in order, and a bad one costs itself only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mappings.article import Article, Segment
from mappings.pipeline import BATCH, CacheError, ExtractionError, forget, read_all
from mappings.records import Entity, Evidence, Name, Post, Records
from ontology.errors import CommuniqueError


def article(number: int, text: str = "Oslo received a guest.") -> Article:
    return Article(f"a{number:03}", text, (Segment(0, len(text)),))


ARTICLES = [article(number) for number in range(2 * BATCH + 3)]


def place(one: Article) -> Records:
    return Records(entities=(Entity("place:1", "place", "Oslo", (Name("Oslo", Evidence(0, 4, "place")),)),), mentions=1)


def extract(articles: Sequence[Article]) -> list[Records]:
    return [replace(place(one), mentions=int(one.identifier[1:])) for one in articles]


def fail_on_seven(articles: Sequence[Article]) -> list[Records]:
    if any(one.identifier == "a007" for one in articles):
        raise IndexError("no such token")
    return extract(articles)


def never(articles: Sequence[Article]) -> list[Records]:
    raise AssertionError("nothing was to be read")


def test_articles_come_back_in_order() -> None:
    readings = read_all(ARTICLES, version="1", extract=extract)
    assert [reading.article for reading in readings] == ARTICLES
    assert [reading.records.mentions for reading in readings if reading.records] == list(range(len(ARTICLES)))


def test_number_of_processes_changes_nothing() -> None:
    assert read_all(ARTICLES, version="1", processes=2, extract=extract) == read_all(
        ARTICLES, version="1", extract=extract
    )


def test_failing_article_is_named_and_the_others_are_read() -> None:
    readings = read_all(ARTICLES, version="1", extract=fail_on_seven)
    assert [reading.article.identifier for reading in readings if reading.records is None] == ["a007"]
    assert "a007" in str(readings[7].error)


def test_broken_rules_are_no_article_s_fault() -> None:
    def broken(articles: Sequence[Article]) -> list[Records]:
        raise CommuniqueError("rules.yaml:3: unknown key")

    with pytest.raises(CommuniqueError, match="unknown key"):
        read_all(ARTICLES, version="1", extract=broken)


def test_second_time_nothing_is_read(tmp_path: Path) -> None:
    first = read_all(ARTICLES, version="1", cache=tmp_path, extract=extract)
    again = read_all(ARTICLES, version="1", cache=tmp_path, extract=never)
    assert [reading.records for reading in again] == [reading.records for reading in first]
    assert all(reading.cached for reading in again)


def test_new_article_alone_is_read(tmp_path: Path) -> None:
    read_all(ARTICLES[1:], version="1", cache=tmp_path, extract=extract)
    seen: list[str] = []

    def watched(articles: Sequence[Article]) -> list[Records]:
        seen.extend(one.identifier for one in articles)
        return extract(articles)

    read_all(ARTICLES, version="1", cache=tmp_path, extract=watched)
    assert seen == ["a000"]


CHANGED = [
    replace(ARTICLES[1], text="Oslo waited."),
    replace(ARTICLES[1], identifier="b"),
    replace(ARTICLES[1], headline="Guest"),
]


@pytest.mark.parametrize("changed", CHANGED, ids=["text", "identifier", "headline"])
def test_changed_article_is_read_again(tmp_path: Path, changed: Article) -> None:
    read_all([ARTICLES[1]], version="1", cache=tmp_path, extract=extract)
    (reading,) = read_all([changed], version="1", cache=tmp_path, extract=lambda _: [Records()])
    assert reading.records == Records()


def test_new_rules_read_everything_again(tmp_path: Path) -> None:
    read_all(ARTICLES, version="1", cache=tmp_path, extract=extract)
    readings = read_all(ARTICLES, version="2", cache=tmp_path, extract=extract)
    assert not any(reading.cached for reading in readings)


def test_half_written_cache_file_is_read_over(tmp_path: Path) -> None:
    read_all([ARTICLES[0]], version="1", cache=tmp_path, extract=extract)
    (file,) = tmp_path.rglob("*.json")
    file.write_bytes(file.read_bytes()[:20])
    (reading,) = read_all([ARTICLES[0]], version="1", cache=tmp_path, extract=extract)
    assert reading.records and not reading.cached


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (Records(posts=(Post("person:9", "envoy", None, (Evidence(0, 4, "r"),)),)), "unknown key 'person:9'"),
        (Records(entities=(Entity("p", "place", "Oslo", (Name("Oslo", Evidence(0, 99, "r")),)),)), "span 0-99"),
    ],
)
def test_records_that_do_not_hold_together_are_refused(records: Records, said: str) -> None:
    (reading,) = read_all([ARTICLES[0]], version="1", extract=lambda _: [records])
    assert isinstance(reading.error, ExtractionError)
    assert said in str(reading.error)


def test_progress_ends_at_the_number_of_articles() -> None:
    told: list[tuple[str, int, int]] = []
    read_all(ARTICLES, version="1", extract=extract, progress=lambda *step: told.append(step))
    assert told[-1] == ("extract", len(ARTICLES), len(ARTICLES))


def test_cache_keeps_only_what_is_needed(tmp_path: Path) -> None:
    read_all(ARTICLES, version="1", cache=tmp_path, extract=extract)
    assert forget(tmp_path, ARTICLES[:3], "1") == len(ARTICLES) - 3
    assert all(reading.cached for reading in read_all(ARTICLES[:3], version="1", cache=tmp_path, extract=never))


def test_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(CacheError, match="cache: what was read"):
        read_all(ARTICLES[:1], version="1", cache=blocked, extract=extract)
