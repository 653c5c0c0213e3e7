"""Which agreements are one: same parties, class of paper and distinguishing words; a bare "agreement" never is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class _Wording:
    """All that decides which agreement is meant; many articles put it alike."""

    profile: _Profile
    parties: frozenset[str]
    signed: str | None
    judged: frozenset[str]


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
    """Return the group of every agreement, and the groups by name; two agreements of one article stay two.

    Costs a comparison for every pair of different wordings with a word in common.
    """
    wordings: dict[_Wording, list[Local]] = {}
    apart = judgements.denied("agreement")
    for local, agreement in agreements.items():
        judged = handles(agreement.forms, ()) & apart if apart else apart
        wording = _Wording(_profile(agreement), agreement.parties, agreement.signed, judged)
        wordings.setdefault(wording, []).append(local)
    sets = _Sets(agreements)
    for one, other in _pairs(wordings):
        verdict = None
        if judgements.all:
            forms = ({form for local in wordings[x] for form in agreements[local].forms} for x in (one, other))
            verdict = judgements.verdict("agreement", *(handles(names, ()) for names in forms))
        if verdict is None and _same(one, other):
            for local in (*wordings[one], *wordings[other]):
                sets.join(wordings[one][0], local)
    handled = {local: handles(agreement.forms, ()) for local, agreement in agreements.items()} if judgements.all else {}
    for first, second in judgements.same("agreement", handled):
        sets.join(first, second, judged=True)
    key_of: dict[Local, str] = {}
    groups: dict[str, Group] = {}
    for name, members in sets.all().items():
        key = "\t".join(name)
        labels = Counter(agreements[local].label for local in members)
        profiles = [_profile(agreements[local]) for local in members]
        vague = not any(profile.forms or profile.acronyms for profile in profiles)
        written = {form for local in members for form in agreements[local].forms}
        groups[key] = Group(members, labels, written, vague=vague, known_as=_proper_name(labels, written))
        key_of.update(dict.fromkeys(members, key))
    return key_of, groups


def _proper_name(labels: Counter[str], forms: Iterable[str]) -> str | None:
    """Return the name in capitals by which most articles call an agreement, rather than a description of it."""
    named = {name for name in (*labels, *forms) if len(re.findall(r"\b[A-Z][a-z]", without_brackets(name))) > 1}
    best = min(named, key=lambda name: (-labels[name], -len(name), name), default=None)
    return without_brackets(best) if best else None


class _Sets:
    """A partition of agreements that puts two of one article together by judgement only."""

    def __init__(self, members: Iterable[Local]) -> None:
        self._sets: Partition[Local] = Partition(members)
        self._articles: dict[Local, set[str]] = {}

    def join(self, a: Local, b: Local, *, judged: bool = False) -> None:
        one, other = self._sets.find(a), self._sets.find(b)
        mine, theirs = (self._articles.pop(root, {root[0]}) for root in (one, other))
        if one == other or (mine & theirs and not judged):
            self._articles[other], self._articles[one] = theirs, mine
            return
        self._sets.join(one, other)
        self._articles[self._sets.find(one)] = mine | theirs

    def all(self) -> dict[Local, list[Local]]:
        return self._sets.sets()


def _pairs(wordings: Mapping[_Wording, Sequence[Local]]) -> list[tuple[_Wording, _Wording]]:
    """Pair wordings that share a word or an acronym, and each with itself; in the order of where they stand first."""
    index: dict[str, list[_Wording]] = {}
    for wording in wordings:
        for word in sorted(wording.profile.words | wording.profile.acronyms):
            index.setdefault(word, []).append(wording)
    place = {wording: min(members) for wording, members in wordings.items()}
    pairs = {
        (a, b) if place[a] <= place[b] else (b, a)
        for sharing in index.values()
        for i, a in enumerate(sharing)
        for b in sharing[i:]
    }
    return sorted(pairs, key=lambda pair: (place[pair[0]], place[pair[1]]))


def _same(a: _Wording, b: _Wording) -> bool:
    pa, pb = a.profile, b.profile
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
