"""Malformed queries, made by breaking good ones: each is told what is wrong with it, none is run, none does harm."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from ontology.namespaces import PREFIXES

from .conftest import EX, Client

GOOD = (
    f"PREFIX e: <{EX}> SELECT DISTINCT ?s (COUNT(?o) AS ?n) WHERE {{ ?s e:name ?o ; e:met/e:met* ?x . }} GROUP BY ?s",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(REGEX(STR(?o), '^a\"b', 'i') && ?p != <https://x.org/#a>) }",
    "ASK { { ?a ?b 'text'@en } UNION { ?a ?b 1.5e3 OPTIONAL { ?b ?c ?d } } MINUS { ?a a ?b } VALUES ?a { <x:y> } }",
    "DESCRIBE ?s WHERE { GRAPH ?g { ?s ?p [ ?q ( 1 2 'three' ) ] } BIND(IF(BOUND(?s), 1, 2) AS ?z) } ORDER BY DESC(?s)",
    'SELECT * FROM <x:g> { ?s ?p "é\\u00e9"^^<x:t> . { SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING(SUM(?o) > 1) } }',
)
PARTS = (
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        '"',
        "'",
        "\\",
        ".",
        ";",
        ",",
        "|",
        "^",
        "*",
        "/",
        "?",
        "$",
        "@",
        "_:",
        "#",
    ),
    *(
        "SELECT",
        "WHERE",
        "FILTER",
        "OPTIONAL",
        "a",
        "AS",
        "1e",
        "'''",
        '"""',
        "<<",
        "\\u12",
        "\x00",
        "é",
        "🜨",
        "^^",
        "::",
    ),
)
WANTED = 200


def broken() -> Iterator[str]:
    """Give queries that differ from a good one in a few places."""
    chance = random.Random(20)
    while True:
        text = chance.choice(GOOD)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(text))
            kind = chance.randrange(5)
            if kind == 0:
                text = text[:at] + chance.choice(PARTS) + text[at:]
            elif kind == 1:
                text = text[:at] + text[at + chance.randint(1, 8) :]
            elif kind == 2:
                text = text[:at] + chance.choice(PARTS) + text[at + 1 :]
            elif kind == 3:
                text = text[: max(at, 1)]
            else:
                other = chance.randrange(len(text))
                text = text[:at] + text[other : other + 12] + text[at:]
        yield text


def malformed() -> list[str]:
    """Give so many that Oxigraph, asked alone, cannot read."""
    found: list[str] = []
    for query in broken():
        try:
            ox.Store().query(query, base_iri=EX, prefixes=dict(PREFIXES))
        except (SyntaxError, RuntimeError):
            found.append(query)
        if len(found) == WANTED:
            return found
    raise AssertionError


MALFORMED = malformed()


@pytest.mark.parametrize("query", MALFORMED, ids=range(WANTED))
def test_malformed_query_is_a_400_that_says_what_is_wrong(endpoint: Client, query: str) -> None:
    error = endpoint.post(query).error
    assert error["status"] == 400
    assert error["title"] in ("Malformed query", "Query refused", "Query failed")
    assert len(error["detail"]) > 10
    if "position" in error:
        lines = query.split("\n")
        assert 1 <= error["position"]["line"] <= len(lines)
        assert 1 <= error["position"]["column"] <= len(lines[error["position"]["line"] - 1]) + 1


def test_most_of_them_are_told_a_place(endpoint: Client) -> None:
    told = [query for query in MALFORMED if "position" in endpoint.post(query).error]
    assert len(told) >= 0.95 * WANTED


def test_good_ones_are_answered(endpoint: Client) -> None:
    assert [endpoint.post(query).status for query in GOOD] == [200] * len(GOOD)


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"\x00", b"ASK {\xc3\x28}", b"\xef\xbb\xbfASK", b"ASK { ?s ?p '\xed\xa0\x80' }"]
)
def test_bytes_that_are_no_text_are_malformed(endpoint: Client, body: bytes) -> None:
    answer = endpoint.send("POST", "/sparql", body, {"Content-Type": "application/sparql-query"})
    assert answer.error["status"] == 400
