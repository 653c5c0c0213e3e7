"""Posts from their mentions: who holds which title in which body or country."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mappings.records import Evidence, Post
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed


@dataclass(frozen=True, slots=True)
class Held:
    """One reading of a post: the title in lower case, its head noun, its seat if known, and where it stands."""

    holder: str
    title: str
    seat: str | None
    to: str | None
    evidence: Evidence
    at: int


def title_text(parsed: Parsed, title: Mention, prefix: Mention | None = None) -> str:
    """Return a title as records hold it: lower case, typewriter apostrophes, a "former" before the country included."""
    words = parsed.words(title).lower().replace("’", "'")
    return f"{parsed.words(prefix).lower()} {words}" if prefix else words


def held(parsed: Parsed, known: Resolution) -> list[Held]:
    """Read the Post mentions in order; a counterpart takes the title of whom it is said of."""
    found: list[Held] = []
    for mention in parsed.labelled("Post"):
        holder = mention.argument("holder")
        key = known.key(holder) if holder else None
        if key is None:
            continue
        seat, to = _key(known, mention.argument("of")), _key(known, mention.argument("to"))
        evidence = known.sentence_evidence(mention)
        if mention.attributes.get("counterpart"):
            title = _counterpart(parsed, known, found, key, mention.start)
            if title:
                found.append(Held(key, title, seat, to, evidence, mention.start))
            continue
        for name in ("title", "second"):
            if title_mention := mention.argument(name):
                title = title_text(parsed, title_mention, mention.argument("prefix"))
                found.append(Held(key, title, seat, to, evidence, mention.start))
    return found


def _counterpart(parsed: Parsed, known: Resolution, found: list[Held], holder: str, at: int) -> str | None:
    """Take the title of whom the counterpart is one: the last subject before whose title was read, without its "former"."""
    titles = {one.holder: one.title.removeprefix("former ") for one in found if one.holder != holder}
    subjects = [
        key
        for m in parsed.labelled("Person")
        if m.start < at and parsed.dep[m.head] in ("nsubj", "nsubjpass") and (key := known.key(m)) in titles
    ]
    if subjects and subjects[-1]:
        return titles[subjects[-1]]
    return next((titles[one.holder] for one in reversed(found) if one.holder in titles and one.at < at), None)


def _key(known: Resolution, mention: Mention | None) -> str | None:
    return known.key(mention) if mention else None


def records(found: list[Held]) -> tuple[Post, ...]:
    """Join the readings of one post: one that lacks the seat goes with one of the same title that has it."""
    return tuple(_joined(found))


def _joined(found: list[Held]) -> Iterator[Post]:
    groups: list[list[Held]] = []
    for one in found:
        for group in groups:
            if group[0].holder == one.holder and any(_alike(one, other) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    for group in groups:
        best = max(group, key=lambda h: (h.seat is not None, len(h.title)))
        seen = dict.fromkeys(h.evidence for h in group)
        to = next((h.to for h in group if h.to), None)
        yield Post(best.holder, best.title, best.seat, tuple(seen), to)


def _alike(one: Held, other: Held) -> bool:
    if one.seat and other.seat and one.seat != other.seat:
        return False
    a, b = set(one.title.split()), set(other.title.split())
    return a == b or (one.title.split()[-1] == other.title.split()[-1] and (a <= b or b <= a) and "former" not in a ^ b)
