"""What the endpoint adds to the letter of the Protocol: the method QUERY, names of formats, text errors, deadlines."""

from __future__ import annotations

import json
import time
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from .conftest import EX, Client

NAMES = f"SELECT ?s ?name {{ ?s <{EX}name> ?name }} ORDER BY ?name"
MEETINGS = f"CONSTRUCT {{ ?a <{EX}met> ?b ; a schema:Person }} WHERE {{ ?a <{EX}met> ?b }}"
PAIRS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DIRECT = {"Content-Type": "application/sparql-query"}
SYNTAXES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "text/n3": ox.RdfFormat.N3,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def test_method_query_asks_as_post_does(endpoint: Client) -> None:
    expected = endpoint.get(NAMES).rows
    answer = endpoint.send("QUERY", "/sparql", NAMES.encode(), DIRECT)
    assert (answer.status, answer.rows) == (200, expected)
    form = urlencode({"query": NAMES, "default-graph-uri": f"{EX}two"}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert [row["name"] for row in endpoint.send("QUERY", "/sparql", form, kind).rows] == ["Ben"]
    assert endpoint.send("QUERY", "/sparql", NAMES.encode()).error["status"] == 415


def test_options_tell_the_methods_and_the_bodies(endpoint: Client) -> None:
    answer = endpoint.send("OPTIONS", "/sparql")
    assert (answer.status, answer.headers["allow"]) == (204, "GET, HEAD, POST, QUERY, OPTIONS")
    assert "application/sparql-query" in answer.headers["accept-query"]


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        (".csv", "text/csv; charset=utf-8"),
        (".srx", "application/sparql-results+xml"),
        (".json", "application/sparql-results+json"),
        (".tsv?format=csv", "text/csv; charset=utf-8"),
        ("?format=application/sparql-results%2Bxml", "application/sparql-results+xml"),
        ("?format=application/sparql-results+xml", "application/sparql-results+xml"),
    ],
)
def test_address_or_parameter_names_the_format(endpoint: Client, address: str, sent: str) -> None:
    path = f"/sparql{address}{'&' if '?' in address else '?'}query={quote(NAMES)}"
    answer = endpoint.send("GET", path, headers={"Accept": "application/sparql-results+json"})
    assert (answer.status, answer.headers["content-type"]) == (200, sent)


def test_address_with_a_format_that_does_not_fit_is_not_acceptable(endpoint: Client) -> None:
    assert endpoint.send("GET", f"/sparql.ttl?query={quote(NAMES)}").error["status"] == 406
    assert endpoint.send("GET", f"/sparql.pdf?query={quote(NAMES)}").error["status"] == 404


def test_post_may_name_the_format_too(endpoint: Client) -> None:
    answer = endpoint.send("POST", "/sparql.csv", NAMES.encode(), DIRECT)
    assert answer.body.startswith(b"s,name\r\n")


def test_error_comes_as_text_to_who_prefers_text(endpoint: Client) -> None:
    answer = endpoint.get("SELECT * {\n  ?s ex:p ?o }", {"Accept": "text/plain, */*;q=0.1"})
    assert (answer.status, answer.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    title, detail = answer.body.decode().splitlines()
    assert title == "400 Malformed query (line 2, column 6)"
    assert detail == "the prefix ex: is not declared"
    as_json = endpoint.get("SELECT * {\n  ?s ex:p ?o }", {"Accept": "text/csv"}).error
    assert as_json == {
        "status": 400,
        "title": "Malformed query",
        "detail": detail,
        "position": {"line": 2, "column": 6},
    }


@pytest.mark.parametrize("accept", ["text/turtle", "text/csv", "*/*"])
def test_query_of_no_form_is_malformed_whatever_is_accepted(endpoint: Client, accept: str) -> None:
    error = endpoint.get("SELEC ?x {}", {"Accept": accept}).error
    assert (error["status"], error["position"]) == (400, {"line": 1, "column": 1})
    assert "there is no SELECT" in error["detail"]


def test_client_may_ask_for_an_earlier_deadline_and_not_for_a_later_one(endpoint: Client) -> None:
    start = time.monotonic()
    error = endpoint.get(PAIRS, timeout="0.4").error
    assert (error["status"], error["title"]) == (504, "Query timed out")
    assert "0.4 seconds" in error["detail"]
    assert time.monotonic() - start < 0.4 + 0.5
    error = endpoint.get(PAIRS, timeout="3600").error
    assert error["status"] == 504
    assert "2 seconds" in error["detail"]


def test_parameters_that_forms_send_empty_mean_nothing(endpoint: Client) -> None:
    empty = {"default-graph-uri": "", "named-graph-uri": "", "format": "", "timeout": "0"}
    assert endpoint.get(NAMES, **empty).rows == endpoint.get(NAMES).rows


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("text/turtle;q=0.5, application/n-triples;q=0.6, */*;q=0.1", "application/n-triples"),
        ("application/*, application/ld+json;q=0.1", "application/n-triples"),
        ("text/*;q=0.9, text/turtle;q=0.1", "text/n3; charset=utf-8"),
        ("*/*, text/turtle;q=0", "application/n-triples"),
        ("TEXT/Turtle ; Charset=UTF-8 ; Q=0.3, text/csv", "text/turtle; charset=utf-8"),
        ("application/rdf+xml;version=1.1", "application/rdf+xml"),
        ("nonsense", "text/turtle; charset=utf-8"),
    ],
)
def test_most_specific_range_weighs(endpoint: Client, accept: str, sent: str) -> None:
    answer = endpoint.get(MEETINGS, {"Accept": accept})
    assert (answer.status, answer.headers["content-type"]) == (200, sent)


