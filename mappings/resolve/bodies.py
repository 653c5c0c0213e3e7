"""Which mentions of bodies are one body, what it is part of, and what short forms and abbreviations stand for."""

from __future__ import annotations

import re
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
    """Read a mention's words, with countries turned into codes."""
    codes: set[str] = set()
    words: set[str] = set()
    token = mention.start
    while token < mention.end:
        code, end = _country(parsed, token, mention.end)
        if code:
            codes.add(code)
        else:
            words.update(w for w in re.split(r"[^\w']+", parsed.lower[token]) if w and w not in _STOP)
        token = end
    return Form(frozenset(words), frozenset(codes), _head(parsed, mention))


def _country(parsed: Parsed, token: int, limit: int) -> tuple[str | None, int]:
    for lexicon in ("country", "country_adjective"):
        for phrase in parsed.phrases.get(lexicon, {}).get(token, ()):
            if phrase.end <= limit and not _body_name(parsed, phrase.end - 1, limit):
                return phrase.attributes["code"], phrase.end
    return None, token + 1


def _body_name(parsed: Parsed, token: int, limit: int) -> bool:
    return any(token + 1 < p.end <= limit for p in parsed.phrases.get("body_name", {}).get(token, ()))


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


def cluster(parsed: Parsed, mentions: list[Mention]) -> list[Cluster]:
    """Group mentions by body, in order of first appearance; a short form goes to the body mentioned last before it."""
    clusters: list[Cluster] = []
    forms = {mention: form_of(parsed, mention) for mention in mentions}
    for mention in sorted(mentions, key=lambda m: (-len(forms[m].words) - len(forms[m].codes), m.start)):
        form = forms[mention]
        fitting = [one for one in clusters if any(same(form, known) for known in one.forms)]
        found = max(fitting, key=lambda one: _nearness(one, mention, form), default=None)
        if found is None:
            clusters.append(found := Cluster([]))
        found.mentions.append(mention)
        if form not in found.forms:
            found.forms.append(form)
    for one in clusters:
        one.mentions.sort(key=lambda m: m.start)
    return sorted(clusters, key=lambda c: c.mentions[0].start)


def _nearness(one: Cluster, mention: Mention, form: Form) -> tuple[bool, bool, int]:
    before = [m.start for m in one.mentions if m.start < mention.start]
    return form in one.forms, bool(before), max(before) if before else -min(m.start for m in one.mentions)
