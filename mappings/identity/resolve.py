"""From the records of all articles to one IRI for every thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mappings import iris, lexicon
from mappings.article import Article
from mappings.identity.agreements import Told, group_agreements
from mappings.identity.bodies import group_bodies
from mappings.identity.events import Held, Signature, group_events
from mappings.identity.judgements import Judgements, handles
from mappings.identity.model import Doubt, Group, Local, Partition, Resolution, Thing
from mappings.identity.persons import Bearer, group_persons
from mappings.iris import Kind
from mappings.records import Agreement, Entity, Event, Records
from ontology.namespaces import BASE

Readings = Sequence[tuple[Article, Records]]


def resolve(readings: Readings, *, base: str = BASE, judgements: Judgements | None = None) -> Resolution:
    """Decide for every entity, event and agreement which thing it is.

    The outcome does not depend on the order of `readings`. Articles must have different identifiers.
    """
    ordered = sorted(readings, key=lambda reading: reading[0].identifier)
    work = _Work(ordered, base, judgements or Judgements())
    countries = work.countries()
    codes = {local: thing.code for thing in countries for local in thing.told}
    bodies = work.bodies(codes)
    work.places()
    work.persons({thing.iri: thing.countries[0] for thing in (*bodies, *countries) if len(thing.countries) == 1})
    work.agreements()
    work.events()
    by_article: dict[str, dict[str, str]] = {article.identifier: {} for article, _ in ordered}
    for (article, key), iri in work.iri_of.items():
        by_article[article][key] = iri
    things = tuple(sorted(work.things, key=lambda thing: thing.iri))
    return Resolution(by_article, things, tuple(work.doubts), work.bodies_of_posts())


class _Work:
    """The records of all articles, and the IRIs found so far."""

    def __init__(self, readings: Readings, base: str, judgements: Judgements) -> None:
        self.readings, self.base, self.judgements = readings, base, judgements
        self.iri_of: dict[Local, str] = {}
        self.things: list[Thing] = []
        self.doubts: list[Doubt] = []

    def entities(self, kind: str) -> dict[Local, Entity]:
        return {
            (article.identifier, entity.key): entity
            for article, records in self.readings
            for entity in records.entities
            if entity.kind == kind
        }

    def settle(self, kind: Kind, groups: Mapping[str, Group], slugs: Mapping[str, str]) -> list[Thing]:
        """Give the groups IRIs and remember them."""
        former = _former(self.base, kind, groups, slugs)
        things = []
        for key, group in groups.items():
            iri = iris.thing(self.base, kind, slugs[key])
            thing = Thing(
                iri=iri,
                kind=kind,
                label=group.label,
                labels=tuple(sorted(group.forms | set(group.labels))),
                names=tuple(sorted({group.label, *group.labels})),
                told=tuple(sorted(group.told)),
                classes=tuple(sorted(group.classes)),
                code=group.code,
                countries=tuple(sorted(group.countries)),
                former=tuple(sorted(former[key])),
            )
            self.iri_of.update(dict.fromkeys(group.told, iri))
            things.append(thing)
        self.things += things
        return things

    def countries(self) -> list[Thing]:
        groups: dict[str, Group] = {}
        for local, entity in self.entities("country").items():
            key = (entity.code or iris.slug(entity.label)).lower()
            group = _group(local, entity)
            group.code = entity.code
            known = lexicon.country_by_code().get((entity.code or "").upper())
            group.known_as = known.name if known else None
            group.countries = {entity.code} if entity.code else set()
            _put(groups, key, group)
        return self.settle("country", groups, {key: key for key in groups})

    def places(self) -> list[Thing]:
        known = {
            iris.slug(name): place for place in lexicon.places() for name in place.names if name not in place.ambiguous
        }
        groups: dict[str, Group] = {}
        for local, entity in self.entities("place").items():
            place = known.get(iris.slug(entity.label.removeprefix("the ").removeprefix("The ")))
            group = _group(local, entity)
            if place:
                group.countries = {place.code} if place.code else set()
                group.known_as = None if iris.slug(entity.label) in self.judgements.denied("place") else place.name
            _put(groups, iris.slug(group.known_as or entity.label), group)
        groups = self.judged("place", groups)
        return self.settle("place", groups, {key: iris.slug(group.label) for key, group in groups.items()})

    def judged(self, kind: str, groups: dict[str, Group]) -> dict[str, Group]:
        """Join the groups of which it was judged that they are the same."""
        told = {key: handles(group.labels, group.countries) for key, group in groups.items()}
        sets, joined = Partition(groups), dict[str, Group]()
        for left, right in self.judgements.same(kind, told):
            sets.join(left, right)
        for key, group in groups.items():
            _put(joined, sets.find(key), group)
        return joined

    def bodies(self, codes: Mapping[Local, str | None]) -> list[Thing]:
        _, groups = group_bodies(self.entities("body"), codes=codes, judgements=self.judgements)
        return self.settle("body", groups, _slugs(groups))

    def persons(self, country_of: Mapping[str, str]) -> list[Thing]:
        posts: dict[Local, list[tuple[str, str | None]]] = {}
        for article, records in self.readings:
            for post in records.posts:
                body = self.iri_of.get((article.identifier, post.body)) if post.body else None
                posts.setdefault((article.identifier, post.holder), []).append((post.title, body))
        bearers = {
            local: Bearer(
                entity.label,
                frozenset({entity.label, *(name.text for name in entity.names)}),
                frozenset(posts.get(local, ())),
                frozenset(country_of[body] for _, body in posts.get(local, ()) if body and body in country_of),
            )
            for local, entity in self.entities("person").items()
        }
        _, groups, doubts = group_persons(bearers, self.judgements)
        self.doubts += doubts
        return self.settle("person", groups, _slugs(groups))

    def bodies_of_posts(self) -> dict[tuple[str, str], str]:
        """Return the one body of each person's post of a title; ambassadors to two countries hold two posts."""
        found: dict[tuple[str, str], set[tuple[str, str | None]]] = {}
        for article, records in self.readings:
            for post in records.posts:
                if post.body:
                    holder, body = (self.iri_of[article.identifier, key] for key in (post.holder, post.body))
                    found.setdefault((holder, iris.slug(post.title)), set()).add((body, post.to))
        return {held: body for held, bodies in found.items() if len(bodies) == 1 for body, to in bodies if to is None}

    def agreements(self) -> list[Thing]:
        found = {
            (article.identifier, each.key): each for article, records in self.readings for each in records.agreements
        }
        told = {local: self._told(local[0], agreement) for local, agreement in found.items()}
        _, groups = group_agreements(told, self.judgements)
        return self.settle("agreement", groups, _slugs(groups))

    def _told(self, article: str, agreement: Agreement) -> Told:
        signed = next((t.date for t in agreement.transitions if t.status == "signed" and t.date), None)
        forms = frozenset({agreement.label, *(name.text for name in agreement.names)})
        return Told(agreement.label, forms, self._iris(article, agreement.parties), signed)

    def events(self) -> None:
        found = {(article.identifier, each.key): each for article, records in self.readings for each in records.events}
        held = {local: self._held(local[0], event) for local, event in found.items()}
        taken: dict[str, Local] = {}
        for local, (first, mark) in sorted(group_events(held).items()):
            slug = _shared_event(mark) if mark else self._own_event(local, found[local])
            if taken.setdefault(slug, first) != first:
                slug = iris.joined(slug, iris.digest(*first))
            self.iri_of[local] = iris.thing(self.base, "event", slug)

    def _held(self, article: str, event: Event) -> Held:
        place = self.iri_of.get((article, event.place)) if event.place else None
        return Held(event.kind, event.status, event.date, self._iris(article, event.attendees), place, event.name)

    def _own_event(self, local: Local, event: Event) -> str:
        """Name an event that one article alone tells of by that article and the place where it stands."""
        start = min((evidence.start for evidence in event.evidence), default=0)
        return iris.joined(event.kind.lower(), iris.faithful_slug(local[0]), str(start))

    def _iris(self, article: str, keys: Iterable[str]) -> frozenset[str]:
        return frozenset(self.iri_of[article, key] for key in keys)


