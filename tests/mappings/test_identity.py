"""Identity: one thing, one IRI, across articles and spellings; namesakes stay apart; order leaves no trace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from mappings.article import Article, Segment
from mappings.identity import Judgement, JudgementError, Judgements, Resolution, doubts_table, read_judgements, resolve
from mappings.records import (
    Agreement,
    AgreementStatus,
    Entity,
    Event,
    EventStatus,
    Evidence,
    Link,
    Name,
    Post,
    Records,
    Transition,
)
from ontology.namespaces import BASE

HERE = Evidence(0, 1, "rule")
NORWAY, CHILE, GHANA = "Norway NO", "Chile CL", "Ghana GH"
Reading = tuple[Article, Records]


def article(identifier: str, records: Records) -> Reading:
    return Article(identifier, "x", (Segment(0, 1),)), records


def entity(key: str, label: str, *forms: str, parts: Iterable[str] = ()) -> Entity:
    """Make an entity of the kind that the key begins with; countries are written "Norway NO"."""
    kind, _, _ = key.partition(":")
    name, _, code = label.rpartition(" ") if kind == "country" else (label, "", None)
    links = tuple(Link(part, HERE) for part in parts)
    return Entity(key, kind, name, tuple(Name(form, HERE) for form in (name, *forms)), code=code, part_of=links)  # type: ignore[arg-type]


def holder(identifier: str, name: str, country: str | None = None, title: str = "envoy") -> Reading:
    """Tell of one person, who holds a post of a country."""
    entities = [entity("person:1", name)]
    posts = []
    if country:
        entities.append(entity("country:1", country))
        posts.append(Post("person:1", title, "country:1", (HERE,)))
    return article(identifier, Records(entities=tuple(entities), posts=tuple(posts)))


def body(identifier: str, name: str, *forms: str, country: str | None = None) -> Reading:
    """Tell of one body, which may be part of a country."""
    entities = [entity("body:1", name, *forms, parts=["country:1"] if country else [])]
    if country:
        entities.append(entity("country:1", country))
    return article(identifier, Records(entities=tuple(entities)))


def agreement(
    identifier: str,
    label: str,
    *parties: str,
    forms: Iterable[str] = (),
    status: AgreementStatus = "unspecified",
    signed: str | None = None,
) -> Reading:
    entities = tuple(entity(f"country:{n}", party) for n, party in enumerate(parties))
    changes = (Transition("signed", HERE, date=signed),) if signed else ()
    told = Agreement(
        "agreement:1",
        label,
        tuple(Name(form, HERE) for form in (label, *forms)),
        status,
        (HERE,),
        tuple(one.key for one in entities),
        transitions=changes,
    )
    return article(identifier, Records(entities=entities, agreements=(told,)))


def meeting(
    identifier: str,
    *people: str,
    date: str | None = "2031-05-14",
    place: str | None = None,
    status: EventStatus | None = None,
) -> Reading:
    entities = [entity(f"person:{n}", name) for n, name in enumerate(people)]
    if place:
        entities.append(entity("place:1", place))
    attendees = tuple(one.key for one in entities if one.kind == "person")
    event = Event(
        "event:1", "Meeting", (HERE,), attendees=attendees, date=date, place="place:1" if place else None, status=status
    )
    return article(identifier, Records(entities=tuple(entities), events=(event,)))


def iris(resolution: Resolution, key: str) -> set[str]:
    return {keys[key] for keys in resolution.iri_of.values()}


def count(key: str, *readings: Reading, judgements: Judgements | None = None) -> int:
    """Count the things that are told of under a key."""
    return len(iris(resolve(readings, judgements=judgements), key))


# persons


def test_spellings_of_one_envoy_are_one_person() -> None:
    assert (
        count("person:1", holder("a", "Gholamreza Aghazadeh", GHANA), holder("b", "Gholam-Reza Aqazadeh", GHANA)) == 1
    )


def test_spelling_is_tolerated_without_a_post_too() -> None:
    assert count("person:1", holder("a", "Kamal Kharazi", GHANA), holder("b", "Kamal Kharrazi")) == 1


def test_namesakes_in_two_countries_stay_apart() -> None:
    assert count("person:1", holder("a", "Jon Berg", NORWAY), holder("b", "Jon Berg", CHILE)) == 2


def test_namesake_without_a_post_counts_to_neither_of_two() -> None:
    readings = [holder("a", "Jon Berg", NORWAY), holder("b", "Jon Berg", CHILE), holder("c", "Jon Berg")]
    assert count("person:1", *readings) == 3


def test_namesake_without_a_post_counts_to_the_one_everybody_writes_of() -> None:
    readings = [holder(f"a{n}", "Jon Berg", NORWAY) for n in range(8)] + [
        holder("b", "Jon Berg", CHILE),
        holder("c", "Jon Berg"),
    ]
    assert count("person:1", *readings) == 2


def test_given_names_that_look_alike_are_two() -> None:
    assert count("person:1", holder("a", "Mohammad Khatibi", GHANA), holder("b", "Mahmoud Khatibi", GHANA)) == 2


def test_vague_spelling_needs_a_shared_country() -> None:
    readings = [holder("a", "Robert F. Menendez", GHANA), holder("b", "Robert Menendez")]
    assert count("person:1", *readings) == 2
    assert count("person:1", readings[0], holder("b", "Robert Menendez", GHANA)) == 1


def test_bare_surname_is_the_one_envoy_of_that_country_and_post() -> None:
    assert count("person:1", holder("a", "Jon Berg", NORWAY), holder("b", "Berg", NORWAY)) == 1


@pytest.mark.parametrize(
    "other",
    [holder("b", "Berg"), holder("b", "Berg", CHILE), holder("b", "Berg", NORWAY, "minister")],
    ids=["no post", "other country", "other post"],
)
def test_bare_surname_alone_is_not_enough(other: Reading) -> None:
    assert count("person:1", holder("a", "Jon Berg", NORWAY), other) == 2


def test_bare_surname_of_two_envoys_is_neither() -> None:
    assert (
        count("person:1", holder("a", "Jon Berg", NORWAY), holder("b", "Ann Berg", NORWAY), holder("c", "Berg", NORWAY))
        == 3
    )


def test_family_name_comes_first_where_the_country_has_it_so() -> None:
    assert count("person:1", holder("a", "Zhang Ming", "China CN"), holder("b", "Zhang", "China CN")) == 1
    assert count("person:1", holder("a", "Zhang Ming", "China CN"), holder("b", "Ming", "China CN")) == 2


def test_former_post_is_the_same_post() -> None:
    assert count("person:1", holder("a", "Jon Berg", NORWAY), holder("b", "Berg", NORWAY, "former envoy")) == 1


def test_look_alikes_left_apart_are_told() -> None:
    resolution = resolve([holder("a", "Kamal Kharazi", NORWAY), holder("b", "Kamal Kharrazi", CHILE)])
    assert [(doubt.left, doubt.right) for doubt in resolution.doubts] == [("Kamal Kharazi", "Kamal Kharrazi")]


# bodies


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chilean Senate", "Senate of Chile"),
        ("Chilean Foreign Ministry", "Ministry of Foreign Affairs of Chile"),
        ("Chilean Ministry of Defence", "Chile's Defense Ministry"),
        ("Norway-Chile Friendship Group", "Chile-Norway Friendship Group"),
    ],
)
def test_wordings_of_one_body_are_one(one: str, other: str) -> None:
    assert count("body:1", body("a", one), body("b", other)) == 1


def test_same_ministry_of_two_countries_is_two() -> None:
    assert (
        count("body:1", body("a", "Foreign Ministry", country=CHILE), body("b", "Foreign Ministry", country=NORWAY))
        == 2
    )


def test_ministry_of_nowhere_stays_with_its_article() -> None:
    assert count("body:1", body("a", "Foreign Ministry"), body("b", "Foreign Ministry")) == 2


def test_telling_name_needs_no_country() -> None:
    assert count("body:1", body("a", "Fjordbank Trust"), body("b", "Fjordbank Trust")) == 1
    assert count("body:1", body("a", "Fjordbank Trust"), body("b", "Norwegian Fjordbank Trust")) == 1


def test_acronym_alone_is_the_body_that_bears_it() -> None:
    assert count("body:1", body("a", "Lake Harbour Treaty Organization", "LHTO"), body("b", "LHTO")) == 1


def test_acronym_of_two_bodies_is_neither() -> None:
    readings = [body("a", "Lake Harbour Trust", "LHT"), body("b", "Long Hill Tribunal", "LHT"), body("c", "LHT")]
    assert count("body:1", *readings) == 3


def committee(identifier: str, name: str, parent: str) -> Reading:
    entities = (
        entity("body:1", name, parts=["body:2"]),
        entity("body:2", parent, parts=["country:1"]),
        entity("country:1", CHILE),
    )
    return article(identifier, Records(entities=entities))


def test_committee_is_one_in_both_wordings() -> None:
    one = committee("a", "Fisheries Committee of the Chilean Senate", "Chilean Senate")
    other = committee("b", "Senate Committee on Fisheries", "Senate of Chile")
    assert count("body:1", one, other) == 1


def test_committees_of_two_chambers_are_two() -> None:
    one = committee("a", "Committee on Fisheries", "Chilean Senate")
    other = committee("b", "Committee on Fisheries", "Chilean Chamber of Deputies")
    assert count("body:1", one, other) == 2


def test_parent_that_is_its_own_part_does_no_harm() -> None:
    ring = (entity("body:1", "Upper Board", parts=["body:2"]), entity("body:2", "Lower Board", parts=["body:1"]))
    assert count("body:1", article("a", Records(entities=ring))) == 1


# countries, places


def test_country_is_named_by_its_code() -> None:
    (iri,) = iris(resolve([article("a", Records(entities=(entity("country:1", NORWAY),)))]), "country:1")
    assert iri.endswith("/id/country/no")


def test_place_is_one_however_accented() -> None:
    readings = [
        article(n, Records(entities=(entity("place:1", name),))) for n, name in (("a", "Brasília"), ("b", "Brasilia"))
    ]
    assert count("place:1", *readings) == 1


# agreements


def test_wordings_of_one_treaty_are_one() -> None:
    one = agreement("a", "Norway-Chile Strategic Partnership Agreement", NORWAY, CHILE)
    other = agreement("b", "twenty-year strategic partnership treaty", NORWAY, CHILE)
    assert count("agreement:1", one, other) == 1


@pytest.mark.parametrize(
    "other",
    [
        agreement("b", "strategic partnership treaty", NORWAY, GHANA),
        agreement("b", "strategic partnership treaty"),
        agreement("b", "joint statement on strategic partnership", NORWAY, CHILE),
        agreement("b", "free trade agreement", NORWAY, CHILE),
        agreement("b", "agreement", NORWAY, CHILE),
    ],
    ids=["other party", "no party", "other class", "other matter", "bare"],
)
def test_treaty_of_other_parties_class_or_matter_is_another(other: Reading) -> None:
    assert count("agreement:1", agreement("a", "strategic partnership agreement", NORWAY, CHILE), other) == 2


def test_bare_agreements_never_meet() -> None:
    assert (
        count("agreement:1", agreement("a", "agreement", NORWAY, CHILE), agreement("b", "agreement", NORWAY, CHILE))
        == 2
    )


def test_named_agreement_is_one_whoever_is_named_beside_it() -> None:
    assert (
        count(
            "agreement:1", agreement("a", "Blue Harbour Convention", NORWAY), agreement("b", "Blue Harbour Convention")
        )
        == 1
    )


def test_acronym_of_an_agreement_joins_its_names() -> None:
    one = agreement("a", "Joint Harbour Plan", NORWAY, forms=["JHPX"])
    assert count("agreement:1", one, agreement("b", "harbour accord", NORWAY, forms=["JHPX"])) == 1


def test_agreements_signed_in_two_years_are_two() -> None:
    one = agreement("a", "lake fisheries treaty", NORWAY, CHILE, signed="2029-03-01")
    other = agreement("b", "lake fisheries treaty", NORWAY, CHILE, signed="2031")
    assert count("agreement:1", one, other) == 2


# events


def test_meeting_told_by_two_articles_is_one() -> None:
    assert count("event:1", meeting("a", "Jon Berg", "Ann Vik"), meeting("b", "Ann Vik", "Jon Berg", place="Oslo")) == 1


@pytest.mark.parametrize(
    "other",
    [
        meeting("b", "Jon Berg", "Ann Vik", date="2031-05-15"),
        meeting("b", "Jon Berg", "Ann Vik", date=None),
        meeting("b", "Jon Berg"),
        meeting("b", "Jon Berg", "Ann Vik", place="Bergen"),
        meeting("b", "Jon Berg", "Ann Vik", status="planned"),
    ],
    ids=["other day", "no day", "one alone", "other place", "only planned"],
)
def test_meeting_that_may_be_another_stays_apart(other: Reading) -> None:
    assert count("event:1", meeting("a", "Jon Berg", "Ann Vik", place="Oslo"), other) == 2


# IRIs


READINGS = [
    holder("a", "Gholamreza Aghazadeh", GHANA),
    holder("b", "Gholam-Reza Aqazadeh", GHANA),
    holder("c", "Jon Berg", NORWAY),
    holder("d", "Jon Berg", CHILE),
    holder("e", "Berg", NORWAY),
]


@pytest.mark.parametrize("order", list(permutations(range(5)))[::23])
def test_order_of_articles_leaves_no_trace(order: tuple[int, ...]) -> None:
    assert resolve([READINGS[i] for i in order]) == resolve(READINGS)


def test_namesakes_have_different_iris_and_the_first_keeps_the_plain_one() -> None:
    found = sorted(iris(resolve([READINGS[2], READINGS[3]]), "person:1"), key=len)
    assert found[0].endswith("/person/jon-berg")
    assert "/person/jon-berg-cl-" in found[1]


def test_name_of_most_articles_is_preferred_and_the_other_redirects() -> None:
    resolution = resolve(
        [holder("a", "Kamal Kharazi", GHANA), holder("b", "Kamal Kharrazi", GHANA), holder("c", "Kamal Kharrazi")]
    )
    (person,) = (thing for thing in resolution.things if thing.kind == "person")
    assert person.label == "Kamal Kharrazi"
    assert [iri.rsplit("/", 1)[-1] for iri in person.former] == ["kamal-kharazi"]


def test_surname_and_bare_noun_never_bear_the_plain_iri() -> None:
    things = resolve([holder("a", "Berg"), agreement("b", "agreement", NORWAY)]).things
    vague = [thing for thing in things if thing.kind in ("person", "agreement")]
    assert [thing.iri.rsplit("-", 1)[0].rsplit("/", 1)[-1] for thing in vague] == ["agreement", "berg"]
    assert [thing.former for thing in vague] == [(), ()]


def test_agreement_is_called_by_its_name_rather_than_by_a_description() -> None:
    one = agreement("a", "strategic partnership treaty", NORWAY, CHILE)
    other = agreement("b", "Norway-Chile Strategic Partnership Agreement", NORWAY, CHILE)
    again = agreement("c", "strategic partnership treaty", NORWAY, CHILE)
    labels = {thing.label for thing in resolve([one, other, again]).things if thing.kind == "agreement"}
    assert labels == {"Norway-Chile Strategic Partnership Agreement"}


def test_post_without_a_body_is_the_one_that_the_person_is_known_to_hold() -> None:
    post = Post("person:1", "envoy", None, (HERE,))
    bare = article("b", Records(entities=(entity("person:1", "Jon Berg"),), posts=(post,)))
    assert resolve([holder("a", "Jon Berg", NORWAY), bare]).body_of == {
        (f"{BASE}id/person/jon-berg", "envoy"): f"{BASE}id/country/no"
    }
    assert resolve([bare]).body_of == {}


# judgements


def judged(verdict: str, left: str, right: str, kind: str = "person") -> Judgements:
    return Judgements([Judgement(kind, verdict == "same", left, right, "a reader", "asked around")])


def test_judgement_joins_what_no_rule_would() -> None:
    readings = [holder("a", "Jon Berg", NORWAY), holder("b", "Johannes Fjell", NORWAY)]
    assert count("person:1", *readings, judgements=judged("same", "Jon Berg", "Johannes Fjell")) == 1


def test_judgement_keeps_apart_what_a_rule_would_join() -> None:
    readings = [holder("a", "Kamal Kharazi", GHANA), holder("b", "Kamal Kharrazi", GHANA)]
    assert count("person:1", *readings, judgements=judged("not same", "Kamal Kharazi", "Kamal Kharrazi|GH")) == 2


def named(kind: str, identifier: str, name: str) -> Reading:
    """Tell of one thing of a kind."""
    if kind == "agreement":
        return agreement(identifier, name, NORWAY)
    if kind == "body":
        return body(identifier, name)
    return article(identifier, Records(entities=(entity(f"{kind}:1", name),)))


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("person", "Jon Berg", "Johannes Fjell"),
        ("body", "Fjordbank Trust", "Lakeside Fund"),
        ("agreement", "Fjord Pact", "Treaty of the Lake"),
        ("place", "Old Harbour", "Quay of the Fishers"),
    ],
)
def test_judgement_joins_any_kind(kind: str, left: str, right: str) -> None:
    readings = [named(kind, "a", left), named(kind, "b", right), named(kind, "c", right)]
    assert count(f"{kind}:1", *readings) == 2
    resolution = resolve(readings, judgements=judged("same", right, left, kind))
    (thing,) = (thing for thing in resolution.things if thing.kind == kind)
    assert set(thing.labels) == {left, right}


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("person", "Kamal Kharazi", "Kamal Kharrazi"),
        ("body", "Board of Fisheries", "Fisheries Board"),
        ("agreement", "Fjord Lake Pact", "Lake Fjord Pact"),
        ("place", "Kyiv", "Kiev"),
    ],
)
def test_judgement_keeps_any_kind_apart(kind: str, left: str, right: str) -> None:
    readings = [named(kind, "a", left), named(kind, "b", right), named(kind, "c", right)]
    assert count(f"{kind}:1", *readings) == 1
    assert count(f"{kind}:1", *readings, judgements=judged("not same", left, right, kind)) == 2


def test_judgement_says_who_bears_one_name_only() -> None:
    readings = [holder("a", "Lulo"), holder("b", "Luis Lulo Prado", NORWAY), holder("c", "Lulo"), holder("d", "Lulo")]
    assert count("person:1", *readings) == 4
    assert count("person:1", *readings, judgements=judged("same", "Lulo", "Luis Lulo Prado")) == 1
    fitting = [holder("a", "Prado", NORWAY), holder("b", "Luis Lulo Prado", NORWAY)]
    assert count("person:1", *fitting) == 1
    assert count("person:1", *fitting, judgements=judged("not same", "Prado", "Luis Lulo Prado")) == 2


def test_judgement_joins_two_names_of_one_article() -> None:
    first, second = agreement("a", "Fjord Pact", NORWAY)[1], agreement("a", "Treaty of the Lake", NORWAY)[1]
    other = replace(second.agreements[0], key="agreement:2")
    reading = article("a", replace(first, agreements=(*first.agreements, other)))
    keys = resolve([reading], judgements=judged("same", "Fjord Pact", "Treaty of the Lake", "agreement")).iri_of["a"]
    assert keys["agreement:1"] == keys["agreement:2"]


def test_judgement_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "judgements.tsv"
    file.write_text("kind\tjudgement\tleft\tright\tby\treason\nperson\tsame\tJon Berg\tJ. Berg\ta reader\ttheir page\n")
    (judgement,) = read_judgements(file).all
    assert judgement == Judgement("person", True, "Jon Berg", "J. Berg", "a reader", "their page")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("person\tsame\tJon Berg", "2: 3 fields"),
        ("ship\tsame\ta\tb\tme\t", "2: kind 'ship'"),
        ("person\tmaybe\ta\tb\tme\t", "2: judgement 'maybe'"),
        ("person\tsame\ta\tb\t\t", "2: left, right and by"),
    ],
)
def test_faulty_judgement_is_refused_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "judgements.tsv"
    file.write_text(f"kind\tjudgement\tleft\tright\tby\treason\n{row}\n")
    with pytest.raises(JudgementError, match=said):
        read_judgements(file)


def test_doubts_become_judgements_once_they_are_decided(tmp_path: Path) -> None:
    readings = [holder("a", "Kamal Kharazi", NORWAY), holder("b", "Kamal Kharrazi", CHILE)]
    file = tmp_path / "doubts.tsv"
    file.write_text(doubts_table(resolve(readings).doubts).replace("\t?\t", "\tsame\t").replace("\t\t", "\ta reader\t"))
    assert count("person:1", *readings, judgements=read_judgements(file)) == 1
