"""Events: one record for one real thing, with sides, place and day, and only what took place or is planned."""

from __future__ import annotations

from datetime import date

import pytest

from mappings.article import Article, Kind, Segment
from mappings.extraction import extract
from mappings.records import Event, Records
from mappings.resolve.events import event_at

MET = "Foreign Minister Anna Berg of Norway met Foreign Minister Karl Dahl of Denmark in Oslo on Monday."


def read(*paragraphs: str, published: date | None = date(2022, 5, 11), headline: bool = False) -> Records:
    """Read a text of several paragraphs, of which the first may be the headline."""
    segments, at = [], 0
    for number, paragraph in enumerate(paragraphs):
        kind = Kind.HEADLINE if headline and number == 0 else Kind.BODY
        segments.append(Segment(at, at + len(paragraph), kind))
        at += len(paragraph) + 1
    (records,) = extract([Article("talks", "\n".join(paragraphs), tuple(segments), published=published)])
    return records


def told(records: Records) -> list[tuple[str, set[str]]]:
    """Give kind and sides of each event."""
    return [(event.kind, sides(records, event)) for event in records.events]


def sides(records: Records, event: Event) -> set[str]:
    names = {entity.key: entity.label for entity in records.entities}
    return {names[key] for key in event.attendees}


def test_what_is_told_again_is_the_same_event_with_all_its_sentences_as_evidence() -> None:
    records = read(
        "Norwegian Foreign Minister Anna Berg meets Danish counterpart",
        MET,
        "Berg and Dahl discussed fisheries.",
        "During the meeting, Berg praised the port of Bergen.",
        headline=True,
    )
    assert told(records) == [("Meeting", {"Anna Berg", "Karl Dahl"})]
    assert len({evidence.start for evidence in records.events[0].evidence}) == 4


def test_another_day_is_another_event() -> None:
    records = read(MET, "Berg and Dahl met in Copenhagen in March 2019.")
    assert [(event.date, event.date_text) for event in records.events] == [
        ("2022-05-09", "Monday"),
        ("2019-03", "March 2019"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Anna Berg did not meet Karl Dahl in Oslo.",
        "Anna Berg refused to meet Karl Dahl in Oslo.",
        "Anna Berg could meet Karl Dahl in Oslo.",
        "Anna Berg and Karl Dahl regularly meet in Oslo.",
        "Anna Berg stressed the importance of talks with Karl Dahl.",
    ],
)
def test_what_is_denied_wished_for_or_a_habit_is_no_event_but_is_listed_as_unread(sentence: str) -> None:
    records = read(sentence)
    assert not records.events
    assert any("not told as something that took place" in unread.reason for unread in records.unread)


@pytest.mark.parametrize(
    "sentence",
    [
        "Anna Berg will meet Karl Dahl in Oslo next week.",
        "Anna Berg is expected to meet Karl Dahl in Oslo.",
        "Anna Berg is to hold talks with Karl Dahl in Oslo.",
    ],
)
def test_a_plan_is_an_event_that_is_marked_as_planned(sentence: str) -> None:
    records = read(sentence)
    assert [event.status for event in records.events] == ["planned"]
    assert told(records) == [("Meeting", {"Anna Berg", "Karl Dahl"})]


def test_a_day_that_cannot_be_resolved_keeps_its_words() -> None:
    (event,) = read(MET, published=None).events
    assert (event.date, event.date_text) == (None, "Monday")


def test_the_day_of_a_report_is_not_the_day_of_what_it_reports() -> None:
    (event,) = read("The ministry said on Tuesday that Anna Berg had met Karl Dahl in Oslo.").events
    assert (event.date, event.date_text) == (None, None)


def test_a_person_stands_for_his_body_and_country() -> None:
    records = read(MET, "The talks between Norway and Denmark lasted an hour.")
    assert told(records) == [("Meeting", {"Anna Berg", "Karl Dahl"})]


def test_what_happened_on_the_sidelines_is_part_of_the_gathering() -> None:
    records = read(
        "Foreign Minister Anna Berg of Norway met Foreign Minister Karl Dahl of Denmark "
        "on the sidelines of the Nordic Ocean Summit in Oslo."
    )
    meeting, gathering = sorted(records.events, key=lambda event: event.kind, reverse=True)
    assert (meeting.kind, gathering.kind, gathering.name) == ("Meeting", "Gathering", "Nordic Ocean Summit")
    assert meeting.parent == gathering.key
    assert meeting.place == gathering.place is not None


def test_a_meeting_on_a_visit_takes_place_in_the_city_visited() -> None:
    records = read("Anna Berg arrived in Copenhagen on Monday.", "She held talks with Karl Dahl.")
    visit, meeting = records.events
    assert (visit.kind, meeting.kind) == ("Visit", "Meeting")
    assert meeting.place == visit.place is not None


def test_a_statement_belongs_to_the_last_event_at_which_its_speaker_was() -> None:
    records = read(MET, "Anna Berg spoke by phone with Ida Holm.", "Dahl praised the port.")
    meeting, call = records.events
    names = {entity.label: entity.key for entity in records.entities}
    assert event_at(records.events, 10_000, names["Karl Dahl"]) == meeting.key
    assert event_at(records.events, 10_000, names["Anna Berg"]) == call.key


def places(records: Records) -> list[tuple[str, str | None, set[str]]]:
    """Give kind, place and sides of each event."""
    names = {entity.key: entity.label for entity in records.entities}
    return [(e.kind, names[e.place] if e.place else None, sides(records, e)) for e in records.events]


def test_one_verb_may_tell_of_several_meetings_each_at_its_place() -> None:
    text = "Foreign Minister Anna Berg met Foreign Minister Karl Dahl in Oslo and President Juan Soto in Lima."
    assert places(read(text)) == [
        ("Meeting", "Oslo", {"Anna Berg", "Karl Dahl"}),
        ("Meeting", "Lima", {"Anna Berg", "Juan Soto"}),
    ]


def test_one_verb_may_tell_of_several_visits() -> None:
    found = places(read("President Juan Soto will travel to Norway, Denmark and Sweden next week."))
    assert [(kind, place) for kind, place, _ in found] == [("Visit", p) for p in ("Norway", "Denmark", "Sweden")]


def test_a_meeting_with_hosts_takes_place_in_the_country_visited() -> None:
    records = read(
        "President Juan Soto of Chile is on a state visit to Norway.",
        "Soto held talks with Norwegian Foreign Minister Anna Berg.",
    )
    assert ("Meeting", "Norway", {"Juan Soto", "Anna Berg"}) in places(records)


def test_the_guest_is_the_subject_also_behind_an_invitation() -> None:
    text = "At the invitation of President Juan Soto, King Olav of Norway will pay a state visit to Chile in June."
    assert places(read(text)) == [("Visit", "Chile", {"Olav"})]


def test_a_gathering_of_which_nobody_is_told_is_that_of_its_body() -> None:
    assert ("Gathering", "Oslo", {"NATO"}) in places(read("NATO foreign ministers will meet in Oslo on Friday."))
