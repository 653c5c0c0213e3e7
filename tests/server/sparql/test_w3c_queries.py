"""The W3C's query tests through the endpoint: each has the answer that Oxigraph gives alone, and no case is lost.

Whether Oxigraph is right is for its own tests to say. What is tested here is all that stands around it: the guard, the
protocol's way to name a dataset, the rewriting of `SELECT *`, the evaluator process, the format.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from ontology.namespaces import PREFIXES
from server.store import building

from .conftest import Client, serving, wait_for

SUITE = json.loads((Path(__file__).parent / "w3c" / "queries.json").read_text(encoding="utf-8"))
CASES = {f"{number:04} {case['name']}": case for number, case in enumerate(SUITE["cases"])}
EVALUATED = {name: case for name, case in CASES.items() if case["evaluated"]}
PARSED = {name: case for name, case in CASES.items() if not case["evaluated"]}
CHANGING = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE|SAMPLE|GROUP_CONCAT)\s*\(", re.IGNORECASE)
"""Functions whose value may differ from time to time, or with the order in which a store gives its triples."""
GRAPH = {"Accept": "application/n-triples, application/sparql-results+json"}

Quads = list[ox.Quad]


@pytest.fixture(scope="module")
def data() -> dict[str, Quads]:
    """The files of the suite, each as quads whose blank nodes are its own."""
    return {iri: parsed(iri, text) for iri, text in SUITE["data"].items()}


@pytest.fixture(scope="module")
def served(data: dict[str, Quads], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server over one store that holds every file as a graph."""
    root = tmp_path_factory.mktemp("w3c") / "store"
    with building(root) as draft:
        for iri, quads in data.items():
            triples = [quad.triple for quad in quads]
            draft.replace_graph(iri, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
        draft.publish({"base": "https://example.org/"})
    with serving(root, seconds=10) as (client, _):
        wait_for(client)
        yield client


def parsed(iri: str, text: str) -> Quads:
    syntax = ox.RdfFormat.from_extension(iri.rsplit(".", 1)[-1])
    try:
        return list(ox.parse(text, format=syntax, base_iri=iri, rename_blank_nodes=True))
    except SyntaxError:
        return []


def alone(case: dict[str, Any], data: dict[str, Quads]) -> Any:
    """Ask Oxigraph, with nothing in between."""
    store = ox.Store()
    for iri in case["data"]:
        graph = ox.NamedNode(iri) if case["from"] else ox.DefaultGraph()
        store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in data[iri])
    for iri in case["named"]:
        store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(iri)) for quad in data[iri])
    return store.query(case["query"], base_iri=case["base"], prefixes=dict(PREFIXES))


def asked(client: Client, case: dict[str, Any]) -> tuple[int, str, bytes]:
    """Ask the endpoint for the same."""
    parameters = [("query", f"BASE <{case['base']}>\n{case['query']}")]
    if not case["from"]:
        parameters += [("default-graph-uri", iri) for iri in case["data"] or ["https://example.org/empty"]]
        parameters += [("named-graph-uri", iri) for iri in case["named"]]
    connection = HTTPConnection("127.0.0.1", client.port, timeout=30)
    try:
        connection.request("POST", "/sparql", urlencode(parameters), {**FORM, **GRAPH})
        response = connection.getresponse()
        return response.status, response.headers.get_content_type(), response.read()
    finally:
        connection.close()


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def comparable(results: Any, *, loosely: bool) -> Any:
    """Give an answer in a form that can be compared: rows without order, triples up to the names of blank nodes."""
    if isinstance(results, bool):
        return results
    if isinstance(results, list):
        graph = ox.Dataset(ox.Quad(*triple) for triple in results)
        graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return len(results) if loosely else set(graph)
    rows = results["results"]["bindings"]
    return set(results["head"]["vars"]), Counter(frozenset(row) if loosely else row_key(row) for row in rows)


def row_key(row: dict[str, Any]) -> str:
    return re.sub(r'"type": "bnode", "value": "[^"]*"', '"type": "bnode"', json.dumps(row, sort_keys=True))


@pytest.mark.parametrize("case", EVALUATED.values(), ids=EVALUATED.keys())
def test_answer_is_the_one_that_oxigraph_gives_alone(
    served: Client, data: dict[str, Quads], case: dict[str, Any]
) -> None:
    status, kind, body = asked(served, case)
    loosely = bool(CHANGING.search(case["query"]))
    try:
        results = alone(case, data)
        expected: Any = bool(results) if isinstance(results, ox.QueryBoolean) else None
        if isinstance(results, ox.QueryTriples):
            expected = list(results)
        elif isinstance(results, ox.QuerySolutions):
            expected = json.loads(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")
    except (SyntaxError, ValueError, RuntimeError):
        assert status == 400, body
        return
    assert status == 200, body
    if kind == "application/n-triples":
        got: Any = [quad.triple for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
    else:
        got = json.loads(body)
        got = got.get("boolean", got)
    assert comparable(got, loosely=loosely) == comparable(expected, loosely=loosely)


@pytest.mark.parametrize("case", PARSED.values(), ids=PARSED.keys())
def test_query_is_accepted_if_oxigraph_accepts_it(served: Client, case: dict[str, Any]) -> None:
    status, _, body = asked(served, case)
    try:
        ox.Store().query(case["query"], base_iri=case["base"], prefixes=dict(PREFIXES))
        expected = 200
    except (SyntaxError, RuntimeError):  # a function that Oxigraph does not know is a RuntimeError
        expected = 400
    assert status == expected, body
