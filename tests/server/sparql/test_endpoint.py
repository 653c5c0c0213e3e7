"""The endpoint speaks the SPARQL 1.1 Protocol: over HTTP, to a server process of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import time
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from server.sparql.protocol import Endpoint, Response
from server.sparql.request import Request

from .conftest import EX, Client, fill, free_port, serving, wait_for

NAMES = f"SELECT ?s ?name {{ ?s <{EX}name> ?name }} ORDER BY ?name"
MEETINGS = f"CONSTRUCT {{ ?a <{EX}met> ?b }} WHERE {{ ?a <{EX}met> ?b }}"
GRAPH_TYPES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "text/n3": ox.RdfFormat.N3,
}
SPARQL_XML = "{http://www.w3.org/2005/sparql-results#}"


def names(*found: str) -> list[dict[str, str]]:
    return [{"s": EX + {"Ana Çelik": "ana", "Ben": "ben"}[name], "name": name} for name in found]


def form(endpoint: Client, path: str = "/sparql", **parameters: str) -> list[dict[str, str]]:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return endpoint.send("POST", path, urlencode(parameters).encode(), kind).rows


def test_query_by_get_by_form_and_direct_have_the_same_answer(endpoint: Client) -> None:
    expected = names("Ana Çelik", "Ben")
    assert endpoint.get(NAMES).rows == expected
    assert form(endpoint, query=NAMES) == expected
    assert endpoint.post(NAMES).rows == expected
    assert endpoint.post(NAMES, {"Content-Type": "application/sparql-query; charset=UTF-8"}).rows == expected


def test_rows_come_as_json_xml_csv_and_tsv(endpoint: Client) -> None:
    xml = endpoint.get(NAMES, {"Accept": "application/sparql-results+xml"})
    assert xml.headers["content-type"] == "application/sparql-results+xml"
    assert [e.text for e in ElementTree.fromstring(xml.body).iter(f"{SPARQL_XML}literal")] == ["Ana Çelik", "Ben"]
    table = endpoint.get(NAMES, {"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.DictReader(io.StringIO(table.body.decode()))) == names("Ana Çelik", "Ben")
    tabs = endpoint.get(NAMES, {"Accept": "text/tab-separated-values"}).body.decode().splitlines()
    assert tabs == ["?s\t?name", f'<{EX}ana>\t"Ana Çelik"', f'<{EX}ben>\t"Ben"@en']


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        ("application/sparql-results+json", b'{"head":{},"boolean":true}'),
        ("text/csv", b"true"),
        ("text/tab-separated-values", b"true"),
    ],
)
def test_truth_comes_in_each_format(endpoint: Client, accept: str, body: bytes) -> None:
    assert endpoint.get("ASK { ?s ?p ?o }", {"Accept": accept}).body == body


def test_truth_comes_as_xml(endpoint: Client) -> None:
    answer = endpoint.get("ASK { ?s ?p ?o }", {"Accept": "application/sparql-results+xml"})
    assert ElementTree.fromstring(answer.body).findtext(f"{SPARQL_XML}boolean") == "true"


@pytest.mark.parametrize(("media_type", "syntax"), GRAPH_TYPES.items(), ids=GRAPH_TYPES.keys())
@pytest.mark.parametrize("query", [MEETINGS, f"DESCRIBE <{EX}ben>"], ids=["construct", "describe"])
def test_triples_come_in_seven_syntaxes(endpoint: Client, media_type: str, syntax: ox.RdfFormat, query: str) -> None:
    answer = endpoint.get(query, {"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    parsed = {str(quad.triple) for quad in ox.parse(answer.body, format=syntax)}
    expected = endpoint.get(query, {"Accept": "application/n-triples"}).body
    assert parsed == {str(quad.triple) for quad in ox.parse(expected, format=ox.RdfFormat.N_TRIPLES)}
    assert len(parsed) == 2


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/*", "application/sparql-results+xml"),
        ("application/json", "application/sparql-results+json"),
        ("image/png, text/csv;q=0.1", "text/csv; charset=utf-8"),
        ("application/sparql-results+json;q=0, text/csv;q=0.2", "text/csv; charset=utf-8"),
    ],
)
def test_accept_chooses_the_format(endpoint: Client, accept: str | None, sent: str) -> None:
    answer = endpoint.get(NAMES, {"Accept": accept} if accept else None)
    assert (answer.status, answer.headers["content-type"], answer.headers["vary"]) == (
        200,
        sent,
        "Accept, Accept-Encoding",
    )


def test_parameter_overrides_accept(endpoint: Client) -> None:
    assert endpoint.get(NAMES, {"Accept": "text/csv"}, format="tsv").body.startswith(b"?s\t?name\n")
    assert endpoint.get(MEETINGS, format="json").headers["content-type"] == "application/ld+json"
    assert endpoint.get(NAMES, format="turtle").error["status"] == 406


@pytest.mark.parametrize(("query", "accept"), [(NAMES, "text/turtle"), (MEETINGS, "text/csv"), (NAMES, "image/png")])
def test_format_that_does_not_fit_is_not_acceptable(endpoint: Client, query: str, accept: str) -> None:
    assert endpoint.get(query, {"Accept": accept}).error["status"] == 406


def test_default_graph_is_the_merge_of_all_graphs(endpoint: Client) -> None:
    assert len(endpoint.get(f"SELECT * {{ <{EX}ben> <{EX}name> ?name }}").rows) == 1
    in_graphs = endpoint.get(f"SELECT ?g {{ GRAPH ?g {{ <{EX}ben> <{EX}name> ?name }} }} ORDER BY ?g").rows
    assert in_graphs == [{"g": f"{EX}one"}, {"g": f"{EX}two"}]


def test_from_and_the_protocol_choose_the_dataset(endpoint: Client) -> None:
    met = f"{{ ?a <{EX}met> ?b }}"
    only_two = [{"a": f"{EX}ben", "b": f"{EX}cyd"}]
    assert endpoint.get(f"SELECT ?a ?b FROM <{EX}two> {met}").rows == only_two
    two = {"default-graph-uri": f"{EX}two"}
    assert endpoint.get(f"SELECT ?a ?b {met}", **two).rows == only_two
    assert endpoint.get(f"SELECT ?a ?b FROM <{EX}one> {met}", **two).rows == only_two
    assert form(endpoint, query=f"SELECT ?a ?b {met}", **two) == only_two
    named = {"named-graph-uri": f"{EX}two"}
    assert endpoint.get(f"SELECT ?a ?b {{ GRAPH ?g {met} }}", **named).rows == only_two
    assert endpoint.get(f"SELECT ?a ?b {met}", **named).rows == []
    path = f"/sparql?{urlencode(two)}"
    direct = endpoint.send("POST", path, f"SELECT ?a ?b {met}".encode(), {"Content-Type": "application/sparql-query"})
    assert direct.rows == only_two


def test_graph_that_the_store_does_not_hold_is_empty_and_not_fetched(endpoint: Client) -> None:
    for query in (
        "SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }",
        "SELECT * { GRAPH <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ):
        assert endpoint.get(query).rows == []


@pytest.mark.parametrize("graph", ["file:///etc/passwd", "relative", "https://a b"])
def test_graph_of_a_file_or_of_no_iri_is_refused(endpoint: Client, graph: str) -> None:
    assert endpoint.get(NAMES, **{"default-graph-uri": graph}).error["status"] == 400


@pytest.mark.parametrize(
    ("query", "place", "words"),
    [
        ("SELECT * {\n  ?s ex:p ?o }", (2, 6), "prefix ex: is not declared"),
        ("SELECT * { ?s ?p ?o", (1, 20), "ends too early"),
        ("SELECT ?é { ?s ?p 'é' ] }", (1, 23), "']' closes no '[', '{' is open"),
        ("SELECT * { ?s ?p 'unfinished }", (1, 18), "string is not closed"),
        ("SELECT ?x { ?x ?y ?z } GROUP BY ?y", (1, 35), "unbound"),
        ("EXPLAIN ?x", (1, 1), "no SELECT"),
        ("", (1, 1), "no SELECT"),
    ],
)
def test_malformed_query_is_told_its_place(endpoint: Client, query: str, place: tuple[int, int], words: str) -> None:
    error = endpoint.get(query).error
    assert error["status"] == 400
    assert (error["position"]["line"], error["position"]["column"]) == place
    assert words in error["detail"]


def test_unknown_function_is_a_mistake_of_the_query(endpoint: Client) -> None:
    error = endpoint.get(f"SELECT (<{EX}f>(1) AS ?x) {{}}").error
    assert error["status"] == 400
    assert f"{EX}f" in error["detail"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"ASK {}", "text/plain", 415),
        (b"CLEAR ALL", "application/sparql-update", 400),
        (b"ASK {}", "application/sparql-query; charset=utf-16", 415),
        (b"query=ASK+%7B%7D&query=ASK+%7B%7D", "application/x-www-form-urlencoded", 400),
        (b"nothing=1", "application/x-www-form-urlencoded", 400),
        (b"update=CLEAR+ALL", "application/x-www-form-urlencoded", 400),
        (b"query=ASK+%7B%7D&update=CLEAR+ALL", "application/x-www-form-urlencoded", 400),
        (b"query=ASK+%7B%7D&timeout=soon", "application/x-www-form-urlencoded", 400),
        (b"query=ASK+%7B%7D&default-graph-uri=one", "application/x-www-form-urlencoded", 400),
        (b"query=ASK+%7B%7D%", "application/x-www-form-urlencoded", 400),
        (b"ASK { ?s ?p '\xff' }", "application/sparql-query", 400),
        (b"query=ASK+%7B+%3Fs+%3Fp+%27%FF%27+%7D", "application/x-www-form-urlencoded", 400),
        (b"ASK {} #" + b"x" * 1_000_000, "application/sparql-query", 413),
        (b"ASK {} #" + b"x" * 300_000, "application/sparql-query", 413),
    ],
)
def test_request_outside_the_protocol_has_its_status(endpoint: Client, body: bytes, kind: str, status: int) -> None:
    assert endpoint.send("POST", "/sparql", body, {"Content-Type": kind}).error["status"] == status


def test_post_without_a_content_type_is_unsupported(endpoint: Client) -> None:
    assert endpoint.send("POST", "/sparql", b"ASK {}").error["status"] == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_method_is_not_allowed(endpoint: Client, method: str) -> None:
    answer = endpoint.send(method, "/sparql", b"")
    assert answer.error["status"] == 405
    assert answer.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"


def test_head_has_the_headers_only(endpoint: Client) -> None:
    answer = endpoint.send("HEAD", "/sparql?" + urlencode({"query": NAMES}))
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "application/sparql-results+json"


def test_other_origins_may_ask(endpoint: Client) -> None:
    preflight = endpoint.send("OPTIONS", "/sparql", headers={"Origin": "https://example.com"})
    assert preflight.status == 204
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]
    for answer in (preflight, endpoint.get(NAMES), endpoint.get("SELECT")):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_unchanged_answer_is_not_sent_again(endpoint: Client) -> None:
    tag = endpoint.get(NAMES).headers["etag"]
    again = endpoint.get(NAMES, {"If-None-Match": f'"other", W/{tag}'})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert endpoint.get(NAMES, {"If-None-Match": tag, "Accept": "text/csv"}).status == 200


def test_changing_answer_has_no_tag(endpoint: Client) -> None:
    answer = endpoint.get("SELECT (NOW() AS ?now) {}")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_what_xml_cannot_hold_is_said_before_a_200(endpoint: Client) -> None:
    control = f"SELECT ?o {{ ?s <{EX}control> ?o }}"
    assert endpoint.get(control, {"Accept": "application/sparql-results+xml"}).error["status"] == 406
    assert endpoint.get(control).rows == [{"o": "a\x01b"}]
    nameless = f"CONSTRUCT WHERE {{ ?s <{EX}1> ?o }}"
    assert endpoint.get(nameless, {"Accept": "application/rdf+xml"}).error["status"] == 406
    assert endpoint.get(nameless).status == 200


def test_carriage_return_survives_xml(endpoint: Client) -> None:
    query = f"SELECT ?o {{ ?s <{EX}return> ?o }}"
    answer = endpoint.get(query, {"Accept": "application/sparql-results+xml"})
    assert [e.text for e in ElementTree.fromstring(answer.body).iter(f"{SPARQL_XML}literal")] == ["a\rb"]


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        (f"SELECT * {{ ?who <{EX}name> ?name . ?who <{EX}met> ?a }}", "who,name,a"),
        (f"SELECT DISTINCT*{{ ?z <{EX}name> ?b FILTER NOT EXISTS {{ ?z <{EX}met> ?m }} }}", "z,b"),
        (f"SELECT REDUCED * {{ {{ SELECT * {{ ?z <{EX}name> ?b }} }} BIND(2*3 AS ?a) }}", "z,b,a"),
        (f"SELECT (2*3 AS ?x) ?b {{ ?a <{EX}name> ?b }}", "x,b"),
        ("SELECT * {}", ""),
    ],
)
def test_columns_stand_in_the_order_of_the_query(endpoint: Client, query: str, columns: str) -> None:
    assert endpoint.get(query, format="csv").body.decode().splitlines()[0] == columns


def test_large_answer_is_whole(endpoint: Client) -> None:
    answer = endpoint.get(f"SELECT ?a ?b ?c {{ ?a <{EX}next> ?b . VALUES ?c {{ {' '.join(map(str, range(5)))} }} }}")
    assert len(answer.rows) == 4000 * 5
    assert len(answer.body) > 2 << 20
    assert answer.headers["transfer-encoding"] == "chunked", "it is sent before its length is known"
    assert "answer-cut" not in answer.headers


def test_relative_iri_is_resolved_against_the_base_of_the_dataset(endpoint: Client) -> None:
    assert endpoint.get("ASK { <ana> <met> <ben> }").json["boolean"] is True


def test_prefix_of_the_vocabulary_needs_no_declaration(endpoint: Client) -> None:
    assert endpoint.get("ASK { ?person a schema:Person }").json["boolean"] is False
    own = f"PREFIX schema: <{EX}> ASK {{ schema:ana schema:met schema:ben }}"
    assert endpoint.get(own).json["boolean"] is True, "a declaration in the query wins"


def test_request_for_data_without_a_query_gets_the_service_description(endpoint: Client) -> None:
    answer = endpoint.get(None, {"Accept": "text/turtle"})
    store = ox.Store()
    store.load(answer.body, format=ox.RdfFormat.TURTLE)
    found = store.query(
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT ?endpoint ?graph { ?service a sd:Service;"
        "sd:endpoint ?endpoint ; sd:defaultDataset/sd:namedGraph/sd:name ?graph } ORDER BY ?graph"
    )
    assert isinstance(found, ox.QuerySolutions)
    rows = [(str(row["endpoint"]), str(row["graph"])) for row in found]
    url = f"<http://127.0.0.1:{endpoint.port}/sparql>"
    assert rows == [(url, f"<{EX}{name}>") for name in ("many", "odd", "one", "two")]


def test_browser_without_a_query_gets_the_editor(endpoint: Client) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = endpoint.get(None, {"Accept": accept})
    assert answer.headers["content-type"].startswith("text/html")
    assert b"<textarea" in answer.body


def test_server_shows_a_new_generation_without_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path / "store") as (client, _):
        empty = client.get("ASK {}")
        assert empty.error["status"] == 503
        assert "communique build" in empty.error["detail"]
        for value in ("first", "second", "third"):
            identifier = fill(tmp_path / "store", {"g": f'<{EX}s> <{EX}p> "{value}" .\n'})
            answer = client.get("SELECT ?o { ?s ?p ?o }")
            assert answer.rows == [{"o": value}]
            assert identifier in answer.headers["etag"]


def test_unforeseen_error_has_the_same_shape(
    small_store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = Endpoint(small_store)
    monkeypatch.setattr(endpoint.live, "generation", lambda: 1 / 0)
    request = Request("GET", "http://localhost/sparql", "query=ASK%20%7B%7D", "", None, None, io.BytesIO())
    response = endpoint.plan(request)
    assert isinstance(response, Response)
    assert response.status == 500
    assert json.loads(response.body)["error"]["title"] == "Internal error"
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=lambda told: told.name)
def test_server_that_is_stopped_leaves_no_process(small_store: Path, told: signal.Signals) -> None:
    with serving(small_store, workers=2) as (client, process):
        wait_for(client)
        family = descendants(process.pid)
        assert len(family) >= 3
        start = time.monotonic()
        (os.kill if told == signal.SIGKILL else os.killpg)(process.pid, told)
        process.wait(20)
        while any(running(pid) for pid in family):
            assert time.monotonic() - start < 5
            time.sleep(0.05)
    assert process.returncode == (-told if told == signal.SIGKILL else 0)


def test_port_in_use_is_said_with_the_mend(small_store: Path) -> None:
    import socket

    from server.operations.settings import Settings
    from server.serving import ServerError, serve

    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(ServerError, match=rf"port {port} .*in use.*--port"):
            serve(small_store, Settings(port=port))


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [found for child in children for found in (int(child), *descendants(int(child)))]


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
