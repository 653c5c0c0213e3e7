"""The dataset of the founding articles, as the command builds it: every claim of every graph is held to account."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from ontology.namespaces import BASE
from ontology.validation import validate_each
from server.build import build
from server.store import Generation, current

ROOT = Path(__file__).parents[2]
PREFIXES = """
PREFIX cmq: <https://w3id.org/communique#> PREFIX schema: <https://schema.org/> PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX sssom: <https://w3id.org/sssom/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/>
"""
CLAIMS = (
    "org:Membership",
    "cmq:DiplomaticEvent",
    "cmq:Statement",
    "cmq:Agreement",
    "cmq:StatusChange",
    "schema:Person",
    "schema:Country",
)


@pytest.fixture(scope="module")
def dataset(founding_store: Path) -> Generation:
    return current(founding_store)


def rows(dataset: Generation, names: str, pattern: str) -> list[tuple[str, ...]]:
    found = dataset.open().query(f"{PREFIXES} SELECT {names} {{ {pattern} }}")
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(row[name].value for name in names.replace("?", "").split()) for row in found)


def test_every_quote_stands_at_its_offsets_in_the_stored_text(dataset: Generation) -> None:
    found = rows(
        dataset,
        "?hash ?start ?end ?exact ?prefix ?suffix",
        """GRAPH ?g { ?a a schema:NewsArticle ; cmq:contentHash ?hash . ?e oa:hasSource ?a ; oa:hasSelector ?p, ?q .
           ?p oa:start ?start ; oa:end ?end . ?q oa:exact ?exact ; oa:prefix ?prefix ; oa:suffix ?suffix }""",
    )
    assert len(found) > 150
    for sha256, start, end, exact, prefix, suffix in found:
        text, a, b = dataset.text(sha256), int(start), int(end)
        assert text[a:b] == exact
        assert text[:a].endswith(prefix)
        assert text[b:].startswith(suffix)


@pytest.mark.parametrize("kind", CLAIMS)
def test_every_claim_has_evidence_and_a_rule_of_a_version(dataset: Generation, kind: str) -> None:
    claims = rows(dataset, "?g ?x", f"GRAPH ?g {{ ?x a {kind} . ?a a schema:NewsArticle }}")
    grounded = rows(
        dataset,
        "?g ?x",
        f"""GRAPH ?g {{ ?x a {kind} }} FILTER EXISTS {{ GRAPH ?g {{ ?x prov:wasDerivedFrom/oa:hasSource ?g ;
            prov:wasGeneratedBy ?r . ?r schema:version ?v ; dcterms:identifier ?name }} }}""",
    )
    assert claims
    assert set(claims) <= set(grounded)


def test_statement_s_words_stand_in_its_sentence(dataset: Generation) -> None:
    found = rows(
        dataset,
        "?text ?exact",
        "GRAPH ?g { ?s a cmq:Statement ; schema:text ?text ; prov:wasDerivedFrom/oa:hasSelector/oa:exact ?exact }",
    )
    assert found
    assert [text for text, sentence in found if text not in sentence] == []


def test_every_article_conforms_on_its_own(founding_graph: Path) -> None:
    quads = ox.parse(path=str(founding_graph), format=ox.RdfFormat.N_QUADS)
    assert {iri: report.results for iri, report in validate_each(quads)} == {
        f"{BASE}id/article/{file.stem}": () for file in (ROOT / "data" / "articles").glob("*.txt")
    }


def test_article_graphs_hold_no_blank_nodes(dataset: Generation) -> None:
    articles = [ox.NamedNode(iri) for iri in dataset.manifest.graphs if "/id/article/" in iri]
    quads = [quad for iri in articles for quad in dataset.open().quads_for_pattern(None, None, None, iri)]
    assert not [
        quad for quad in quads if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
    ]


def test_whatever_is_spoken_of_is_described_somewhere(dataset: Generation) -> None:
    dangling = rows(
        dataset,
        "?x",
        f"""GRAPH ?g {{ ?s ?p ?x FILTER(ISIRI(?x) && STRSTARTS(STR(?x), "{BASE}id/")) }}
            FILTER NOT EXISTS {{ GRAPH ?h {{ ?x a ?type }} }}""",
    )
    assert dangling == []


def test_every_thing_has_one_preferred_label_across_articles(dataset: Generation) -> None:
    labels = rows(dataset, "?x ?label", f"GRAPH <{BASE}graph/entities> {{ ?x skos:prefLabel ?label }}")
    mentioned = rows(dataset, "?x", "GRAPH ?g { ?a schema:mentions ?x }")
    assert len({thing for thing, _ in labels}) == len(labels)
    assert {thing for (thing,) in mentioned} <= {thing for thing, _ in labels}


def test_committee_in_two_wordings_is_one(dataset: Generation) -> None:
    wordings = rows(
        dataset,
        "?form",
        f"""GRAPH <{BASE}graph/entities> {{ ?c skos:prefLabel|skos:altLabel ?form, ?one, ?other }}
            FILTER(STR(?one) = "International Affairs Committee of the State Duma")
            FILTER(STR(?other) = "Duma Committee on International Affairs")""",
    )
    assert len(wordings) >= 2


def test_links_name_their_source(dataset: Generation) -> None:
    links = rows(dataset, "?x ?y", f"GRAPH <{BASE}graph/links> {{ ?x skos:exactMatch|skos:closeMatch ?y }}")
    grounds = rows(
        dataset,
        "?x ?y",
        """?m a sssom:Mapping ; sssom:subject_id ?x ; sssom:object_id ?y ; sssom:object_source ?source ;
           sssom:mapping_justification ?why""",
    )
    assert links
    assert set(links) == set(grounds)
    assert (f"{BASE}id/person/vladimir-putin", "http://www.wikidata.org/entity/Q7747") in links


def test_another_build_writes_the_same_bytes(founding_graph: Path, tmp_path: Path) -> None:
    output = tmp_path / "graph.nq"
    build([ROOT / "data" / "articles"], root=tmp_path / "store", output=output, links=ROOT / "data" / "links")
    assert output.read_bytes() == founding_graph.read_bytes()
