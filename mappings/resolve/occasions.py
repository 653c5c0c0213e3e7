"""From tellings to occasions: what is told in several places is one event when kind, sides, day and place agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mappings.records import EventKind
from mappings.resolve.resolution import Resolution
from mappings.resolve.setting import UNDATED, When
from mappings.resolve.tellings import Telling, unread

TALKS = frozenset(("Meeting", "Call", "Gathering"))
WORD = re.compile(r"\w+")
RECENT = 45  # days before the publication in which news lies
SMALL = frozenset(("the", "of", "and", "for", "on", "s", "a", "an", "in", "to"))


@dataclass
class Occasion:
    """One event while it is gathered from its tellings."""

    kind: EventKind
    tellings: list[Telling] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    place: str | None = None
    when: When = UNDATED
    name: str | None = None
    parent: Occasion | None = None
    open: bool = False

    @property
    def planned(self) -> bool:
        fresh = [t for t in self.tellings if t.tells in ("new", "place") and t.reality != "aimed"]
        return self.tellings[0].planned and (self.kind == "Gathering" or all(t.planned for t in fresh))

    def add(self, telling: Telling, keys: Iterable[str]) -> None:
        """Take in a telling with those of its sides that are new to the event."""
        self.tellings.append(telling)
        self.parties += keys
        self.open = self.open or (telling.open and telling.tells == "new")
        if not telling.greeting or telling is self.tellings[0]:
            self.place = self.place or telling.place
        if self.when.value is None and telling.when.text and (telling.when.value or self.when.text is None):
            self.when = telling.when
        if telling.name and (self.name is None or len(telling.name) > len(self.name)):
            self.name = telling.name


class Gatherer:
    """Takes the tellings in order of the text; `nations` maps persons and bodies to those for which they stand."""

    def __init__(
        self, known: Resolution, nations: Mapping[str, frozenset[str]], buildings: frozenset[str] = frozenset()
    ) -> None:
        self.known, self.nations, self.buildings = known, nations, buildings
        self.occasions: list[Occasion] = []

    def take(self, telling: Telling) -> Occasion | None:
        """Add a telling to the event it tells of, or begin a new one; None where it tells of none."""
        occasion = self.known_before(telling)
        if occasion is None:
            if not self.begins(telling):
                if telling.tells == "new":
                    unread(self.known, telling, "too little is told for an event")
                return None
            occasion = Occasion(telling.kind)
            if telling.tells == "again":
                occasion.parties += self.last_pair() if not telling.parties else self.guests(telling)
            self.occasions.append(occasion)
        if telling.place and occasion.place and self.lies_in(telling.place, occasion.place) and not telling.greeting:
            occasion.place = telling.place
        occasion.add(telling, self.added(telling, occasion))
        return occasion

    def added(self, telling: Telling, occasion: Occasion) -> list[str]:
        """Return the sides that a telling adds: no countries to an event whose persons it names."""
        there = self.persons(occasion.parties)
        known = len(there) > 1 and bool(there & set(telling.parties)) and telling.kind != "Gathering"
        return [
            key
            for key in telling.parties
            if key not in occasion.parties and not (known and self.known.kind(key) != "person")
        ]

    def begins(self, telling: Telling) -> bool:
        """Tell whether a telling says enough to be an event of its own."""
        persons = [key for key in telling.parties if self.known.kind(key) == "person"]
        if telling.reality == "aimed":
            return False
        match telling.kind:
            case "Meeting" | "Call":
                if telling.greeting:
                    return len(persons) > 1
                if telling.planned and telling.definite and not (telling.named or telling.place or telling.when.text):
                    return False  # "I look forward to our discussions"
                if telling.tells == "again":
                    if telling.indefinite and len(persons) == 1:
                        return bool(self.guests(telling))
                    return len(telling.parties) > 1 or (telling.plural and bool(self.last_pair()))
                if telling.tells == "weak" and telling.planned:
                    return False
                if telling.tells == "weak":
                    first = not any(o.kind in ("Meeting", "Call") for o in self.occasions)
                    several = len(persons) > 1 or (telling.people and len(telling.parties) > 1)
                    return several and (telling.named or first)
                return telling.tells == "new" and (len(telling.parties) > 1 or bool(persons))
            case "Visit":
                placed = telling.place is not None or telling.implied or telling.bare
                return telling.tells == "new" and bool(telling.parties) and placed
            case "PressConference":
                told = telling.tells == "new" or (telling.tells == "weak" and telling.place is not None)
                return told and bool(telling.parties)
            case "Gathering":
                fixed = telling.planned and telling.place is not None and telling.when.text is not None
                return telling.tells in ("new", "place") or (telling.tells == "again" and fixed)
            case "Signing":
                return telling.tells == "new" and (bool(telling.parties) or telling.when.value is not None)
        return False

    def guests(self, telling: Telling) -> list[str]:
        """Return who is on a visit told before, besides those of the telling."""
        for occasion in reversed(self.occasions):
            if occasion.kind == "Visit" and not occasion.planned and not set(occasion.parties) & set(telling.parties):
                return [key for key in occasion.parties if self.known.kind(key) == "person"]
        return []

    def last_pair(self) -> list[str]:
        """Return the persons of the latest event at which two or more were."""
        for occasion in reversed(self.occasions):
            persons = [key for key in occasion.parties if self.known.kind(key) == "person"]
            if len(persons) > 1 and not occasion.planned:
                return persons
        return []

    def known_before(self, telling: Telling) -> Occasion | None:
        """Return the event told before that this telling tells more of, the latest first."""
        before = [o for o in reversed(self.occasions) if self.one_kind(telling, o)]
        if telling.tells == "place":
            return next((o for o in reversed(self.occasions) if self.at_place(telling, o)), None)
        if telling.tells in ("again", "join"):
            return self.referred(telling, before)
        if telling.greeting and telling.kind == "Meeting":
            fit = (o for o in reversed(self.occasions) if o.kind == "Meeting" and not o.planned)
            return next((o for o in fit if self.persons(o.parties) <= set(telling.parties)), None)
        if telling.tells == "merge":
            return next(
                (
                    o
                    for o in before
                    if not o.planned and set(telling.parties) <= set(o.parties) and len(telling.parties) > 1
                ),
                None,
            )
        fitting = [o for o in before if self.agrees(telling, o)]
        if telling.fresh and not telling.apart:
            fitting = [o for o in fitting if o.when.text is not None and o.when.text == telling.when.text]
        return max(fitting, key=lambda o: self.shared(telling, o), default=None)

    def at_place(self, telling: Telling, occasion: Occasion) -> bool:
        """Tell whether an event of talk at the telling's place was told before."""
        if occasion.kind not in ("Meeting", "Gathering") or occasion.planned:
            return False
        return occasion.place == telling.place or (occasion.kind == "Gathering" and self.one_name(telling, occasion))

    def one_kind(self, telling: Telling, occasion: Occasion) -> bool:
        if telling.tells == "join":
            kinds = {"Visit": frozenset({"Visit"}), "Meeting": TALKS}.get(telling.kind, TALKS | {"Visit"})
            return occasion.kind in kinds
        if telling.kind == occasion.kind:
            return True
        if {telling.kind, occasion.kind} == {"Meeting", "Call"}:
            return telling.tells in ("weak", "again", "merge") or all(t.tells == "weak" for t in occasion.tellings)
        if telling.kind != "Meeting" or occasion.kind != "Gathering" or (telling.plural and telling.tells == "again"):
            return False
        named = [key for key in telling.parties if self.known.kind(key) == "person"]
        return telling.tells == "again" or (len(telling.parties) > 1 and not named)

    def referred(self, telling: Telling, before: list[Occasion]) -> Occasion | None:
        """Return what "the meeting" refers to: the latest event that shares a side with the sentence."""
        if telling.kind == "Gathering" and telling.tells == "again":
            before = [o for o in before if not o.planned and _heads(o) & {telling.head or ""}] or before[:1]
        if telling.place:
            before = [o for o in before if o.place in (None, telling.place)] or before
        told = [o for o in before if telling.when.text is None or self.one_day(telling.when, o)]
        told = [o for o in told if o.planned == telling.planned] or told
        told.sort(key=lambda o: o.kind != telling.kind)
        if telling.parties:
            overlapping = [o for o in told if set(telling.parties) & set(o.parties)]
            if overlapping:
                return overlapping[0]
            if told and not self.persons(telling.parties) and telling.tells == "again":
                return next((o for o in told if self.covers(o.parties, telling.parties)), told[0])
            if telling.people and telling.tells == "again" and told and telling.kind != "Visit":
                alone = sum(o.kind == told[0].kind for o in told) == 1
                return told[0] if alone or telling.sentence - told[0].tellings[-1].sentence < 4 else None
            return told[0] if telling.tells == "join" and told else None
        return told[0] if told else None

    def agrees(self, telling: Telling, occasion: Occasion) -> bool:
        """Tell whether nothing speaks against one event, and name, place or sides say that it is one."""
        loose = telling.kind == "Gathering" or telling.reality == "aimed" or telling.tells == "weak"
        if telling.planned != occasion.planned and not loose:
            return False
        if not self.one_day(telling.when, occasion) or not self.one_place(telling.place, occasion.place):
            return False
        match telling.kind:
            case "Gathering":
                return self.one_name(telling, occasion)
            case "Visit":
                shared = bool(set(telling.parties) & set(occasion.parties)) or not telling.parties
                return shared and (telling.place is not None or telling.implied or telling.bare)
            case "Signing":
                return self.one_signing(telling, occasion)
            case "PressConference":
                return bool(set(telling.parties) & set(occasion.parties))
        return self.one_talk(telling, occasion)

    def one_signing(self, telling: Telling, occasion: Occasion) -> bool:
        """Tell whether the same document is signed, by the same sides or on the same day."""
        latest = occasion.tellings[-1]
        near = telling.sentence - latest.sentence < 3 and not (telling.when.text and occasion.when.text)
        if near and latest.document and latest.document == telling.document:
            return True
        if not occasion.parties and telling.when.value:
            return telling.when.value == occasion.when.value
        if not telling.parties:
            same_day = telling.when.text is not None and telling.when.text == occasion.when.text
            return same_day or (telling.document is not None and telling.definite_document)
        return self.covers(occasion.parties, telling.parties) or self.covers(telling.parties, occasion.parties)

    def one_talk(self, telling: Telling, occasion: Occasion) -> bool:
        """Tell whether the sides of a meeting or call are those of one told before, named in another way perhaps."""
        if telling.titles and not self.holders(telling.titles, occasion):
            return False
        if occasion.kind == "Gathering":
            return self.covers(occasion.parties, telling.parties)
        if telling.apart and len(occasion.parties) > 2:
            return False
        here, there = (self.persons(parties) for parties in (telling.parties, occasion.parties))
        if telling.definite and here and here <= there and not telling.fresh:
            return True  # "the talks with his counterpart"
        if self.covers(occasion.parties, telling.parties):
            return not (telling.indefinite and len(telling.parties) == 2 and len(there) > 2)
        if self.reveals(telling, occasion):
            return True
        if here - there and there - here:
            return False
        clear = len(occasion.parties) > 1 or occasion.open or len(telling.parties) < 3
        return clear and self.covers(telling.parties, occasion.parties)

    def reveals(self, telling: Telling, occasion: Occasion) -> bool:
        """Tell whether the telling names who was told of only by post before; that post's country goes then."""
        unnamed = [key for key in occasion.parties if not any(self.stands_for(key, other) for other in telling.parties)]
        new = [key for key in telling.parties if key not in occasion.parties]
        if not occasion.open or len(new) != 1 or len(unnamed) > 1 or len(new) == len(telling.parties):
            return False
        if self.known.kind(new[0]) != "person" or self.nations.get(new[0]) or self.persons(unnamed):
            return False
        occasion.parties = [key for key in occasion.parties if key not in unnamed]
        return True

    def persons(self, keys: Iterable[str]) -> set[str]:
        return {key for key in keys if self.known.kind(key) == "person"}

    def holders(self, titles: frozenset[str], occasion: Occasion) -> bool:
        """Tell whether the persons of an event may hold these posts: one does, or nobody's post is known."""
        held = {post.title.split()[-1] for post in self.known.posts if post.holder in occasion.parties}
        return not held or bool(held & titles)

    def covers(self, large: list[str] | tuple[str, ...], small: list[str] | tuple[str, ...]) -> bool:
        """Tell whether each of `small` is among `large`, as itself or through whom it stands for."""
        return bool(small) and all(any(self.stands_for(a, b) for b in large) for a in small)

    def stands_for(self, a: str, b: str) -> bool:
        return a == b or a in self.nations.get(b, ()) or b in self.nations.get(a, ())

    def shared(self, telling: Telling, occasion: Occasion) -> tuple[int, int]:
        overlap = len(set(telling.parties) & set(occasion.parties))
        return overlap, self.occasions.index(occasion)

    def one_day(self, when: When, occasion: Occasion) -> bool:
        other = occasion.when
        if when.value and other.value:
            return when.value.startswith(other.value) or other.value.startswith(when.value)
        if bool(when.value) != bool(other.value) and self.background(when.value or other.value or ""):
            return False
        if when.text and other.text and not when.same_day and not other.same_day:
            weekday, told = _weekday(when.text), _weekday(other.text)
            return weekday is None or told is None or weekday == told
        return True

    def background(self, value: str) -> bool:
        """Tell whether a date is one of the past that an article recalls: a year, a month, a day long before it."""
        published = self.known.parsed.article.published
        if len(value) < 10:
            return True
        return published is not None and (published - date.fromisoformat(value)).days > RECENT

    def one_place(self, place: str | None, other: str | None) -> bool:
        if place is None or other is None or place == other:
            return True
        if {place, other} & self.buildings:
            return not (place in self.buildings and other in self.buildings)
        return self.lies_in(place, other) or self.lies_in(other, place)

    def lies_in(self, place: str, country: str) -> bool:
        return country in self.nations.get(place, ())

    def one_name(self, telling: Telling, occasion: Occasion) -> bool:
        if not telling.name or not occasion.name:
            return False
        here, there = telling.numbers, frozenset(n for t in occasion.tellings for n in t.numbers)
        if here and there and here != there:
            return False
        if any(set(telling.bodies) & set(t.bodies) for t in occasion.tellings):
            return True
        a, b = _words(telling.name), _words(occasion.name)
        shared = len(a & b)
        whole = shared == min(len(a), len(b)) and (shared > 1 or not (here or there))
        return shared > 0 and (whole or shared / len(a | b) >= 0.5)


def _heads(occasion: Occasion) -> set[str]:
    return {t.head for t in occasion.tellings if t.head}


def _words(name: str) -> set[str]:
    return {w for w in WORD.findall(name.lower()) if w not in SMALL}


_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)


def _weekday(text: str) -> str | None:
    found = _WEEKDAY.search(text)
    return found[1].lower() if found else None
