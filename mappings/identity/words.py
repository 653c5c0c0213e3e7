"""Names of bodies and agreements as sets of words: what tells a name apart, and which countries it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from anyascii import anyascii

from mappings import lexicon
from mappings.names import knowledge


@dataclass(frozen=True, slots=True)
class Worded:
    """A name taken apart: its telling words, the codes of the countries and the well-known bodies in it."""

    words: frozenset[str]
    countries: frozenset[str]
    bodies: tuple[str, ...] = ()


def tokens(name: str) -> list[str]:
    """Split a name into lower-case ASCII words without possessive endings; variant spellings become one."""
    plain = re.sub(r"['’`ʼ]s\b", "", anyascii(name.replace("’", "'")).lower())
    return [_respelt().get(word, word) for word in re.findall(r"[a-z0-9]+", plain.replace("'", ""))]


@cache
def _respelt() -> dict[str, str]:
    return {variant: word for word, variants in knowledge()["spellings"].items() for variant in variants}


@cache
def told(section: str) -> dict[str, Any]:
    """Return a section of `identity.yaml`."""
    found: dict[str, Any] = knowledge()[section]
    return found


@cache
def word_set(section: str, key: str) -> frozenset[str]:
    """Return a list of words of `identity.yaml`."""
    return frozenset(told(section)[key])


Phrases = dict[tuple[str, ...], str]


@cache
def _country_phrases() -> Phrases:
    """Map the names and adjectives of countries, as tokens, to codes; what may mean two countries means none."""
    found: dict[tuple[str, ...], set[str]] = {}
    for country in lexicon.countries():
        for form in country.forms():
            found.setdefault(tuple(tokens(form.text)), set()).add(form.code)
    return {phrase: min(codes) for phrase, codes in found.items() if len(codes) == 1 and phrase}


@cache
def _body_phrases() -> Phrases:
    """Map the unambiguous names of well-known bodies, as tokens, to their first names."""
    found: dict[tuple[str, ...], set[str]] = {}
    for body in lexicon.organizations():
        for name in body.names:
            if name not in body.ambiguous:
                found.setdefault(_without_articles(tokens(name)), set()).add(body.name)
    return {phrase: min(names) for phrase, names in found.items() if len(names) == 1 and phrase}


@cache
def known_bodies() -> Mapping[str, lexicon.Organization]:
    """Map the well-known bodies by their first names."""
    return {body.name: body for body in lexicon.organizations()}


def _country_of(body: str) -> str | None:
    return known_bodies()[body].code


def _without_articles(words: list[str]) -> tuple[str, ...]:
    return tuple(words[1:] if words[:1] == ["the"] else words)


@lru_cache(maxsize=65536)
def take_apart(name: str) -> Worded:
    """Separate well-known bodies and countries from the other words of a name; articles and prepositions go.

    Bodies come first: the Russian Federation Council is the Federation Council of Russia, not a council. But the Senate
    of Chile is no other country's well-known Senate.
    """
    rest, bodies = _cut(tokens(name), _body_phrases())
    rest, countries = _cut(rest, _country_phrases())
    if countries and any(code and code not in countries for code in map(_country_of, bodies)):
        bodies = []
        rest, countries = _cut(tokens(name), _country_phrases())
    words = _words(rest)
    reworded = None if bodies else _bodies_by_wording().get((words, frozenset(countries)))
    if reworded:
        return Worded(frozenset(), frozenset(countries), (reworded,))
    return Worded(words, frozenset(countries), tuple(bodies))


def _words(rest: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in rest if word and word not in word_set("bodies", "stop"))


@cache
def _bodies_by_wording() -> Mapping[tuple[frozenset[str], frozenset[str]], str]:
    """Map the words and countries of well-known names that hold a country: the parliament of Norway, however put."""
    found: dict[tuple[frozenset[str], frozenset[str]], set[str]] = {}
    for phrase, body in _body_phrases().items():
        rest, countries = _cut(list(phrase), _country_phrases())
        if countries and _words(rest):
            found.setdefault((_words(rest), frozenset(countries)), set()).add(body)
    return {wording: min(bodies) for wording, bodies in found.items() if len(bodies) == 1}


def _cut(words: list[str], phrases: Phrases) -> tuple[list[str], list[str]]:
    """Take the longest phrases out of the words, from left to right; an empty word marks the place."""
    rest: list[str] = []
    found: list[str] = []
    longest = max(map(len, phrases), default=0)
    at = 0
    while at < len(words):
        lengths = range(min(longest, len(words) - at), 0, -1)
        length = next((n for n in lengths if tuple(words[at : at + n]) in phrases), 0)
        if length:
            found.append(phrases[tuple(words[at : at + length])])
        rest.append("" if length else words[at])
        at += length or 1
    return rest, found


def subset_of_another(words: frozenset[str], others: Iterable[frozenset[str]]) -> bool:
    """Tell whether a name is only a shorter way to write one of the others."""
    return any(words < other for other in others)


def without_brackets(name: str) -> str:
    """Drop what stands in brackets: an acronym, a seat."""
    return re.sub(r"\s*[(\[][^)\]]*[)\]]", "", name).strip() or name
