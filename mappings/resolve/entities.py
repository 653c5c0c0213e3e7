"""Names, posts and references resolved to the entities they stand for."""

from __future__ import annotations

from collections.abc import Iterable

from mappings.records import Entity, EntityKind, Link, Name
from mappings.resolve import bodies, persons, posts, references
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
    found = posts.held(parsed, known)
    references.bind(parsed, known, found)
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
        name = mention.attributes.get("name") or parsed.words(mention)
        by_name.setdefault(name.casefold(), []).append(mention)
    for number, mentions in enumerate(by_name.values(), 1):
        _add(known, f"place:{number}", "place", mentions, label=mentions[0].attributes.get("name"))


def _bodies(parsed: Parsed, known: Resolution) -> None:
    mentions = parsed.labelled("Body")
    wholes = [whole for m in mentions if (whole := m.argument("whole"))]
    names: dict[str, str] = {}
    own = sorted([m for m in mentions if "abbreviates" not in m.attributes] + wholes, key=lambda m: m.start)
    for number, cluster in enumerate(bodies.cluster(parsed, own), 1):
        key = f"body:{number}"
        kinds = dict.fromkeys(kind for m in cluster.mentions if (kind := m.attributes.get("kind")))
        _add(known, key, "body", cluster.mentions, classes=tuple(kinds)[:1])
        names |= {parsed.words(m): key for m in cluster.mentions}
    for mention in mentions:
        if full := mention.attributes.get("abbreviates"):
            _extend(known, names[full], [mention])
    for mention in mentions:
        _part_of(known, mention)


def _part_of(known: Resolution, mention: Mention) -> None:
    key = known.key(mention)
    whole = mention.argument("whole")
    target = known.key(whole) if whole else None
    if key and target and key != target:
        entity = known.entities[key]
        if target not in {link.target for link in entity.part_of}:
            link = Link(target, known.sentence_evidence(mention))
            known.entities[key] = _with(entity, part_of=(*entity.part_of, link))


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


def _extend(known: Resolution, key: str, mentions: list[Mention]) -> None:
    entity = known.entities[key]
    had = {name.text for name in entity.names}
    more = tuple(name for name in _names(known.parsed, mentions) if name.text not in had)
    known.entities[key] = _with(entity, names=(*entity.names, *more))
    for mention in mentions:
        known.stands_for[mention] = (key,)


def _names(parsed: Parsed, mentions: Iterable[Mention]) -> Iterable[Name]:
    seen: set[str] = set()
    for mention in mentions:
        text = parsed.words(mention)
        if text not in seen:
            seen.add(text)
            yield Name(text, span_evidence(parsed, mention))


def _with(entity: Entity, **changes: object) -> Entity:
    from dataclasses import replace

    return replace(entity, **changes)  # type: ignore[arg-type]
