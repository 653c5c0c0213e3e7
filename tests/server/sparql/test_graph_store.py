"""The Graph Store HTTP Protocol, as far as it reads: graphs by name, by address, and the default graph."""

from __future__ import annotations

from urllib.parse import quote

import pyoxigraph as ox
import pytest

from .conftest import EX, Answer, Client

ONE = f"{EX}one"


def get(endpoint: Client, path: str, method: str = "GET", accept: str = "application/n-triples") -> Answer:
    return endpoint.send(method, f"/graph-store{path}", headers={"Accept": accept})


def lines(answer: Answer) -> set[str]:
    assert answer.status == 200, answer.body
    return set(answer.body.decode().splitlines())


def test_graph_is_named_by_parameter_or_by_address(endpoint: Client) -> None:
    by_name = lines(get(endpoint, f"?graph={quote(ONE, safe='')}"))
    assert by_name == lines(get(endpoint, "/one"))
    assert len(by_name) == 3
    assert f"<{EX}ana> <{EX}met> <{EX}ben> ." in by_name


def test_default_graph_is_the_merge_of_all(endpoint: Client) -> None:
    everything = lines(get(endpoint, "?default"))
    assert lines(get(endpoint, "/one")) | lines(get(endpoint, "/two")) < everything


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/trig", ox.RdfFormat.TRIG),
        ("text/n3", ox.RdfFormat.N3),
    ],
)
def test_graph_comes_in_the_wanted_syntax(endpoint: Client, accept: str, syntax: ox.RdfFormat) -> None:
    answer = get(endpoint, "/one", accept=accept)
    assert answer.headers["content-type"].partition(";")[0] == accept
    assert {str(quad.triple) for quad in ox.parse(answer.body, format=syntax)} == {
        str(quad.triple) for quad in ox.parse(get(endpoint, "/one").body, format=ox.RdfFormat.N_TRIPLES)
    }


def test_parameter_may_name_the_syntax(endpoint: Client) -> None:
    assert get(endpoint, "/one?format=nt", accept="text/turtle").headers["content-type"] == "application/n-triples"


def test_head_tells_what_get_tells(endpoint: Client) -> None:
    answer = get(endpoint, "/one", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "application/n-triples"
    assert answer.headers["etag"] == get(endpoint, "/one").headers["etag"]


def test_unchanged_graph_is_not_sent_again(endpoint: Client) -> None:
    tag = get(endpoint, "/one").headers["etag"]
    headers = {"Accept": "application/n-triples", "If-None-Match": tag}
    assert endpoint.send("GET", "/graph-store/one", headers=headers).status == 304


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/nothing", f"?graph={quote(EX)}nothing", "?graph=http://127.0.0.1:1/"])
def test_unknown_graph_is_not_found_and_not_fetched(endpoint: Client, method: str, path: str) -> None:
    assert get(endpoint, path, method).status == 404


@pytest.mark.parametrize(
    "path",
    ["", "?graph=one", "?graph=a:b&graph=a:c", "?graph=a:b&default", "/one?default", "?graph=file:///etc/passwd"],
)
def test_request_that_names_no_graph_or_several_is_malformed(endpoint: Client, path: str) -> None:
    assert get(endpoint, path).error["status"] == 400


@pytest.mark.parametrize("path", ["/one", "?default", f"?graph={quote(ONE)}"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_graph_cannot_be_changed(endpoint: Client, method: str, path: str) -> None:
    before = get(endpoint, "/one").body
    body = b"<x:a> <x:b> <x:c> ." if method != "DELETE" else None
    answer = endpoint.send(method, f"/graph-store{path}", body, {"Content-Type": "text/turtle"})
    assert (answer.error["status"], answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert get(endpoint, "/one").body == before


def test_options_tell_the_methods(endpoint: Client) -> None:
    answer = get(endpoint, "/one", "OPTIONS")
    assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


def test_format_that_is_none_for_graphs_is_not_acceptable(endpoint: Client) -> None:
    assert get(endpoint, "/one", accept="text/csv").error["status"] == 406