def _shared_event(mark: Signature) -> str:
    kind, status, date, attendees = mark
    return iris.joined(kind.lower(), status, date, *map(iris.last_step, attendees))


def _group(local: Local, entity: Entity) -> Group:
    forms = {entity.label, *(name.text for name in entity.names)}
    return Group([local], Counter({entity.label: 1}), forms, set(entity.classes))


def _put(groups: dict[str, Group], key: str, group: Group) -> None:
    if key in groups:
        groups[key].absorb(group)
    else:
        groups[key] = group


def _slugs(groups: Mapping[str, Group]) -> dict[str, str]:
    """Choose a slug for every group: its label's, which of namesakes the one of most articles keeps.

    The others, and all whose name says too little, add their countries and a hash of where they are told of first.
    """
    wanted: dict[str, list[str]] = {}
    for key, group in groups.items():
        wanted.setdefault(iris.slug(group.label), []).append(key)
    chosen: dict[str, str] = {}
    for slug, keys in wanted.items():
        plain = [key for key in keys if not groups[key].vague]
        first = min(plain, key=lambda key: (-len(groups[key].told), min(groups[key].told)), default=None)
        for key in keys:
            countries = sorted(code.lower() for code in groups[key].countries)
            long = iris.joined(slug, *countries, iris.digest(*min(groups[key].told)))
            chosen[key] = slug if key == first else long
    return chosen


def _former(base: str, kind: Kind, groups: Mapping[str, Group], slugs: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the IRIs that a group would bear under its other labels, where no other group bears or claims them."""
    claims: dict[str, set[str]] = {}
    for key, group in groups.items():
        for label in [] if group.vague else group.labels:
            claims.setdefault(iris.slug(label), set()).add(key)
    taken = set(slugs.values())
    free = {slug: next(iter(keys)) for slug, keys in claims.items() if len(keys) == 1 and slug not in taken}
    former: dict[str, list[str]] = {key: [] for key in groups}
    for slug, key in free.items():
        former[key].append(iris.thing(base, kind, slug))
    return former
