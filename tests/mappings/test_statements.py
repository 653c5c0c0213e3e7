"""Statements: one for each sentence of speech, with its speaker, how it is told, and what was said."""

from __future__ import annotations

import pytest

from mappings.article import Article, Segment
from mappings.extraction import extract
from mappings.records import Records, Statement

INTRODUCTION = "Foreign Minister Anna Berg of Norway met Foreign Minister Karl Dahl of Denmark in Oslo."


def read(*paragraphs: str) -> tuple[str, Records]:
    """Read a text of several paragraphs."""
    text = "\n".join(paragraphs)
    segments, at = [], 0
    for paragraph in paragraphs:
        segments.append(Segment(at, at + len(paragraph)))
        at += len(paragraph) + 1
    (records,) = extract([Article("talks", text, tuple(segments))])
    return text, records


def said(*paragraphs: str) -> list[tuple[str, str, str]]:
    """Read a text; returns speaker, mode and words of each statement."""
    text, records = read(*paragraphs)
    names = {entity.key: entity.label for entity in records.entities}

    def row(statement: Statement) -> tuple[str, str, str]:
        return (
            " + ".join(names[key] for key in statement.speakers),
            statement.mode,
            text[statement.start : statement.end],
        )

    return [row(statement) for statement in records.statements]


def test_each_sentence_of_one_quotation_is_a_statement_of_the_same_speaker() -> None:
    found = said(INTRODUCTION, "“The border stays open. Nobody is turned away. That is a promise we keep,” Berg said.")
    assert found == [
        ("Anna Berg", "direct", "The border stays open."),
        ("Anna Berg", "direct", "Nobody is turned away."),
        ("Anna Berg", "direct", "That is a promise we keep"),
    ]


def test_a_paragraph_that_is_all_quotation_goes_on_for_the_speaker_before_it() -> None:
    found = said(INTRODUCTION, "“The border stays open,” Dahl said.", "“We have seen what closing it does.”")
    assert [(speaker, words) for speaker, _, words in found] == [
        ("Karl Dahl", "The border stays open"),
        ("Karl Dahl", "We have seen what closing it does."),
    ]


@pytest.mark.parametrize(
    ("sentence", "mode"),
    [
        ("Berg said the border would stay open.", "indirect"),
        ("Berg said the border would stay “open for good and for everybody who needs it”.", "mixed"),
        ("“The border will stay open for everybody,” stressed Berg.", "direct"),
    ],
)
def test_the_mode_tells_whose_words_they_are(sentence: str, mode: str) -> None:
    assert [(speaker, how) for speaker, how, _ in said(INTRODUCTION, sentence)] == [("Anna Berg", mode)]


def test_a_pronoun_speaks_for_the_one_who_spoke_last() -> None:
    found = said(INTRODUCTION, "Dahl said the road would be mended.", "He added that the bridge would follow.")
    assert [speaker for speaker, _, _ in found] == ["Karl Dahl", "Karl Dahl"]


def test_what_an_agency_reports_is_no_statement_of_its_own() -> None:
    assert said(INTRODUCTION, "Reuters reported that the ministers would meet again.") == []


def test_a_quotation_that_its_sentence_ascribes_to_a_paper_is_nobodys() -> None:
    notice = "The text read: “All roads are closed until further notice.”"
    found = said(INTRODUCTION, "Berg said the border would stay open.", notice)
    assert [words for _, _, words in found] == ["the border would stay open"]


def test_the_turns_of_a_transcript_last_until_the_next_speaker() -> None:
    found = said(
        "Foreign Minister of Norway Anna Berg: Thank you for coming to Oslo today.",
        "We have much to talk about this afternoon.",
        "Foreign Minister of Denmark Karl Dahl: I am glad to be here again.",
        "Question: Will the border between the countries stay open?",
        "Karl Dahl: It will stay open for everybody.",
    )
    assert [(speaker, words) for speaker, _, words in found] == [
        ("Anna Berg", "Thank you for coming to Oslo today."),
        ("Anna Berg", "We have much to talk about this afternoon."),
        ("Karl Dahl", "I am glad to be here again."),
        ("Karl Dahl", "It will stay open for everybody."),
    ]


def test_two_who_say_it_together_are_both_its_speakers() -> None:
    found = said(INTRODUCTION, "Berg and Dahl stressed that the border would stay open.")
    assert [speaker for speaker, _, _ in found] == ["Anna Berg + Karl Dahl"]


def test_who_speaks_in_what_another_says_has_no_statement_of_the_sentence() -> None:
    found = said(INTRODUCTION, "Berg said that Dahl had promised to keep the border open.")
    assert [speaker for speaker, _, _ in found] == ["Anna Berg"]


def test_a_statement_knows_the_meeting_at_which_it_was_made() -> None:
    _, records = read(INTRODUCTION, "Berg said the border would stay open.")
    (meeting,) = (event for event in records.events if event.kind == "Meeting")
    assert [statement.event for statement in records.statements] == [meeting.key]


def test_a_name_with_a_colon_before_a_quotation_is_no_turn() -> None:
    found = said(
        INTRODUCTION, "Berg: “The border stays open for everybody.”", "The road to the border was mended in May."
    )
    assert [(speaker, words) for speaker, _, words in found] == [("Anna Berg", "The border stays open for everybody.")]


def test_a_name_with_a_colon_in_a_report_is_no_turn() -> None:
    assert said(INTRODUCTION, "Anna Berg: border to stay open.", "The road to the border was mended in May.") == []


def test_the_author_of_a_release_says_what_stands_there_in_the_first_person() -> None:
    found = said(
        "Anna Berg, Minister for Trade", "I look forward to the talks in Oslo next week.", "The talks begin on Monday."
    )
    assert [(speaker, words) for speaker, _, words in found] == [
        ("Anna Berg", "I look forward to the talks in Oslo next week.")
    ]


def speakers(*paragraphs: str) -> list[str]:
    return [speaker for speaker, _, _ in said(*paragraphs)]


def test_those_who_met_speak_as_they() -> None:
    assert speakers(INTRODUCTION, "They committed to a new bridge.") == ["Anna Berg + Karl Dahl"]


def test_officials_without_a_name_speak_for_their_country_and_are_known_again() -> None:
    text = "A Danish diplomat said on Monday that the bridge was safe. The diplomat said more tests would follow."
    assert speakers(text) == ["Denmark", "Denmark"]


def test_it_is_the_body_that_spoke_before() -> None:
    text = "The Norwegian Foreign Ministry condemned the attack. It also urged restraint."
    assert speakers(text) == ["Norwegian Foreign Ministry"] * 2


def test_a_question_from_the_floor_is_nobodys_statement() -> None:
    turns = (
        "MS. BERG: I will take your questions now.",
        "Q Norway has said that the bridge is safe. Do you agree?",
        "MS. BERG: I do not know that yet.",
    )
    assert set(speakers(*turns)) == {"BERG"} and len(speakers(*turns)) == 2
