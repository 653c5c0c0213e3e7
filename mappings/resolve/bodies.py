"""Which mentions of bodies are one body, what it is part of, and what short forms and abbreviations stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mappings.tokens import Mention, Parsed

_STOP = {"the", "of", "and", "for", "on", "in", "s", "a", "an", "&", "-", ",", "'s", "'"}


@dataclass(frozen=True, slots=True)
class Form:
    """A body's name for comparison: its content words, the codes of countries in it, and its head noun."""

    words: frozenset[str]
    codes: frozenset[str]
    head: str


@dataclass
class Cluster:
    """The mentions of one body."""

    forms: list[Form]
    mentions: list[Mention] = field(default_factory=list)


def form_of(parsed: Parsed, mention: Mention) -> Form:
    """Read a mention's words, with countries turned into codes and names of parliaments that say so into "parliament"."""
    codes: set[str] = set()
    words: set[str] = set()
    token = mention.start
    while token < mention.end:
        if known := _generic(parsed, token, mention.end):
            return Form(frozenset({known["as"]}), frozenset(codes | {known["code"]}), known["as"])
        if not words and (known := _well_known(parsed, token, mention.end, codes)):
            name = _words(known["name"])
            return Form(frozenset(name) - _STOP, frozenset(codes | {known["code"]} - {""}), name[-1])
        code, end = _country(parsed, token, mention.end)
        if code:
            codes.add(code)
        else:
            words.update(w for w in _words(parsed.lower[token]) if w not in _STOP)
        token = end
    return Form(frozenset(words), frozenset(codes), _head(parsed, mention))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^\w']+", text.lower()) if word]


def _well_known(parsed: Parsed, token: int, end: int, codes: set[str]) -> Mapping[str, str] | None:
    """Return what the lexicon says of a body whose form takes the rest of the mention, unless a country speaks against."""
    phrases = parsed.phrases.get("organization", {}).get(token, ())
    return next((p.attributes for p in phrases if p.end == end and codes <= {p.attributes["code"]}), None)


def _generic(parsed: Parsed, token: int, end: int) -> Mapping[str, str] | None:
    phrases = parsed.phrases.get("parliament_name", {}).get(token, ())
    return next((p.attributes for p in phrases if p.end == end and "as" in p.attributes), None)


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
    head = unit.argument("head")
    return parsed.lower[head.end - 1] if head else parsed.lower[unit.end - 1]


def same(one: Form, other: Form) -> bool:
    """Tell whether two forms may name one body: one holds all words of the other, the head is the same, no country differs."""
    if one.codes and other.codes and one.codes != other.codes:
        return False
    if one.words == other.words:
        return True
    return one.head == other.head and (one.words <= other.words or other.words <= one.words)


def abbreviates(parsed: Parsed, short: Mention, long: Mention) -> bool:
    """Tell whether a word in capitals consists of the initials of a body's name."""
    letters = "".join(c for c in parsed.words(short) if c.isalpha())
    if short.end - short.start != 1 or len(letters) < 2 or not letters.isupper() or long.end - long.start < 2:
        return False
    words = [w for t in parsed.text[long.start : long.end] for w in re.split(r"\W+", t) if w]
    content = [w for w in words if w.lower() not in _STOP]
    return letters in ("".join(w[0] for w in part).upper() for part in (words, content))


def cluster(parsed: Parsed, mentions: list[Mention]) -> list[list[Mention]]:
    """Group mentions by body, in order of first appearance.

    A short form goes to the body mentioned last before it; a name in brackets is one of the body before the bracket.
    """
    clusters: list[Cluster] = []
    forms = {mention: form_of(parsed, mention) for mention in mentions}
    for mention in sorted(mentions, key=lambda m: (-len(forms[m].words) - len(forms[m].codes), m.start)):
        form = forms[mention]
        fitting = [
            one for one in clusters if any(same(form, known) for known in one.forms) and not _ahead(one, mention, form)
        ]
        if not fitting:
            fitting = [one for one in clusters if any(abbreviates(parsed, mention, known) for known in one.mentions)]
        found = max(fitting, key=lambda one: _nearness(one, mention, form), default=None)
        if found is None:
            clusters.append(found := Cluster([]))
        found.mentions.append(mention)
        if form not in found.forms:
            found.forms.append(form)
    groups = _bracketed(parsed, [one.mentions for one in clusters])
    return sorted(
        (sorted(group, key=lambda m: (m.start, -m.end)) for group in groups), key=lambda g: (g[0].start, -g[0].end)
    )


def _ahead(one: Cluster, mention: Mention, form: Form) -> bool:
    """Tell whether a ministry without a country stands before the first mention of one with a country: it may be another."""
    every_country_has_one = mention.attributes.get("kind") in ("Ministry", "Embassy", "Presidency")
    qualified = any(known.codes for known in one.forms)
    return every_country_has_one and not form.codes and qualified and mention.start < min(m.start for m in one.mentions)


def _nearness(one: Cluster, mention: Mention, form: Form) -> tuple[bool, bool, int]:
    before = [m.start for m in one.mentions if m.start < mention.start]
    return form in one.forms, bool(before), max(before) if before else -min(m.start for m in one.mentions)


def _bracketed(parsed: Parsed, groups: list[list[Mention]]) -> list[list[Mention]]:
    """Join the group of a body in brackets with that of the innermost body that ends before the bracket."""
    group_of = {mention: group for group in groups for mention in group}
    for mention in sorted(group_of, key=lambda m: m.start):
        if mention.start > 1 and parsed.text[mention.start - 1] == "(":
            before = [m for m in group_of if m.end == mention.start - 1]
            if before:
                inner = group_of[min(before, key=lambda m: m.end - m.start)]
                own = group_of[mention]
                if inner is not own:
                    inner += own
                    group_of |= dict.fromkeys(own, inner)
    unique: list[list[Mention]] = []
    for group in group_of.values():
        if not any(group is one for one in unique):
            unique.append(group)
    return unique
