"""Which persons are one: by spelling-tolerant full names, where posts and countries do not speak against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz, process

from mappings.identity.judgements import Judgements, handles
from mappings.identity.model import Doubt, Group, Local, Partition
from mappings.identity.words import told, word_set
from mappings.names import SAME, best_score, fold, has_initial, score, surnames

QUICK: Final = 76
"""Names whose folds are less alike than this, letter by letter, are compared only if first and last part are equal."""
CLOSE: Final = 80.0
"""Every two names within one group are at least so much alike."""
LEAD: Final = 10.0
"""By how much the best candidate must lead over one that is somebody else."""
CERTAIN: Final = 92.0
"""Below this, and wherever an initial stands for a name, the countries must agree, not only not differ."""
ROWS: Final = 512


@dataclass(frozen=True, slots=True)
class Bearer:
    """A person as one article tells of them: label, all forms, posts as (title, body), the countries of the posts."""

    label: str
    forms: frozenset[str] = frozenset()
    posts: frozenset[tuple[str, str | None]] = frozenset()
    countries: frozenset[str] = frozenset()


@dataclass
class _Person:
    """A group in the making."""

    told: list[Local]
    bearers: list[Bearer]
    labels: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    posts: set[tuple[str, str | None]] = field(default_factory=set)

    @classmethod
    def of(cls, members: Sequence[tuple[Local, Bearer]]) -> _Person:
        bearers = [bearer for _, bearer in members]
        return cls(
            [local for local, _ in members],
            bearers,
            {bearer.label for bearer in bearers},
            {code for bearer in bearers for code in bearer.countries},
            {post for bearer in bearers for post in bearer.posts},
        )

    @property
    def articles(self) -> int:
        return len({article for article, _ in self.told})

    @property
    def name(self) -> str:
        return min(self.labels)

    def conflicts(self, other: _Person) -> bool:
        """Tell whether the countries speak against one person; a shared post in a body outweighs them."""
        apart = bool(self.countries and other.countries and not self.countries & other.countries)
        return apart and not any(body for _, body in self.posts & other.posts)

    def agrees(self, other: _Person) -> bool:
        return bool(self.countries & other.countries) or any(body for _, body in self.posts & other.posts)


def group_persons(
    bearers: Mapping[Local, Bearer], judgements: Judgements
) -> tuple[Mapping[Local, str], Mapping[str, Group], list[Doubt]]:
    """Return the group of every person, the groups by name, and the pairs left apart for a person to judge."""
    full = {local: bearer for local, bearer in bearers.items() if len(fold(bearer.label)) > 1}
    people = [person for same_name in _by_fold(full, judgements) for person in _namesakes(same_name)]
    people.sort(key=lambda person: (person.name, min(person.told)))
    doubts: list[Doubt] = []
    people = _respelt(people, judgements, doubts)
    bare = [(local, bearer) for local, bearer in bearers.items() if local not in full]
    _surnames_alone(people, bare, judgements)
    return *_named(people), doubts


def _by_fold(bearers: Mapping[Local, Bearer], judgements: Judgements) -> list[list[tuple[Local, Bearer]]]:
    """Gather the bearers of one name in any romanisation; spellings that were judged not the same stay apart."""
    apart = judgements.denied("person")
    found: dict[tuple[str, ...], list[tuple[Local, Bearer]]] = {}
    for local, bearer in bearers.items():
        judged = sorted(handles([bearer.label], ()) & apart)
        found.setdefault((*sorted(fold(bearer.label)), *judged), []).append((local, bearer))
    return list(found.values())


def _namesakes(members: Sequence[tuple[Local, Bearer]]) -> list[_Person]:
    """Divide the bearers of one name by the countries of their posts; who has none is taken for the best-known one."""
    placed = [(local, bearer) for local, bearer in members if bearer.countries]
    vague = [(local, bearer) for local, bearer in members if not bearer.countries]
    sets: Partition[Local] = Partition(local for local, _ in placed)
    first: dict[object, Local] = {}
    for local, bearer in placed:
        shared: Iterable[object] = [*bearer.countries, *(post for post in bearer.posts if post[1])]
        for mark in shared:
            sets.join(first.setdefault(mark, local), local)
    by_local = dict(members)
    people = [_Person.of([(local, by_local[local]) for local in locals_]) for locals_ in sets.sets().values()]
    if not vague:
        return people
    home = _usual(people)
    if home is None:
        return [*people, _Person.of(vague)]
    return [_Person.of([*zip(p.told, p.bearers, strict=True), *vague]) if p is home else p for p in people]


def _usual(people: Sequence[_Person]) -> _Person | None:
    if len(people) <= 1:
        return people[0] if people else None
    best = max(people, key=lambda person: (person.articles, person.name))
    total = sum(person.articles for person in people)
    told_often = best.articles >= told("persons")["articles"] and best.articles >= told("persons")["share"] * total
    return best if told_often else None


def _respelt(people: list[_Person], judgements: Judgements, doubts: list[Doubt]) -> list[_Person]:
    """Join people whose names differ in spelling only, best pairs first, while nothing speaks against it."""
    pairs = [*_judged(people, judgements), *_candidates(people)]
    sets: Partition[int] = Partition(range(len(people)))
    current = dict(enumerate(people))
    near: dict[int, list[tuple[float, int]]] = {}
    for value, a, b in pairs:
        near.setdefault(a, []).append((value, b))
        near.setdefault(b, []).append((value, a))
    for value, a, b in pairs:
        one, other = sets.find(a), sets.find(b)
        if one == other:
            continue
        left, right = current[one], current[other]
        verdict = None
        if judgements.all:
            verdict = judgements.verdict("person", _handles(left), _handles(right))
        reason = None if verdict else _objection(value, left, right, people, near, a, b)
        if reason is None and verdict is not False:
            sets.join(one, other)
            current[sets.find(one)] = _Person.of(
                [*zip(left.told, left.bearers, strict=True), *zip(right.told, right.bearers, strict=True)]
            )
        elif reason and verdict is None:
            doubts.append(Doubt("person", left.name, right.name, round(value, 1), reason))
    return [current[name] for name in sorted(sets.sets())]


def _objection(
    value: float,
    left: _Person,
    right: _Person,
    people: Sequence[_Person],
    near: Mapping[int, Sequence[tuple[float, int]]],
    a: int,
    b: int,
) -> str | None:
    """Return what speaks against one person, None if nothing does."""
    if value < SAME:
        return "names alike, not the same"
    if left.conflicts(right):
        return "posts in different countries"
    if min(score(x, y) for x in left.labels for y in right.labels) < CLOSE:
        return "other spellings too far apart"
    initials = any(has_initial(label) for label in (*left.labels, *right.labels))
    if (value < CERTAIN or initials) and (left.countries or right.countries) and not left.agrees(right):
        return "spelling alike, but no shared country or post"
    for mine, side in ((a, right), (b, left)):
        if not left.agrees(right) and any(
            rival >= value - LEAD and people[i] is not side and people[i].conflicts(side) for rival, i in near[mine]
        ):
            return "two people of that name"
    return None


def _judged(people: Sequence[_Person], judgements: Judgements) -> list[tuple[float, int, int]]:
    """Return the pairs that were judged the same, however unlike their names are."""
    pairs = judgements.same("person", dict(enumerate(map(_handles, people))))
    return sorted({(100.0, min(pair), max(pair)) for pair in pairs})


def _candidates(people: Sequence[_Person]) -> list[tuple[float, int, int]]:
    """Score the pairs that may be one person, best first."""
    folded = [" ".join(sorted(fold(person.name))) for person in people]
    glued = [text.replace(" ", "") for text in (" ".join(fold(person.name)) for person in people)]
    likely: set[tuple[int, int]] = set()
    for texts in (folded, glued):
        for at in range(0, len(texts), ROWS):
            table = process.cdist(texts[at : at + ROWS], texts, scorer=fuzz.ratio, score_cutoff=QUICK, dtype="uint8")
            likely.update((at + int(row), int(column)) for row, column in zip(*table.nonzero(), strict=True))
    ends: dict[tuple[str, str], list[int]] = {}
    for i, person in enumerate(people):
        name = fold(person.name)
        ends.setdefault((name[0], name[-1]), []).append(i)
    likely.update((a, b) for sharing in ends.values() for a in sharing for b in sharing)
    found = {(best_score(people[a].labels, people[b].labels), a, b) for a, b in likely if a < b}
    close = (pair for pair in found if pair[0] >= CLOSE)
    return sorted(close, key=lambda pair: (-pair[0], people[pair[1]].name, people[pair[2]].name, pair))


def _surnames_alone(people: list[_Person], bare: Sequence[tuple[Local, Bearer]], judgements: Judgements) -> None:
    """Give a surname alone in its article to the one person of that surname, country and post; else keep it apart.

    A judgement that one name is another's may name the person instead.
    """
    known: dict[str, list[_Person]] = {}
    for person in people:
        for surname in {part for label in person.labels for part in _surnames_of(label, person.countries)}:
            known.setdefault(surname, []).append(person)
    apart: list[_Person] = []
    homes: list[tuple[_Person, Local, Bearer]] = []
    judged = _judged_surnames(people, [bearer for _, bearer in bare], judgements)
    for number, (local, bearer) in enumerate(bare):
        alike = known.get("".join(fold(bearer.label)), [])
        fits = [p for p in alike if bearer.countries & p.countries and _share_post(bearer, p)]
        fits = judged[number] or [
            p for p in fits if judgements.verdict("person", _handles(bearer), _handles(p)) is None
        ]
        if len(fits) == 1:
            homes.append((fits[0], local, bearer))
        else:
            apart.append(_Person.of([(local, bearer)]))
    for person, local, bearer in homes:
        person.told.append(local)
        person.bearers.append(bearer)
    people += apart


def _judged_surnames(
    people: Sequence[_Person], bare: Sequence[Bearer], judgements: Judgements
) -> Mapping[int, list[_Person]]:
    """Return the persons that a surname alone was judged to be, by its place in `bare`."""
    told_of = {("whole", i): _handles(person) for i, person in enumerate(people)} if judgements.all else {}
    told_of |= {("bare", i): _handles(bearer) for i, bearer in enumerate(bare)} if judgements.all else {}
    pairs = {tuple(sorted(pair)) for pair in judgements.same("person", told_of)}
    found: dict[int, list[_Person]] = {i: [] for i in range(len(bare))}
    for (kind, i), (other, j) in sorted(pairs):
        if (kind, other) == ("bare", "whole"):
            found[i].append(people[j])
    return found


def _handles(told: _Person | Bearer) -> frozenset[str]:
    return handles(told.labels if isinstance(told, _Person) else [told.label], told.countries)


def _surnames_of(label: str, countries: Iterable[str]) -> frozenset[str]:
    first = set(countries) & word_set("names", "family_name_first")
    return surnames(label, family_name_first=bool(first))


def _share_post(bearer: Bearer, person: _Person) -> bool:
    return bool({plain_title(title) for title, _ in bearer.posts} & {plain_title(title) for title, _ in person.posts})


def plain_title(title: str) -> str:
    """Drop what does not make a title another post: former, acting, new."""
    return " ".join(word for word in title.split() if word.strip(",") not in word_set("persons", "title_modifiers"))


def _named(people: Iterable[_Person]) -> tuple[Mapping[Local, str], Mapping[str, Group]]:
    """Name every group by its first member, whatever the order in which the articles came."""
    key_of: dict[Local, str] = {}
    groups: dict[str, Group] = {}
    for person in people:
        key = "\t".join(min(person.told))
        labels = Counter(bearer.label for bearer in person.bearers)
        forms = {form for bearer in person.bearers for form in bearer.forms}
        vague = all(len(fold(label)) < 2 for label in labels)
        groups[key] = Group(person.told, labels, forms, countries=person.countries, vague=vague)
        key_of.update(dict.fromkeys(person.told, key))
    return key_of, groups
