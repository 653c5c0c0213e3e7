"""Who speaks where no name stands: officials, governments, statements, "it", and "they" where two have just met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from mappings import lexicon
from mappings.records import Event
from mappings.resolve.leaders import led_by
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed

REACH = 3  # sentences over which "it", "they" and "the statement" look back
SPEAKERS = ("Statement",)
QUOTES = frozenset('"”»')
SUBJECTS = ("nsubj", "nsubjpass")
OUTLETS = frozenset({"NewsAgency", "NewsMedia"})
PLURAL = frozenset({"they", "pair", "pair-titles"})  # kinds of Reference that stand for several
TALKS = frozenset({"Meeting", "Call", "Gathering", "Visit", "Signing", "PressConference"})


def bind(parsed: Parsed, known: Resolution, events: tuple[Event, ...]) -> None:
    """Bind the mentions with the label Voice, and references to several that the names alone did not explain."""
    seats = [m for m in parsed.labelled("Voice") if m.attributes.get("kind") == "seat"]
    for mention in seats:
        _note(known, mention, _seat(mention, known))
    context = _Context(parsed, known, events)
    for mention in seats:
        if context.is_known(mention) and (speaker := context.issuer(mention)) and context.is_person(speaker):
            _note(known, mention, speaker)
    for mention in parsed.labelled("Voice", "Reference", "BodyNoun"):
        if mention.attributes.get("kind") == "pronoun":
            _note(known, mention, context.pronoun(mention))
        elif not known.keys(mention):
            _note(known, mention, context.keys(mention))


def _note(known: Resolution, mention: Mention, keys: tuple[str, ...]) -> None:
    if keys:
        known.stands_for[mention] = tuple(dict.fromkeys(keys))


def _seat(mention: Mention, known: Resolution) -> tuple[str, ...]:
    """Return the countries and bodies whose officials or documents these are."""
    seats = mention.arguments.get("of", ())
    keys = [key for seat in seats for key in known.keys(seat)]
    bodies = {entity.label: key for key, entity in known.entities.items() if entity.kind == "body"}
    keys = [bodies.get(known.entities[key].label, key) for key in keys]  # a house whose people speak elsewhere
    return tuple(key for key in keys if known.kind(key) in ("country", "body")) if all(map(known.keys, seats)) else ()


class _Context:
    """What was said and told before a mention."""

    def __init__(self, parsed: Parsed, known: Resolution, events: tuple[Event, ...]) -> None:
        self.parsed, self.known, self.events = parsed, known, events

    def keys(self, mention: Mention) -> tuple[str, ...]:
        kind = mention.attributes.get("kind")
        if mention.label == "BodyNoun":
            return self.it(mention) if self.parsed.dep[mention.head] in SUBJECTS else ()
        if mention.label == "Reference":
            if kind in PLURAL:
                return _seat(mention, self.known) if kind == "pair-titles" else self.several(mention)
            if kind in ("noun", "title"):
                return self.leader(mention) if mention.argument("of") else self.again(mention)
            return ()
        match kind:
            case "it":
                return self.it(mention)
            case "title":
                return self.titled(mention)
            case "capital":
                return self.capital(mention)
            case "again":
                return self.told_again(mention)
            case "several":
                return self.several(mention)
        return ()

    def pronoun(self, mention: Mention) -> tuple[str, ...]:
        """Return the last speaker: for "he said" behind a quotation, and for a "he" that nothing else explains."""
        parsed = self.parsed
        first = parsed.bounds(mention.start)[0]
        is_tail = parsed.text[mention.start - 1] in QUOTES and mention.start > first
        opens = not any(
            m.start < mention.start for m in parsed.within(parsed.sentence[mention.start], ("Person", "Reference"))
        )
        bound = self.known.keys(mention)
        if bound and not is_tail and not opens:
            return ()
        for sentence in self.back(mention)[1 : 2 if bound and not is_tail else None]:
            spoken = self.spoken(sentence, first)
            if bound and not is_tail and len(spoken) > 1:
                return ()
            if spoken and len(spoken[-1]) == 1 and (self.is_person(spoken[-1]) or not bound):
                return spoken[-1]
        return ()

    def is_known(self, mention: Mention) -> bool:
        """Tell whether it is one official who was named before: "the chief diplomat of the union"."""
        noun = mention.argument("noun")
        again = noun and self.parsed.phrase("voice_again", noun.start, noun.end)
        first = self.parsed.bounds(mention.start)[0]
        before = self.parsed.lower[max(first, mention.start - 3) : mention.start + 1]
        return bool(
            again
            and again.attributes.get("of") == "person"
            and noun
            and "the" in before
            and noun.start < mention.end - 1
        )

    def told_again(self, mention: Mention) -> tuple[str, ...]:
        """Return whose official, document or outlet it is."""
        match mention.attributes.get("of"):
            case "person":
                return self.again(mention)
            case "issuer":
                return self.author(mention)
            case "outlet":
                return self.last(mention, lambda key: bool(OUTLETS & set(self.known.entities[key].classes)))
            case "meeting":
                return self.several(mention)
        return ()

    def leader(self, mention: Mention) -> tuple[str, ...]:
        """Return the one person of the text who is known to have led the country or body that is named."""
        seat = mention.argument("of")
        keys = self.known.keys(seat) if seat else ()
        if not keys or self.known.kind(keys[0]) == "person":
            return ()
        own = {post.holder for post in self.known.posts if post.body == keys[0]}
        led = self.known.entities[keys[0]].code or self.known.entities[keys[0]].label
        persons = [e for e in self.known.entities.values() if e.kind == "person"]
        found = own or {e.key for e in persons if any(led_by(n.text, {led}) for n in e.names)}
        return tuple(found) if len(found) == 1 else ()

    def titled(self, mention: Mention) -> tuple[str, ...]:
        """Return the one holder of a post that is named by its title alone."""
        title = self.parsed.words(mention).lower()
        found = {post.holder for post in self.known.posts if post.title == title}
        return tuple(found) if len(found) == 1 else ()

    def capital(self, mention: Mention) -> tuple[str, ...]:
        """Return the country whose capital it is, where the text names that country too."""
        place = mention.argument("of")
        code = _capitals().get(self.parsed.words(place)) if place else None
        key = f"country:{code}"
        return (key,) if key in self.known.entities else ()

    def again(self, mention: Mention) -> tuple[str, ...]:
        """Return for whom somebody with the same noun spoke before."""
        word = _stem(self.parsed.lower[mention.end - 1])
        told = self.parsed.labelled("Voice", "Reference")
        before = [m for m in told if m.start < mention.start and self.known.keys(m)]
        nouns = {m: m.argument("noun") or m.argument("title") for m in before}
        same = [m for m in before if (noun := nouns[m]) and _stem(self.parsed.lower[noun.end - 1]) == word]
        return self.known.keys(same[-1]) if same else ()

    def author(self, mention: Mention) -> tuple[str, ...]:
        """Return whose statement it is: the body's that spoke last, else the last speaker's."""
        for sentence in range(self.parsed.sentence[mention.start], -1, -1):
            bodies = [keys for keys in self.spoken(sentence, mention.start) if self.is_body(keys)]
            if bodies and self.known.kind(bodies[-1][0]) == "body":
                return bodies[-1]
        return self.issuer(mention)

    def issuer(self, mention: Mention) -> tuple[str, ...]:
        """Return who spoke last."""
        for sentence in self.back(mention):
            if spoken := self.spoken(sentence, mention.start):
                return spoken[-1]
        return ()

    def it(self, mention: Mention) -> tuple[str, ...]:
        """Return the last body or country that spoke, else the last that was a subject."""
        is_tail = self.parsed.text[mention.start - 1] in QUOTES | {","}
        for sentence in self.back(mention)[is_tail:]:
            bodies = [keys for keys in self.spoken(sentence, mention.start) if self.is_body(keys)]
            bodies = bodies or [keys for keys in self.subjects(sentence, mention.start) if self.is_body(keys)]
            if bodies:
                return bodies[-1]
        return ()

    def several(self, mention: Mention) -> tuple[str, ...]:
        """Return those who spoke together just before, else those who met."""
        for sentence in self.back(mention):
            together = [keys for keys in self.spoken(sentence, mention.start) if len(keys) > 1]
            if together:
                return together[-1]
        start = self.parsed.start[mention.start]
        met = [e for e in self.events if e.kind in TALKS and len(e.attendees) > 1]
        before = [
            (max(v.start for v in e.evidence if v.start <= start), e) for e in met if e.evidence[0].start <= start
        ]
        return max(before, key=lambda pair: pair[0])[1].attendees if before else ()

    def last(self, mention: Mention, fits: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the body named last of those that fit."""
        named = [m for m in self.parsed.labelled("Body") if m.start < mention.start]
        keys = [key for m in named for key in self.known.keys(m) if fits(key)]
        return (keys[-1],) if keys else ()

    def back(self, mention: Mention) -> range:
        here = self.parsed.sentence[mention.start]
        return range(here, max(here - REACH, 0) - 1, -1)

    def spoken(self, sentence: int, before: int) -> list[tuple[str, ...]]:
        """List who speaks in a sentence before the token, the source of the whole sentence last."""
        found = []
        mentions = self.parsed.within(sentence, SPEAKERS)
        for said in sorted(mentions, key=lambda m: -depth(self.parsed, m.head) if m.argument("verb") else 1):
            speakers = [m for m in said.arguments.get("speaker", ()) if m.start < before]
            if keys := tuple(dict.fromkeys(key for m in speakers for key in self.known.keys(m))):
                found.append(keys)
        return found

    def subjects(self, sentence: int, before: int) -> Iterator[tuple[str, ...]]:
        for mention in self.parsed.within(sentence, ("Body", "Country", "Voice")):
            if mention.start < before and self.parsed.dep[mention.head] in SUBJECTS and self.known.keys(mention):
                yield self.known.keys(mention)

    def is_person(self, keys: tuple[str, ...]) -> bool:
        return len(keys) == 1 and self.known.kind(keys[0]) == "person"

    def is_body(self, keys: tuple[str, ...]) -> bool:
        return len(keys) == 1 and self.known.kind(keys[0]) in ("body", "country")


@cache
def _capitals() -> dict[str, str]:
    return {c.capital: c.code for c in lexicon.countries() if c.capital and c.status == "state"}


def depth(parsed: Parsed, token: int) -> int:
    """Count the tokens above a token."""
    steps = 0
    while parsed.head[token] != token:
        token, steps = parsed.head[token], steps + 1
    return steps


def _stem(word: str) -> str:
    return word.removesuffix("s")
