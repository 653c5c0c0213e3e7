"""Which agreements are one: same parties, class of paper and distinguishing words; a bare "agreement" never is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mappings.identity.judgements import Judgements, handles
from mappings.identity.model import Group, Local, Partition
from mappings.identity.words import take_apart, tokens, told, without_brackets, word_set


@dataclass(frozen=True, slots=True)
class Told:
    """An agreement as one article tells of it; `parties` and `names` across all articles are IRIs and forms."""

    label: str
    forms: frozenset[str]
    parties: frozenset[str] = frozenset()
    signed: str | None = None


@dataclass(frozen=True, slots=True)
class _Form:
    """One name of an agreement, taken apart: classes of head noun, telling words, countries."""

    heads: frozenset[str]
    words: frozenset[str]
    countries: frozenset[str]

    @property
    def named(self) -> bool:
        """Tell whether the words alone say which agreement it is."""
        return bool(self.words - word_set("agreements", "generic"))


@dataclass(frozen=True, slots=True)
class _Profile:
    """What tells an agreement apart: every name of more than a head noun, and the acronyms."""

    forms: frozenset[_Form]
    acronyms: frozenset[str]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for form in self.forms for word in form.words)

    @property
    def countries(self) -> frozenset[str]:
        return frozenset(code for form in self.forms for code in form.countries)


@cache
def _heads() -> Mapping[str, str]:
    return {word: name for name, words in told("agreements")["heads"].items() for word in words}


def _profile(agreement: Told) -> _Profile:
    written = {agreement.label, *agreement.forms}
    acronyms = {form for form in written if form.isupper() and form.isalpha() and len(form) >= 4}
    acronyms |= {inner for form in written for inner in re.findall(r"\(([A-Z]{4,})\)", form)}
    forms = {_form(without_brackets(form)) for form in written - acronyms}
    return _Profile(frozenset(form for form in forms if form.words), frozenset(acronyms))


def _form(name: str) -> _Form:
    taken = take_apart(name)
    words = taken.words | {word for body in taken.bodies for word in tokens(body)}
    heads = {_heads()[word] for word in words if word in _heads()}
    telling = words - set(_heads()) - word_set("agreements", "optional") - word_set("agreements", "stop")
    return _Form(frozenset(heads), frozenset(telling), taken.countries)


def group_agreements(
    agreements: Mapping[Local, Told], judgements: Judgements
) -> tuple[Mapping[Local, str], Mapping[str, Group]]:
    """Return the group of every agreement, and the groups by name.

    Costs a comparison for every pair with a word in common.
    """
    profiles = {local: _profile(agreement) for local, agreement in agreements.items()}
    sets: Partition[Local] = Partition(agreements)
    for a, b in _pairs(profiles):
        verdict = judgements.verdict("agreement", handles(agreements[a].forms, ()), handles(agreements[b].forms, ()))
        alike = _same(agreements[a], profiles[a], agreements[b], profiles[b])
        if verdict or (alike and verdict is None):
            sets.join(a, b)
    key_of: dict[Local, str] = {}
    groups: dict[str, Group] = {}
    for name, members in sets.sets().items():
        key = "\t".join(name)
        labels = Counter(agreements[local].label for local in members)
        forms = {form for local in members for form in agreements[local].forms}
        vague = not any(profiles[local].forms or profiles[local].acronyms for local in members)
        groups[key] = Group(members, labels, forms, vague=vague)
        key_of.update(dict.fromkeys(members, key))
    return key_of, groups


def _pairs(profiles: Mapping[Local, _Profile]) -> list[tuple[Local, Local]]:
    """Pair agreements of different articles that share a word or an acronym."""
    index: dict[str, list[Local]] = {}
    for local, profile in profiles.items():
        for word in sorted(profile.words | profile.acronyms):
            index.setdefault(word, []).append(local)
    pairs = {
        (min(a, b), max(a, b))
        for sharing in index.values()
        for i, a in enumerate(sharing)
        for b in sharing[i + 1 :]
        if a[0] != b[0]
    }
    return sorted(pairs)


def _same(a: Told, pa: _Profile, b: Told, pb: _Profile) -> bool:
    if a.signed and b.signed and a.signed[: len(b.signed)] != b.signed[: len(a.signed)]:
        return False
    apart = bool(a.parties and b.parties and not a.parties & b.parties)
    if apart or (pa.countries and pb.countries and not pa.countries & pb.countries):
        return False
    if pa.acronyms & pb.acronyms:
        return True
    same_parties = len(a.parties) > 1 and a.parties == b.parties
    return any(_same_form(x, y, same_parties) for x in pa.forms for y in pb.forms)


def _same_form(one: _Form, other: _Form, same_parties: bool) -> bool:
    if not one.heads & other.heads:
        return False
    if one.named and other.named:
        return one.words == other.words
    return same_parties and _wording_agrees(one.words, other.words)


def _wording_agrees(some: frozenset[str], others: Sequence[str] | frozenset[str]) -> bool:
    """Accept equal words, or a shorter wording of at least two of them."""
    shorter, longer = sorted((set(some), set(others)), key=len)
    return shorter == longer or (len(shorter) > 1 and shorter < longer)
