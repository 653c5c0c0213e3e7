"""Links: read whole or refused with file and line; matched by kind, name and country; never by guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from mappings.identity import Thing
from mappings.iris import Kind
from server.links import Link, LinkError, Links, links_graph, match, read_links

SHIPPED = Path(__file__).parents[2] / "data" / "links"
BASE = "https://example.org/kg/"
EXACT, MANUAL = "http://www.w3.org/2004/02/skos/core#exactMatch", "https://w3id.org/semapv/vocab/ManualMappingCuration"
META = "#curie_map:\n#  x: https://example.org/\n#  skos: http://www.w3.org/2004/02/skos/core#\n#  semapv: https://w3id.org/semapv/vocab/\n"
HEADER = [
    "subject_id",
    "subject_label",
    "subject_kind",
    "subject_country",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "mapping_justification",
    "object_source",
]
ROW = ["x:1", "Berg", "person", "NO", "skos:exactMatch", "-", "x:Q1", "semapv:ManualMappingCuration", "register"]


def thing(
    name: str, kind: Kind = "person", *countries: str, names: tuple[str, ...] = (), code: str | None = None
) -> Thing:
    iri = f"{BASE}id/{kind}/{name.lower().replace(' ', '-')}-{'-'.join(countries)}"
    return Thing(iri, kind, name, (name,), (name, *names), (("a", "k"),), countries=countries, code=code)


def row(
    name: str, kind: str = "person", country: str | None = None, *aliases: str, target: str = "Q1", not_name: str = ""
) -> Link:
    target = f"https://example.org/{target}"
    subject = f"{BASE}{kind}/{name}"
    return Link(
        subject, kind, name, country, aliases, EXACT, target, MANUAL, "a register", "", not_name, bool(not_name)
    )


def linked(things: list[Thing], *rows: Link) -> list[str]:
    return [found.iri for found in match(things, Links(rows))]


# matching


def test_person_is_linked_in_any_spelling() -> None:
    one = thing("Kamal Kharrazi", "person", "GH")
    assert linked([one], row("Kamal Kharazi", "person", "GH")) == [one.iri]


@pytest.mark.parametrize(
    "one",
    [
        thing("Kamal Kharrazi", "person", "CL"),
        thing("Kamal Kharrazi"),
        thing("Kharrazi", "person", "GH"),
        thing("Kamal Kharrazi", "body", "GH"),
    ],
    ids=["other country", "no post", "surname alone", "other kind"],
)
def test_person_is_not_linked_on_less(one: Thing) -> None:
    assert linked([one], row("Kamal Kharazi", "person", "GH")) == []


def test_two_who_fit_equally_well_are_both_left() -> None:
    things = [thing("Jon Berg", "person", "NO"), thing("Jon Berg", "person", "NO", "SE")]
    assert linked(things, row("Jon Berg", "person", "NO")) == []


def test_one_who_fits_two_rows_is_left() -> None:
    rows = [row("Jon Berg", "person", "NO"), row("Jon Arne Berg", "person", "NO", target="Q2")]
    assert linked([thing("Jon Berg", "person", "NO")], *rows) == []


def test_better_name_wins_over_the_worse() -> None:
    exact, vague = thing("Jon Berg", "person", "NO"), thing("Jon Arne Berg", "person", "NO")
    assert linked([vague, exact], row("Jon Berg", "person", "NO")) == [exact.iri]


def test_verified_namesake_keeps_the_link_away() -> None:
    son = thing("Jon A. Berg", "person", "NO")
    subject = row("Jon Berg", "person", "NO")
    assert linked([son], subject) == [son.iri]
    assert linked([son], subject, row("Jon Berg", "person", "NO", target="Q9", not_name="Jon A. Berg")) == []


def test_country_is_linked_by_its_code_alone() -> None:
    norway = thing("Kingdom of Norway", "country", "NO", code="NO")
    assert linked([norway], row("Norway", "country", "NO")) == [norway.iri]
    assert linked([thing("Norway", "country")], row("Norway", "country", "NO")) == []


@pytest.mark.parametrize("name", ["Chilean Senate", "Senate of Chile"])
def test_body_is_linked_in_any_wording(name: str) -> None:
    senate = thing(name, "body", "CL")
    assert linked([senate], row("Senate", "body", "CL", "Senate of Chile")) == [senate.iri]


def test_body_without_its_country_is_not_any_country_s() -> None:
    assert linked([thing("Foreign Ministry", "body")], row("Foreign Ministry of Chile", "body", "CL")) == []
    assert linked([thing("Foreign Ministry", "body", "NO")], row("Foreign Ministry", "body", "CL")) == []


def test_place_is_linked_however_accented_unless_it_lies_elsewhere() -> None:
    assert linked([thing("Brasilia", "place", "BR")], row("Brasília", "place", "BR"))
    assert not linked([thing("Geneva", "place", "US")], row("Geneva", "place", "CH"))


def test_place_is_not_linked_to_another_of_its_name() -> None:
    oslo = thing("Oslo", "place", "NO")
    elsewhere = replace(row("Oslo", "place", "NO"), target="https://sws.geonames.org/1/")
    assert linked([oslo], elsewhere, row("Oslo", "place", "NO")) == []


# RDF


def test_link_stands_with_its_ground() -> None:
    berg = thing("Jon Berg", "person", "NO")
    matches = match([berg], Links((row("Jon Berg", "person", "NO"),)))
    store = ox.Store()
    store.bulk_load(links_graph(matches, [berg], f"{BASE}graph/links", base=BASE), format=ox.RdfFormat.N_QUADS)
    query = f"""PREFIX sssom: <https://w3id.org/sssom/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> ASK {{
        GRAPH <{BASE}graph/links> {{ <{berg.iri}> skos:exactMatch <https://example.org/Q1> . ?m a sssom:Mapping ;
        sssom:subject_id <{berg.iri}> ; sssom:predicate_id skos:exactMatch ; sssom:object_id <https://example.org/Q1> ;
        sssom:mapping_justification <{MANUAL}> ; sssom:object_source "a register" }} }}"""
    assert store.query(query)


def test_known_place_lies_in_its_country_if_an_article_speaks_of_it() -> None:
    oslo, norway = thing("Oslo", "place", "NO"), thing("Norway", "country", "NO", code="NO")
    graph = links_graph([], [oslo, norway], f"{BASE}graph/links", base=BASE)
    assert f"<{oslo.iri}> <https://schema.org/containedInPlace> <{norway.iri}>".encode() in graph
    assert b"schema.org/latitude" in graph
    assert b"containedInPlace" not in links_graph([], [oslo], f"{BASE}graph/links", base=BASE)


# files


def write(folder: Path, *rows: list[str], header: list[str] = HEADER) -> Path:
    lines = ["\t".join("" if cell == "-" else cell for cell in cells) for cells in (header, *rows)]
    file = folder / "some.sssom.tsv"
    file.write_text(META + "\n".join(lines) + "\n", encoding="utf-8")
    return file


def changed(**cells: str) -> list[str]:
    return [cells.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True)]


def test_rows_are_read_with_their_prefixes_expanded(tmp_path: Path) -> None:
    (link,) = read_links(write(tmp_path, ROW)).rows
    assert (link.subject, link.predicate, link.target) == ("https://example.org/1", EXACT, "https://example.org/Q1")
    assert (link.kind, link.label, link.country, link.source) == ("person", "Berg", "NO", "register")


def test_country_code_of_namibia_is_no_missing_value(tmp_path: Path) -> None:
    assert read_links(write(tmp_path, changed(subject_country="NA"))).rows[0].country == "NA"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"object_source": "-"}, "object_source is empty"),
        ({"subject_kind": "ship"}, "subject_kind 'ship'"),
        ({"subject_country": "Norway"}, "subject_country 'Norway'"),
        ({"predicate_id": "x:sameAs"}, "SKOS match"),
        ({"object_id": "wd:Q1"}, "curie_map"),
        ({"object_id": "javascript:alert(1)"}, "no IRI"),
        ({"mapping_justification": "semapv:Guessing"}, "mapping_justification"),
        ({"predicate_modifier": "Perhaps"}, "predicate_modifier"),
    ],
)
def test_faulty_row_is_refused_with_file_and_line(tmp_path: Path, cells: dict[str, str], said: str) -> None:
    with pytest.raises(LinkError, match=rf"some\.sssom\.tsv:7: .*{said}"):
        read_links(write(tmp_path, ROW, changed(**cells)))


def test_short_row_and_short_header_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match=":6: 3 fields"):
        read_links(write(tmp_path, ROW[:3]))
    with pytest.raises(LinkError, match=":5: the header lacks object_source"):
        read_links(write(tmp_path, header=HEADER[:-1]))


def test_row_that_another_row_denies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="says that this is not the same"):
        read_links(write(tmp_path, ROW, changed(predicate_modifier="Not")))


def test_folder_without_link_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="no link files"):
        read_links(tmp_path)


# what is shipped


def test_shipped_links_hold_together() -> None:
    links = read_links(SHIPPED)
    assert len(links.subjects) > 200
    assert len(links.namesakes) > 10


def test_no_two_shipped_subjects_claim_one_target() -> None:
    targets: dict[str, set[str]] = {}
    for link in read_links(SHIPPED).rows:
        if not link.negative:
            targets.setdefault(link.target, set()).add(link.subject)
    assert {target: subjects for target, subjects in targets.items() if len(subjects) > 1} == {}


def test_no_shipped_subject_has_two_targets_in_one_place() -> None:
    for subject, rows in read_links(SHIPPED).subjects.items():
        hosts = [row.target.split("/")[2] for row in rows]
        assert len(hosts) == len(set(hosts)), subject


def test_every_shipped_source_can_be_looked_up() -> None:
    for link in read_links(SHIPPED).rows:
        assert link.source.startswith(("github:", "PyPI ", "npm ")), link


def test_merged_item_is_only_a_close_match() -> None:
    rows = [row for row in read_links(SHIPPED).rows if row.label == "Ebrahim Azizi" and not row.negative]
    assert [row.predicate.rsplit("#", 1)[-1] for row in rows] == ["closeMatch"]
