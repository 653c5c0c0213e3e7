"""What the guard refuses before a query runs, and what it lets pass."""

from __future__ import annotations

import time

import pytest

from server.sparql.errors import QueryError
from server.sparql.guard import Limits, inspect

HARMLESS = (
    "SELECT * { ?s ?p ?o }",
    "# SERVICE\nASK { ?s ?p 'SERVICE <http://x>' }",
    "SELECT ?service { GRAPH ?service { ?s <http://x/service#a> ?o } }",
    "PREFIX schema: <https://schema.org/> SELECT * { ?s a schema:Service ; schema:serviceType ?t . { ?t ?p ?o } }",
    "SELECT * { VALUES (?a ?b) { (<x:a#1> <x:b#2>) (UNDEF <x:c#(1)>) } FILTER(?a < 5 && ?b<6) }",
    "SELECT * { ?a ?b ?c FILTER(?a IN (<x:#1>, <x:#2>) || ?a = <x:#3>) }",
    "SELECT * { ?s ?p '''it's''', \"\"\"a \"quoted\" word\"\"\", \"\", '', 'tab\\t', '\\u00e9' }",
    'SELECT * { ?s (<p:a>/<p:b#x>|^(<p:c#x>|!<p:d#x>))* ?o FILTER(?o != <x:y#z> && <f:g#h>(?o) = "1"^^<x:y#t>) }',
    "CONSTRUCT { " + "?s <p:p> ?o . " * 300 + "} WHERE { ?s ?p ?o }",
    "SELECT * { VALUES ?s { " + "<x:y> " * 5000 + "} ?s ?p ?o }",
    "SELECT * { ?s ?p ?o FILTER(?s IN (" + ", ".join(["<x:y>"] * 5000) + ")) }",
)

FEDERATION = {
    "plain": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "lower case": "select * { service <http://127.0.0.1/> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } }",
    "escaped": "SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "long escape": "SELECT * { SERV\\U00000049CE <http://127.0.0.1/> { ?s ?p ?o } }",
    "comment between": "SELECT * { SERVICE # a\n# b\n <http://127.0.0.1/> { ?s ?p ?o } }",
    "in EXISTS": "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } }",
    "in a subquery": "SELECT * { { SELECT * { SERVICE ?x { ?s ?p ?o } } } }",
    "prefixed": "PREFIX e: <http://127.0.0.1/> SELECT * { SERVICE e: { ?s ?p ?o } }",
    "glued to a brace": "SELECT*{SERVICE<http://127.0.0.1/>{?s ?p ?o}}",
    "glued to a value": "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1/>{ ?s ?p ?o } }",
    "as a prefix": "PREFIX SERVICE: <x:> PREFIX : <http://127.0.0.1/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "as a local name": "PREFIX e: <http://h:80> SELECT * { ?s ?p e:SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "after a language tag": "SELECT * { ?s ?p 'x'@en--ltrSERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
}

HIDDEN = {
    "behind an operator": "SELECT * { FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1/>{} }",
    "in a false string": 'SELECT * { FILTER(?a<?b#>"""\n) SERVICE <http://127.0.0.1/> {} #"""\n}',
    "behind a broken string": 'SELECT * { ?s ?p (""" ") . SERVICE <http://127.0.0.1/> {} #\\q """}',
    "behind a quoting operator": "SELECT (?a<'''>''' AS ?x) { SERVICE <http://127.0.0.1/> {} #'''\n}",
    "behind two operators": 'SELECT * { FILTER(?a<<b#>"""\n""") SERVICE <http://127.0.0.1/> {} }',
    "behind a boolean": "SELECT * { FILTER(true<ex:b)SERVICE#>\n<http://127.0.0.1/>{} }",
}

TOO_MUCH = {
    "4,000 nested blocks": "SELECT * WHERE " + "{" * 4000 + "}" * 4000,
    "5,000 nested brackets": "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "1,000 nested functions": "SELECT * { FILTER(" + "STR(" * 1000 + "1" + ")" * 1000 + ") }",
    "10,000 negations": "SELECT * { FILTER(" + "!" * 10000 + "true) }",
    "10,000 alternatives": "SELECT * { FILTER(" + "||".join(["?x"] * 10000) + ") }",
    "10,000 UNION arms": "SELECT * { " + " UNION ".join(["{}"] * 10000) + " }",
    "5,000 BINDs": "SELECT * { " + " ".join(f"BIND({i} AS ?v{i})" for i in range(5000)) + " }",
    "200 patterns": "SELECT * { " + " . ".join(f"?s{i} ?p{i} ?o{i}" for i in range(200)) + " }",
    "200 objects": "SELECT * { ?s ?p " + ", ".join(f"?o{i}" for i in range(200)) + " }",
    "200 steps of a path": "SELECT * { ?s " + "/".join(["<p:p>"] * 200) + " ?o }",
    "200 nested blank nodes": "SELECT * { ?s ?p " + "[ ?p " * 200 + "1" + "]" * 200 + " }",
}

UPDATES = (
    "LOAD <http://127.0.0.1/>",
    "prefix a: <b:> insert data { a:a a:b a:c }",
    "DELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
)


@pytest.mark.parametrize("query", HARMLESS, ids=lambda query: query[:40])
def test_harmless_query_passes(query: str) -> None:
    assert inspect(query).form in ("SELECT", "ASK", "CONSTRUCT")


@pytest.mark.parametrize("query", FEDERATION.values(), ids=FEDERATION.keys())
def test_federation_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="Query refused: SERVICE") as caught:
        inspect(query)
    assert caught.value.status == 400
    assert caught.value.position


