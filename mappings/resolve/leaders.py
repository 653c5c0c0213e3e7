"""Who is known to have led which country or international body: what a reader of news knows of "President X"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from mappings import lexicon, phrases
from mappings.resolve.persons import likeness, name_tokens


@cache
def _by_token() -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
    """Map each word of a leader's name, particles left out, to the names it stands in and what they led."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    particles = phrases.words("name_particle")
    for entry in lexicon.load("leaders"):
        for name in entry["names"]:
            tokens = name_tokens(name)
            for token in set(tokens) - particles:
                found.setdefault(token, []).append((tokens, entry["of"]))
    return MappingProxyType({token: tuple(own) for token, own in found.items()})


@cache
def bodies() -> Mapping[str, frozenset[str]]:
    """Map each form of the bodies with known leaders to the names of the bodies in the lexicon."""
    led = {entry["of"] for entry in lexicon.load("leaders")}
    found: dict[str, set[str]] = {}
    for body in lexicon.organizations():
        for form in body.names if body.name in led else ():
            found.setdefault(form, set()).add(body.name)
    return MappingProxyType({form: frozenset(own) for form, own in found.items()})


def led_by(name: str, among: Iterable[str]) -> frozenset[str]:
    """Return which of the countries (by code) and bodies (by name) somebody of that name has led.

    A surname alone is enough, since the text must name the country; a full name must fit in full.
    """
    wanted, tokens, best = set(among), name_tokens(name), 0
    found: set[str] = set()
    for known, of in {pair for token in tokens for pair in _by_token().get(token, ())}:
        rate = _rate(tokens, known) if of in wanted else 0
        if rate > best:
            best, found = rate, set()
        if rate and rate == best:
            found.add(of)
    return frozenset(found)


def _rate(tokens: tuple[str, ...], known: tuple[str, ...]) -> int:
    """Rate how well the name fits a known one: a first name may be written otherwise, not begin otherwise."""
    short_name = tokens[-1] == known[-1] and tokens[0][0] == known[0][0]
    return max(likeness(tokens, known), int(short_name and len(tokens) > 1))
