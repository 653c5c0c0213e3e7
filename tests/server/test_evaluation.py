"""The scorer: what counts as right, and that figures follow from it."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from server.evaluation import FACETS, Evaluation, Gold, GoldError, evaluate, read_gold
from server.evaluation.names import alike, normal
from server.evaluation.report import Guide, as_json, misses, table

GOLD = {
    "id": "harbour",
    "countries": ["Norland", "Sudland"],
    "places": ["Port Vale"],
    "organizations": [{"name": "Norland Fisheries Council", "aliases": ["Fisheries Council"]}],
    "persons": [
        {"name": "Ada Lind", "aliases": ["Lind"], "roles": [{"title": "foreign minister", "org": "Norland"}]},
        {"name": "Bo Frey", "roles": [{"title": "envoy", "org": None}]},
    ],
    "events": [
        {
            "id": "e1",
            "type": "meeting",
            "participants": ["Ada Lind", "Bo Frey"],
            "place": "Port Vale",
            "date": "2024-05-02",
            "cue": "met Bo Frey in Port Vale",
        }
    ],
    "statements": [
        {"speaker": "Ada Lind", "cue": "the harbour would open"},
        {"speaker": "Bo Frey", "cue": "he welcomed the plan"},
    ],
    "agreements": [
        {"name": "Harbour Accord", "parties": ["Norland", "Sudland"], "status": "in force", "cue": "the Harbour Accord"}
    ],
}

GRAPH = """
@prefix cmq: <https://w3id.org/communique#> . @prefix schema: <https://schema.org/> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix oa: <http://www.w3.org/ns/oa#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix : <http://example.org/> .
:harbour {
  :harbour a schema:NewsArticle ; dcterms:identifier "harbour" .
  :n a schema:Country ; skos:prefLabel "Norland"@en .
  :s a schema:Country ; skos:prefLabel "Sudland"@en .
  :p a schema:Place ; skos:prefLabel "Port Vale"@en .
  :c a org:Organization ; skos:prefLabel "Council of Fisheries"@en .
  :a a schema:Person ; skos:prefLabel "Ada Lind"@en .
  :b a schema:Person ; skos:prefLabel "Bo Frey"@en .
  :x a schema:Person ; skos:prefLabel "Cy Stray"@en .
  :m1 a org:Membership ; org:member :a ; org:organization :n ; org:role [ skos:prefLabel "foreign minister"@en ] .
  :m2 a org:Membership ; org:member :b ; org:role [ skos:prefLabel "envoy"@en ] .
  :e a cmq:Call ; schema:attendee :a , :x ; schema:location :p ; schema:startDate "2024-05-02" ;
    prov:wasDerivedFrom [ oa:hasSelector [ oa:exact "On Thursday she met Bo Frey in Port Vale." ] ] .
  :s1 a cmq:Statement ; cmq:speaker :a ;
    prov:wasDerivedFrom [ oa:hasSelector [ oa:exact "Lind said the harbour would open." ] ] .
  :s2 a cmq:Statement ; cmq:speaker :a ;
    prov:wasGeneratedBy [ dcterms:identifier "said-that" ] ;
    prov:wasDerivedFrom [ oa:hasSelector [ oa:start 40 ] , [ oa:exact "Frey added that he welcomed the plan." ] ] .
  :g a cmq:Agreement ; skos:prefLabel "Harbour Accord"@en ; cmq:party :n ;
    cmq:status <https://w3id.org/communique/status/in-force> .
}
"""


@pytest.fixture(scope="module")
def gold_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gold") / "harbour.json"
    path.write_text(json.dumps(GOLD), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def golds(gold_file: Path) -> tuple[Gold, ...]:
    return read_gold(gold_file)


@pytest.fixture(scope="module")
def harbour(golds: tuple[Gold, ...]) -> Evaluation:
    store = ox.Store()
    store.load(GRAPH, ox.RdfFormat.TRIG)
    return evaluate(store, golds)


@pytest.mark.parametrize(
    ("facet", "gold", "found", "precision", "recall"),
    [
        ("persons", 2, 3, 2 / 3, 1),
        ("organizations", 1, 1, 1, 1),  # two thirds of the words are shared
        ("countries", 2, 2, 1, 1),
        ("places", 1, 1, 1, 1),
        ("roles", 2, 2, 1, 1),
        ("events", 1, 1, 1, 1),  # a call and a meeting are both talks
        ("event type", 1, 1, 0, 0),
        ("event participants", 2, 2, 0.5, 0.5),
        ("event place", 1, 1, 1, 1),
        ("event date", 1, 1, 1, 1),
        ("statements", 2, 2, 0.5, 0.5),  # the second has the wrong speaker
        ("agreements", 1, 1, 1, 1),
        ("agreement parties", 2, 1, 1, 0.5),
        ("agreement status", 1, 1, 1, 1),
    ],
)
def test_each_facet_counts_what_is_right(
    harbour: Evaluation, facet: str, gold: int, found: int, precision: float, recall: float
) -> None:
    counts = harbour.counts[facet]
    assert (counts.gold, counts.found) == (gold, found)
    assert (counts.precision, counts.recall) == pytest.approx((precision, recall))


def test_misses_name_the_difference(harbour: Evaluation) -> None:
    assert "harbour: extra ['Cy Stray']" in misses(harbour, "persons")
    assert "missed Bo Frey: he welcomed the plan (found with the speaker Ada Lind)" in misses(harbour, "statements")
    assert "wanted meeting, found call" in misses(harbour, "event type")
    assert misses(harbour, "places").endswith("nothing missed, nothing too much")


def test_an_article_that_is_in_no_graph_counts_as_missed_whole(golds: tuple[Gold, ...]) -> None:
    evaluation = evaluate(ox.Store(), golds)
    assert evaluation.absent == ("harbour",)
    assert evaluation.counts["persons"].gold == 2
    assert evaluation.mean_f1 == 0


def test_the_mean_is_the_plain_mean_of_the_facets(harbour: Evaluation) -> None:
    assert harbour.mean_f1 == pytest.approx(sum(harbour.counts[facet].f1 for facet in FACETS) / len(FACETS))


def test_one_article_has_no_interval_and_two_have_the_same_one_each_time(harbour: Evaluation) -> None:
    twice = Evaluation(harbour.articles * 2)
    assert harbour.intervals == {}
    assert twice.intervals["persons"] == pytest.approx((0.8, 0.8))
    assert twice.intervals == Evaluation(harbour.articles * 2).intervals


def test_table_and_json_tell_the_same_figures(harbour: Evaluation) -> None:
    figures = as_json(harbour, ["persons"])
    assert f"{'persons':<22}{2:>6}{3:>7}" in table(harbour, "all articles")
    assert figures["facets"]["persons"]["recall"] == 1
    (miss,) = figures["misses"]["persons"]
    assert (miss["article"], miss["text"]) == ("harbour", "extra ['Cy Stray']")


def test_differences_lead_to_the_page_that_explains_them(harbour: Evaluation) -> None:
    known = Guide(rules=["said-that"])
    assert "\n    /explain/article/harbour?rule=said-that" in misses(harbour, "statements", known)
    assert "\n    /explain/article/harbour#c-40" in misses(harbour, "statements")
    assert misses(harbour, "persons").endswith("\n    /explain/article/harbour")


def test_differences_lead_to_the_command_that_explains_them(harbour: Evaluation) -> None:
    guide = Guide({"harbour": "my articles/harbour.txt"}, ["said-that"])
    lines = misses(harbour, "statements", guide).splitlines()
    command = "    communique explain 'my articles/harbour.txt' --words "
    assert command + "'he welcomed the plan' --rule said-that" in lines
    assert command + "'Frey added that he welcomed the plan.' --rule said-that" in lines
    assert command + "'met Bo Frey in Port Vale'" in misses(harbour, "event type", guide).splitlines()


@pytest.mark.parametrize(
    ("one", "other", "loose", "same"),
    [
        ("the Fisheries Council", "Fisheries council", False, True),
        ("Zoë Lind", "Zoe Lind", False, True),
        ("Norland's Council", "Norland Council", False, True),
        ("Council of Fisheries", "Fisheries Council of Norland", False, False),
        ("Council of Fisheries", "Fisheries Council of Norland", True, True),
        ("Council", "Fisheries Council of Norland", True, False),
        ("Lind", "Frey", True, False),
    ],
)
def test_names_are_alike_as_the_guidelines_say(one: str, other: str, loose: bool, same: bool) -> None:
    assert alike(one, other, loose=loose) is same


def test_normal_form_has_no_case_accent_or_punctuation() -> None:
    assert normal("The “Port–Vale” Ministry’s (PVM)") == "port vale ministry pvm"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"person": []}, "unknown key 'person'; was 'persons' meant?"),
        ({"persons": [{"name": "Ada", "role": []}]}, "persons[0] has an unknown key 'role'; was 'roles' meant?"),
        ({"persons": [{"aliases": ["Ada"]}]}, "persons[0] lacks its 'name'"),
        ({"persons": {"name": "Ada"}}, "persons: a list was expected"),
        ({"countries": [3]}, "countries[0]: 3 does not fit"),
        ({"events": [{"id": "e", "type": "summit", "cue": "the summit"}]}, "'summit' is none of meeting"),
        ({"id": "haven"}, "its id is 'haven'; name the file haven.json or mend the id"),
    ],
)
def test_a_gold_file_that_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = tmp_path / "harbour.json"
    path.write_text(json.dumps(GOLD | change), encoding="utf-8")
    with pytest.raises(GoldError) as refused:
        read_gold(path)
    assert str(refused.value).startswith(str(path))
    assert message in str(refused.value)


def test_a_folder_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="no gold in this folder"):
        read_gold(tmp_path)


def test_the_gold_that_ships_is_well_formed_and_its_cues_stand_in_the_articles() -> None:
    data = Path(__file__).parents[2] / "data"
    golds = read_gold(data / "gold")
    assert len(golds) == 5
    for gold in golds:
        text = (data / "articles" / f"{gold.id}.txt").read_text(encoding="utf-8").replace("\xa0", " ")
        cues = [e.cue for e in gold.events] + [s.cue for s in gold.statements] + [a.cue for a in gold.agreements]
        assert [cue for cue in cues if cue.replace("’", "'") not in text.replace("’", "'")] == []
