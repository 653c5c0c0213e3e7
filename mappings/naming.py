"""A rough look for proper names in a text: enough to tell whether a caption speaks of the people of a report."""

from __future__ import annotations

import re
from functools import cache

from mappings import lexicon

LONGEST_ADDRESS = 6

_CAPITALISED = re.compile(r"\b[A-Z][^\W\d_]*[a-zA-Z][\w’'-]*")


def names_of(text: str) -> frozenset[str]:
    """Collect the capitalised words that are no country, place, body, month or title: what is left is mostly people."""
    found = {re.sub(r"[’']s?$", "", match.group()) for match in _CAPITALISED.finditer(text)}
    return frozenset(word for word in found if len(word) > 3 and word.lower() not in _common())


def names_a_place(line: str) -> bool:
    """Say whether a part of a line between commas is a place or country that the lexicons know."""
    parts = (part.strip() for part in line.split(","))
    return any(part in _place_forms() or part.removeprefix("The ") in _place_forms() for part in parts)


def names_a_building(line: str) -> bool:
    """Say whether a line of a few words names a room, house or street, where something was said."""
    words = re.findall(r"[^\W\d_]+", line.lower())
    return len(words) <= LONGEST_ADDRESS and any(word in lexicon.load("small_words")["building"] for word in words)


def is_city(name: str) -> bool:
    """Say whether a name is a city's, a city state's, or a country's in capitals, as datelines have them."""
    in_capitals = name.isupper() and name.title() in lexicon.country_forms()
    return in_capitals or name in _cities() or name.title() in _cities() or name in _city_states()


@cache
def _cities() -> frozenset[str]:
    cities = (place for place in lexicon.places() if place.kind in ("capital", "city"))
    return frozenset(name for place in cities for name in place.names if name not in place.ambiguous)


@cache
def _city_states() -> frozenset[str]:
    """Return the countries whose capital bears their name."""
    return frozenset(c.name for c in lexicon.countries() if c.capital and c.capital.startswith(c.name))


@cache
def _place_forms() -> frozenset[str]:
    return frozenset(lexicon.country_forms()) | {name for place in lexicon.places() for name in place.names}


@cache
def _common() -> frozenset[str]:
    words: set[str] = set(lexicon.load("common_capitals"))
    for country in lexicon.countries():
        for form in country.forms():
            words.update(form.text.lower().split())
        words.update((country.capital or "").lower().split())
    for place in lexicon.places():
        words.update(word for name in place.names for word in name.lower().split())
    for body in lexicon.organizations():
        words.update(word for name in body.names for word in name.lower().split())
    return frozenset(words)
