"""Persons named after their post: "The chairman of the committee agreed." and then "(...), Ida X said."

A title with its body or country that no one holds goes to the person who enters the text as a subject in the next
sentences, if just one does and no post is known of them. One that stands for a known leader told of before goes to him.
"""

from __future__ import annotations

from collections.abc import Iterator

from mappings.resolve import leaders
from mappings.resolve.posts import SUBJECT, Held, same_title, title_text
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed

REACH = 2  # sentences in which the name must follow


def introduced(parsed: Parsed, known: Resolution, found: list[Held]) -> Iterator[Held]:
    """Yield the posts that are told before the names of their holders."""
    first: dict[str, Mention] = {}
    for mention in parsed.labelled("Person"):
        for key in known.keys(mention):
            first.setdefault(key, mention)
    posted = {one.holder for one in found}
    for reference in parsed.labelled("Reference"):
        title, of = reference.argument("title"), reference.argument("of")
        seats = known.keys(of) if of else ()
        if not title or len(seats) != 1 or parsed.dep[reference.head] not in (*SUBJECT, "pobj"):
            continue
        words = frozenset(title_text(parsed, title).split())
        definite = reference.attributes.get("kind") == "title"
        if definite and any(same_title(one.words, words) and one.seat in (None, *seats) for one in found):
            continue
        sentence = parsed.sentence[reference.start]
        if definite and (leader := _leader(parsed, known, reference, seats[0])) and leader not in posted:
            level, evidence = title.attributes.get("of", "body"), known.sentence_evidence(reference)
            yield Held(leader, title_text(parsed, title), seats[0], evidence, reference.start, None, level)
            continue
        newcomers = [
            key
            for key, mention in first.items()
            if sentence < parsed.sentence[mention.start] <= sentence + REACH and mention.end - mention.start > 1
            if _acts(parsed, mention)
        ]
        if len(newcomers) == 1 and newcomers[0] not in posted:
            level, evidence = title.attributes.get("of", "body"), known.sentence_evidence(reference)
            yield Held(newcomers[0], title_text(parsed, title), seats[0], evidence, reference.start, None, level)


def _leader(parsed: Parsed, known: Resolution, reference: Mention, seat: str) -> str | None:
    """Return who is known to have led the country, if the last subject before the reference is such a person."""
    code = known.entities[seat].code
    if code is None or parsed.dep[reference.head] not in SUBJECT:
        return None
    sentence = parsed.sentence[reference.start]
    for earlier in range(sentence - 1, sentence - 1 - REACH, -1):
        subjects = [m for m in parsed.within(earlier, ("Person",)) if _acts(parsed, m)] if earlier >= 0 else []
        if key := known.key(subjects[-1]) if subjects else None:
            return key if leaders.led_by(known.entities[key].label, [code]) else None
    return None


def _acts(parsed: Parsed, mention: Mention) -> bool:
    """Tell whether the person is a subject, or the one according to whom something is so."""
    above = parsed.head[mention.head]
    source = parsed.lower[above] == "to" and parsed.lower[parsed.head[above]] == "according"
    return source or parsed.dep[mention.head] in SUBJECT
