"""Articles come in as text, HTML and JSON; whatever is no article is refused by name, and the others are read."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mappings.article import Article
from mappings.decoding import ArticleError
from mappings.readers import read

SENTENCE = "The foreign ministers of Norway and Sweden met in Oslo on Monday and spoke of trade with each other."
REPORT = f"{SENTENCE}\n\nThey said that the ports of both countries would be opened to the ships of the other one."


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def one(path: Path) -> Article:
    (found,) = read([path])
    assert isinstance(found, Article), found
    return found


def error(path: Path, **options: Any) -> ArticleError:
    (found,) = read([path], **options)
    assert isinstance(found, ArticleError)
    return found


def names(found: Sequence[Article | ArticleError]) -> list[str]:
    return [item.identifier if isinstance(item, Article) else f"{Path(item.file).name}!" for item in found]


def news(**keys: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "articleBody": REPORT, **keys}


def test_a_text_file_is_stored_as_it_is(tmp_path: Path) -> None:
    article = one(write(tmp_path / "oslo-talks.txt", REPORT))
    assert (article.identifier, article.text, article.published) == ("oslo-talks", REPORT, None)
    assert article.clean == REPORT


def test_a_leading_date_line_is_the_publication_date_and_no_part_of_the_report(tmp_path: Path) -> None:
    article = one(write(tmp_path / "a.txt", f" date 2024-12-11 {REPORT}"))
    assert article.published == date(2024, 12, 11)
    assert article.clean == REPORT
    assert article.text == f" date 2024-12-11 {REPORT}"


@pytest.mark.parametrize(
    ("top", "published"),
    [
        ("December 8, 2023\n2 mins read\n\n", date(2023, 12, 8)),
        ("OSLO, 8 December 2023 (NTB) - ", date(2023, 12, 8)),
        ("Updated: December 9, 2023\n\n", None),
        ("OSLO, December 8 (NTB) - ", None),
        ("", None),
    ],
)
def test_only_a_stated_date_is_the_publication_date(tmp_path: Path, top: str, published: date | None) -> None:
    assert one(write(tmp_path / "a.txt", top + REPORT)).published == published


def test_a_date_within_the_report_is_not_the_publication_date(tmp_path: Path) -> None:
    text = f"{REPORT}\n\nThe two countries signed the agreement on 5 May 2021 in Oslo."
    assert one(write(tmp_path / "a.txt", text)).published is None


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"], ids=lambda name: name
)
def test_encodings_are_told_apart(tmp_path: Path, encoding: str) -> None:
    text = f"Minister Søren Ødegård said: “We are glad.”\n\n{REPORT}"
    assert one(write(tmp_path / "a.txt", text.encode(encoding))).text == text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_become_one_kind(tmp_path: Path, end: str) -> None:
    assert one(write(tmp_path / "a.txt", REPORT.replace("\n", end))).text == REPORT


def test_odd_spaces_and_controls_become_plain_spaces_in_place(tmp_path: Path) -> None:
    text = (
        REPORT.replace("Norway and", "Norway\xa0and")
        .replace("met in", "met\x07in")
        .replace("on Monday", "on\u202eMonday")
    )
    article = one(write(tmp_path / "a.txt", text))
    assert (article.text, len(article.text)) == (REPORT, len(text))


def test_json_gives_what_it_states(tmp_path: Path) -> None:
    entry = news(
        identifier="n-1",
        url="https://example.org/n1",
        headline="Talks in Oslo",
        datePublished="2024-12-11T10:00:00+03:30",
        publisher={"@type": "Organization", "name": "Nordic Wire"},
    )
    article = one(write(tmp_path / "a.json", json.dumps(entry)))
    assert (article.identifier, article.url, article.headline) == ("n-1", "https://example.org/n1", "Talks in Oslo")
    assert (article.published, article.publisher, article.text) == (date(2024, 12, 11), "Nordic Wire", REPORT)


@pytest.mark.parametrize(
    "publisher",
    ["Nordic Wire", {"name": "Nordic Wire"}, [{"name": "Nordic Wire"}], {"name": {"@value": "Nordic Wire"}}],
)
def test_a_publisher_is_a_string_or_an_object(tmp_path: Path, publisher: Any) -> None:
    assert one(write(tmp_path / "a.json", json.dumps(news(publisher=publisher)))).publisher == "Nordic Wire"


@pytest.mark.parametrize("wrap", [lambda two: two, lambda two: {"@graph": two}, lambda two: [{"@graph": two}]])
def test_several_articles_of_one_document_are_read_in_order(tmp_path: Path, wrap: Any) -> None:
    path = write(tmp_path / "a.json", json.dumps(wrap([news(identifier="x"), news()])))
    assert names(list(read([path]))) == ["x", "a-2"]


def test_a_bad_line_of_jsonl_spoils_no_other(tmp_path: Path) -> None:
    lines = [json.dumps(news(identifier="x")), "{broken", json.dumps(news(articleBody="")), json.dumps(news())]
    found = list(read([write(tmp_path / "a.jsonl", "\n".join(lines))]))
    assert names(found) == ["x", "a.jsonl line 2!", "a.jsonl line 3!", "a-4"]


PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Talks in Oslo | Nordic Wire</title>
<meta property="og:title" content="Talks in Oslo"><meta property="og:site_name" content="Nordic Wire">
<meta property="article:published_time" content="2024-12-11T08:00:00Z">
<link rel="canonical" href="https://example.org/n1">
</head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<article><h1>Talks in Oslo</h1><p>{SENTENCE}</p><p>They said that the ports of both countries would be opened to the
ships of the other one, and that the fishermen of the north would have what they had asked for since the spring.</p>
<p>The ministers will meet again in the coming month, the ministry of Norway said in a statement on its own pages.</p>
</article><footer>All rights reserved. Contact. Terms of use.</footer></body></html>"""


