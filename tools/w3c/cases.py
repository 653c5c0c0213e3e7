"""Takes the cases that the tests use out of a checkout of https://github.com/w3c/rdf-tests.

    python tools/w3c/cases.py CHECKOUT tests/server/sparql/w3c

The protocol's list is copied as it is; of the lists of queries, one JSON file is made: what is asked of which data.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
SUITE: Final = "https://w3c.github.io/rdf-tests/"
LISTS: Final = (
    "sparql/sparql10/manifest-evaluation.ttl",
    "sparql/sparql10/manifest-syntax.ttl",
    "sparql/sparql11/manifest-sparql11-query.ttl",
    "sparql/sparql11/manifest-sparql11-results.ttl",
    "sparql/sparql12/manifest.ttl",
)
EVALUATED: Final = frozenset({MF.QueryEvaluationTest, MF.CSVResultFormatTest})
PARSED: Final = frozenset(
    {MF.PositiveSyntaxTest, MF.PositiveSyntaxTest11, MF.NegativeSyntaxTest, MF.NegativeSyntaxTest11}
)
FROM: Final = re.compile(r"\bFROM\s+(NAMED\s+)?<([^>]*)>", re.IGNORECASE)
COPIED: Final = {
    "protocol": ("manifest.ttl", "data1.nt", "data2.nt", "data3.nt"),
    "service-description": ("manifest.ttl",),
}


def tests(checkout: Path, path: str) -> Iterator[tuple[Graph, Node]]:
    """Give the entries of a list and of the lists that it includes."""
    graph = Graph().parse(checkout / path, format="turtle", publicID=SUITE + path)
    for included in graph.objects(None, MF.include):
        for item in Collection(graph, included):
            yield from tests(checkout, str(item).removeprefix(SUITE))
    for entries in graph.objects(None, MF.entries):
        yield from ((graph, entry) for entry in Collection(graph, entries))


def case(checkout: Path, graph: Graph, test: Node) -> dict[str, Any] | None:
    """Describe a test: its query, the data of its default graph and of its named graphs."""
    kinds = set(graph.objects(test, RDF.type))
    action = graph.value(test, MF.action)
    query = graph.value(action, QT.query) if kinds & EVALUATED else action
    if not kinds & (EVALUATED | PARSED) or not isinstance(query, URIRef) or graph.value(action, QT.serviceData):
        return None
    try:
        text = file(checkout, query)
    except UnicodeDecodeError:
        return None
    data, named = list(graph.objects(action, QT.data)), list(graph.objects(action, QT.graphData))
    own = FROM.findall(text) if kinds & EVALUATED else []
    return {
        "name": str(query).removeprefix(f"{SUITE}sparql/"),
        "base": str(query),
        "query": text,
        "evaluated": bool(kinds & EVALUATED),
        "from": bool(own),
        "data": sorted({*map(str, data), *(urljoin(str(query), iri) for name, iri in own if not name)}),
        "named": sorted({*map(str, named), *(urljoin(str(query), iri) for name, iri in own if name)}),
    }


def file(checkout: Path, iri: Node) -> str:
    """Read a file of the suite by its IRI."""
    return (checkout / str(iri).removeprefix(SUITE)).read_bytes().decode("utf-8")


def main(checkout: Path, target: Path) -> None:
    """Write the files."""
    found: dict[str, dict[str, Any]] = {}
    for path in LISTS:
        for graph, test in tests(checkout, path):
            made = case(checkout, graph, test)
            if made and "/service/" not in made["name"]:
                key = " ".join([made["name"], *made["data"], *made["named"]])
                found[key] = made
    cases = [found[key] for key in sorted(found)]
    data = {iri: file(checkout, URIRef(iri)) for made in cases for iri in (*made["data"], *made["named"])}
    written = json.dumps({"cases": cases, "data": dict(sorted(data.items()))}, ensure_ascii=False, indent=1)
    (target / "queries.json").write_text(written + "\n", encoding="utf-8")
    for folder, names in COPIED.items():
        (target / folder).mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copy(checkout / "sparql" / "sparql11" / folder / name, target / folder / name)
    print(f"{len(cases)} queries over {len(data)} files")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
