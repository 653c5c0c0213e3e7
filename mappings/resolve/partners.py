"""The parties of an agreement: whom its own words name, who is listed as such, who signed it, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mappings import lexicon
from mappings.records import Event
from mappings.resolve.parties import under
from mappings.resolve.resolution import Resolution
from mappings.resolve.voices import addressee
from mappings.tokens import Mention, Parsed

Listed = Mapping[Mention, list[Mention]]  # of an agreement's mention: the mentions with the label AgreementParties
LABELS = ("Country", "Demonym", "Place", "Reference", "Body")
TALKS = ("Signing", "Meeting", "Call", "Gathering", "PressConference", "Visit")  # the likelier told first
FOR_STATES = frozenset(("Embassy", "Government", "Mission"))  # kinds of body that sign for their country
ABOUT = frozenset(("on", "in", "over", "for", "regarding", "concerning", "against"))  # "a peace plan for Sudan"
OWNING = ("'s", "’s", "'", "-", "–", "/", "and")  # behind a body in the name of an agreement: "EU-Chile treaty"
BLOCS = frozenset(("Bloc", "InternationalOrganization"))
MANY = 4  # more sides than these do not make a bilateral agreement


def listed_parties(parsed: Parsed) -> Listed:
    """Return the lists of parties by the mention of the agreement to which they belong."""
    found: dict[Mention, list[Mention]] = {}
    for mention in parsed.labelled("AgreementParties"):
        for agreement in mention.arguments.get("agreement", ()):
            found.setdefault(agreement, []).append(mention)
    return found


def own_parties(parsed: Parsed, known: Resolution, mention: Mention, end: int, listed: Listed) -> Iterator[str]:
    """Yield the parties that one mention names: in its words up to `end`, as arguments of its rule, or in a list."""
    yield from _named(parsed, known, mention.start, end)
    for holder in (mention, *listed.get(mention, ())):
        for party in holder.arguments.get("party", ()):
            yield from party_keys(party, known)


def agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two lists of parties can be of one agreement: one of them may be less complete."""
    return one <= other or other <= one


def actors(change: Mention, parsed: Parsed, known: Resolution) -> list[str]:
    """Return who changed the status of an agreement, or issued it."""
    found: dict[str, None] = {}
    for token in (m.start for m in change.arguments.get("actor", ())):
        capital = parsed.covering(("Place",), token)
        found |= dict.fromkeys(party_keys(capital, known) if capital else under(parsed, known, token).keys)
        if parsed.lower[token] == "we":
            found |= dict.fromkeys(addressee(parsed, known, token))
    for mention in change.arguments.get("behalf", ()):  # who signs for another is no party
        found = {k: None for k in found if known.kind(k) != "person"} | dict.fromkeys(party_keys(mention, known))
    return list(found)