@pytest.mark.parametrize(("media_type", "syntax"), SYNTAXES.items(), ids=SYNTAXES.keys())
def test_prefixes_abbreviate_where_the_syntax_has_them(endpoint: Client, media_type: str, syntax: ox.RdfFormat) -> None:
    query = f"PREFIX ex: <{EX}> PREFIX unused: <urn:unused#> {MEETINGS}"
    answer = endpoint.get(query, {"Accept": media_type})
    text = answer.body.decode()
    assert "ex:met" in text
    assert "schema:Person" in text or media_type == "application/rdf+xml"
    assert "unused" not in text and "prov" not in text, "only prefixes that are used"
    assert endpoint.get(query, {"Accept": media_type}).body == answer.body
    expected = endpoint.get(query, {"Accept": "application/n-triples"}).body
    assert triples(answer.body, syntax) == triples(expected, ox.RdfFormat.N_TRIPLES)


@pytest.mark.parametrize("prefix", ["", "xml", "xmlns", "rdf", "its", "é", "a.b-c", "owl"])
def test_whatever_a_prefix_is_called_the_answer_is_right(endpoint: Client, prefix: str) -> None:
    query = (
        f"PREFIX {prefix}: <{EX}> CONSTRUCT {{ <x:s> a {prefix}:T ; {prefix}:p 1, {prefix}:o ; <{EX}#q> 'a\"b' }} {{}}"
    )
    expected = triples(endpoint.get(query, {"Accept": "application/n-triples"}).body, ox.RdfFormat.N_TRIPLES)
    assert len(expected) == 4
    for media_type, syntax in SYNTAXES.items():
        assert triples(endpoint.get(query, {"Accept": media_type}).body, syntax) == expected


def test_json_ld_brings_its_context_and_keeps_every_kind_of_value(endpoint: Client) -> None:
    query = f"""PREFIX : <{EX}> PREFIX ex: <{EX}> CONSTRUCT {{
        :s a ex:T ; ex:text 'a"b', 'c'@en, 'd'@ar--rtl ; ex:number 1, 1.5, 1e0, true ; ex:node [ ex:p <urn:x:y> ]
    }} {{}}"""
    answer = endpoint.get(query, {"Accept": "application/ld+json"})
    document = json.loads(answer.body)
    assert document["@context"] == {"ex": EX, "xsd": "http://www.w3.org/2001/XMLSchema#"}
    found = triples(answer.body, ox.RdfFormat.JSON_LD)
    expected = triples(endpoint.get(query, {"Accept": "application/n-triples"}).body, ox.RdfFormat.N_TRIPLES)
    assert found == expected
    assert len(found) == 10


def test_what_json_ld_cannot_hold_is_said_before_a_200(endpoint: Client) -> None:
    query = f"CONSTRUCT {{ <{EX}s> <{EX}p> <<( <{EX}s> <{EX}p> 1 )>> }} {{}}"
    error = endpoint.get(query, {"Accept": "application/ld+json"}).error
    assert (error["status"], error["title"]) == (406, "No JSON-LD")
    assert endpoint.get(query, {"Accept": "text/turtle"}).status == 200
    misread = f"PREFIX urn: <{EX}> CONSTRUCT {{ <urn:isbn:1> urn:p 1 }} {{}}"
    assert endpoint.get(misread, {"Accept": "application/ld+json"}).error["status"] == 406


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ('VERSION "1.2" SELECT ?o { BIND(LANGDIR("x"@en--ltr) AS ?o) }', "ltr"),
        ("SELECT ?o { BIND(OBJECT(<<( <x:s> <x:p> 'it' )>>) AS ?o) }", "it"),
        (f"SELECT ?o {{ <{EX}ben> <{EX}name> ?o {{| <x:sure> ?no |}} }}", None),
    ],
)
def test_sparql_1_2_is_spoken_as_far_as_oxigraph_speaks_it(endpoint: Client, query: str, value: str | None) -> None:
    assert endpoint.get(query).rows == ([{"o": value}] if value else [])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_head_tells_what_get_tells(endpoint: Client, method: str) -> None:
    for query in (NAMES, MEETINGS, "SELECT"):
        get, head = (endpoint.send(verb, f"/sparql?{urlencode({'query': query})}") for verb in ("GET", "HEAD"))
        assert (head.status, head.body) == (get.status, b"")
        for name in ("content-type", "etag", "vary"):
            assert head.headers.get(name) == get.headers.get(name)


def triples(body: bytes, syntax: ox.RdfFormat) -> set[ox.Quad]:
    found = ox.Dataset(ox.parse(body, format=syntax))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(found)


ATTACK = (
    "PREFIX h: <http://www.w3.org/1999/xhtml> "
    "CONSTRUCT { <x:s> h:script 'alert(1)' ; <http://www.w3.org/1999/xhtml#script> '<script>alert(1)</script>' } {}"
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("accept", [BROWSER, *SYNTAXES, "application/n-triples", "application/n-quads", "text/csv"])
@pytest.mark.parametrize(
    "query", [ATTACK, "SELECT ('<script>alert(1)</script>' AS ?x) {}", "<script>alert(1)</script>"]
)
def test_no_answer_runs_anything_in_a_browser(endpoint: Client, accept: str, query: str) -> None:
    answer = endpoint.get(query, {"Accept": accept})
    assert answer.status in (200, 400, 406)
    assert "html" not in answer.headers["content-type"]
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
