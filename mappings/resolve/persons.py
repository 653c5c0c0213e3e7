"""Which mentions of persons are one person: fuller and shorter forms of a name, other spellings, surnames alone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from mappings.names import SAME, part_similarity, score
from mappings.tokens import Mention, Parsed

ALIKE = 0.78  # two single surnames from here on are spellings of one, where one of them never stands in a fuller form
_SUFFIX = {"jr", "sr"}
_SONS = {"bin", "ibn", "bint", "ben"}


@dataclass
class Cluster:
    """The mentions of one person; `tokens` are those of the fullest form."""

    tokens: tuple[str, ...]
    mentions: list[Mention] = field(default_factory=list)

    def add(self, mention: Mention, tokens: tuple[str, ...]) -> None:
        self.mentions.append(mention)
        if len(tokens) > len(self.tokens):
            self.tokens = tokens


def name_tokens(text: str) -> tuple[str, ...]:
    """Fold a name for comparison: no accents, case, hyphens, initials or "Jr."."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    parts = [p for p in re.split(r"[^\w'’]+", plain) if p]
    full = [p for p in parts if len(p) > 1 and p not in _SUFFIX]
    return tuple(full or parts)


def cluster(parsed: Parsed, mentions: list[Mention]) -> list[Cluster]:
    """Group mentions by person, in order of first appearance.

    Names of several parts come first, so that a surname in a headline finds the name that follows in the text.
    """
    forms = {mention: name_tokens(parsed.words(mention)) for mention in mentions}
    clusters: list[Cluster] = []
    for several in (True, False):
        for mention in mentions:
            tokens = forms[mention]
            if tokens and (len(tokens) > 1) == several:
                found = _best(parsed, clusters, mention, tokens)
                if found is None:
                    clusters.append(found := Cluster(tokens))
                found.add(mention, tokens)
    for one in clusters:
        one.mentions.sort(key=lambda m: m.start)
    return sorted(clusters, key=lambda c: c.mentions[0].start)


def _best(parsed: Parsed, clusters: list[Cluster], mention: Mention, tokens: tuple[str, ...]) -> Cluster | None:
    """Choose the cluster that fits best; of equals the one mentioned last before, else first after."""

    def nearness(one: Cluster) -> tuple[bool, int]:
        before = [m.start for m in one.mentions if m.start < mention.start]
        return (True, max(before)) if before else (False, -min(m.start for m in one.mentions))

    rated = [
        (rate, nearness(one), i)
        for i, one in enumerate(clusters)
        if (rate := likeness(tokens, one.tokens)) > 0 and not _another(parsed, mention, tokens, one)
    ]
    return clusters[max(rated)[2]] if rated else None


def _another(parsed: Parsed, mention: Mention, tokens: tuple[str, ...], one: Cluster) -> bool:
    """Tell whether a single name is no form of a fuller one: its father's, or a royal first name of another."""
    if len(tokens) != 1 or len(one.tokens) < 2 or tokens[0] not in one.tokens:
        return False
    at = one.tokens.index(tokens[0])
    if at and one.tokens[at - 1] in _SONS:
        return at < len(one.tokens) - 1 or _royal(parsed, mention)
    return _royal(parsed, mention) and not any(_royal(parsed, m) for m in one.mentions) and not _SONS & set(one.tokens)


def _royal(parsed: Parsed, mention: Mention) -> bool:
    """Tell whether the title of a crowned head or prince stands right before the name."""
    titles = parsed.phrases.get("royal_title", {})
    return any(p.end == mention.start for at in range(mention.start - 6, mention.start) for p in titles.get(at, ()))


def likeness(tokens: tuple[str, ...], known: tuple[str, ...]) -> int:
    """Rate how well a form fits a fuller one: 3 the same, 2 a part of it, 1 another spelling, 0 not at all."""
    if set(tokens) == set(known):
        return 3
    short, long = sorted((tokens, known), key=len)
    if set(short) <= set(long) and (
        short[-1] == long[-1] or len(short) > 1 or long[0] == short[0] or short[0] in long[1:]
    ):
        return 2
    if len(short) == 1:
        return int(any(spelt(short[0], part) for part in (long[-1], long[0])[: 1 if len(long) > 1 else 2]))
    return int(short[-1][:1] == long[-1][:1] and score(" ".join(short), " ".join(long)) >= SAME)


def spelt(one: str, other: str) -> bool:
    """Tell whether two single names may be spellings of one."""
    return min(len(one), len(other)) > 4 and one[0] == other[0] and part_similarity(one, other) >= ALIKE
