"""What names nobody is no claim, and costs the article nothing else."""

from __future__ import annotations

from mappings.article import Article
from mappings.records import Event, Evidence
from mappings.resolve.resolution import Resolution
from mappings.resolve.soundness import sound_events
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