def test_a_page_gives_its_text_and_its_own_metadata(tmp_path: Path) -> None:
    article = one(write(tmp_path / "page.html", PAGE))
    assert SENTENCE in article.clean
    assert "rights reserved" not in article.clean
    assert (article.headline, article.publisher) == ("Talks in Oslo", "Nordic Wire")
    assert (article.published, article.url) == (date(2024, 12, 11), "https://example.org/n1")


def test_a_page_without_a_stated_date_has_none(tmp_path: Path) -> None:
    page = PAGE.replace('<meta property="article:published_time" content="2024-12-11T08:00:00Z">', "")
    assert one(write(tmp_path / "2024-12-11-page.html", page)).published is None


def test_a_page_in_its_own_encoding_is_read(tmp_path: Path) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="iso-8859-15">').replace("Oslo on", "Ødegård, Oslo on")
    assert "Ødegård" in one(write(tmp_path / "page.html", page.encode("iso-8859-15"))).text


def test_folders_are_read_sorted_with_all_below_them(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("c.txt", "a.txt", "b/z.txt", ".hidden.txt"):
        write(tmp_path / name, REPORT)
    assert names(list(read([tmp_path]))) == ["a", "z", "c"]


@pytest.mark.parametrize(
    ("content", "identifier"), [(REPORT, "stdin"), (json.dumps(news(identifier="j")), "j"), (PAGE, "stdin")]
)
def test_standard_input_may_hold_any_format(monkeypatch: pytest.MonkeyPatch, content: str, identifier: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    assert names(list(read(["-"]))) == [identifier]


def test_standard_input_may_hold_lines_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\n".join(json.dumps(news(identifier=name)) for name in ("x", "y"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert names(list(read(["-"]))) == ["x", "y"]


def test_the_second_article_with_an_identifier_is_refused(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.txt", REPORT), write(tmp_path / "b.json", json.dumps(news(identifier="a")))
    kept, refused = read([first, second])
    assert isinstance(kept, Article)
    assert isinstance(refused, ArticleError)
    assert str(first) in refused.reason and str(second) == refused.file


GERMAN = (
    "Die Außenminister von Norwegen und Schweden haben sich am Montag in Oslo getroffen und über Handel gesprochen. "
    "Sie sagten, dass die Häfen beider Länder für die Schiffe des anderen Landes geöffnet werden sollen."
)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n", "is empty"),
        ("null.txt", bytes(range(256)) * 20, "binary"),
        ("paper.txt", b"%PDF-1.7 ...", "PDF"),
        ("picture.html", b"\x89PNG\r\n\x1a\n000", "PNG"),
        ("german.txt", GERMAN.encode(), "not in English"),
        ("persian.txt", "وزیران خارجه نروژ و سوئد روز دوشنبه در اسلو دیدار کردند.".encode(), "not in English"),
        ("menu.txt", b"Home\n\nWorld\n\nSport\n", "no sentence"),
        ("bad.json", b'{"articleBody": ', "is not JSON"),
        ("none.json", b'{"headline": "Talks"}', "no articleBody"),
        ("list.json", b"[1, 2]", "no articleBody"),
        ("number.json", b"3", "no articleBody"),
        ("empty.html", b"<html><body></body></html>", "no article text"),
    ],
)
def test_what_is_no_article_is_refused_with_file_reason_and_mend(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    refused = error(write(tmp_path / name, content))
    assert refused.file == str(tmp_path / name)
    assert reason in refused.reason
    assert refused.mend
    assert str(refused) == f"{refused.file}: {refused.reason}; {refused.mend}"


def test_a_bad_file_spoils_no_other(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", REPORT)
    write(tmp_path / "b.txt", b"\x00\x01\x02" * 99)
    write(tmp_path / "c.docx", b"PK\x03\x04")
    write(tmp_path / "d.txt", REPORT)
    assert names(list(read([tmp_path, tmp_path / "absent.txt"]))) == ["a", "b.txt!", "c.docx!", "d", "absent.txt!"]


def test_a_folder_without_articles_is_an_error(tmp_path: Path) -> None:
    assert "holds no articles" in error(tmp_path).reason


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(50_000_000_000)
    assert "larger than 10 MB" in error(path).reason


def test_the_limit_can_be_set(tmp_path: Path) -> None:
    assert "larger than" in error(write(tmp_path / "a.txt", REPORT), limit=50).reason


def test_a_date_that_the_calendar_lacks_is_none(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.json", json.dumps(news(datePublished="2024-02-31")))).published is None


OTHERS = {
    "danish": """Udenrigsministrene fra de to lande mødtes mandag i Oslo for at tale om handel, sagde ministeriet i en
        erklæring, og de var enige om at mødes igen i maj og at have flere samtaler.""",
    "dutch": """De ministers van beide landen hebben maandag in Oslo met elkaar gesproken over de handel, zei het
        ministerie in een verklaring. Het was de eerste keer dat zij elkaar in de stad ontmoetten.""",
    "french": """Les ministres des deux pays se sont rencontrés lundi à Oslo, a indiqué le ministère dans un communiqué.
        Ils ont parlé du commerce et ont signé un accord sur la pêche dans le nord.""",
    "spanish": """Los ministros de ambos países se reunieron el lunes en Oslo, dijo el ministerio en un comunicado.
        Es la primera vez que los dos se reúnen en la ciudad y que hablan de la pesca.""",
}


@pytest.mark.parametrize("language", OTHERS)
def test_another_language_is_refused(tmp_path: Path, language: str) -> None:
    assert "not in English" in error(write(tmp_path / "a.txt", OTHERS[language])).reason


def test_a_short_report_full_of_names_is_english(tmp_path: Path) -> None:
    text = (
        "Norway's Foreign Minister Kari Anne Nordmann Hansen attended a reception of Independence Day held at the "
        "Swedish Embassy in Oslo Tuesday, Ministry Spokesman Per Olav Dahl Olsen told Nordic Wire reporter Liv Berg."
    )
    assert one(write(tmp_path / "a.txt", text)).clean == text
