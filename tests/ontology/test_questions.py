"""The competency questions: well-formed, and answered by the founding articles as these say."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from pytest import FixtureRequest

from ontology import questions, vocabulary
from ontology.namespaces import PREFIXES
from ontology.questions import Expectation, Question, QuestionError
from server.store import current

QUESTIONS = questions.load()
PREFIX = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + (
    "@prefix ex: <https://example.org/> .\n@prefix graph: <https://w3id.org/communique/graph/> .\n"
)


def named(name: str) -> Question:
    return next(question for question in QUESTIONS if question.name.startswith(name))


def store(trig: str) -> ox.Store:
    loaded = ox.Store()
    loaded.load(vocabulary.nquads(), format=ox.RdfFormat.N_QUADS)
    loaded.load(PREFIX + trig, format=ox.RdfFormat.TRIG)
    return loaded


@pytest.fixture(scope="session")
def founding_dataset(request: FixtureRequest) -> ox.Store:
    root: Path = request.getfixturevalue("founding_store")
    return current(root).open()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_founding_articles_answer(question: Question, founding_dataset: ox.Store) -> None:
    rows = questions.ask(question, founding_dataset)
    assert questions.check(question, rows) == [], rows


def test_nothing_from_outside_the_articles_proper_bears_a_name(founding_dataset: ox.Store) -> None:
    labels = {
        quad.object.value
        for name in ("prefLabel", "altLabel")
        for quad in founding_dataset.quads_for_pattern(None, ox.NamedNode(PREFIXES["skos"] + name), None, None)
        if isinstance(quad.object, ox.Literal)
    }
    assert labels
    assert [name for name in questions.forbidden_names() if name in labels] == []


def test_there_are_22_questions_in_order() -> None:
    assert [question.name[:5] for question in QUESTIONS] == [f"cq-{number:02}" for number in range(1, 23)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_question_runs_and_names_the_columns_that_are_expected(question: Question) -> None:
    found = ox.Store().query(question.query)
    assert isinstance(found, ox.QuerySolutions)
    columns = {variable.value for variable in found.variables}
    patterns = [*question.expected.due, *question.expected.absent]
    assert patterns
    assert {column for pattern in patterns for column in pattern} <= columns


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_question_has_no_answer_where_nothing_is_told(question: Question) -> None:
    assert questions.ask(question, store(""), union=True) == []


def test_every_kind_of_page_has_a_question() -> None:
    pages = ("article", "person", "body", "country", "place", "event", "agreement", "home")
    assert [page for page in pages if not questions.fitting(page)] == []
    assert questions.fitting("colour") == ()


ONE_MEETING = """
    graph:entities {
        ex:ada skos:prefLabel "Ada"@en . ex:bob skos:prefLabel "Bob"@en . ex:city skos:prefLabel "Oslo"@en .
    }
    ex:article {
        ex:article a schema:NewsArticle ; dcterms:identifier "example" .
        ex:ada a schema:Person ; skos:prefLabel "Ada"@en . ex:bob a schema:Person ; skos:prefLabel "Bob"@en .
        ex:talks a cmq:Meeting, cmq:DiplomaticEvent ; schema:attendee ex:ada, ex:bob .
    }"""


def test_a_question_can_be_asked_about_another_thing() -> None:
    query = named("cq-01").asked_about('Ada "the" Example')
    assert r'"Ada \"the\" Example"@en' in query
    with pytest.raises(QuestionError, match="asks about nothing else"):
        named("cq-22").asked_about("Ada")


def test_a_meeting_without_place_is_one_row_without_place() -> None:
    question = named("cq-01")
    rows = store(ONE_MEETING).query(question.asked_about("Ada"), use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    assert [(str(row["who"]), row["place"]) for row in rows] == [('"Bob"@en', None)]


def test_a_withdrawal_without_actor_is_one_row_without_actor() -> None:
    rows = questions.ask(
        named("cq-14"),
        store("""
            graph:entities { ex:treaty skos:prefLabel "treaty"@en . ex:ada skos:prefLabel "Ada"@en }
            ex:article {
                ex:article a schema:NewsArticle ; dcterms:identifier "example" .
                ex:treaty a cmq:Agreement ; cmq:transition ex:exit . ex:exit cmq:status status:withdrawn .
            }"""),
        union=True,
    )
    assert [(row["who"], row["from"]) for row in rows] == [(None, "treaty")]


def test_each_pair_that_met_is_counted_once_in_one_direction() -> None:
    rows = questions.ask(named("cq-17"), store(ONE_MEETING), union=True)
    assert rows == [{"one": "Ada", "other": "Bob", "times": "1"}]


def test_questions_follow_the_base_of_the_dataset() -> None:
    query = next(q for q in questions.load(base="https://example.net/kg/") if q.name.startswith("cq-01")).query
    assert "<https://example.net/kg/graph/>" in query
    assert "<https://w3id.org/communique#>" in query


ROWS: list[questions.Row] = [{"who": "Ada", "date": None}, {"who": "Bob", "date": "2020"}]


@pytest.mark.parametrize(
    ("expected", "problems"),
    [
        (Expectation(due=({"who": "Ada"},)), []),
        (Expectation(due=({"who": "Ada", "date": None}, {"who": {"any": ["Bob", "Rob"]}})), []),
        (Expectation(due=({"who": {"contains": "o"}, "date": {"contains": "20"}},)), []),
        (Expectation(due=({"who": "Ada", "date": "2020"},)), ["missing: who='Ada', date='2020'"]),
        (Expectation(due=({"date": {"contains": "1999"}},)), ["missing: date={'contains': '1999'}"]),
        (Expectation(due=({"place": "Oslo"},)), ["missing: place='Oslo'"]),
        (Expectation(absent=({"who": "Bob"},)), ["must not come: who='Bob', date='2020'"]),
        (Expectation(due=({"who": "Ada"},), exact=True), ["unexpected: who='Bob', date='2020'"]),
        (Expectation(due=({"who": "Ada"}, {"who": "Bob"}), exact=True), []),
    ],
    ids=str,
)
def test_rows_are_compared_with_what_is_expected(expected: Expectation, problems: list[str]) -> None:
    question = Question("cq-00", "title", "sentence", ("home",), None, "", expected)
    assert questions.check(question, ROWS) == problems
