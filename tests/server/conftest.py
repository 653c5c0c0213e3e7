"""A small published store, written by hand, and the application that serves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from string import Template

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from mappings.article import Article
from mappings.outline import dump
from mappings.readers import read
from ontology.namespaces import PREFIXES
from server.app import create_app
from server.store import building

HERE = Path(__file__).parent / "pages"
BASE = "https://w3id.org/communique/"


def _offsets(text: str, needles: dict[str, str]) -> dict[str, str]:
    spans = {name: text.index(needle) for name, needle in needles.items()}
    return {
        f"{name}_{edge}": str(at + (len(needles[name]) if edge == "end" else 0))
        for name, at in spans.items()
        for edge in ("start", "end")
    }


NEEDLES = {
    "met": "Foreign Minister Arlen Voss met Mira Talvik, chairwoman of the Norwegian Parliament, in Oslo on Tuesday.",
    "voss": "Arlen Voss",
    "talvik": "Mira Talvik",
    "said": "“We will sign the Fjord Accord this year,” Voss said.",
    "told": "Talvik said that the talks had been useful.",
    "unread": "Talks between experts go on.",
}


def _posts(count: int) -> str:
    """More posts in one body than a page shows at once."""
    return "".join(
        f"<id/membership/many-{number}> a org:Membership ; org:organization <id/body/many-posts> ."
        for number in range(count)
    )


def _articles(count: int) -> str:
    """Articles that all name one person, each in a graph of its own."""
    return "".join(
        f"""GRAPH <id/article/told-{number}> {{
  <id/article/told-{number}> a schema:NewsArticle ; schema:headline "Told {number}"@en ;
    schema:mentions <id/person/much-told> .
  <id/person/much-told> a schema:Person, foaf:Person ; skos:altLabel "Much Told"@en ;
    prov:wasDerivedFrom <id/evidence/told/{number}> .
  <id/evidence/told/{number}> a oa:SpecificResource ; oa:hasSource <id/article/told-{number}> ;
    oa:hasSelector <id/evidence/told/{number}#position>, <id/evidence/told/{number}#quote> .
  <id/evidence/told/{number}#position> a oa:TextPositionSelector ; oa:start 0 ; oa:end 9 .
  <id/evidence/told/{number}#quote> a oa:TextQuoteSelector ; oa:exact "Much Told" .
}}
"""
        for number in range(count)
    )


@pytest.fixture(scope="session")
def page_text() -> str:
    """The stored text of the first article of the small store."""
    return (HERE / "oslo.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def page_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published store of two articles with every kind of thing, some of them hostile."""
    root = tmp_path_factory.mktemp("pages")
    text = (HERE / "oslo.txt").read_text(encoding="utf-8")
    second = (HERE / "second.txt").read_text(encoding="utf-8")
    sha, sha2 = (hashlib.sha256(t.encode()).hexdigest() for t in (text, second))
    filled = Template((HERE / "graph.trig").read_text(encoding="utf-8")).substitute(
        _offsets(text, NEEDLES), sha=sha, sha2=sha2, posts=_posts(30)
    ) + _articles(15)
    prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    dataset = ox.Dataset(ox.parse(prologue + f"BASE <{BASE}>\n" + filled, format=ox.RdfFormat.TRIG))
    graphs = sorted({str(quad.graph_name) for quad in dataset})
    with building(root) as draft:
        for graph in graphs:
            quads = [quad for quad in dataset if str(quad.graph_name) == graph]
            draft.replace_graph(graph.strip("<>"), ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
        draft.put_text(sha, text)
        draft.put_text(sha2, second)
        outlines = dump(a for a in read([HERE / "oslo.txt", HERE / "second.txt"]) if isinstance(a, Article))
        draft.put_text(told := hashlib.sha256(outlines.encode()).hexdigest(), outlines)
        draft.publish({"base": BASE, "outlines": told})
    return root


@pytest.fixture(scope="session")
def page_app(page_store: Path) -> Flask:
    """The application over the small store."""
    return create_app(page_store)


@pytest.fixture
def client(page_app: Flask) -> Iterator[FlaskClient]:
    """A client of the application over the small store."""
    with page_app.test_client() as made:
        yield made
