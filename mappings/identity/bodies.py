"""Which bodies are one: by the telling words of the name, within their parent body or country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from mappings.identity.judgements import Judgements, handles
from mappings.identity.model import Group, Local, Partition
from mappings.identity.words import Worded, known_bodies, subset_of_another, take_apart, without_brackets, word_set
from mappings.records import Entity

DEPTH = 6
"""Steps up the tree of bodies before a circle is assumed."""


def group_bodies(
    entities: Mapping[Local, Entity], *, codes: Mapping[Local, str | None], judgements: Judgements
) -> tuple[Mapping[Local, str], Mapping[str, Group]]:
    """Return the group of every body, and the groups by name; `codes` holds the ISO codes of countries."""
    scopes = _Scopes(entities, codes, judgements.denied("body"))
    key_of = {local: scopes.key(local) for local in entities}
    groups: dict[str, Group] = {}
    for local, entity in entities.items():
        group = Group([local], Counter({entity.label: 1}), _forms(entity), set(entity.classes), scopes.countries(local))
        group.vague = key_of[local].startswith("@")
        group.known_as = key_of[local][1:] if key_of[local].startswith("=") else None
        if key_of[local] in groups:
            groups[key_of[local]].absorb(group)
        else:
            groups[key_of[local]] = group
    return _joined(key_of, groups, judgements)


def _forms(entity: Entity) -> set[str]:
    return {entity.label, *(name.text for name in entity.names)}


class _Scopes:
    """Keys of bodies: `=Name` for a well-known one, `scope#words` for others.

    Where a judgement keeps a name apart from another, the key ends in that name.
    """

    def __init__(
        self, entities: Mapping[Local, Entity], codes: Mapping[Local, str | None], apart: frozenset[str]
    ) -> None:
        self._entities, self._codes, self._apart = entities, codes, apart

    def key(self, local: Local, depth: int = 0) -> str:
        entity = self._entities[local]
        worded = take_apart(without_brackets(entity.label))
        known = known_body(worded)
        judged = sorted(handles([entity.label], ()) & self._apart) if self._apart else []
        if known and not judged:
            return f"={known}"
        words = worded.words
        parent = self._parent(local, worded)
        if worded.bodies:
            scope = f"[={worded.bodies[0]}]"
        elif parent and depth < DEPTH:
            scope = f"[{self.key(parent, depth + 1)}]"
            words = words - take_apart(without_brackets(self._entities[parent].label)).words or words
        else:
            scope = ",".join(sorted(worded.countries or self._own_countries(local)))
        if not scope and is_generic(words):
            scope = f"@{local[0]}"
        return " ~".join((f"{scope}#{' '.join(sorted(_telling(words)))}", *judged))

    def _parent(self, local: Local, worded: Worded) -> Local | None:
        """Return the body that this one is part of; a body of two countries is part of neither's."""
        if len(worded.countries) > 1:
            return None
        targets = ((local[0], link.target) for link in self._entities[local].part_of)
        return next((target for target in targets if target in self._entities and target != local), None)

    def _own_countries(self, local: Local) -> set[str]:
        targets = ((local[0], link.target) for link in self._entities[local].part_of)
        return {code for target in targets if (code := self._codes.get(target))}

    def countries(self, local: Local, depth: int = 0) -> set[str]:
        """Return the ISO codes of the countries that the body belongs to, as far as its name or the article says."""
        worded = take_apart(without_brackets(self._entities[local].label))
        named = [known.code for name in worded.bodies if (known := known_bodies().get(name)) and known.code]
        own = set(named) or set(worded.countries) or self._own_countries(local)
        parent = self._parent(local, worded)
        return own or (self.countries(parent, depth + 1) if parent and depth < DEPTH else set())


def known_body(worded: Worded) -> str | None:
    """Return the well-known body that a name stands for, whole and in the right country."""
    if worded.words or len(worded.bodies) != 1:
        return None
    code = known_bodies()[worded.bodies[0]].code
    return worded.bodies[0] if worded.countries <= {code} else None


def is_generic(words: Iterable[str]) -> bool:
    """Tell whether words say what a body is, not which one."""
    return set(words) <= word_set("bodies", "generic")


def _telling(words: frozenset[str]) -> frozenset[str]:
    return words - word_set("bodies", "optional") or words


def _joined(
    key_of: Mapping[Local, str], groups: dict[str, Group], judgements: Judgements
) -> tuple[Mapping[Local, str], Mapping[str, Group]]:
    """Join groups that share a telling short form, a name in one country only, or a judgement."""
    sets = Partition(groups)
    judged = judgements.same("body", {key: _handles(group) for key, group in groups.items()})
    for left, right in [*_by_short_form(groups), *_by_country(groups), *judged]:
        if (
            not judgements.all
            or judgements.verdict("body", *(_handles(groups[key]) for key in (left, right))) is not False
        ):
            sets.join(left, right)
    merged: dict[str, Group] = {}
    for name, members in sets.sets().items():
        merged[name] = groups[members[0]]
        for member in members[1:]:
            merged[name].absorb(groups[member])
    return {local: sets.find(key) for local, key in key_of.items()}, merged


def _handles(group: Group) -> frozenset[str]:
    return handles(group.labels, group.countries)


def _by_short_form(groups: Mapping[str, Group]) -> list[tuple[str, str]]:
    """Pair a group known by a short form alone with the one group of which that is another form."""
    claims: dict[str, set[str]] = {}
    for key, group in groups.items():
        for claimed in _short_keys(group):
            if claimed != key:
                claims.setdefault(claimed, set()).add(key)
    return [
        (claimed, min(keys))
        for claimed, keys in sorted(claims.items())
        if claimed in groups
        and len(keys) == 1
        and _agree(groups[claimed], groups[min(keys)])
        and not _both_known(claimed, min(keys))
    ]


def _both_known(one: str, other: str) -> bool:
    """Tell whether both are well-known bodies, and so two: an assembly is not the organization that it belongs to."""
    return one.startswith("=") and other.startswith("=")


def _short_keys(group: Group) -> set[str]:
    """Return the keys under which the group's other forms would stand alone; shortened and generic forms have none."""
    full = [take_apart(without_brackets(label)) for label in group.labels]
    keys = set()
    for form in group.forms - set(group.labels):
        worded = take_apart(without_brackets(form))
        known = known_body(worded)
        if known and not any(known in label.bodies for label in full):
            keys.add(f"={known}")
        elif (
            not worded.bodies
            and not is_generic(worded.words)
            and not subset_of_another(worded.words, (f.words for f in full))
        ):
            keys.add(f"{','.join(sorted(worded.countries))}#{' '.join(sorted(_telling(worded.words)))}")
    return keys


def _by_country(groups: Mapping[str, Group]) -> list[tuple[str, str]]:
    """Pair a telling name without a country with the same name in the one country that has it."""
    scoped: dict[str, list[str]] = {}
    for key in groups:
        scope, _, words = key.partition("#")
        if scope.isalpha() and words:
            scoped.setdefault(words, []).append(key)
    return [
        (f"#{words}", keys[0]) for words, keys in sorted(scoped.items()) if len(keys) == 1 and f"#{words}" in groups
    ]


def _agree(one: Group, other: Group) -> bool:
    return not (one.countries and other.countries) or bool(one.countries & other.countries)
