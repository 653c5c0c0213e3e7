"""The pages of things: what they show, and what they refuse; their addresses and data are in test_pages_addresses."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import html5rdf  # type: ignore[import-untyped]
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.app import create_app
from server.negotiation import BY_EXTENSION, Format

BASE = "https://w3id.org/communique/id/"
VOSS = "person/arlen-voss"
LISTS = [
    "article",
    "person",
    "body",
    "country",
    "place",
    "event",
    "statement",
    "agreement",
    "membership",
    "role",
    "rule",
]
EVERY_PAGE = (
    "/",
    "/search?q=talvik",
    "/page/person/arlen-voss",
    "/page/person/mira-talvik",
    "/page/person/hostile",
    "/page/body/norwegian-parliament",
    "/page/publisher/example-news",
    "/page/country/no",
    "/page/place/oslo",
    "/page/event/oslo-meeting",
    "/page/statement/oslo-1",
    "/page/statement/oslo-2",
    "/page/agreement/fjord-accord",
    "/page/article/oslo",
    "/page/article/second",
    "/page/membership/talvik-chairwoman",
    "/page/role/chairwoman",
    "/page/evidence/oslo/met",
    "/page/rule/met-with/0a1b2c3d",
    "/page/transition/fjord-accord-1",
    "/page/unread/oslo-1",
    "/page/status/in-force",
    "/page/status",
    "/ontology",
    "/resource?iri=http://www.wikidata.org/entity/Q20",
    *(f"/browse/{name}" for name in LISTS),
)


def text_of(page: str) -> str:
    """What a reader sees of a page, without tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


class Tags(HTMLParser):
    """The tags of a page as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags_of(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """The tags of a page with their attributes."""
    parser = Tags()
    parser.feed(page)
    return parser.found


def loads(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether a browser fetches something for this tag by itself."""
    return tag in {"script", "img", "iframe", "object"} or attributes.get("rel") in {"stylesheet", "icon"}


def triples(body: bytes, format: Format) -> set[ox.Triple]:
    """The triples of a document, whatever graph they stand in."""
    assert format.rdf is not None
    return {quad.triple for quad in ox.parse(body, format=format.rdf)}


