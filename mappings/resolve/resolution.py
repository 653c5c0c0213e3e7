"""What is known of an article's actors once its names, posts and references are resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from mappings.records import Entity, Evidence, Post, Unread
from mappings.tokens import Mention, Parsed


@dataclass
class Resolution:
    """Entities and posts of an article, and which entities each mention stands for.

    `stands_for` maps a mention (Person, Body, Country, Demonym, Place, Reference) to the keys of its entities: one for
    a name, several for "they" or "the two sides", none for what could not be resolved soundly.
    """

    parsed: Parsed
    entities: dict[str, Entity] = field(default_factory=dict)
    posts: tuple[Post, ...] = ()
    stands_for: dict[Mention, tuple[str, ...]] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def keys(self, mention: Mention) -> tuple[str, ...]:
        """Return the keys of the entities that the mention stands for."""
        return self.stands_for.get(mention, ())

    def key(self, mention: Mention) -> str | None:
        """Return the key of the one entity that the mention stands for, or None if there is not exactly one."""
        keys = self.keys(mention)
        return keys[0] if len(keys) == 1 else None

    def kind(self, key: str) -> str:
        """Return person, body, country or place."""
        return self.entities[key].kind

    def sentence_evidence(self, mention: Mention, rule: str | None = None) -> Evidence:
        """Return the sentence of the mention as evidence for what `rule` (by default the mention's own) read in it."""
        return sentence_evidence(self.parsed, self.parsed.sentence[mention.start], rule or mention.rule)


def sentence_evidence(parsed: Parsed, sentence: int, rule: str) -> Evidence:
    """Return a whole sentence as evidence."""
    first, end = parsed.sentences[sentence]
    return Evidence(parsed.start[first], parsed.end[end - 1], rule)


def span_evidence(parsed: Parsed, mention: Mention) -> Evidence:
    """Return a mention's own words as evidence."""
    return Evidence(parsed.start[mention.start], parsed.end[mention.end - 1], mention.rule)
