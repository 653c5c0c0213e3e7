"""The article's graph: what the records say, each claim with evidence that holds in the stored text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from mappings import codec, iris
from mappings.article import Article, Segment
from mappings.graph import CONTEXT_CHARACTERS, Names, nquads
from mappings.identity import resolve
from mappings.records import Entity, Evidence, Name, Records
from ontology.namespaces import BASE
from ontology.validation import validate

INVENTED = Path(__file__).parents[1] / "invented"
PREFIXES = """
PREFIX cmq: <https://w3id.org/communique#> PREFIX schema: <https://schema.org/> PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/>
"""


def article_of(name: str, published: date | None = date(2031, 5, 14)) -> Article:
    text = (INVENTED / f"{name}.txt").read_text(encoding="utf-8")
    return Article(name, text, (Segment(0, len(text)),), headline="Speakers meet", published=published)


def records_of(name: str) -> Records:
    return codec.load((INVENTED / f"{name}.records").read_bytes())


def written(article: Article, records: Records) -> bytes:
    resolution = resolve([(article, records)])
    return nquads(article, records, Names(resolution.iri_of[article.identifier], {"meeting-met": "0123abcd"}))


@pytest.fixture(scope="module")
def graph() -> ox.Store:
    store = ox.Store()
    store.bulk_load(written(article_of("oslo-meeting"), records_of("oslo-meeting")), format=ox.RdfFormat.N_QUADS)
    return store


def ask(graph: ox.Store, select: str, pattern: str) -> list[tuple[str, ...]]:
    rows = graph.query(f"{PREFIXES} SELECT {select} {{ GRAPH ?g {{ {pattern} }} }}")
    assert isinstance(rows, ox.QuerySolutions)
    return sorted(tuple(row[name].value for name in select.replace("?", "").split()) for row in rows)


def test_graph_bears_the_article_s_iri(graph: ox.Store) -> None:
    assert {quad.graph_name.value for quad in graph} == {iris.article(BASE, "oslo-meeting")}


def test_graph_conforms() -> None:
    report = validate(written(article_of("oslo-meeting"), records_of("oslo-meeting")))
    assert report.results == ()


def test_every_quote_is_what_stands_at_its_offsets(graph: ox.Store) -> None:
    text = article_of("oslo-meeting").text
    rows = ask(
        graph,
        "?start ?end ?exact ?prefix ?suffix",
        """?e oa:hasSelector ?p, ?q . ?p oa:start ?start ; oa:end ?end .
           ?q oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix""",
    )
    assert len(rows) > 10
    for start, end, exact, prefix, suffix in rows:
        a, b = int(start), int(end)
        assert text[a:b] == exact
        assert text[max(0, a - CONTEXT_CHARACTERS) : a] == prefix
        assert text[b : b + CONTEXT_CHARACTERS] == suffix


def test_every_claim_names_a_sentence_and_a_rule(graph: ox.Store) -> None:
    for kind in ("org:Membership", "cmq:DiplomaticEvent", "cmq:Statement", "cmq:Agreement", "cmq:StatusChange"):
        claims = ask(graph, "?claim", f"?claim a {kind}")
        grounded = ask(
            graph,
            "?claim",
            f"?claim a {kind} ; prov:wasDerivedFrom/oa:hasSource ?a ; prov:wasGeneratedBy/dcterms:identifier ?r",
        )
        assert claims
        assert set(claims) == set(grounded)


def test_names_stand_as_the_article_writes_them(graph: ox.Store) -> None:
    assert ask(
        graph, "?p ?other", '?p a schema:Person ; skos:prefLabel "Ingrid Solheim"@en ; skos:altLabel ?other'
    ) == [(f"{BASE}id/person/ingrid-solheim", "Solheim")]


def test_post_is_attested_on_the_day_of_the_article(graph: ox.Store) -> None:
    rows = ask(graph, "?m ?day", '?m org:role/skos:prefLabel "speaker"@en ; cmq:attestedOn ?day')
    assert rows == [(f"{BASE}id/membership/ingrid-solheim-speaker-storting", "2031-05-14")]


def test_dates_keep_their_exactness(graph: ox.Store) -> None:
    assert ask(graph, "?d ?type", "?e a cmq:Signing ; schema:startDate ?d BIND(DATATYPE(?d) AS ?type)") == [
        ("2031-06", "http://www.w3.org/2001/XMLSchema#gYearMonth")
    ]


def test_indirect_speech_is_marked_so(graph: ox.Store) -> None:
    modes = {mode.rsplit("/", 1)[-1] for (mode,) in ask(graph, "?mode", "?s cmq:mode ?mode")}
    assert modes == {"direct", "indirect"}


def test_withdrawal_is_a_dated_change_of_its_own(graph: ox.Store) -> None:
    rows = ask(graph, "?who ?d", "?a cmq:transition ?t . ?t cmq:status ?s ; schema:agent ?who ; schema:startDate ?d")
    assert [(who.rsplit("/", 1)[-1], day) for who, day in rows] == [("uy", "2029")]


def test_unread_sentence_is_listed(graph: ox.Store) -> None:
    assert ask(graph, "?w", "?u a cmq:UnreadSentence ; cmq:triggerWord ?w") == [("shook hands",)]


def test_rule_bears_the_version_it_was_read_with(graph: ox.Store) -> None:
    assert ask(graph, "?v", f"<{BASE}id/rule/meeting-met/0123abcd> schema:version ?v") == [("0123abcd",)]


def test_same_records_give_the_same_sorted_bytes() -> None:
    one, other = (written(article_of("oslo-meeting"), records_of("oslo-meeting")) for _ in range(2))
    assert one == other
    assert one.splitlines() == sorted(set(one.splitlines()))


def test_article_without_a_date_attests_nothing_on_a_day() -> None:
    graph = written(article_of("oslo-meeting", published=None), records_of("oslo-meeting"))
    assert b"attestedOn" not in graph
    assert b"datePublished" not in graph


def test_two_readings_of_one_thing_have_one_preferred_label() -> None:
    text = "The Senate of Chile and the Chilean Senate"
    article = Article("twice", text, (Segment(0, len(text)),))
    spans = {
        form: Evidence(text.index(form), text.index(form) + len(form), "body")
        for form in ("Senate of Chile", "Chilean Senate")
    }
    entities = tuple(Entity(form, "body", form, (Name(form, span),)) for form, span in spans.items())
    graph = written(article, Records(entities=entities))
    assert graph.count(b"skos/core#prefLabel") == 1
    assert b'core#altLabel> "Chilean Senate"@en' in graph


def test_publisher_is_no_body_that_the_article_mentions() -> None:
    article = replace(article_of("oslo-meeting"), publisher="The Fjord Courier")
    graph = written(article, Records())
    assert b"schema.org/NewsMediaOrganization" in graph
    assert b"ns/org#Organization" not in graph
