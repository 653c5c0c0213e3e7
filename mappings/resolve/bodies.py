"""Which mentions of bodies are one body: short forms, abbreviations, other names in brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mappings.resolve.body_forms import STOP, Form, alike, forms_of
from mappings.tokens import Mention, Parsed


@dataclass
class Cluster:
    """The mentions of one body and the forms of its name."""

    forms: list[Form] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)

    def fits(self, forms: Sequence[Form]) -> bool:
        return alike(forms, self.forms)


def abbreviates(parsed: Parsed, short: Mention, long: Mention) -> bool:
    """Tell whether a word in capitals consists of the initials of a body's name."""
    letters = "".join(c for c in parsed.words(short) if c.isalpha())
    if short.end - short.start != 1 or len(letters) < 2 or not letters.isupper() or long.end - long.start < 2:
        return False
    words = [w for t in parsed.text[long.start : long.end] for w in re.split(r"\W+", t) if w]
    content = [w for w in words if w.lower() not in STOP]
    return letters in ("".join(w[0] for w in part).upper() for part in (words, content))


def cluster(parsed: Parsed, mentions: list[Mention]) -> list[list[Mention]]:
    """Group mentions by body, in order of first appearance.

    A short form goes to the body mentioned last before it; a name in brackets is one of the body before the bracket.
    """
    clusters: list[Cluster] = []
    forms = {mention: forms_of(parsed, mention) for mention in mentions}
    for mention in sorted(mentions, key=lambda m: (-_size(forms[m][0]), m.start)):
        own = forms[mention]
        fitting = [one for one in clusters if one.fits(own) and not _ahead(one, mention, own[0])]
        if not fitting:
            fitting = [one for one in clusters if any(abbreviates(parsed, mention, known) for known in one.mentions)]
        found = max(fitting, key=lambda one: _nearness(one, mention, own[0]), default=None)
        if found is None:
            clusters.append(found := Cluster())
        found.mentions.append(mention)
        found.forms += [form for form in own if form not in found.forms]
    groups = _bracketed(parsed, [one.mentions for one in clusters])
    return sorted(
        (sorted(group, key=lambda m: (m.start, -m.end)) for group in groups), key=lambda g: (g[0].start, -g[0].end)
    )


def _size(form: Form) -> int:
    return len(form.words) + len(form.codes)


def _ahead(one: Cluster, mention: Mention, form: Form) -> bool:
    """Tell whether a ministry without a country stands before the first one that has a country: maybe another."""
    every_country_has_one = mention.attributes.get("kind") in ("Ministry", "Embassy", "Presidency")
    qualified = any(known.codes for known in one.forms)
    return every_country_has_one and not form.codes and qualified and mention.start < min(m.start for m in one.mentions)


def _nearness(one: Cluster, mention: Mention, form: Form) -> tuple[bool, bool, int]:
    before = [m.start for m in one.mentions if m.start < mention.start]
    return form in one.forms, bool(before), max(before) if before else -min(m.start for m in one.mentions)


def _bracketed(parsed: Parsed, groups: list[list[Mention]]) -> list[list[Mention]]:
    """Join the group of a body in brackets, or told as another name, with that of the innermost body right before."""
    group_of = {mention: group for group in groups for mention in group}
    for mention in sorted(group_of, key=lambda m: m.start):
        if mention.start > 1 and (parsed.text[mention.start - 1] == "(" or "alias" in mention.attributes):
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