# Every page


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_page_is_served(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert response.text.count("<h1") == 1


@pytest.mark.parametrize("path", [*EVERY_PAGE, "/nowhere", "/sparql"])
def test_page_is_valid_html(client: FlaskClient, path: str) -> None:
    parser = html5rdf.HTMLParser()
    parser.parse(client.get(path, headers={"Accept": "text/html"}).text)
    assert parser.errors == []


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_page_needs_nothing_from_elsewhere_and_holds_no_inline_script(client: FlaskClient, path: str) -> None:
    tags = tags_of(client.get(path).text)
    loaded = [attributes.get("src") or attributes.get("href") for tag, attributes in tags if loads(tag, attributes)]
    assert loaded and all(address and address.startswith("/static/") for address in loaded)
    assert all(attributes.get("src") for tag, attributes in tags if tag == "script")
    assert not [name for _, attributes in tags for name in attributes if name == "style" or name.startswith("on")]
    assert "style" not in {tag for tag, _ in tags}


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_link_of_a_page_leads_somewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    for address in {attributes["href"] for tag, attributes in tags_of(page) if tag == "a"}:
        assert address is not None
        if address.startswith("#"):
            assert f'id="{address[1:]}"' in page, address
        elif address.startswith("/") and not address.startswith("/sparql") and not address.endswith(".rdf"):
            unstored = address.startswith("/explain/article/told-")  # the small store holds no texts of these
            assert client.get(address.partition("#")[0]).status_code == (503 if unstored else 200), address
        else:
            assert re.match(r"https?://|/|\?", address), address


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_answer_carries_the_protecting_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


# Hostile labels


@pytest.mark.parametrize("path", [*EVERY_PAGE, "/search?q=<script>alert(1)</script>", "/search?q=hostile alert"])
def test_label_never_becomes_markup(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert "<script>" not in page
    assert "<img" not in page


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_label_cannot_reorder_the_text_around_it(client: FlaskClient, path: str) -> None:
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", client.get(path).text)


def test_only_http_addresses_become_links(client: FlaskClient) -> None:
    for path in ("/page/person/hostile", "/page/article/second", "/browse/article"):
        assert not re.search(r'href="\s*(?:javascript|data):', client.get(path).text)
    assert "javascript:alert(1)" in text_of(client.get("/page/article/second").text)


def test_page_address_that_is_no_iri_is_not_found(client: FlaskClient) -> None:
    for local in ("person/a%20b", "person/%3E%20%7B%7D", "person/a%22b", "%00", "person/a%0d%0ab", "x" * 5000):
        assert client.get(f"/page/{local}").status_code == 404


def test_label_in_a_question_stays_a_label(client: FlaskClient) -> None:
    hostile = '"@en } ?x ?y ?z . { VALUES ?a { "\n\\'
    asked = {"question": "cq-04-posts-of-a-person", "about": hostile}
    response = client.get("/sparql", query_string=asked, headers={"Accept": "text/html"})
    query = html.unescape(response.text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])
    assert str(ox.Literal(hostile, language="en")) in query
    solutions = ox.Store().query(query)
    assert isinstance(solutions, ox.QuerySolutions) and list(solutions) == []


def test_query_text_in_an_address_is_only_an_address(client: FlaskClient) -> None:
    response = client.get("/resource", query_string={"iri": "http://x/> ?p ?o } #"})
    assert response.status_code == 400


# What the pages say


def test_person_shows_posts_meetings_statements_and_spellings(client: FlaskClient) -> None:
    page = text_of(client.get("/page/person/mira-talvik").text)
    for words in (
        "Mira Tälvik",
        "chairwoman of Norwegian Parliament",
        "14 May 2024",
        "Meeting: Arlen Voss, Mira Talvik",
    ):
        assert words in page


def test_value_has_its_sentence_one_click_away(client: FlaskClient) -> None:
    page = client.get("/page/event/oslo-meeting").text
    field = re.search(r"<dt>Place</dt>.*?</dd>", page, re.DOTALL)
    assert field is not None
    shown = field.group()
    assert "<details" in shown and "Foreign Minister Arlen Voss met Mira Talvik" in shown
    assert "/page/article/oslo" in shown and "/page/rule/met-with/0a1b2c3d" in shown


def test_only_direct_speech_is_shown_as_a_quotation(client: FlaskClient) -> None:
    direct, indirect = client.get("/page/statement/oslo-1").text, client.get("/page/statement/oslo-2").text
    assert re.search(r"<q>We will sign the Fjord Accord this year,</q>", direct)
    assert "<q>" not in indirect
    assert "“that the talks" not in indirect
    assert "no quotation" in text_of(indirect)


def test_agreement_shows_each_articles_status_and_the_derived_one(client: FlaskClient) -> None:
    page = text_of(client.get("/page/agreement/fjord-accord").text)
    assert re.search(r"in force derived from what the articles tell", page)
    assert "negotiating 14 May 2024" in page and "in force article without a date" in page


def test_unresolved_date_keeps_the_articles_words(client: FlaskClient) -> None:
    assert "the article says “in May”" in text_of(client.get("/page/transition/fjord-accord-1").text) or (
        "in May" in text_of(client.get("/page/transition/fjord-accord-1").text)
    )


def test_article_text_is_whole_and_marks_lead_to_claims(client: FlaskClient, page_text: str) -> None:
    page = client.get("/page/article/oslo").text
    stored = re.search(r'<div class="stored" lang="en">(.*?)</div>', page, re.DOTALL)
    assert stored is not None
    bare = re.sub(r"<sup.*?</sup>|<[^>]+>", "", stored.group(1), flags=re.DOTALL)
    assert html.unescape(bare) == page_text
    assert re.search(r'<mark class="event name post">', stored.group(1))
    assert 'href="/page/person/mira-talvik"' in stored.group(1) and 'href="#claim-1"' in stored.group(1)


def test_article_lists_its_unread_sentences(client: FlaskClient) -> None:
    page = text_of(client.get("/page/article/oslo").text)
    assert "Talks between experts go on. “talks”: no participant" in page


def test_passage_that_does_not_fit_the_text_is_not_marked(client: FlaskClient) -> None:
    page = client.get("/page/article/second").text
    assert "1 passages do not fit" in page
    assert page.count('<mark class="agreement">') == 2  # the legend's and the sentence's


def test_country_shows_its_counterpart_elsewhere(client: FlaskClient) -> None:
    page = client.get("/page/country/no").text
    assert 'href="http://www.wikidata.org/entity/Q20"' in page
    assert "manual mapping curation" in page


def test_long_list_is_cut_into_pages(client: FlaskClient) -> None:
    first = client.get("/page/body/many-posts").text
    assert "page 1 of 2" in first and "page 2 of 2" in client.get("/page/body/many-posts?posts=2").text
    assert client.get("/page/body/many-posts?posts=999").status_code == 200
    assert client.get("/page/body/many-posts?posts=x").status_code == 200


def test_page_without_an_entity_shows_all_that_is_said(client: FlaskClient) -> None:
    assert "Example News" in client.get("/page/publisher/example-news").text


# Search


@pytest.mark.parametrize("words", ["Mira Talvik", "talvik", "TÄLVIK", "mira tal", "talvik, mira", "Tälvik Mira"])
def test_search_finds_a_person_in_any_spelling(client: FlaskClient, words: str) -> None:
    found = client.get("/search", query_string={"q": words, "format": "json"}).get_json()
    assert found["results"][0]["id"] == BASE + "person/mira-talvik"


def test_search_of_one_kind_finds_only_that(client: FlaskClient) -> None:
    found = client.get("/search?q=norw&kind=country&format=json").get_json()
    assert [hit["label"] for hit in found["results"]] == ["Norway"]


def test_search_for_nothing_finds_nothing(client: FlaskClient) -> None:
    for words in ("", "   ", "!?", "zzzzz"):
        assert client.get("/search", query_string={"q": words, "format": "json"}).get_json()["total"] == 0


def test_search_answers_json_to_who_asks_for_it(client: FlaskClient) -> None:
    assert client.get("/search?q=oslo", headers={"Accept": "application/json"}).is_json


def test_search_says_under_which_name_it_found_a_thing(client: FlaskClient) -> None:
    hit = client.get("/search", query_string={"q": "Tälvik", "format": "json"}).get_json()["results"][0]
    assert (hit["label"], hit["name"]) == ("Mira Talvik", "Mira Talvik")


# Terms


@pytest.mark.parametrize("extension", ["ttl", "jsonld", "nt", "rdf"])
def test_ontology_comes_as_data(client: FlaskClient, extension: str) -> None:
    format = BY_EXTENSION[extension]
    by_name = client.get(f"/ontology.{extension}")
    negotiated = client.get("/ontology", headers={"Accept": format.media_type})
    assert by_name.data == negotiated.data and negotiated.headers["Vary"] == "Accept"
    assert triples(by_name.data, format) == triples(client.get("/ontology.nt").data, BY_EXTENSION["nt"])


def test_shapes_and_context_are_served(client: FlaskClient) -> None:
    shapes = client.get("/shapes.ttl")
    assert b"NodeShape" in shapes.data and len(triples(shapes.data, BY_EXTENSION["ttl"])) > 100
    assert client.get("/shapes.ttl", headers={"If-None-Match": shapes.headers["ETag"]}).status_code == 304
    assert client.get("/context.jsonld").get_json(force=True)["@context"]["attendee"]["@id"] == "schema:attendee"


def test_ontology_page_has_an_anchor_for_each_term(client: FlaskClient) -> None:
    page = client.get("/ontology").text
    assert 'id="Meeting"' in page and 'id="speaker"' in page and "It binds its parties." in page


# What machines ask


def test_health_tells_generation_and_counts(client: FlaskClient) -> None:
    told = client.get("/health").get_json()
    assert told["status"] == "ok" and told["generation"]
    assert told["counts"]["article"] == 17


def test_robots_and_icon_are_there(client: FlaskClient) -> None:
    assert "Disallow: /sparql\nDisallow: /graph-store\n" in client.get("/robots.txt").text
    assert client.get("/favicon.ico").content_type.startswith("image/svg")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/data/person/nobody.ttl", 404),
        ("/data/person/arlen-voss.exe", 404),
        ("/resource?iri=x", 400),
    ],
)
def test_problem_is_a_page_for_readers_and_json_for_programs(client: FlaskClient, path: str, status: int) -> None:
    page = client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == status and "<h1>" in page.text
    for accept in ("application/json", "text/turtle, application/json;q=0.5", "application/ld+json"):
        told = client.get(path, headers={"Accept": accept})
        assert told.status_code == status
        error = told.get_json()["error"]
        assert set(error) == {"status", "title", "detail"} and error["status"] == status


