"""What "he", "the Danish foreign minister", "the two sides" or "the ministry" stand for.

A title with a country or body binds only to a holder of that title there, never to that of another country.
What cannot be resolved soundly stays without keys.
"""

from __future__ import annotations

from collections import defaultdict

from mappings.resolve.posts import SUBJECT, Held, same_title, singular, title_text
from mappings.resolve.quotations import Quotations
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed

REACH = 3  # sentences over which a pronoun looks back


def bind(parsed: Parsed, known: Resolution, found: list[Held]) -> None:
    """Fill `known.stands_for` for all mentions with the label Reference; bodies by noun are bound already."""
    _Binder(parsed, known, found).run()


class _Binder:
    """Walks through the text once, remembering who was spoken of."""

    def __init__(self, parsed: Parsed, known: Resolution, found: list[Held]) -> None:
        self.parsed, self.known, self.posts = parsed, known, found
        self.quotations = Quotations(parsed)
        self.last: dict[str, int] = {}  # of each entity: the token where it was last mentioned
        self.focus: list[tuple[int, str]] = []  # sentence and person that was its subject
        self.unnamed: dict[str, tuple[str, ...]] = {}  # the bodies of officials without a name, by the noun for them
        self.lands = _lands(parsed, known, found)

    def run(self) -> None:
        parsed = self.parsed
        by_sentence: dict[int, list[Mention]] = defaultdict(list)
        for mention in parsed.labelled("Person", "Body", "BodyNoun", "Country", "Demonym", "Reference"):
            by_sentence[parsed.sentence[mention.start]].append(mention)
        for sentence in range(len(parsed.sentences)):
            for mention in by_sentence[sentence]:
                if mention.label == "Reference":
                    keys = tuple(dict.fromkeys(self.keys(mention)))
                    if keys:
                        self.known.stands_for[mention] = keys
                for key in self.known.keys(mention):
                    self.last[key] = mention.start
            self.note_subject(sentence, by_sentence[sentence])

    def note_subject(self, sentence: int, mentions: list[Mention]) -> None:
        """Remember the person who is the subject of the sentence: of its main verb, else the first subject."""
        parsed, subjects = self.parsed, []
        for mention in mentions:
            key = self.known.key(mention)
            if (
                key
                and self.known.kind(key) == "person"
                and parsed.dep[mention.head] in SUBJECT
                and not self.quoted(mention.head)
            ):
                verb = parsed.head[mention.head]
                subjects.append((parsed.head[verb] != verb, mention.start, key))
        if subjects:
            self.focus.append((sentence, min(subjects)[2]))
            return
        persons = list(dict.fromkeys(k for m in mentions for k in self.known.keys(m) if self.known.kind(k) == "person"))
        if len(persons) == 1 and not self.focus:
            self.focus.append((sentence, persons[0]))

    def quoted(self, token: int) -> bool:
        """Tell whether the token stands in a quotation, one that began in an earlier sentence included."""
        return self.quotations.of[token] is not None

    def keys(self, mention: Mention) -> tuple[str, ...]:
        match mention.attributes.get("kind"):
            case "pronoun":
                return self.pronoun(mention)
            case "title" | "noun":
                return self.title(mention)
            case "indefinite":
                return self.indefinite(mention)
            case "counterpart":
                return self.counterpart(mention)
            case "pair":
                return self.pair(mention)
            case "pair-titles":
                return self.titles(mention)
            case "they":
                return self.they(mention)
        return ()

    def pronoun(self, mention: Mention) -> tuple[str, ...]:
        """The person subject of a clause above the pronoun's own, else one before it, else of the sentences before."""
        parsed = self.parsed
        sentence = parsed.sentence[mention.start]
        inside = self.quoted(mention.start)
        own = {
            parsed.head[m.head]: key
            for m in parsed.within(sentence, ("Person", "Reference"))
            if m.start < mention.start and (key := self.known.key(m)) and self.known.kind(key) == "person"
            if parsed.dep[m.head] in SUBJECT and self.quoted(m.start) == inside
        }
        same_clause = {own[verb] for verb in self.above(mention.head)[:1] if verb in own}
        for verb in self.above(mention.head):
            if verb in own and own[verb] not in same_clause:
                return (own[verb],)
        others = [key for verb, key in sorted(own.items()) if key not in same_clause]
        if others:
            return (others[-1],)
        if inside:
            return ()
        for at, key in reversed(self.focus):
            if sentence - at <= REACH and key not in same_clause:
                return (key,)
        return ()

    def above(self, token: int) -> list[int]:
        """Return the verbs above the token, the one of its own clause first."""
        parsed, found = self.parsed, []
        while parsed.head[token] != token:
            token = parsed.head[token]
            if parsed.pos[token] in ("VERB", "AUX"):
                found.append(token)
        return found

    def they(self, mention: Mention) -> tuple[str, ...]:
        """Two persons joined as the subject of the sentence before."""
        sentence = self.parsed.sentence[mention.start]
        for earlier in (sentence, sentence - 1):
            if earlier < 0:
                continue
            joined: dict[int, list[str]] = defaultdict(list)
            for m in self.parsed.within(earlier, ("Person", "Country", "Reference")):
                if m.start < mention.start:
                    head = m.head if self.parsed.dep[m.head] != "conj" else self.parsed.head[m.head]
                    if self.parsed.dep[head] in SUBJECT:
                        joined[head] += self.known.keys(m)
            several = [keys for keys in joined.values() if len(set(keys)) > 1]
            if several:
                return tuple(several[-1])
        return ()

    def holders(self, words: set[str], at: int) -> list[Held]:
        """Return the posts whose title fits these words, the last mentioned holder first."""
        fitting = [h for h in self.posts if same_title(words, h.words)]
        return sorted(fitting, key=lambda h: (h.holder in self.last, self.last.get(h.holder, -h.at)), reverse=True)

    def title(self, mention: Mention) -> tuple[str, ...]:
        """The holder of the title in the country or body that is named; without one, the last mentioned holder."""
        seat = mention.argument("of")
        seats = self.known.keys(seat) if seat else ()
        if seat and not seats:
            return ()
        fits = mention.attributes.get("fits")
        if title := mention.argument("title"):
            words = {singular(w) for w in title_text(self.parsed, title).split()}
            fitting = self.holders(words, mention.start)
        elif fits and fits != "any":
            fitting = self.holders(set(fits.split()), mention.start)
        else:
            return self.rank(mention, seats)
        for one in fitting:
            if not seats or self.fits(one, seats[0]):
                return (one.holder,)
        if seat and mention.attributes.get("voice") and self.known.kind(seats[0]) == "body":
            return seats
        return self.rank(mention, seats) if fits else ()

    def indefinite(self, mention: Mention) -> tuple[str, ...]:
        """The person introduced with these words; a spokesman without a name says what the body says."""
        named = tuple(one.holder for one in self.posts if one.at == mention.start)
        title, seat = mention.argument("title"), mention.argument("of")
        words = set(title_text(self.parsed, title).split()) if title else set()
        if named or not seat or not mention.attributes.get("voice"):
            return named
        bodies = tuple(key for key in self.known.keys(seat) if self.known.kind(key) == "body")
        later = [one.holder for one in self.holders(words, mention.start) if bodies and one.seat in (None, *bodies)]
        return tuple(later[:1]) or bodies

    def rank(self, mention: Mention, seats: tuple[str, ...]) -> tuple[str, ...]:
        """The last mentioned person of the country; without a country, the last subject.

        An official of a body, "the ministry official", stays without a name: what they say the body says.
        """
        noun = mention.argument("noun")
        word = self.parsed.lower[noun.end - 1] if noun else ""
        if seats and self.known.kind(seats[0]) == "body":
            self.unnamed[word] = seats
        if word in self.unnamed:
            return self.unnamed[word]
        if seats:
            persons = [
                (self.last[k], k)
                for k in self.last
                if self.known.kind(k) == "person" and self.lands.get(k) == self.land(seats[0])
            ]
            return (max(persons)[1],) if persons else ()
        sentence = self.parsed.sentence[mention.start]
        return next(((key,) for at, key in reversed(self.focus) if sentence - at <= REACH), ())

    def fits(self, one: Held, seat: str) -> bool:
        if one.seat == seat:
            return True
        if one.seat is None:
            return self.lands.get(one.holder) in (None, self.land(seat)) and self.known.kind(seat) == "body"
        return self.land(one.seat) == self.land(seat) and "country" in (
            self.known.kind(seat),
            self.known.kind(one.seat),
        )

    def land(self, key: str) -> str | None:
        """Return the country of a body, person or country."""
        return key if self.known.kind(key) == "country" else self.lands.get(key)

    def counterpart(self, mention: Mention) -> tuple[str, ...]:
        """The holder of the subject's title in the country that is named."""
        subject = self.pronoun(mention)
        seat = mention.argument("of")
        seats = self.known.keys(seat) if seat else ()
        if not subject or not seats:
            return ()
        titles = [h.title for h in self.posts if h.holder == subject[0]]
        for title in titles:
            for one in self.holders(set(title.split()), mention.start):
                if one.holder != subject[0] and self.fits(one, seats[0]):
                    return (one.holder,)
        return ()

    def pair(self, mention: Mention) -> tuple[str, ...]:
        """Two countries or two persons spoken of before."""
        if mention.attributes.get("of") == "person":
            noun = mention.argument("noun")
            words = {singular(w) for w in self.parsed.words(noun).lower().split()} if noun else set()
            fitting = list(dict.fromkeys(h.holder for h in self.holders(words, mention.start) if h.holder in self.last))
            if len(fitting) < 2 and mention.attributes.get("any"):
                persons = sorted(
                    ((at, k) for k, at in self.last.items() if self.known.kind(k) == "person"), reverse=True
                )
                fitting = [k for _, k in persons]
            return tuple(fitting[:2]) if len(fitting) >= 2 else ()
        lands = list(dict.fromkeys(land for _, k in reversed(self.focus) if (land := self.lands.get(k))))
        if len(lands) == 2:
            return tuple(lands)
        counts: dict[str, int] = defaultdict(int)
        for m in self.parsed.labelled("Country", "Demonym"):
            if m.start < mention.start:
                for key in self.known.keys(m):
                    counts[key] += 1
        most = sorted(counts, key=lambda k: -counts[k])
        clear = len(most) == 2 or (len(most) > 2 and counts[most[1]] > counts[most[2]])
        return tuple(most[:2]) if clear else ()

    def titles(self, mention: Mention) -> tuple[str, ...]:
        """The holders of the same title in each of the countries."""
        noun = mention.argument("noun")
        words = {singular(w) for w in self.parsed.words(noun).lower().split()} if noun else set()
        found = []
        for seat in mention.arguments.get("of", ()):
            for key in self.known.keys(seat):
                found += [h.holder for h in self.holders(words, mention.start) if self.fits(h, key)][:1]
        return tuple(found) if len(found) == len(mention.arguments.get("of", ())) else ()


def _lands(parsed: Parsed, known: Resolution, found: list[Held]) -> dict[str, str]:
    """Map bodies and persons to the one country that their name or post gives."""
    lands: dict[str, str] = {}
    for mention in parsed.labelled("Inner"):
        body = parsed.covering(("Body",), mention.start)
        key = known.key(body) if body else None
        country = known.key(mention)
        if key and country:
            lands[key] = "" if lands.get(key, country) != country else country
    for one in found:
        if one.seat:
            land = one.seat if known.kind(one.seat) == "country" else lands.get(one.seat)
            if land:
                lands.setdefault(one.holder, land)
    return {key: land for key, land in lands.items() if land}
