"""Names, posts and references resolved to the entities they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from mappings.records import Entity, EntityKind, Link, Name
from mappings.resolve import bodies, introductions, persons, posts, references, seats
from mappings.resolve.resolution import Resolution, span_evidence
from mappings.tokens import Mention, Parsed


def resolve(parsed: Parsed) -> Resolution:
    """Resolve the mentions of persons, bodies, countries, places and references of one article."""
    known = Resolution(parsed)
    _countries(parsed, known)
    _places(parsed, known)
    _bodies(parsed, known)
    for number, cluster in enumerate(persons.cluster(parsed, parsed.labelled("Person")), 1):
        _add(known, f"person:{number}", "person", cluster.mentions)
    _nouns(parsed, known)
    found = seats.filled(parsed, known, posts.held(parsed, known))
    found += introductions.introduced(parsed, known, found)
    references.bind(parsed, known, found)
    _members(parsed, known)
    known.posts = posts.records(found)
    return known


def _countries(parsed: Parsed, known: Resolution) -> None:
    by_code: dict[str, list[Mention]] = {}
    for mention in parsed.labelled("Country", "Demonym", "Inner"):
        by_code.setdefault(mention.attributes["code"], []).append(mention)
    for code, mentions in by_code.items():
        _add(known, f"country:{code}", "country", mentions, label=mentions[0].attributes["name"], code=code)


def _places(parsed: Parsed, known: Resolution) -> None:
    by_name: dict[str, list[Mention]] = {}
    for mention in parsed.labelled("Place"):
        name = _place_name(parsed, mention)
        by_name.setdefault(name.casefold(), []).append(mention)
    for number, mentions in enumerate(by_name.values(), 1):
        _add(known, f"place:{number}", "place", mentions, label=_place_name(parsed, mentions[0]))


def _place_name(parsed: Parsed, mention: Mention) -> str:
    """Return the lexicon's name of a place; "Oslo Region" is not Oslo, while "Sahara Desert" is the Sahara."""
    own, known = mention.argument("place"), mention.attributes.get("name")
    wider = own is not None and own.end < mention.end and parsed.text[mention.end - 1][0].isupper()
    if known is None or (wider and mention.attributes.get("kind") in ("city", "capital")):
        return parsed.words(mention)
    return known


def _bodies(parsed: Parsed, known: Resolution) -> None:
    mentions = parsed.labelled("Body")
    wholes = [whole for m in mentions if (whole := m.argument("whole"))]
    for number, cluster in enumerate(bodies.cluster(parsed, [*mentions, *wholes]), 1):
        kinds = dict.fromkeys(kind for m in cluster if (kind := m.attributes.get("kind")))
        _add(known, f"body:{number}", "body", cluster, classes=tuple(kinds)[:1])
    for mention in mentions:
        _part_of(known, mention)


def _nouns(parsed: Parsed, known: Resolution) -> None:
    """Bind "the joint commission" to the body mentioned last before whose name holds these words."""
    mentions = parsed.labelled("Body")
    named = sorted([*mentions, *(whole for m in mentions if (whole := m.argument("whole")))], key=lambda m: m.start)
    for noun in parsed.labelled("BodyNoun"):
        words = {w for w in parsed.lower[noun.start : noun.end] if w.isalpha()}
        for mention in reversed(named):
            own = set(parsed.words(mention).lower().replace("-", " ").split())
            if mention.end <= noun.start and words <= own:
                known.stands_for[noun] = known.keys(mention)
                break


def _members(parsed: Parsed, known: Resolution) -> None:
    for mention in parsed.labelled("Belonging"):
        members, blocs = (
            [k for m in mention.arguments.get(name, ()) for k in known.keys(m)] for name in ("member", "bloc")
        )
        for member, bloc in product(members, blocs):
            entity = known.entities[member]
            if bloc not in {link.target for link in entity.member_of}:
                link = Link(bloc, known.sentence_evidence(mention))
                known.entities[member] = replace(entity, member_of=(*entity.member_of, link))


def _part_of(known: Resolution, mention: Mention) -> None:
    """Link a body to the body, else to the one country, that its name says it belongs to."""
    key = known.key(mention)
    whole = mention.argument("whole")
    target = known.key(whole) if whole else None
    if target is None:
        inner = {
            k for m in known.parsed.labelled("Inner") if mention.start <= m.start < mention.end for k in known.keys(m)
        }
        target = inner.pop() if len(inner) == 1 else None
    if key and target and key != target and target not in {link.target for link in known.entities[key].part_of}:
        link = Link(target, known.sentence_evidence(mention))
        known.entities[key] = replace(known.entities[key], part_of=(*known.entities[key].part_of, link))


def _add(
    known: Resolution,
    key: str,
    kind: EntityKind,
    mentions: list[Mention],
    *,
    label: str | None = None,
    code: str | None = None,
    classes: tuple[str, ...] = (),
) -> None:
    names = tuple(_names(known.parsed, mentions))
    fullest = max((name.text for name in names), key=lambda text: (len(text.split()), len(text)))
    known.entities[key] = Entity(key, kind, label or fullest, names, classes=classes, code=code)
    for mention in mentions:
        known.stands_for[mention] = (key,)


def _names(parsed: Parsed, mentions: Iterable[Mention]) -> Iterable[Name]:
    seen: set[str] = set()
    for mention in mentions:
        text = parsed.words(mention)
        if text not in seen:
            seen.add(text)
            yield Name(text, span_evidence(parsed, mention))
