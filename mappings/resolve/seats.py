"""The country of a post of state that is named without it: "President X" in a report from that country's capital.

News names the country of a president once or not at all where the readers know it. Only a country that the text names
can be the one: that of a known leader (lexicon/leaders.yaml), of a reference to that post elsewhere ("the Danish
president"), of the dateline or the publisher, or the one country that is left. Where two remain, the post has none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from mappings import phrases
from mappings.article import Kind
from mappings.resolve import clues, homes, leaders
from mappings.resolve.posts import UNREAD, Held, core, same_post, singular
from mappings.resolve.resolution import Resolution
from mappings.tokens import Parsed

ORGANIZATIONS = {"InternationalOrganization", "Bloc"}  # bodies that have a secretary general
OFTEN = 2  # times that a country must be named at least to be the one
CLEAR = 1.01  # how much more often than the next a country must be named to be the one


def filled(parsed: Parsed, known: Resolution, found: list[Held]) -> list[Held]:
    """Return the readings with the countries that the text singles out."""
    text = _Text(parsed, known, found)
    text.kin = {seat for one in found if one.level == "state" and not one.seat and (seat := text.led(one))}
    result: list[Held] = []
    for one in found:
        if one.level == "state" and one.seat is None and not text.told(one):
            seat = text.led(one) or (f"country:{one.code}" if one.code else text.seat(one, [*result, *found]))
            one = replace(one, seat=seat if seat in known.entities else None, told=False)
        elif one.level in ("body", "organization") and one.seat is None and not text.told(one):
            one = replace(one, seat=text.sent(one) or text.led(one) or text.body(one), told=False)
        result.append(one)
    return result


class _Text:
    """What the text says of countries, apart from the posts that lack one."""

    def __init__(self, parsed: Parsed, known: Resolution, found: list[Held]) -> None:
        self.parsed, self.known, self.found = parsed, known, found
        self.counts = _counts(parsed, known)
        self.home = _dateline(parsed, known) or homes.home(parsed.article, known)
        self.ledgers = _ledgers(known)
        referred = list(_referred(parsed, known, found))
        self.referred = [(words, seat) for words, seat in referred if known.kind(seat) == "country"]
        self.bodies = [(words, seat) for words, seat in referred if known.kind(seat) != "country"]
        self.hints = {(one.holder, one.words): next(iter(_land(known, one.hint)), None) for one in found if one.hint}
        self.lands: dict[str, set[str]] = defaultdict(set)
        for one in found:
            self.lands[one.holder].update(_land(known, one.seat))
        self.organizations = [key for key, e in known.entities.items() if set(e.classes) & ORGANIZATIONS]
        self.clues = clues.read(parsed, known)
        self.kin: set[str] = set()  # the countries that known leaders tell of whose posts are told without one

    def led(self, one: Held) -> str | None:
        """Return the one country or body of the text that the holder is known to have led.

        Posts of a state are held in a country, but a president may be that of a body, which then comes first.
        """
        found = leaders.led_by(self.known.entities[one.holder].label, self.ledgers)
        seats = sorted({self.ledgers[of] for of in found}, key=self.known.kind)
        fitting = [s for s in seats if (self.known.kind(s) == "country") == (one.level == "state")]
        if one.title == "president":
            fitting = [s for s in seats if self.known.kind(s) == "body"] or fitting
        if len(fitting) > 1:
            taken = {o.seat for o in self.found if o.holder != one.holder and o.core == one.core}
            fitting = [seat for seat in fitting if seat not in taken]
        return fitting[0] if len(fitting) == 1 else None

    def sent(self, one: Held) -> str | None:
        """Return the country that whoever sent the holder is known to have led."""
        found = leaders.led_by(self.known.entities[one.sender].label, self.ledgers) if one.sender else ()
        lands = [self.ledgers[of] for of in found if self.known.kind(self.ledgers[of]) == "country"]
        return lands[0] if len(lands) == 1 else None

    def told(self, one: Held) -> bool:
        """Tell whether another reading of the same post has its seat, or stands with words for it that are not read."""
        others = (o for o in self.found if o is not one and o.holder == one.holder and same_post(o, one))
        return any(o.seat or o.level == UNREAD for o in others)

    def seat(self, one: Held, found: list[Held]) -> str | None:
        """Choose the country: of another post of the holder, of his side, with this post elsewhere in the text,
        the dateline's, the neighbour's, the other side's, the most named.
        """
        own = {o.seat for o in found if o.holder == one.holder and o.level == "state" and o.seat} & set(self.counts)
        if len(own) == 1:
            return own.pop()
        abroad = self.clues.abroad.get(one.holder, frozenset())
        if side := self.clues.side(self.parsed.sentence_at(one.evidence.start)):
            return side
        others = [o for o in found if o.holder != one.holder]
        abroad |= {o.to for o in found if o.holder == one.holder and o.to}  # an envoy is sent abroad
        taken = {o.seat for o in others if o.core == one.core and o.seat} | abroad
        named = [seat for words, seat in self.referred if words == one.core and seat not in taken]
        free = list(dict.fromkeys(named)) or [key for key in self.counts if key not in taken]
        if one.to is None and " for " not in one.title and one.words & phrases.words("envoy_word"):
            return self.envoy(one, free)
        if self.home in free:
            return self.home
        hint = self.hints.get((one.holder, one.words))
        if hint and hint not in taken:
            return hint
        if len(self.kin) == 1 and not self.kin & taken:
            return next(iter(self.kin))
        if any(o.core == one.core and not o.seat and not self.told(o) for o in others):
            return None  # two presidents without a country: neither can be told
        partners = {land for o in others if o.seat and o.told for land in self.lands.get(o.holder, ())}
        if (other := self.clues.other(partners)) and other in free:
            return other
        if abroad and len(self.clues.delegations - abroad) == 1:
            return next(iter(self.clues.delegations - abroad))
        if one.title.startswith(("former", "ex-")):
            return None  # what somebody was, he need not have been in the country that the text is about
        free = [key for key in free if key in named or key not in self.senders(one, others)]
        return self.most_named(free, others, bool(named))

    def envoy(self, one: Held, free: list[str]) -> str | None:
        """Choose the country of an envoy: that of the one embassy in the text, else the most named abroad."""
        embassies = [e for e in self.known.entities.values() if "Embassy" in e.classes]
        lands = {land for e in embassies for land in _land(self.known, e.key)}
        if len(lands) == 1:
            return lands.pop()
        ranked = sorted((key for key in free if key != self.home), key=lambda key: -self.counts[key])
        counts = [*(self.counts[key] for key in ranked), 0]
        return ranked[0] if ranked and counts[0] >= max(OFTEN, CLEAR * counts[1]) else None

    def senders(self, one: Held, others: list[Held]) -> set[str]:
        """Return the countries of envoys to another country who are not named together with the holder."""
        first = min(o.evidence.start for o in self.found if o.holder == one.holder)
        return {o.seat for o in others if o.seat and o.to and o.evidence.start != first}

    def body(self, one: Held) -> str | None:
        """Return the body for which the text speaks of an unnamed holder of this post, if it is one only.

        A secretary general without one is that of the only organization of states in the text.
        """
        taken = {o.seat for o in self.found if o.holder != one.holder and o.core == one.core}
        found = {seat for words, seat in self.bodies if words == one.core} - taken
        if not found and one.level == "organization":
            found = set(self.organizations) - taken
        return found.pop() if len(found) == 1 else None

    def most_named(self, free: list[str], others: list[Held], named: bool) -> str | None:
        """Return the country that is named much more often than any other.

        Where several hold posts without a country, their country is none of those that are said with other posts.
        """
        ranked = sorted(free, key=lambda key: -self.counts[key])
        if len({o.holder for o in others if o.level == "state" and not o.seat and not self.told(o)}) > 0:
            foreign = {land for o in others if o.told for land in self.lands.get(o.holder, ())}
            ranked = [key for key in ranked if key not in foreign]
        if named and len(ranked) == 1:
            return ranked[0]
        counts = [self.counts[key] for key in ranked] + [0]
        return ranked[0] if ranked and counts[0] >= max(OFTEN, CLEAR * counts[1]) else None


def _land(known: Resolution, seat: str | None) -> tuple[str, ...]:
    """Return the country of a seat: the seat itself, or what its body is part of."""
    if seat is None or known.kind(seat) == "country":
        return (seat,) if seat else ()
    return tuple(link.target for link in known.entities[seat].part_of if known.kind(link.target) == "country")


def _counts(parsed: Parsed, known: Resolution) -> Counter[str]:
    mentions = parsed.labelled("Country", "Demonym", "Inner")
    counts = Counter(key for m in mentions for key in known.keys(m))
    for place in parsed.labelled("Place"):
        if (key := f"country:{place.attributes.get('code')}") in counts:
            counts[key] += 1
    return counts


def _ledgers(known: Resolution) -> dict[str, str]:
    """Map the countries (by code) and the bodies with known leaders (by name) of a text to their keys."""
    found = {entity.code: key for key, entity in known.entities.items() if entity.code}
    for key, entity in known.entities.items():
        for name in entity.names if entity.kind == "body" else ():
            found.update(dict.fromkeys(leaders.bodies().get(name.text, ()), key))
    return found


def _dateline(parsed: Parsed, known: Resolution) -> str | None:
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
                yield from ((core(title), key) for key in known.keys(seat))
    for one in found:
        office = one.title.partition(" to the ")[2]
        if office and one.seat:
            yield core(frozenset(office.split())), one.seat