@pytest.mark.parametrize("query", HIDDEN.values(), ids=HIDDEN.keys())
def test_text_that_an_engine_might_read_otherwise_is_refused(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        inspect(query)
    assert caught.value.status == 400
    assert caught.value.position


@pytest.mark.parametrize("query", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_query_that_would_overrun_the_engine_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match=r"Query too complex: .* more than .*; take some out") as caught:
        inspect(query)
    assert caught.value.status == 400
    assert caught.value.position


@pytest.mark.parametrize("query", UPDATES)
def test_update_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="only reads"):
        inspect(query)


@pytest.mark.parametrize("iri", ["file:///etc/passwd", "FILE:/etc/passwd", "\\u0066ile:///etc/passwd"])
def test_file_is_not_looked_up(iri: str) -> None:
    with pytest.raises(QueryError, match="IRI of a file"):
        inspect(f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}")


def test_position_counts_in_the_query_as_written() -> None:
    with pytest.raises(QueryError) as caught:
        inspect("SELECT '\\u00e9\\u00e9'\n{ \\u0053ERVICE <http://127.0.0.1/> {} }")
    assert caught.value.position
    assert (caught.value.position.line, caught.value.position.column) == (2, 3)


def test_query_over_the_size_limit_is_refused() -> None:
    with pytest.raises(QueryError, match="characters") as caught:
        inspect("ASK {} #" + "x" * 100, limits=Limits(characters=100))
    assert caught.value.status == 413


@pytest.mark.parametrize("function", ["NOW()", "rand()", "UUID()", "STRUUID()"])
def test_query_with_a_changing_answer_is_told_apart(function: str) -> None:
    assert inspect("SELECT (STR(?x) AS ?y) {}").stable
    assert not inspect(f"SELECT ({function} AS ?y) {{}}").stable


@pytest.mark.parametrize(
    "text",
    [
        "a." * 50000,
        "<" * 100000,
        '"\\u00' * 20000,
        "'" * 99999,
        "a:" * 50000,
        ":" + "." * 99990,
        "a-" * 50000,
        "@a-" * 30000,
    ],
    ids=lambda text: text[:6],
)
def test_no_text_keeps_the_guard_busy(text: str) -> None:
    start = time.process_time()
    with pytest.raises(QueryError):
        inspect(text + "\\")
    assert time.process_time() - start < 2


def test_declared_prefixes_are_known() -> None:
    query = (
        "BASE <x:y> PREFIX a: <https://a.example/> PREFIX : <https://b.example/#> SELECT * { a:b :c 'PREFIX d: <e:f>' }"
    )
    assert inspect(query).prefixes == {"a": "https://a.example/", "": "https://b.example/#"}
