"""Names, posts and references resolved to the entities they stand for."""

from __future__ import annotations

from mappings.records import Entity, Name
from mappings.resolve.resolution import Resolution, span_evidence
from mappings.tokens import Parsed


def resolve(parsed: Parsed) -> Resolution:
    """Resolve the mentions of persons, bodies, countries, places and references of one article."""
    known = Resolution(parsed)
    for mention in parsed.labelled("Country"):
        key = "country:" + mention.attributes["code"]
        name = Name(parsed.words(mention), span_evidence(parsed, mention))
        known.entities.setdefault(
            key, Entity(key, "country", mention.attributes["name"], (name,), code=mention.attributes["code"])
        )
        known.stands_for[mention] = (key,)
    return known
