"""The pages of the founding articles: all there, all linked, each claim with its sentence."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from ontology.namespaces import BASE
from ontology.questions import load
from server.app import create_app
from server.negotiation import DATA_FORMATS, Format

CLAIMS = ("event", "statement", "agreement", "membership", "transition")


@pytest.fixture(scope="module")
def client(founding_store: Path) -> FlaskClient:
    """A client of the application over the founding articles."""
    return create_app(founding_store).test_client()


@pytest.fixture(scope="module")
def things(client: FlaskClient) -> list[str]:
    """The local names of all things of the graph that have pages."""
    answer = client.get("/sparql", query_string={"query": "SELECT DISTINCT ?s { ?s a ?c }", "format": "csv"})
    names = [line.removeprefix(f"{BASE}id/") for line in answer.text.split("\r\n") if line.startswith(f"{BASE}id/")]
    return sorted(name for name in names if "#" not in name)


def test_every_thing_has_a_page_without_dead_links(client: FlaskClient, things: list[str]) -> None:
    assert len(things) > 300
    linked: set[str] = set()
    for local in things:
        response = client.get(f"/page/{local}")
        assert response.status_code == 200, local
        ids = re.findall(r' id="([^"]+)"', response.text)
        assert len(ids) == len(set(ids)), local
        linked |= {
            html.unescape(address).partition("#")[0] for address in re.findall(r'href="(/[^"]*)"', response.text)
        }
    for address in sorted(linked - {f"/page/{local}" for local in things}):
        if not address.startswith(("/data/", "/explain/")):  # test_explain.py follows those
            assert client.get(address, headers={"Accept": "text/html"}).status_code == 200, address


def test_every_claim_shows_its_sentence(client: FlaskClient, things: list[str]) -> None:
    claims = [local for local in things if local.startswith(CLAIMS)]
    assert len(claims) > 60
    for local in claims:
        page = client.get(f"/page/{local}").text
        assert '<details class="sources">' in page and "<blockquote><bdi>" in page, local
        assert "/page/rule/" in page and "/page/article/" in page, local


def test_every_article_marks_all_its_evidence(client: FlaskClient, things: list[str]) -> None:
    articles = [local for local in things if local.startswith("article/")]
    assert len(articles) == 5
    for local in articles:
        page = client.get(f"/page/{local}").text
        assert "do not fit this text" not in page
        assert page.count("<mark class=") > 20
        numbers = set(re.findall(r'id="claim-(\d+)"', page))
        assert numbers and numbers == set(re.findall(r'href="#claim-(\d+)" aria-label', page))


@pytest.mark.parametrize("format", DATA_FORMATS, ids=lambda f: f.extension)
def test_every_kind_of_thing_parses_in_every_format(client: FlaskClient, things: list[str], format: Format) -> None:
    first = {local.partition("/")[0]: local for local in reversed(things)}
    assert len(first) > 10 and format.rdf is not None
    for local in first.values():
        body = client.get(f"/data/{local}.{format.extension}").data
        assert len(list(ox.parse(body, format=format.rdf))) > 1, local


def test_every_example_question_is_answered_by_the_endpoint(client: FlaskClient) -> None:
    for question in load():
        page = client.get("/sparql", query_string={"question": question.name}, headers={"Accept": "text/html"}).text
        query = html.unescape(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])
        assert client.post("/sparql", data={"query": query, "format": "json"}).status_code == 200, question.name


def test_every_value_says_where_it_comes_from(client: FlaskClient, things: list[str]) -> None:
    kinds = ("person", "body", "country", "place", *CLAIMS)
    values = 0
    for local in things:
        if not local.startswith(kinds):
            continue
        fields = re.search(r'<dl class="fields">(.*?)</dl>', client.get(f"/page/{local}").text, re.DOTALL)
        for value in re.findall(r"<dd>(.*?)</dd>", fields.group(1) if fields else "", re.DOTALL):
            values += 1
            assert "<details" in value or ">derived<" in value or ">open data<" in value, f"{local}: {value}"
    assert values > 300


def test_topic_lists_the_talks_that_were_about_it(client: FlaskClient) -> None:
    page = client.get("/page/topic/relations").text
    (meeting,) = re.findall(r'<p class="lead">.*?href="(/page/event/[^"]+)"', page, re.DOTALL)
    assert 'href="/page/topic/relations"' in client.get(meeting).text
