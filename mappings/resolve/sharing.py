"""Places and days that events lend each other: a visit and what happened on it, a gathering and its sidelines."""

from __future__ import annotations

from mappings.resolve.occasions import Gatherer, Occasion
from mappings.resolve.resolution import Resolution

FACE_TO_FACE = ("Meeting", "PressConference", "Signing", "Gathering")
NEAR = 3  # sentences behind a visit in which an event is taken to be part of it though no host is known


class Sharing:
    """Fills in where and when events were from the other events of the article."""

    def __init__(self, known: Resolution, gatherer: Gatherer) -> None:
        self.known, self.gatherer = known, gatherer

    def run(self) -> None:
        self.parents()
        self.cities()
        self.visits()

    def parents(self) -> None:
        for occasion in self.gatherer.occasions:
            if occasion.parent:
                occasion.place = occasion.place or occasion.parent.place
                outer = occasion.parent.place
                within = occasion.place and occasion.parent.kind == "Gathering"
                if outer is None or (within and self.gatherer.lies_in(occasion.place or "", outer)):
                    occasion.parent.place = occasion.place

    def cities(self) -> None:
        """Share the city of an event with what happened beside it."""
        for occasion in self.gatherer.occasions:
            if occasion.kind not in FACE_TO_FACE or self.is_city(occasion.place):
                continue
            for other in self.gatherer.occasions:
                if other.planned != occasion.planned or not self.is_city(other.place) or not other.place:
                    continue
                if self.beside(occasion, other) and self.gatherer.one_place(occasion.place, other.place):
                    occasion.place = other.place
                    break

    def beside(self, occasion: Occasion, other: Occasion) -> bool:
        """Tell whether two events are told as of one journey: they share a person and no day parts them."""
        shared = [k for k in occasion.parties if k in other.parties]
        if not occasion.planned:
            shared = [k for k in shared if self.known.kind(k) == "person"]
        near = any(t.near for t in occasion.tellings)
        if not shared or (not near and any(t.fresh for t in occasion.tellings)):
            return False
        if other.kind == "Visit":
            return occasion.kind != "Gathering" or occasion.name is None or "speech" in occasion.name.lower()
        if {"Gathering"} & {other.kind, occasion.kind} or occasion is other:
            return False
        return self.gatherer.one_day(occasion.when, other) and (len(shared) > 1 or near)

    def visits(self) -> None:
        """Give what a traveller does with his hosts the place of the visit, and the day of a visit of one day."""
        visits = [o for o in self.gatherer.occasions if o.kind == "Visit" and o.place and not _implied(o)]
        for occasion in self.gatherer.occasions:
            if occasion.kind not in ("Meeting", "PressConference") or any(t.fresh for t in occasion.tellings[:1]):
                continue
            for visit in visits:
                if not self.on(occasion, visit) or not self.gatherer.one_place(occasion.place, visit.place):
                    continue
                occasion.place = occasion.place or visit.place
                if occasion.when.text is None and not occasion.planned and any(t.whole for t in visit.tellings):
                    occasion.when = visit.when
                break

    def on(self, occasion: Occasion, visit: Occasion) -> bool:
        """Tell whether the event is told as part of the visit: one side travels, the other is at home."""
        guests = self.gatherer.persons(visit.parties) & set(occasion.parties)
        start, told = occasion.tellings[0].sentence, [t.sentence for t in visit.tellings]
        if not guests or (visit.planned and not occasion.planned) or not visit.place:
            return False
        land = visit.place if self.known.kind(visit.place) == "country" else None
        lands = {land} if land else self.gatherer.nations.get(visit.place, frozenset())
        others = [k for k in occasion.parties if k not in guests]
        if any(k in lands or lands & self.gatherer.nations.get(k, frozenset()) for k in others):
            return self.gatherer.one_day(occasion.when, visit) or bool(occasion.when.text and visit.when.text)
        foreign = any(self.gatherer.nations.get(k) for k in others)
        return not foreign and any(0 <= start - at <= NEAR for at in told) and visit.planned == occasion.planned

    def is_city(self, key: str | None) -> bool:
        return key is not None and self.known.kind(key) == "place"


def _implied(visit: Occasion) -> bool:
    return any(t.implied for t in visit.tellings)
