"""A doubtful record is mended or listed as unread, and costs the article nothing else."""

from __future__ import annotations

from datetime import date

from mappings.article import Article
from mappings.records import Event, Evidence, Unread
from mappings.resolve.resolution import Resolution
from mappings.resolve.soundness import sound_events, sound_unread
from mappings.tokens import Parsed

HERE = (Evidence(0, 5, "signing"),)


def test_an_event_without_participant_and_name_becomes_an_unread_sentence() -> None:
    known = Resolution(Parsed(Article("a", "text", ())))
    vague = Event("event:1", "Signing", HERE)
    kept = Event("event:2", "Meeting", HERE, attendees=("person:1",), parent="event:1")
    named = Event("event:3", "Gathering", HERE, name="Lake Forum")
    found = sound_events((vague, kept, named), known)
    assert [(event.key, event.parent) for event in found] == [("event:2", None), ("event:3", None)]
    assert [(unread.trigger, unread.start, unread.end) for unread in known.unread] == [("signing", 0, 5)]


def test_a_stated_day_after_the_report_makes_an_event_a_plan() -> None:
    known = Resolution(Parsed(Article("a", "text", (), published=date(2024, 5, 2))))
    event = Event("event:1", "Gathering", HERE, name="Lake Forum", date="2024-06", date_basis="stated")
    assert [(e.status, e.date) for e in sound_events((event,), known)] == [("planned", "2024-06")]


def test_a_day_resolved_to_after_the_report_is_no_date() -> None:
    known = Resolution(Parsed(Article("a", "text", (), published=date(2024, 5, 2))))
    event = Event(
        "event:1",
        "Meeting",
        HERE,
        name="talks",
        date="2024-05-08",
        date_text="Wednesday",
        date_basis="relative-to-publication",
    )
    assert [(e.date, e.date_text) for e in sound_events((event,), known)] == [(None, "Wednesday")]


def test_an_unread_sentence_has_one_reason_for_each_trigger_word() -> None:
    found = sound_unread([Unread(0, 9, "told", "who?"), Unread(0, 9, "told", "where?"), Unread(0, 9, "met", "who?")])
    assert [(u.trigger, u.reason) for u in found] == [("met", "who?"), ("told", "where?; who?")]
