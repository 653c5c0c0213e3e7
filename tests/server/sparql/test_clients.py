"""Clients that people use ask the endpoint: SPARQLWrapper, rdflib's SPARQLStore, and Comunica where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed

from .conftest import EX, Client

NAMES = f"SELECT ?s ?name {{ ?s <{EX}name> ?name }} ORDER BY ?name"
MEETINGS = f"CONSTRUCT {{ ?a <{EX}met> ?b }} WHERE {{ ?a <{EX}met> ?b }}"
MET = {
    (URIRef(f"{EX}ana"), URIRef(f"{EX}met"), URIRef(f"{EX}ben")),
    (URIRef(f"{EX}ben"), URIRef(f"{EX}met"), URIRef(f"{EX}cyd")),
}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
COMUNICA: Final = Path(__file__).parents[3] / "build" / "comunica"
SCRIPT: Final = Path(__file__).parent / "comunica" / "ask.mjs"


def address(endpoint: Client) -> str:
    return f"http://127.0.0.1:{endpoint.port}/sparql"


def wrapper(endpoint: Client, query: str, wanted: str) -> Any:
    asking = Wrapper(address(endpoint))
    asking.setQuery(query)
    asking.setReturnFormat(wanted)
    return asking


@pytest.mark.parametrize(("method", "way"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_reads_rows_by_each_method(endpoint: Client, method: str, way: str) -> None:
    asking = wrapper(endpoint, NAMES, JSON)
    asking.setMethod(method)
    asking.setRequestMethod(way)
    rows = asking.query().convert()["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == ["Ana Çelik", "Ben"]


@pytest.mark.parametrize("wanted", [XML, CSV, TSV])
def test_sparqlwrapper_reads_rows_in_each_format(endpoint: Client, wanted: str) -> None:
    answer = wrapper(endpoint, NAMES, wanted).query().convert()
    text = answer.toxml() if wanted == XML else answer.decode()
    assert "Ana Çelik" in text


@pytest.mark.parametrize("wanted", [TURTLE, N3, RDFXML, XML, JSONLD])
def test_sparqlwrapper_reads_triples_in_each_format(endpoint: Client, wanted: str) -> None:
    answer = wrapper(endpoint, MEETINGS, wanted).query().convert()
    if wanted in (TURTLE, N3):
        answer = Graph().parse(data=answer, format="turtle" if wanted == TURTLE else "n3")
    assert set(answer) == MET


def test_sparqlwrapper_names_the_dataset(endpoint: Client) -> None:
    asking = wrapper(endpoint, NAMES, JSON)
    asking.addDefaultGraph(f"{EX}two")
    assert [row["name"]["value"] for row in asking.query().convert()["results"]["bindings"]] == ["Ben"]
    asking = wrapper(endpoint, f"ASK {{ GRAPH ?g {{ <{EX}ana> ?p ?o }} }}", JSON)
    asking.addNamedGraph(f"{EX}two")
    assert asking.query().convert()["boolean"] is False


def test_sparqlwrapper_raises_what_the_status_says(endpoint: Client) -> None:
    with pytest.raises(QueryBadFormed, match="no SELECT"):
        wrapper(endpoint, "SELEC", JSON).query()
    asking = wrapper(endpoint, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", JSON)
    with pytest.raises((EndPointInternalError, OSError), match="504"):
        asking.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("wanted", ["xml", "json", "csv"])
def test_rdflib_asks_by_each_method_and_reads_each_format(endpoint: Client, method: Any, wanted: str) -> None:
    store = SPARQLStore(address(endpoint), method=method, returnFormat=wanted)
    rows = list(Graph(store).query(NAMES))
    assert [str(row[1]) for row in rows] == ["Ana Çelik", "Ben"]  # type: ignore[index]


def test_rdflib_looks_into_the_graph_by_patterns(endpoint: Client) -> None:
    graph = Graph(SPARQLStore(address(endpoint)))
    assert set(graph.triples((None, URIRef(f"{EX}met"), None))) == MET
    assert graph.value(URIRef(f"{EX}ben"), URIRef(f"{EX}name")) == Literal("Ben", lang="en")
    assert (URIRef(f"{EX}ana"), URIRef(f"{EX}met"), URIRef(f"{EX}cyd")) not in graph


def test_rdflib_sees_one_named_graph(endpoint: Client) -> None:
    two = Graph(SPARQLStore(address(endpoint)), identifier=URIRef(f"{EX}two"))
    assert len(two) == 2
    assert set(two.objects(URIRef(f"{EX}ben"), URIRef(f"{EX}met"))) == {URIRef(f"{EX}cyd")}


def test_rdflib_asks_and_constructs(endpoint: Client) -> None:
    graph = Graph(SPARQLStore(address(endpoint)))
    assert graph.query(f"ASK {{ <{EX}ana> <{EX}met> <{EX}ben> }}").askAnswer is True
    assert set(graph.query(MEETINGS)) == MET


@pytest.fixture(scope="module")
def node() -> str:
    program = shutil.which("node")
    if not program:
        pytest.skip("node is not installed, and Comunica runs on it")
    if not (COMUNICA / "node_modules" / "@comunica").is_dir():
        pytest.skip("Comunica is not installed in build/comunica: .ci/run shows how")
    return program


@pytest.mark.parametrize("kind", ["bindings", "quads", "boolean"])
def test_comunica_finds_out_what_the_endpoint_is_and_asks_it(endpoint: Client, node: str, kind: str) -> None:
    query = {"bindings": NAMES, "quads": MEETINGS, "boolean": f"ASK {{ <{EX}ana> <{EX}met> <{EX}ben> }}"}[kind]
    expected: dict[str, Any] = {
        "bindings": [
            {"s": f"{EX}ana", "name": "Ana Çelik"},
            {"s": f"{EX}ben", "name": "Ben"},
        ],
        "quads": sorted([str(term) for term in triple] for triple in MET),
        "boolean": True,
    }
    command = [node, str(SCRIPT), address(endpoint), kind, query]
    done = subprocess.run(command, cwd=COMUNICA, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected[kind]
