"""Validation from outside: what it takes, what it reports, and that its report is a SHACL report."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from ontology.errors import CommuniqueError
from ontology.validation import validate, validate_each

EXAMPLES = Path(str(files("ontology") / "examples"))
VALID = (EXAMPLES / "valid" / "statement.ttl").read_text(encoding="utf-8")
INVALID = (EXAMPLES / "invalid" / "statement.ttl").read_text(encoding="utf-8")


def nquads(turtle: str, graph: str = "https://example.org/article") -> bytes:
    parsed = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    named = (ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(graph)) for q in parsed)
    return ox.serialize(named, format=ox.RdfFormat.N_QUADS) or b""


def test_bytes_of_nquads_text_quads_and_rdflib_graph_are_judged_alike() -> None:
    data = nquads(INVALID)
    from_bytes = validate(data)
    assert not from_bytes.conforms
    assert validate(data.decode()) == from_bytes
    assert validate(ox.parse(data, format=ox.RdfFormat.N_QUADS)) == from_bytes
    assert validate(rdflib.Graph().parse(data=INVALID, format="turtle")) == from_bytes


def test_a_conforming_graph_has_an_empty_report() -> None:
    report = validate(nquads(VALID))
    assert report.conforms
    assert (None, SH.conforms, rdflib.Literal(True)) in rdflib.Graph().parse(data=report.turtle, format="turtle")


def test_the_report_is_a_shacl_report_with_every_result() -> None:
    report = validate(nquads(INVALID))
    graph = rdflib.Graph().parse(data=report.turtle, format="turtle")
    assert (None, SH.conforms, rdflib.Literal(False)) in graph
    assert len(set(graph.subjects(RDF.type, SH.ValidationResult))) == len(report.results) > 5
    assert {str(m) for m in graph.objects(None, SH.resultMessage)} == {r.message for r in report.results}


def test_the_report_is_the_same_every_time() -> None:
    assert validate(nquads(INVALID)).turtle == validate(nquads(INVALID)).turtle


def test_a_graph_without_an_article_does_not_conform() -> None:
    report = validate(b"")
    assert not report.conforms
    assert "schema:NewsArticle" in report.results[0].message


def test_a_graph_of_two_articles_does_not_conform() -> None:
    other = "<https://example.org/b> a <https://schema.org/NewsArticle> ."
    assert [r.message for r in validate(nquads(VALID + other)).results] == [
        "The graph describes more than one article: give each a named graph of its own."
    ]


def test_what_is_no_nquads_is_refused() -> None:
    with pytest.raises(CommuniqueError, match="no N-Quads"):
        validate(b"<unclosed")


def test_a_dataset_is_judged_graph_by_graph_and_other_graphs_pass_by() -> None:
    shifted = INVALID.replace("ex:article", "ex:other-article")
    data = nquads(VALID, "urn:a") + nquads(shifted, "urn:b") + b"<urn:x> <urn:p> <urn:y> <urn:links> .\n"
    judged = list(validate_each(ox.parse(data, format=ox.RdfFormat.N_QUADS)))
    assert [(name, report.conforms) for name, report in judged] == [("urn:a", True), ("urn:b", False)]


@pytest.mark.parametrize("impossible", ["2020-02-30", "2020-13-01", "20200506"])
def test_an_impossible_date_does_not_conform(impossible: str) -> None:
    assert not validate(nquads(VALID.replace('"2020-05-05"^^xsd:date', f'"{impossible}"^^xsd:date'))).conforms


def test_offsets_count_code_points_not_bytes() -> None:
    turtle = VALID.replace('"Ada met Bob."', '"Ådå met Böb😀"').replace("oa:end 22", "oa:end 22")
    assert validate(nquads(turtle)).conforms
