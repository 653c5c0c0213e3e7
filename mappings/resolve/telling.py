"""One place in the text that tells of an event, as the tellings of an article are gathered to events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mappings.records import EventKind
from mappings.resolve.modality import Reality
from mappings.resolve.setting import UNDATED, When

Tells = Literal["new", "place", "weak", "merge", "again", "join"]  # place: new only if nothing at the place was told


@dataclass(frozen=True, slots=True)
class Telling:
    """One place in the text that tells of an event; mentions with the same trigger word are read together."""

    kind: EventKind
    token: int
    sentence: int
    rules: tuple[str, ...]
    parties: tuple[str, ...]
    tells: Tells
    reality: Reality
    people: bool = False
    named: bool = True  # some side is told of by a name
    open: bool = False  # somebody took part who could not be resolved
    definite: bool = False
    bodies: tuple[str, ...] = ()  # whose session or summit it is
    numbers: frozenset[str] = frozenset()  # which in a row: "3rd"
    indefinite: bool = False
    fresh: bool = False
    near: bool = False  # told beside another: "also met", "earlier met"
    sidelines: bool = False
    implied: bool = False  # the place is where the host is
    titles: frozenset[str] = frozenset()  # posts of those who are told of without a name
    bare: bool = False  # a visit without a place
    apart: tuple[str, ...] = ()  # those of the other side who were met each for himself
    greeting: bool = False  # host and guest greet each other: their meeting goes on
    joint: bool = False  # a joint press conference: of those who met
    after_talks: bool = False  # said to the press after a meeting
    whole: bool = False  # a visit told with its one day
    plural: bool = False  # told of several who are not named: "the officials"
    head: str | None = None  # the kind of gathering
    name: str | None = None
    document: str | None = None  # what is signed
    definite_document: bool = False  # told as known: "the treaty"
    place: str | None = None
    when: When = UNDATED

    @property
    def planned(self) -> bool:
        return self.reality not in ("told", "aimed")