def test_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    response = client.post("/")
    assert response.status_code == 405 and "GET" in response.headers["Allow"]


def test_unforeseen_failure_tells_nothing_of_the_inside(page_store: Path) -> None:
    app: Flask = create_app(page_store)
    app.add_url_rule("/broken", view_func=lambda: str(1 // 0))
    response = app.test_client().get("/broken", headers={"Accept": "application/json"})
    assert response.status_code == 500
    assert "division" not in response.text and "Traceback" not in response.text


def test_empty_store_says_what_to_do(tmp_path: Path) -> None:
    empty = create_app(tmp_path).test_client()
    for path in ("/", "/health", f"/page/{VOSS}"):
        response = empty.get(path)
        assert response.status_code == 503
        assert "communique build" in response.text


def test_redirect_does_not_repeat_the_host(client: FlaskClient) -> None:
    for path in (f"/id/{VOSS}", f"/resource?iri={BASE}{VOSS}", "/page/person/a-voss", "/status/in-force"):
        location = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).location
        assert location is not None and location.startswith("/") and not location.startswith("//")


def test_static_path_does_not_leave_its_folder(client: FlaskClient) -> None:
    assert client.get("/static/style.css").status_code == 200
    for path in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/passwd", "....//app.py", "..\\app.py"):
        assert client.get(f"/static/{path}").status_code == 404


def test_value_of_many_sources_lists_some_and_counts_all(client: FlaskClient) -> None:
    page = client.get("/page/person/much-told").text
    assert "15 sources" in page and "and 3 more articles" in page
    assert page.count('<p class="from">') < 60


def test_json_ld_carries_its_context(client: FlaskClient) -> None:
    context = json.loads(client.get(f"/data/{VOSS}.jsonld").data)["@context"]
    assert isinstance(context, dict) and context["prefLabel"]
