"""The derivations, each on a small dataset of two or three articles."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ontology import derivation, vocabulary
from ontology.namespaces import CMQ, PREFIXES

PREFIX = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + "@prefix ex: <https://example.org/> .\n"
EXAMPLE = "https://example.org/"


def derived(trig: str) -> set[tuple[str, str, str]]:
    """Derive from the dataset and shorten the IRIs to prefixed names."""
    store = ox.Store()
    store.load(vocabulary.nquads(), format=ox.RdfFormat.N_QUADS)
    store.load(PREFIX + trig, format=ox.RdfFormat.TRIG)
    quads = ox.parse(derivation.nquads(store), format=ox.RdfFormat.N_QUADS)
    return {(short(q.subject), short(q.predicate), short(q.object)) for q in quads}


def short(term: object) -> str:
    value = str(getattr(term, "value", term))
    for prefix, iri in sorted([*PREFIXES.items(), ("ex", EXAMPLE)], key=lambda pair: -len(pair[1])):
        if value.startswith(iri):
            return f"{prefix}:{value.removeprefix(iri)}"
    return value


def telling(article: str, status: str, *, published: str | None = None, event: str | None = None) -> str:
    date = f'; schema:datePublished "{published}"^^xsd:date' if published else ""
    seen = f'ex:{article}-event a sem:Event ; schema:startDate "{event}"^^xsd:date .' if event else ""
    treaty = f"ex:treaty a cmq:Agreement ; cmq:status {status} ."
    return f"ex:{article} {{ ex:{article} a schema:NewsArticle {date} . {treaty} {seen} }}\n"


def current(*tellings: str) -> tuple[set[str], set[str], set[str]]:
    facts = derived("".join(tellings))
    of_treaty = [(p.removeprefix("cmq:"), o) for s, p, o in facts if s == "ex:treaty"]
    status, articles, ground = (
        {o for p, o in of_treaty if p == name} for name in ("currentStatus", "statusAccordingTo", "statusGround")
    )
    return status, articles, ground


def test_the_latest_dated_telling_gives_the_current_status() -> None:
    status, articles, ground = current(
        telling("old", "status:in-force", published="2019-01-01"),
        telling("new", "status:suspended", published="2021-01-01"),
    )
    assert (status, articles) == ({"status:suspended"}, {"ex:new"})
    assert ground == {"The latest dated telling, of 2021-01-01."}


def test_a_later_article_wins_even_with_an_earlier_stage() -> None:
    status, _, _ = current(
        telling("old", "status:withdrawn", published="2018-05-08"),
        telling("new", "status:negotiating", published="2021-04-06"),
    )
    assert status == {"status:negotiating"}


def test_an_article_without_date_is_dated_by_the_latest_past_event_that_it_reports() -> None:
    status, _, _ = current(
        telling("old", "status:signed", published="2019-01-01"),
        telling("new", "status:suspended", event="2020-01-01"),
        telling("middle", "status:ratified", published="2019-06-01"),
    )
    assert status == {"status:suspended"}


def test_what_no_date_orders_is_ordered_by_the_agreements_life() -> None:
    status, articles, ground = current(
        telling("dated", "status:proposed", published="2023-01-23"), telling("undated", "status:in-force")
    )
    assert (status, articles) == ({"status:in-force"}, {"ex:undated"})
    assert ground == {
        "The furthest of the statuses told as of 2023-01-23 or by articles whose date is not known; "
        "dates do not order them."
    }


def test_articles_that_agree_are_all_named() -> None:
    status, articles, ground = current(
        telling("one", "status:signed", published="2019-01-01"),
        telling("two", "status:signed", published="2019-01-02"),
    )
    assert (status, articles) == ({"status:signed"}, {"ex:one", "ex:two"})
    assert ground == {"All articles that tell of it agree."}


def test_one_article_alone_is_said_to_be_alone() -> None:
    assert current(telling("only", "status:signed")) == (
        {"status:signed"},
        {"ex:only"},
        {"Told by one article only."},
    )


@pytest.mark.parametrize(
    ("kind", "status", "met"),
    [
        ("cmq:Meeting", "", True),
        ("cmq:Call", "", True),
        ("cmq:Gathering", "", False),
        ("cmq:Meeting", "; schema:eventStatus schema:EventScheduled", False),
        ("cmq:Meeting", "; schema:eventStatus schema:EventCancelled", False),
    ],
)
def test_who_met(kind: str, status: str, met: bool) -> None:
    facts = derived(f"""
        ex:article {{
            ex:event a {kind}, cmq:DiplomaticEvent ; schema:attendee ex:ada, ex:bob, ex:land {status} .
            ex:ada a schema:Person . ex:bob a schema:Person . ex:land a schema:Country .
        }}""")
    pairs = {(s, o) for s, p, o in facts if p == "cmq:met"}
    assert pairs == ({("ex:ada", "ex:bob"), ("ex:bob", "ex:ada")} if met else set())


def test_wholes_and_inverses_are_stated() -> None:
    facts = derived("""
        ex:one { ex:committee org:unitOf ex:chamber . ex:talks schema:superEvent ex:summit }
        ex:two { ex:chamber org:unitOf ex:parliament . ex:parliament org:subOrganizationOf ex:country }""")
    assert {o for s, p, o in facts if (s, p) == ("ex:committee", "org:transitiveSubOrganizationOf")} == {
        "ex:chamber",
        "ex:parliament",
        "ex:country",
    }
    assert {("ex:chamber", "org:hasUnit", "ex:committee"), ("ex:summit", "schema:subEvent", "ex:talks")} <= facts


def test_a_post_in_a_body_makes_a_member_and_a_post_in_a_country_does_not() -> None:
    facts = derived("""
        ex:article {
            ex:a a org:Membership ; org:member ex:ada ; org:organization ex:committee .
            ex:b a org:Membership ; org:member ex:bob ; org:organization ex:land .
            ex:committee a org:Organization . ex:land a schema:Country .
        }""")
    assert {(s, o) for s, p, o in facts if p == "org:memberOf"} == {("ex:ada", "ex:committee")}


def test_events_speak_sem_and_bear_their_code() -> None:
    facts = derived("""
        ex:article {
            ex:call a cmq:Call, cmq:DiplomaticEvent, sem:Event ; schema:attendee ex:ada ; schema:location ex:city ;
                schema:startDate "2020"^^xsd:gYear .
            ex:exit a cmq:StatusChange, sem:Event ; cmq:status status:withdrawn ; schema:agent ex:land .
        }""")
    assert {
        ("ex:call", "sem:hasActor", "ex:ada"),
        ("ex:call", "sem:hasPlace", "ex:city"),
        ("ex:call", "sem:hasTimeStamp", "2020"),
        ("ex:call", "cmq:eventCode", "event-code:call"),
        ("ex:exit", "sem:hasActor", "ex:land"),
        ("ex:exit", "cmq:eventCode", "event-code:agreement-left"),
    } <= facts


def test_every_derivation_says_what_and_why() -> None:
    assert derivation.queries()
    for name, query in derivation.queries().items():
        assert query.startswith("# What: ") and "\n# Why:  " in query, name


def test_derived_terms_of_the_vocabulary_are_derived_by_some_query() -> None:
    terms = ("currentStatus", "statusAccordingTo", "statusGround", "met")
    queries = "\n".join(derivation.queries().values())
    assert [term for term in terms if f"cmq:{term}" not in queries or str(CMQ) not in queries] == []
