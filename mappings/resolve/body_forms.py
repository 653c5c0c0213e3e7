"""The names of bodies in a comparable form: content words, countries as codes, well-known bodies by full name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mappings.tokens import Mention, Parsed

STOP = frozenset({"the", "of", "and", "for", "on", "in", "s", "a", "an", "'s", "'"})


@dataclass(frozen=True, slots=True)
class Form:
    """A body's name for comparison: its content words, the codes of countries in it, and its head noun."""

    words: frozenset[str]
    codes: frozenset[str]
    head: str
    known: bool = False  # it is the full name that a lexicon has for the body


def same(one: Form, other: Form) -> bool:
    """Tell whether two forms may name one body: no other country, the same head, all words of one are in the other."""
    if one.codes and other.codes and one.codes != other.codes:
        return False
    if one.words == other.words:
        return True
    return one.head == other.head and (one.words <= other.words or other.words <= one.words)


def alike(one: Sequence[Form], other: Sequence[Form]) -> bool:
    """Tell whether two bodies, each with its forms, may be one; two well-known ones must have the same full name."""
    full, others = ({form.words for form in forms if form.known} for forms in (one, other))
    if full and others:
        return bool(full & others)
    return any(same(a, b) for a in one for b in other)


def forms_of(parsed: Parsed, mention: Mention) -> tuple[Form, ...]:
    """Return the mention's own words as a form, then what the lexicons know it by."""
    codes: set[str] = set()
    words: set[str] = set()
    known: list[Form] = []
    token = mention.start
    while token < mention.end:
        if not words:
            known += _known(parsed, token, mention.end, frozenset(codes))
        code, end = _country(parsed, token, mention.end)
        if code:
            codes.add(code)
        else:
            words.update(_words(parsed.lower[token]))
        token = end
    return Form(frozenset(words) - STOP, frozenset(codes), _head(parsed, mention)), *known


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^\w']+", text.lower()) if word]


def _known(parsed: Parsed, token: int, end: int, codes: frozenset[str]) -> Iterator[Form]:
    """Yield the forms of a well-known name that takes the rest of the mention, unless a country speaks against it."""
    for lexicon, key in (("parliament_name", "as"), ("organization", "name")):
        for phrase in parsed.phrases.get(lexicon, {}).get(token, ()):
            if phrase.end == end and key in phrase.attributes:
                own = frozenset({phrase.attributes.get("code", "")}) - {""}
                if codes <= own:
                    name = _words(phrase.attributes[key])
                    yield Form(frozenset(name) - STOP, own, _noun(name), known=True)


def _country(parsed: Parsed, token: int, limit: int) -> tuple[str | None, int]:
    for lexicon in ("country", "country_adjective"):
        for phrase in parsed.phrases.get(lexicon, {}).get(token, ()):
            if phrase.end <= limit and not _chamber(parsed, phrase.end - 1, limit):
                return phrase.attributes["code"], phrase.end
    return None, token + 1


def _chamber(parsed: Parsed, token: int, limit: int) -> bool:
    """Tell whether the token begins the name of a chamber: "Federation" does in "Russian Federation Council"."""
    return any(token + 1 < p.end <= limit for p in parsed.phrases.get("parliament_name", {}).get(token, ()))


def _head(parsed: Parsed, mention: Mention) -> str:
    unit = mention.argument("unit") or mention
    head = unit.argument("head") or unit
    return _noun(parsed.lower[head.start : head.end])


def _noun(words: list[str]) -> str:
    """Return the noun of a name: the word before "of", else the last."""
    return words[words.index("of") - 1] if "of" in words[1:] else words[-1]
