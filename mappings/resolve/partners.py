"""The parties of an agreement: whom its own words name, who is listed as such, and who signed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from mappings import lexicon
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed

Listed = Mapping[Mention, list[Mention]]  # of an agreement's mention: the mentions with the label AgreementParties
LABELS = ("Country", "Demonym", "Place", "Reference", "Body")


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


def actors(change: Mention, known: Resolution) -> list[str]:
    """Return who changed the status of an agreement."""
    return list(dict.fromkeys(k for m in change.arguments.get("actor", ()) for k in party_keys(m, known)))


def seats(known: Resolution, persons: Iterable[str]) -> Iterator[str]:
    """Yield the bodies and countries for which persons hold their posts: who signs, signs for them."""
    bodies = {post.holder: post.body for post in known.posts if post.body}
    yield from (bodies[person] for person in persons if person in bodies)


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
        if mention.label not in ("Place", "Body") or not alone:
            yield from party_keys(mention, known)


@cache
def _capitals() -> Mapping[str, str]:
    return {c.capital: c.code for c in lexicon.countries() if c.capital and c.status == "state"}
