"""The country of a post of state that is named without it: "President X" in a report from that country's capital.

News names the country of a president once or not at all where the readers know it. The text itself must single it out:
by a reference to that post elsewhere ("the Danish president"), by the dateline, or by being the one country it can be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from mappings.article import Kind
from mappings.resolve.posts import Held, same_post, singular
from mappings.resolve.resolution import Resolution
from mappings.tokens import Parsed

CLEAR = 1.5  # how much more often than the next a country must be named to be the one


def filled(parsed: Parsed, known: Resolution, found: list[Held]) -> list[Held]:
    """Return the readings with the countries that the text singles out."""
    counts = _counts(parsed, known)
    home = _home(parsed, known)
    referred = list(_referred(parsed, known, found))
    hints = {(one.holder, one.words): one.hint for one in found if one.hint}
    result: list[Held] = []
    for one in found:
        told = any(o is not one and o.holder == one.holder and o.seat and same_post(o, one) for o in found)
        if one.level == "state" and one.seat is None and not told:
            hint = hints.get((one.holder, one.words))
            seat = (
                f"country:{one.code}"
                if one.code
                else _seat(known, one, [*result, *found], counts, home, referred, hint)
            )
            one = replace(one, seat=seat if seat in known.entities else None, told=False)
        result.append(one)
    return result


def _seat(
    known: Resolution,
    one: Held,
    found: list[Held],
    counts: Counter[str],
    home: str | None,
    referred: list[tuple[frozenset[str], str]],
    hint: str | None,
) -> str | None:
    taken = {o.seat for o in found if o.holder != one.holder and o.words == one.words and o.seat}
    named = list(dict.fromkeys(seat for words, seat in referred if words == one.words and seat not in taken))
    foreign = {land for o in found if o.holder != one.holder and o.told for land in _land(known, o.seat)}
    free = named or [key for key in counts if key not in taken]
    if home in free:
        return home
    if hint and hint not in taken:
        return hint
    rivals = {o.holder for o in found if o.holder != one.holder and o.words == one.words and not o.seat}
    if rivals:  # two presidents without a country: none of the two can be told
        return None
    ranked = sorted(free, key=lambda key: -counts[key])
    others = [key for key in ranked if key not in foreign]
    if others and ranked[0] in foreign and counts[others[0]] * 2 >= counts[ranked[0]]:
        ranked = others
    if len(ranked) == 1 or (len(ranked) > 1 and counts[ranked[0]] >= CLEAR * counts[ranked[1]]):
        return ranked[0]
    return None


def _land(known: Resolution, seat: str | None) -> tuple[str, ...]:
    """Return the country of a seat: the seat itself, or what its body is part of."""
    if seat is None or known.kind(seat) == "country":
        return (seat,) if seat else ()
    return tuple(link.target for link in known.entities[seat].part_of if known.kind(link.target) == "country")


def _counts(parsed: Parsed, known: Resolution) -> Counter[str]:
    mentions = parsed.labelled("Country", "Demonym", "Inner")
    return Counter(key for m in mentions for key in known.keys(m))


def _home(parsed: Parsed, known: Resolution) -> str | None:
    """Return the country in which the dateline's place lies, if the text names it."""
    for mention in parsed.labelled("Place"):
        sentence = parsed.sentence[mention.start]
        capitals = mention.start == 0 and parsed.text[0].isupper()
        if parsed.kinds[sentence] == Kind.DATELINE or capitals:
            key = f"country:{mention.attributes.get('code')}"
            return key if key in known.entities else None
    return None


def _referred(parsed: Parsed, known: Resolution, found: list[Held]) -> Iterable[tuple[frozenset[str], str]]:
    """Yield titles and the countries for which the text speaks of them without a name."""
    for mention in parsed.labelled("Reference"):
        words = mention.argument("title") or mention.argument("noun")
        if words:
            title = frozenset(singular(word) for word in parsed.words(words).lower().split())
            for seat in mention.arguments.get("of", ()):
                yield from ((title, key) for key in known.keys(seat) if known.kind(key) == "country")
    for one in found:
        office = one.title.partition(" to the ")[2]
        if office and one.seat:
            yield frozenset(office.split()), one.seat