@dataclass(frozen=True, slots=True)
class Table:
    """Who may have sat at the table: the article's posts and events."""

    parsed: Parsed
    known: Resolution
    events: Sequence[Event]
    nations: Mapping[str, frozenset[str]]  # of bodies: the countries whose they are

    def parties(self, named: Iterable[str], mentions: Sequence[Mention], changes: Sequence[Mention]) -> tuple[str, ...]:
        """Return the parties: those named, else those who signed it, else those whose agreement the sentence tells."""
        found = self.seats(named)
        strong = [c for c in changes if not c.attributes.get("bystander")]
        given = len(found) > 1  # then who signs, signs for them
        for change in (*strong, *mentions):
            if not (given and change.attributes.get("status") in (None, "signed")):
                found |= self.seats(actors(change, self.parsed, self.known))
        found = self.without_states(found)
        if any("sole" in m.attributes for m in mentions):
            return tuple(found)
        if len(found) < 2:
            joint = self.seats(k for c in changes if c not in strong for k in actors(c, self.parsed, self.known))
            found |= joint if len(joint) > 1 else {}
        if any("known" in m.attributes for m in mentions):
            found |= self.general(mentions)
            if len(found) != 1:
                return tuple(found)
        hostile = any(self.is_of(m, "belligerent_word") for m in mentions)
        if len(found) == 1 and not hostile:  # "the treaty with Chile", told by a Norwegian
            tellers = (self.subjects(m, with_one=True) for m in mentions if self.is_with(m))
            found |= next((one for one in tellers if one and not set(one) & set(found)), {})
        for sides in self.guesses(mentions, changes, hostile=hostile):
            if len(found) > 1:
                break
            if 1 < len(sides) <= MANY and set(found) <= set(sides):
                found |= sides
        return tuple(found)

    def guesses(
        self, mentions: Sequence[Mention], changes: Sequence[Mention], *, hostile: bool
    ) -> Iterator[dict[str, None]]:
        """Yield whose agreement it may be, the likelier first; a truce is not of those who speak of it."""
        signed = [c for c in changes if c.attributes["status"] == "signed"]
        for change in signed:
            yield from (self.seats(e.attendees) for e in self.events if e.kind == "Signing" and self.tells(e, change))
        if hostile:
            return
        for mention in mentions:
            if changes or "named" not in mention.attributes:
                yield self.subjects(mention)
            first, last = self.parsed.bounds(mention.start)
            words = self.parsed.phrases.get("mutual_word", {})
            if signed or any(t in words for t in range(first, last)):
                near = sorted((e for e in self.events if self.tells(e, mention)), key=lambda e: TALKS.index(e.kind))
                yield from (sides for e in near if len(sides := self.lands(e.attendees)) == 2)
        for mention in mentions:
            yield dict.fromkeys(two_countries(self.parsed, self.known, mention))
        for mention in mentions if signed or any(self.is_of(m, "mutual_word") for m in mentions) else ():
            start = self.parsed.start[mention.start]
            before = [e for e in reversed(self.events) if e.evidence[0].start < start]
            yield from (sides for e in before if len(sides := self.lands(e.attendees)) == 2)
        if any("future" not in c.attributes for c in signed):
            lands = {key: None for key, e in self.known.entities.items() if e.kind == "country"}
            yield lands if len(lands) == 2 else {}

    def seats(self, keys: Iterable[str]) -> dict[str, None]:
        """Return for whom each of them acts: a person for a country or body, an embassy for its country."""
        return dict.fromkeys(seat for key in keys if (seat := self.seat(key)))

    def without_states(self, found: dict[str, None]) -> dict[str, None]:
        """Leave out countries of which bodies are parties: "the associations of Norway and Chile"."""
        bodies = [key for key in found if self.known.kind(key) == "body"]
        covered = {land for body in bodies for land in self.nations.get(body, ())} if len(bodies) > 1 else set()
        return {key: None for key in found if key not in covered}

    def seat(self, key: str) -> str | None:
        if self.known.kind(key) == "person":
            bodies = [post.body for post in self.known.posts if post.holder == key and post.body]
            lands = [body for body in bodies if self.known.kind(body) == "country"]
            return next((seat for body in (*lands, *bodies) if (seat := self.seat(body))), None)
        entity = self.known.entities[key]
        if FOR_STATES & set(entity.classes):
            return next((link.target for link in entity.part_of if self.known.kind(link.target) == "country"), key)
        return key if entity.kind in ("country", "body") else None

    def general(self, mentions: Sequence[Mention]) -> dict[str, None]:
        """Return the parties that a known agreement has, as far as the article names them."""
        codes = [code for m in mentions for code in m.attributes.get("parties", "").split()]
        return dict.fromkeys(key for code in codes if (key := f"country:{code}") in self.known.entities)

    def is_with(self, mention: Mention) -> bool:
        """Tell whether a party is named behind "with"."""
        lists = (m for m in self.parsed.labelled("AgreementParties") if mention in m.arguments.get("agreement", ()))
        return any("with" in self.parsed.lower[m.start : m.end] for m in lists)

    def subjects(self, mention: Mention, *, with_one: bool = False) -> dict[str, None]:
        """Return the two countries that are, or for which persons are, the subject of a verb above the agreement.

        `with_one`: one country instead.
        """
        token = mention.head
        while self.parsed.head[token] != token:
            token = self.parsed.head[token]
            for child in self.parsed.children[token]:
                if self.parsed.dep[child] == "nsubj":
                    sides = self.lands(under(self.parsed, self.known, child).keys)
                    if len(sides) == 2 - with_one:
                        return sides
        return {}

    def lands(self, keys: Iterable[str]) -> dict[str, None]:
        return {k: None for k in self.seats(keys) if self.known.kind(k) == "country"}

    def is_of(self, mention: Mention, lexicon_class: str) -> bool:
        """Tell whether a word of this class stands in the agreement's name or just before it."""
        words = self.parsed.phrases.get(lexicon_class, {})
        first, _ = self.parsed.bounds(mention.start)
        return any(t in words for t in range(max(first, mention.start - 2), mention.end))

    def tells(self, event: Event, mention: Mention) -> bool:
        at = self.parsed.start[mention.start]
        return any(e.start <= at < e.end for e in event.evidence)


