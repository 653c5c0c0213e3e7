"""The W3C's tests of the SPARQL 1.1 Protocol and of service descriptions, one by one as their lists have them.

The endpoint only reads: where the list updates a graph, the update has to be refused, and then nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from server.store import building

from .conftest import Answer, Client, serving, wait_for

SUITE = Path(__file__).parent / "w3c"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"),
    "RDF": ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"),
}


@dataclass(frozen=True)
class Step:
    """One request of a test, and what is expected of its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    boolean: bool | None
    format: str | None

    @property
    def updates(self) -> bool:
        return b"update=" in (self.body or b"") or "sparql-update" in self.headers.get("content-type", "")


def read(name: str) -> Graph:
    return Graph().parse(SUITE / name / "manifest.ttl", format="turtle")


def entries(graph: Graph) -> list[Node]:
    return [entry for found in graph.objects(None, MF.entries) for entry in Collection(graph, found)]


PROTOCOL = read("protocol")
DESCRIPTION = read("service-description")


def step(request: Node) -> Step:
    """Read a request of the list."""

    def value(node: Node | None, predicate: URIRef) -> Any:
        found = PROTOCOL.value(node, predicate)
        return found.toPython() if isinstance(found, Literal) else found

    response, content = value(request, HT.resp), value(request, HT.body)
    headers = [h for found in PROTOCOL.objects(request, HT.headers) for h in Collection(PROTOCOL, found)]
    return Step(
        value(request, HT.methodName),
        "/sparql" + value(request, HT.absolutePath).removeprefix("/sparql/"),
        {value(header, HT.fieldName).lower(): value(header, HT.fieldValue) for header in headers},
        value(content, CNT.chars).encode(value(content, CNT.characterEncoding)) if content else None,
        frozenset(
            str(status).rsplit("StatusCode", 1)[-1][0] for status in PROTOCOL.objects(response, MF.expectedStatus)
        ),
        value(response, MF.expectedBoolean),
        value(response, MF.expectedFormat),
    )


def steps(test: Node) -> list[Step]:
    action = PROTOCOL.value(test, MF.action)
    return [step(r) for found in PROTOCOL.objects(action, HT.requests) for r in Collection(PROTOCOL, found)]


def name(test: Node) -> str:
    return str(test).rsplit("#", 1)[-1]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A server over the data that the list wants to be there."""
    root = tmp_path_factory.mktemp("w3c") / "store"
    files = {
        (str(PROTOCOL.value(data, RDFS.label)), str(PROTOCOL.value(data, UT.graph)))
        for data in PROTOCOL.objects(None, UT.graphData)
    }
    with building(root) as draft:
        for iri, file in sorted(files):
            draft.replace_graph(iri, (SUITE / "protocol" / file.rsplit("/", 1)[-1]).read_bytes())
        draft.publish({"base": "http://example.org/"})
    with serving(root) as (client, _):
        wait_for(client)
        yield client


def test_lists_are_whole() -> None:
    assert len(entries(PROTOCOL)) == 34
    assert [len(steps(test)) > 0 for test in entries(PROTOCOL)] == [True] * 34
    assert len(entries(DESCRIPTION)) == 3


@pytest.mark.parametrize("test", entries(PROTOCOL), ids=name)
def test_protocol(served: Client, test: Node) -> None:
    refused = False
    for asked in steps(test):
        answer = served.send(asked.method, asked.path, asked.body, asked.headers)
        if asked.updates:
            refused = True
            assert 400 <= answer.status < 500
        else:
            assert str(answer.status)[0] in asked.statuses
            # After an update that was refused, what is asked for is not there.
            check(answer, asked, expected=False if refused else asked.boolean)
        if answer.status >= 400:
            assert answer.error["status"] == answer.status


def check(answer: Answer, asked: Step, *, expected: bool | None) -> None:
    kind = answer.headers["content-type"].partition(";")[0]
    assert asked.format is None or kind in FORMATS[asked.format]
    if asked.boolean is not None:
        assert answer.json["boolean"] is expected


@pytest.fixture(scope="module")
def description(served: Client) -> Graph:
    answer = served.send("GET", "/sparql")
    assert answer.status == 200
    return Graph().parse(data=answer.body, format=answer.headers["content-type"].partition(";")[0])


def test_description_list_is_the_one_that_is_tested() -> None:
    assert {name(test) for test in entries(DESCRIPTION)} == {
        "returns-rdf",
        "has-endpoint-triple",
        "conforms-to-schema",
    }


def test_get_on_endpoint_returns_rdf(description: Graph) -> None:
    assert len(description) > 10


def test_service_description_contains_a_matching_endpoint_triple(served: Client, description: Graph) -> None:
    endpoint = URIRef(f"http://127.0.0.1:{served.port}/sparql")
    assert list(description.objects(None, SD.endpoint)) == [endpoint]


def test_service_description_conforms_to_schema(description: Graph) -> None:
    (service,) = description.subjects(RDF.type, SD.Service)
    ranges = {
        SD.endpoint: None,
        SD.supportedLanguage: {SD.SPARQL10Query, SD.SPARQL11Query},
        SD.feature: {SD.UnionDefaultGraph},
        SD.resultFormat: None,
        SD.defaultEntailmentRegime: {URIRef("http://www.w3.org/ns/entailment/Simple")},
        SD.defaultDataset: None,
    }
    for predicate, found in description.predicate_objects(service):
        if predicate != RDF.type:
            assert isinstance(predicate, URIRef) and predicate in ranges
            assert (allowed := ranges[predicate]) is None or found in allowed
    (dataset,) = description.objects(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in description
    (default,) = description.objects(dataset, SD.defaultGraph)
    assert (default, RDF.type, SD.Graph) in description
    for graph in description.objects(dataset, SD.namedGraph):
        assert (graph, RDF.type, SD.NamedGraph) in description
        assert isinstance(description.value(graph, SD.name), URIRef)
    assert len(set(description.objects(dataset, SD.namedGraph))) == 3


def test_description_names_every_format_by_its_listed_name(description: Graph) -> None:
    names = "SPARQL_Results_JSON SPARQL_Results_XML SPARQL_Results_CSV SPARQL_Results_TSV"
    names += " Turtle N-Triples N-Quads TriG RDF_XML JSON-LD N3"
    expected = {URIRef(f"http://www.w3.org/ns/formats/{name}") for name in names.split()}
    assert set(description.objects(None, SD.resultFormat)) == expected


def test_description_comes_in_every_syntax_for_graphs(served: Client) -> None:
    texts = {kind: served.get(None, {"Accept": kind}) for kind in ("text/turtle", "application/ld+json", "text/n3")}
    graphs = []
    for kind, answer in texts.items():
        syntax = ox.RdfFormat.from_media_type(kind)
        graphs.append({str(quad.triple) for quad in ox.parse(answer.body, format=syntax)})
    assert graphs[0] == graphs[1] == graphs[2] != set()
