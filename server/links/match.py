"""Finds the thing that a verified link is about: by kind, name and country; what is not certain stays unlinked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from mappings import lexicon
from mappings.identity import Thing
from mappings.identity.bodies import is_generic
from mappings.identity.words import take_apart, without_brackets
from mappings.iris import slug
from mappings.names import SAME, best_score
from server.links.model import Link, Links

LEAD: Final = 10.0
"""By how much the best-named subject must lead over another one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A thing and a link that holds of it; `name` is the thing's name by which it was found."""

    iri: str
    link: Link
    name: str


def match(things: Iterable[Thing], links: Links) -> tuple[Match, ...]:
    """Match things to link subjects; a subject that fits two things equally well is linked to neither."""
    by_kind: dict[str, list[Thing]] = {}
    for thing in things:
        by_kind.setdefault(thing.kind, []).append(thing)
    taken: dict[str, list[tuple[float, Thing]]] = {}
    for kind, members in by_kind.items():
        subjects = {s: rows[0] for s, rows in links.subjects.items() if rows[0].kind == kind}
        for thing in members:
            found = _subject(thing, subjects, links)
            if found:
                value, subject = found
                taken.setdefault(subject, []).append((value, thing))
    matches = []
    for subject, candidates in sorted(taken.items()):
        best = max(value for value, _ in candidates)
        winners = [thing for value, thing in candidates if value == best]
        if len(winners) == 1:
            matches += [Match(winners[0].iri, row, winners[0].label) for row in links.subjects[subject]]
    return tuple(sorted(matches, key=lambda found: (found.iri, found.link.target)))


def _subject(thing: Thing, subjects: Mapping[str, Link], links: Links) -> tuple[float, str] | None:
    """Return the one subject that the thing is, and how well their names agree."""
    values = {
        subject: value
        for subject, row in subjects.items()
        if (value := _agreement(thing, row)) >= SAME and not _lies_elsewhere(thing, links.subjects[subject])
    }
    if not values:
        return None
    best = max(sorted(values), key=lambda subject: values[subject])
    rivals = [value for subject, value in values.items() if subject != best]
    if rivals and values[best] - max(rivals) < LEAD:
        return None
    namesakes = [row.target_label for row in links.namesakes.get(best, ()) if row.target_label]
    if thing.kind == "person" and _closer_to(thing, subjects[best], namesakes):
        return None
    return values[best], best


def _agreement(thing: Thing, row: Link) -> float:
    """Compare a thing with a subject, 0 to 100; kinds are alike already."""
    if thing.kind == "country":
        return 100.0 if thing.code and thing.code == row.country else 0.0
    if not _countries_agree(thing, row):
        return 0.0
    if thing.kind == "person":
        exact = best_score(thing.names, row.names)
        return exact if row.country or exact == 100.0 else 0.0
    if thing.kind == "body":
        return 100.0 if _same_body(thing, row) else 0.0
    return 100.0 if {slug(name) for name in thing.names} & {slug(name) for name in row.names} else 0.0


def _lies_elsewhere(thing: Thing, rows: Iterable[Link]) -> bool:
    """Tell whether the lexicon knows the place of that name by another GeoNames identifier than the subject's."""
    known = _geonames().get(thing.label) if thing.kind == "place" else None
    theirs = [row.target.rstrip("/").rsplit("/", 1)[-1] for row in rows if "geonames.org/" in row.target]
    return known is not None and bool(theirs) and str(known) not in theirs


@cache
def _geonames() -> Mapping[str, int]:
    return {place.name: place.geonames for place in lexicon.places() if place.geonames is not None}


def _countries_agree(thing: Thing, row: Link) -> bool:
    """Ask a person's posts to lie in the subject's country; other things must only not lie elsewhere."""
    if thing.kind == "person":
        return row.country in thing.countries if row.country else not thing.countries
    return not (row.country and thing.countries) or row.country in thing.countries


def _same_body(thing: Thing, row: Link) -> bool:
    """Compare the telling words of names; a name that any country's body could bear needs the country as well."""
    theirs = {_key(name, row.country) for name in row.names}
    for name in thing.names:
        mine = _key(name, next(iter(thing.countries), None) if len(thing.countries) == 1 else None)
        if mine in theirs and (mine[1] or not is_generic(mine[0])):
            return True
    return slug(thing.label) in {slug(name) for name in row.names}


def _key(name: str, country: str | None) -> tuple[frozenset[str], frozenset[str]]:
    taken = take_apart(without_brackets(name))
    known = frozenset(f"={body}" for body in taken.bodies)
    return taken.words | known, taken.countries or frozenset({country} if country and not known else ())


def _closer_to(thing: Thing, row: Link, namesakes: Iterable[str]) -> bool:
    """Tell whether a verified namesake's name fits the thing better than the subject's own names."""
    own = best_score(thing.names, row.names)
    return any(best_score(thing.names, [name]) > own for name in namesakes)
