"""The addresses of things, and the data behind them: where each leads, in which syntax, and what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.negotiation import BY_EXTENSION, DATA_FORMATS, N_QUADS, TRIG, Format

BASE = "https://w3id.org/communique/id/"
VOSS = "person/arlen-voss"


def triples(body: bytes, format: Format) -> set[ox.Triple]:
    """The triples of a document, whatever graph they stand in."""
    assert format.rdf is not None
    return {quad.triple for quad in ox.parse(body, format=format.rdf)}


# Addresses


def test_thing_answers_303_to_its_page(client: FlaskClient) -> None:
    response = client.get(f"/id/{VOSS}", headers={"Accept": "text/html"})
    assert (response.status_code, response.location) == (303, f"/page/{VOSS}")
    assert response.headers["Vary"] == "Accept"


@pytest.mark.parametrize("format", DATA_FORMATS, ids=lambda f: f.extension)
def test_thing_answers_303_to_its_data(client: FlaskClient, format: Format) -> None:
    response = client.get(f"/id/{VOSS}", headers={"Accept": f"{format.media_type}, text/html;q=0.5"})
    assert (response.status_code, response.location) == (303, f"/data/{VOSS}.{format.extension}")


def test_thing_that_fits_no_accept_says_what_is_on_offer(client: FlaskClient) -> None:
    response = client.get(f"/id/{VOSS}", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.text and "application/ld+json" in response.text


def test_unknown_thing_is_not_found(client: FlaskClient) -> None:
    for path in ("/id/person/nobody", "/page/person/nobody", "/data/person/nobody.ttl", "/status/unheard-of"):
        assert client.get(path).status_code == 404


def test_merged_thing_redirects_to_the_one_it_became(client: FlaskClient) -> None:
    for path, target in (
        ("/id/person/a-voss", f"/id/{VOSS}"),
        ("/page/person/a-voss", f"/page/{VOSS}"),
        ("/data/person/a-voss.ttl", f"/data/{VOSS}.ttl"),
    ):
        response = client.get(path)
        assert (response.status_code, response.location) == (301, target)


def test_concept_of_a_scheme_answers_303(client: FlaskClient) -> None:
    response = client.get("/status/in-force", headers={"Accept": "text/turtle"})
    assert (response.status_code, response.location) == (303, "/data/status/in-force.ttl")


@pytest.mark.parametrize(
    ("iri", "target"),
    [
        (BASE + VOSS, f"/id/{VOSS}"),
        ("https://w3id.org/communique/status/in-force", "/status/in-force"),
        ("https://w3id.org/communique#Meeting", "/ontology#Meeting"),
        ("https://w3id.org/communique", "/ontology"),
    ],
)
def test_resource_leads_to_where_an_iri_is_told_of(client: FlaskClient, iri: str, target: str) -> None:
    response = client.get("/resource", query_string={"iri": iri})
    assert (response.status_code, response.location) == (303, target)


def test_resource_never_redirects_to_another_site(client: FlaskClient) -> None:
    response = client.get("/resource?iri=http://www.wikidata.org/entity/Q20")
    assert response.status_code == 200 and response.location is None
    assert client.get("/resource?iri=http://evil.example/").status_code == 404


def test_head_answers_like_get_without_a_body(client: FlaskClient) -> None:
    for path in (f"/page/{VOSS}", f"/data/{VOSS}.ttl", f"/id/{VOSS}", "/health"):
        got, head = client.get(path), client.head(path)
        assert head.status_code == got.status_code and head.data == b""
        assert head.headers.get("ETag") == got.headers.get("ETag")
        assert head.content_length == got.content_length


@pytest.mark.parametrize("path", ["/", f"/page/{VOSS}", f"/data/{VOSS}.ttl", "/ontology", "/browse/person"])
def test_client_that_has_the_generation_gets_304(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]
    same = client.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_formats_have_tags_of_their_own(client: FlaskClient) -> None:
    tags = {client.get(f"/data/{VOSS}.{extension}").headers["ETag"] for extension in BY_EXTENSION}
    assert len(tags) == len(BY_EXTENSION)


def test_page_names_its_data(client: FlaskClient) -> None:
    link = client.get(f"/page/{VOSS}").headers["Link"]
    assert f'</data/{VOSS}.ttl>; rel="alternate"; type="text/turtle"' in link
    assert f"</page/{VOSS}>" in client.get(f"/data/{VOSS}.ttl").headers["Link"]


# Data


@pytest.mark.parametrize("local", [VOSS, "article/oslo", "agreement/fjord-accord", "evidence/oslo/met", "country/no"])
@pytest.mark.parametrize("format", DATA_FORMATS, ids=lambda f: f.extension)
def test_data_says_the_same_in_every_format(client: FlaskClient, local: str, format: Format) -> None:
    response = client.get(f"/data/{local}.{format.extension}")
    assert response.status_code == 200
    assert response.content_type.partition(";")[0] == format.media_type
    known = triples(client.get(f"/data/{local}.nt").data, BY_EXTENSION["nt"])
    assert known and triples(response.data, format) == known


@pytest.mark.parametrize("extension", BY_EXTENSION)
def test_data_is_the_same_to_the_byte_each_time(client: FlaskClient, page_store: Path, extension: str) -> None:
    other = create_app(page_store).test_client()
    for local in ("article/second", VOSS):
        path = f"/data/{local}.{extension}"
        assert client.get(path).data == other.get(path).data


def test_turtle_begins_with_the_prefixes_it_uses_and_then_the_thing(client: FlaskClient) -> None:
    lines = client.get(f"/data/{VOSS}.ttl").text.splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes) and not any("plover:" in line for line in prefixes)
    assert lines[len(prefixes)].startswith(f"<{BASE}{VOSS}> a ")


@pytest.mark.parametrize("format", [N_QUADS, TRIG], ids=lambda f: f.extension)
def test_quads_tell_which_article_states_what(client: FlaskClient, format: Format) -> None:
    assert format.rdf is not None
    quads = list(ox.parse(client.get(f"/data/agreement/fjord-accord.{format.extension}").data, format=format.rdf))
    told = {str(q.graph_name) for q in quads if q.predicate.value.endswith("#status")}
    assert told == {f"<{BASE}article/oslo>", f"<{BASE}article/second>"}


def test_data_of_a_person_holds_posts_with_their_evidence(client: FlaskClient) -> None:
    turtle = client.get("/data/person/mira-talvik.ttl").text
    assert "org:role" in turtle and "oa:exact" in turtle and "cmq:speaker" in turtle


def test_json_ld_reads_from_the_thing_down(client: FlaskClient) -> None:
    document = json.loads(client.get(f"/data/{VOSS}.jsonld").data)
    thing = document.get("@graph", [document])[0]
    assert thing["id"] == BASE + VOSS
    assert thing["prefLabel"] == "Arlen Voss"
    assert thing["derivedFrom"]["selector"]
    assert "attendee" in thing["@reverse"]


def test_data_may_be_read_by_scripts_of_other_origins(client: FlaskClient) -> None:
    assert client.get(f"/data/{VOSS}.ttl").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get(f"/page/{VOSS}").headers


def test_rdf_xml_that_cannot_hold_a_character_is_refused(client: FlaskClient) -> None:
    assert client.get("/data/person/hostile.rdf").status_code == 406
    assert client.get("/data/person/hostile.ttl").status_code == 200
