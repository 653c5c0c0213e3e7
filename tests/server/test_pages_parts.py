"""The parts of the pages that hold for any input: cut text, folded names, addresses, nested and compacted data."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import ORG, PROV, RDF, SKOS

from ontology.namespaces import BASE, CMQ, OA, SCHEMA
from server.entities.address import Addresses, external, named_node
from server.entities.compaction import compacted
from server.entities.highlight import Span, cut
from server.entities.labels import date_words
from server.entities.layout import layouts
from server.entities.listing import slice_of
from server.entities.nesting import nested
from server.entities.search import fold
from server.safety import clean

TEXT = st.text(max_size=60)
EDGE = st.integers(-3, 70)
SPANS = st.lists(st.builds(Span, EDGE, EDGE, st.just("#x"), st.sampled_from(["event", "name"]), st.integers(1, 9)))
ABOUT = ox.NamedNode(f"{BASE}id/person/one")
NODES = st.sampled_from([ABOUT, *(ox.NamedNode(f"{BASE}id/evidence/{n}") for n in range(4))])
LITERALS = st.one_of(
    st.builds(ox.Literal, st.text(max_size=8)),
    st.builds(lambda text: ox.Literal(text, language="en"), st.text(max_size=8)),
    st.builds(lambda text: ox.Literal(text, language="fa"), st.text(max_size=8)),
    st.sampled_from(
        [
            ox.Literal("2024-05-14", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")),
            ox.Literal("2024", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear")),
            ox.Literal("7", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
            ox.Literal("x", datatype=ox.NamedNode("https://other.example/type")),
        ]
    ),
)
PREDICATES = st.sampled_from(
    [
        *(PROV.wasDerivedFrom, OA.hasSelector, OA.start, ORG.member, SCHEMA.startDate, SCHEMA.name, SCHEMA.identifier),
        *(SKOS.prefLabel, SKOS.altLabel, CMQ.transition, CMQ.unheardOf, "https://other.example/p", RDF.type),
    ]
).map(ox.NamedNode)
CLASSES = st.sampled_from([ox.NamedNode(SCHEMA.Person), ox.NamedNode("http://xmlns.com/foaf/0.1/Person")])


@given(TEXT, SPANS)
def test_cut_text_is_the_same_text(text: str, spans: list[Span]) -> None:
    assert "".join(piece.text for piece in cut(text, spans)) == text


@given(TEXT, SPANS)
def test_each_character_bears_the_spans_that_cover_it(text: str, spans: list[Span]) -> None:
    fitting = [span for span in spans if 0 <= span.start < span.end <= len(text)]
    at = 0
    for piece in cut(text, spans):
        covering = [span for span in fitting if span.start <= at < span.end]
        assert sorted(piece.spans, key=repr) == sorted(covering, key=repr)
        at += len(piece.text)


@given(TEXT, SPANS)
def test_each_passage_ends_once(text: str, spans: list[Span]) -> None:
    ending = [span for piece in cut(text, spans) for span in piece.ending]
    assert len(ending) == sum(1 for span in spans if 0 <= span.start < span.end <= len(text))


def test_link_on_overlapping_passages_leads_to_the_shortest() -> None:
    sentence, name = Span(0, 9, "#claim-1", "event", 1), Span(2, 5, "/page/x", "name")
    assert [piece.narrowest for piece in cut("a sentence", [sentence, name])] == [sentence, name, sentence, None]


@given(st.lists(st.tuples(NODES, PREDICATES, st.one_of(NODES, LITERALS)), max_size=25))
def test_json_ld_holds_the_triples_it_was_made_of(parts: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]]) -> None:
    typed = [(s, p, o) for s, p, o in parts if p.value != str(RDF.type) or isinstance(o, ox.NamedNode)]
    quads = [ox.Quad(s, p, o) for s, p, o in dict.fromkeys(typed)]
    document = json.dumps(compacted(nested(quads, ABOUT)))
    assert {q.triple for q in ox.parse(document, format=ox.RdfFormat.JSON_LD)} == {q.triple for q in quads}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim Ørsted", "kim orsted"),
        ("ŁUKASZ Żółw", "Lukasz zolw"),
        ("Đặng Văn", "dang van"),
        ("Al-Rashīd", "al rashid"),
        ("O’Neill", "ONeill"),
        ("Müller", "MU\u0308LLER"),
        ("Straße", "STRASSE"),
    ],
)
def test_accents_and_case_make_no_other_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("lexical", "words"),
    [
        ("2023-12-07", "7 December 2023"),
        ("2023-12", "December 2023"),
        ("2023", "2023"),
        ("2023-13-01", "2023-13-01"),
        ("soon", "soon"),
    ],
)
def test_date_is_shown_as_exactly_as_it_is_known(lexical: str, words: str) -> None:
    assert date_words(ox.Literal(lexical)) == words


@pytest.mark.parametrize(
    "iri",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/",
        "http:evil",
        "http://a b",
        "http://[",
        "",
    ],
)
def test_only_web_addresses_are_linked(iri: str) -> None:
    assert external(iri) is None


@pytest.mark.parametrize("base", [BASE, "https://graph.example/", "http://localhost:8000/kg/"])
def test_path_leads_back_to_the_thing_whatever_the_base(base: str) -> None:
    addresses = Addresses(base)
    iri = f"{base}id/rule/met-with/0a1b2c3d"
    assert addresses.page(iri) == "/page/rule/met-with/0a1b2c3d"
    assert addresses.candidates("rule/met-with/0a1b2c3d")[0].value == iri
    assert addresses.page(f"{BASE}status/signed") == "/page/status/signed"


@given(st.text(max_size=30))
def test_a_string_is_an_iri_or_nothing(text: str) -> None:
    node = named_node(f"{BASE}id/{text}")
    assert node is None or str(node) == f"<{BASE}id/{text}>"
    assert node is None or not set(text) & set('<>"{}|^`\\ \n\r\t')


@given(st.lists(st.integers(), max_size=200), st.integers(-5, 50), st.integers(1, 60))
def test_pages_of_a_list_are_the_list(items: list[int], number: int, size: int) -> None:
    pages = slice_of(items, number, size=size).pages
    assert [i for n in range(1, pages + 1) for i in slice_of(items, n, size=size).items] == items


def test_cleaning_takes_out_what_reorders_and_nothing_else() -> None:
    assert clean("a\u202eb\u2066c\x00d") == "abcd"
    assert clean("سلام\tline\nbreak é") == "سلام\tline\nbreak é"


def test_layout_of_every_class_is_whole() -> None:
    assert len(layouts()) > 10
