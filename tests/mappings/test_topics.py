"""Topics: what an event's own sentences say was discussed, in words of the lexicon, and nothing that was not."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from mappings import phrases
from mappings.article import Article, Kind, Segment
from mappings.extraction import extract
from mappings.graph import Names, nquads
from mappings.records import Records
from ontology import vocabulary
from ontology.namespaces import SCHEMA, TOPIC

MET = "Foreign Minister Anna Berg of Norway met Foreign Minister Karl Dahl of Denmark in Oslo on Monday."


def read(*sentences: str) -> tuple[Article, Records]:
    text = " ".join(sentences)
    article = Article("talks", text, (Segment(0, len(text), Kind.BODY),))
    (records,) = extract([article])
    return article, records


def topics(*sentences: str) -> list[tuple[str, list[str]]]:
    """Give kind and topics of each event."""
    _, records = read(*sentences)
    return [(event.kind, [key.removeprefix("topic:") for key in event.topics]) for event in records.events]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Berg and Dahl discussed trade and energy.", ["trade", "energy"]),
        ("The two ministers reviewed cooperation in the fields of fisheries and tourism.", ["fisheries", "tourism"]),
        ("They exchanged views on the nuclear programme and regional developments.", ["nuclear", "region"]),
        ("During the meeting, Berg and Dahl discussed bilateral ties, which help trade.", ["relations"]),
        ("During the meeting, climate change and migration were discussed.", ["environment", "migration"]),
    ],
)
def test_meeting_is_about_what_was_discussed(sentence: str, found: list[str]) -> None:
    assert topics(MET, sentence) == [("Meeting", found)]


def test_call_is_about_what_was_discussed() -> None:
    call = "Norwegian Prime Minister Anna Berg spoke by phone with Danish President Karl Dahl on Monday."
    assert topics(call, "During the call, they discussed food security.") == [("Call", ["agriculture"])]


@pytest.mark.parametrize(
    "sentence",
    [
        "Berg did not discuss trade.",
        "Dahl refused to discuss trade.",
        "Berg and Dahl discussed the work of the Ministry of Trade.",
        "Trade between the two countries has grown.",
        "During the meeting, Berg praised the trade of Denmark.",
    ],
)
def test_what_was_not_discussed_is_no_topic(sentence: str) -> None:
    assert topics(MET, sentence) == [("Meeting", [])]


def test_sentence_of_two_events_gives_neither_a_topic() -> None:
    both = "Anna Berg met Karl Dahl in Oslo on 3 March 2024, and later had a telephone conversation with Olga Roe"
    assert topics(f"{both} to discuss trade.") == [("Meeting", []), ("Call", [])]


def test_topics_are_concepts_in_the_graph() -> None:
    article, records = read(MET, "Berg and Dahl discussed trade.")
    keys = [record.key for group in (records.entities, records.events) for record in group]
    names = Names({key: f"https://example.org/{key}" for key in keys})
    graph = parse(nquads(article, records, names), RdfFormat.N_QUADS)
    assert [quad.object for quad in graph if quad.predicate == NamedNode(SCHEMA.about)] == [NamedNode(TOPIC.trade)]


def test_words_and_concepts_name_the_same_topics() -> None:
    words = {e.attributes["topic"] for group in phrases.entries(None).values() for e in group if e.lexicon == "topic"}
    subjects = {t.subject.value for t in vocabulary.triples() if isinstance(t.subject, NamedNode)}
    concepts = {iri.removeprefix(str(TOPIC)) for iri in subjects if iri.startswith(str(TOPIC))}
    assert words == concepts