def two_countries(parsed: Parsed, known: Resolution, mention: Mention) -> list[str]:
    """Return the countries of the sentence that tells of an agreement, where it names exactly two; else none.

    The country of somebody's post does not count: whose minister speaks is no party for that.
    """
    first, last = parsed.bounds(mention.start)
    named = [t for t in range(first, last) if not parsed.covering(("Post",), t)]
    found = (key for t in named for key in _named(parsed, known, t, t + 1))
    keys = list(dict.fromkeys(key for key in found if known.kind(key) == "country"))
    return keys if len(keys) == 2 else []


def party_keys(mention: Mention, known: Resolution) -> Iterator[str]:
    """Yield whom a mention names as a party; a capital stands for its country where the article names that country."""
    for key in known.keys(mention):
        if known.kind(key) != "place":
            yield key
            continue
        code = _capitals().get(known.entities[key].label)
        yield from (k for k, e in known.entities.items() if e.kind == "country" and e.code == code)


def _named(parsed: Parsed, known: Resolution, start: int, end: int) -> Iterator[str]:
    """Yield the keys of the parties named between two tokens; a lone place or body is no party."""
    named = [m for t in range(start, end) for m in parsed.starting(LABELS, t)]
    for mention in named:
        alone = not any(m.label in (mention.label, "Country") for m in named if m is not mention)
        kinds = {c for k in known.keys(mention) for c in known.entities[k].classes}
        behind = parsed.lower[mention.end] if mention.end < len(parsed) else ""
        bloc = mention.start == start and behind != "-" and BLOCS & kinds
        about = _is_told_about(parsed, mention, start)
        if mention.label in ("Country", "Demonym") and about and parsed.lower[mention.start - 1] in ABOUT:
            continue
        if bloc or mention.label not in ("Place", "Body") or not (alone or about):
            yield from party_keys(mention, known)


def _is_told_about(parsed: Parsed, mention: Mention, start: int) -> bool:
    """Tell whether a body or place in an agreement's name is what it is about: "on the Administration of X"."""
    if mention.label == "Body" and mention.end < len(parsed) and parsed.lower[mention.end] in OWNING:
        return False
    before = mention.start - 1
    while before > start and parsed.pos[before] == "DET":
        before -= 1
    if parsed.lower[before] in ("between", "with", "among", "and", ",", "-", "–", "/"):
        return False
    return mention.label == "Body" or (before > start and parsed.pos[before] == "ADP")


@cache
def _capitals() -> Mapping[str, str]:
    return {c.capital: c.code for c in lexicon.countries() if c.capital and c.status == "state"}
