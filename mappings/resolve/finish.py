"""What no single telling says of an event: what it is part of, shared places and days, the other side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from mappings.article import Kind
from mappings.resolve.occasions import Gatherer, Occasion
from mappings.resolve.resolution import Resolution
from mappings.resolve.setting import When
from mappings.resolve.sharing import Sharing
from mappings.resolve.tellings import Telling, headline
from mappings.tokens import Mention, Parsed

OPENING = (["-"], ["–"], ["—"], ["("], [","], [":"], ["/"])  # what stands behind the city of a dateline


class Finish:
    """Fills in what no single telling says: parents, shared places, the other side, the article's own date."""

    def __init__(
        self,
        parsed: Parsed,
        known: Resolution,
        gatherer: Gatherer,
        told: Mapping[int, list[tuple[Telling, Occasion]]],
    ) -> None:
        self.parsed, self.known, self.gatherer, self.told = parsed, known, gatherer, told

    def run(self) -> None:
        self.parents()
        self.answers()
        self.joint()
        self.settings()
        self.journeys()
        self.headlines()
        self.hosts()
        self.dates()
        self.here()
        Sharing(self.known, self.gatherer).run()
        self.sessions()
        for occasion in self.gatherer.occasions:
            self.sides(occasion)
            occasion.parties = self.represented(occasion.parties)

    def parents(self) -> None:
        """Link what happened on the sidelines; who met there took part in the gathering."""
        for sentence, pairs in self.told.items():
            for telling, gathering in pairs:
                if not telling.sidelines:
                    continue
                others = [
                    (abs(t.token - telling.token), o) for t, o in pairs if o is not gathering and o.kind != "Gathering"
                ]
                if others:
                    child = min(others, key=lambda pair: pair[0])[1]
                    child.parent = gathering
                    if child.when.text is None and telling is gathering.tellings[0]:
                        child.when = gathering.when
                    elif gathering.when.text is None and any(t.when is child.when for t, _ in pairs):
                        gathering.when = child.when
                    gathering.parties += [key for key in child.parties if key not in gathering.parties]
                else:
                    gathering.parties += [key for key in self.subject(sentence) if key not in gathering.parties]
        for occasion in self.gatherer.occasions:
            if occasion.kind == "Gathering" and occasion.name:
                occasion.parties += [key for key in self.named_sides(occasion) if key not in occasion.parties]
            if occasion.kind == "Gathering" and occasion.planned and len(occasion.parties) == 1:
                talks = [
                    o
                    for o in self.gatherer.occasions
                    if o.kind in ("Meeting", "Call") and occasion.parties[0] in o.parties
                ]
                occasion.parties += [key for o in talks[:1] for key in o.parties if key not in occasion.parties]

    def answers(self) -> None:
        """Add who answers "for his part" to the meeting told before, if nobody of his country is named there."""
        for sentence in sorted({self.parsed.sentence[t] for t in self.parsed.phrases.get("turn_phrase", {})}):
            meeting = self.before(sentence)
            heard = {key for o in self.gatherer.occasions if o.kind != "Signing" for key in o.parties}
            for key in self.subject(sentence) if meeting else ():
                persons = [k for k in meeting.parties if self.known.kind(k) == "person"] if meeting else []
                own = self.gatherer.nations.get(key, frozenset())
                alone = len(persons) < 2 or all(not own & self.gatherer.nations.get(k, frozenset()) for k in persons)
                if meeting and key not in heard and alone and (own or len(persons) < 2):
                    meeting.parties.append(key)

    def before(self, sentence: int) -> Occasion | None:
        """Return the meeting or call that was told last before the sentence."""
        told = [
            (t.token, o)
            for at, pairs in self.told.items()
            for t, o in pairs
            if at <= sentence and o.kind in ("Meeting", "Call") and not o.planned
        ]
        return max(told, key=lambda pair: pair[0])[1] if told else None

    def joint(self) -> None:
        """Let a joint press conference of which one side is named be that of those who met."""
        for occasion in self.gatherer.occasions:
            persons = self.gatherer.persons(occasion.parties)
            shared = any(t.joint or t.after_talks for t in occasion.tellings)
            if occasion.kind != "PressConference" or len(persons) != 1 or not shared:
                continue
            met = [o for o in self.gatherer.occasions if o.kind == "Meeting" and persons <= set(o.parties)]
            occasion.parties += [key for o in met[:1] for key in o.parties if key not in occasion.parties]
            if not met and len(self.speakers) == 2 and persons <= self.speakers:
                occasion.parties += sorted(self.speakers - persons)
            if met and occasion.when.text is None and any(t.after_talks for t in occasion.tellings):
                occasion.when = met[0].when

    @cached_property
    def speakers(self) -> frozenset[str]:
        """Return the persons who speak in a transcript."""
        named = (turn.argument("speaker") for turn in self.parsed.labelled("Turn"))
        keys = (self.known.key(mention) for mention in named if mention)
        return frozenset(key for key in keys if key and self.known.kind(key) == "person")

    def sessions(self) -> None:
        """Let a gathering of which nobody is told be that of the body in its name: the League's summit."""
        for occasion in self.gatherer.occasions:
            if occasion.kind == "Gathering" and not occasion.parties:
                bodies = {key: None for t in occasion.tellings for key in t.bodies}
                own = [k for k in bodies if occasion.name and occasion.name not in self.forms(k)]
                occasion.parties += own[:1]

    def forms(self, key: str) -> set[str]:
        entity = self.known.entities[key]
        return {entity.label, *(name.text for name in entity.names)}

    def subject(self, sentence: int) -> tuple[str, ...]:
        """Return the person who is the subject of a sentence."""
        for mention in self.parsed.within(sentence, ("Person", "Reference")):
            key = self.known.key(mention)
            if key and self.known.kind(key) == "person" and self.parsed.dep[mention.head] in ("nsubj", "nsubjpass"):
                return (key,)
        return ()

    def named_sides(self, occasion: Occasion) -> list[str]:
        """Return the countries joined in a gathering's name: the Chile-Norway commission."""
        for telling in occasion.tellings:
            mentions = self.parsed.within(telling.sentence, ("Country", "Demonym", "Inner"))
            named = [m for m in mentions if occasion.name and self.parsed.words(m) in occasion.name]
            joined = [m for m in named if any(m is not o and abs(m.start - o.start) < 4 for o in named)]
            keys = list(dict.fromkeys(key for m in joined if (key := self.known.key(m))))
            if len(keys) > 1:
                return keys
        return []

    def settings(self) -> None:
        """Give what happened during an event that event's place and day: "signed during a meeting in Oslo"."""
        tokens = {t.token: o for pairs in self.told.values() for t, o in pairs}
        for pairs in self.told.values():
            for telling, outer in pairs:
                inner = tokens.get(self.framed(telling.token))
                if (
                    inner is None
                    or inner is outer
                    or outer.kind not in ("Meeting", "Visit", "Gathering", "PressConference")
                ):
                    continue
                inner.place = inner.place or (
                    outer.place if outer.kind != "Visit" or self.is_city(outer.place) else None
                )
                if inner.when.text is None and outer.kind != "Visit":
                    inner.when = outer.when
                inner.parent = inner.parent or (outer if inner.kind == "Signing" else None)

    def journeys(self) -> None:
        """Give a gathering that somebody visits a city to attend that city, and the day told with both."""
        for pairs in self.told.values():
            visits = [o for _, o in pairs if o.kind == "Visit" and self.is_city(o.place)]
            for _, gathering in pairs:
                if gathering.kind != "Gathering" or gathering.place or not visits:
                    continue
                if set(gathering.parties) <= set(visits[0].parties):
                    gathering.place = visits[0].place
                    gathering.when = gathering.when if gathering.when.text else visits[0].when

    def framed(self, token: int) -> int:
        """Return the verb to which the event of the token is the setting: "during", "in" or "at" it; else -1."""
        parsed = self.parsed
        preposition = parsed.head[token]
        if parsed.dep[token] != "pobj" or parsed.lower[preposition] not in ("during", "in", "at"):
            return -1
        return parsed.head[preposition]

    def is_city(self, key: str | None) -> bool:
        return key is not None and self.known.kind(key) == "place"

    def headlines(self) -> None:
        """Take a headline's meeting of countries for those that the article tells of by the names of persons."""
        gatherer = self.gatherer
        for occasion in list(gatherer.occasions):
            told_of = gatherer.persons(occasion.parties) or not all(self.as_headline(t) for t in occasion.tellings)
            if occasion.kind != "Meeting" or told_of:
                continue
            others = [
                o
                for o in gatherer.occasions
                if o.kind == "Meeting" and o is not occasion and gatherer.persons(o.parties)
            ]
            named = [key for o in others for key in o.parties]
            left = [key for key in occasion.parties if not gatherer.covers(named, (key,))]
            if others and (not left or (len(left) == 1 and len(occasion.parties) > 2)):
                others[0].tellings += occasion.tellings
                gatherer.occasions.remove(occasion)

    def as_headline(self, telling: Telling) -> bool:
        """Tell whether the telling stands in a headline, marked as one or known by its missing full stop."""
        _, end = self.parsed.sentences[telling.sentence]
        return headline(self.parsed, telling) or (telling.sentence == 0 and self.parsed.pos[end - 1] != "PUNCT")

    def hosts(self) -> None:
        """Put a visiting guest into the host's country."""
        for occasion in self.gatherer.occasions:
            if occasion.kind != "Visit" or occasion.place is not None:
                continue
            if any(t.implied for t in occasion.tellings):
                occasion.place = self.host_country(occasion)

    def host_country(self, occasion: Occasion) -> str | None:
        for telling in occasion.tellings:
            for _, other in self.told[telling.sentence]:
                for key in other.parties if other.kind == "Meeting" else ():
                    lands = [n for n in self.gatherer.nations.get(key, ()) if self.known.kind(n) == "country"]
                    if key not in occasion.parties and lands:
                        return sorted(lands)[0]
        for telling in occasion.tellings if occasion.planned else ():
            if lands := self.lands(telling.sentence, occasion):
                return lands[0]
        for mention in self.parsed.labelled("Place"):
            if self.dateline(mention) and (place := self.known.key(mention)):
                lands = [n for n in self.gatherer.nations.get(place, ()) if self.known.kind(n) == "country"]
                return lands[0] if lands else None
        return None

    def lands(self, sentence: int, occasion: Occasion) -> list[str]:
        """Return the countries of a sentence's actors, without those from which the guests of a visit come."""
        own = {n for key in occasion.parties for n in self.gatherer.nations.get(key, ())}
        found: list[str] = []
        for mention in self.parsed.within(sentence, ("Person", "Reference", "Body", "Country", "Demonym")):
            for key in self.known.keys(mention):
                if key not in occasion.parties:
                    found += [n for n in sorted({key, *self.gatherer.nations.get(key, ())}) if n not in own]
        return [n for n in found if n.startswith("country:")]

    def here(self) -> None:
        """Put what happened "here" into the city of the dateline."""
        lines = (m for m in self.parsed.labelled("Place") if self.dateline(m))
        city = next((key for m in lines if (key := self.known.key(m))), None)
        for occasion in self.gatherer.occasions if city else ():
            told = occasion.tellings[0]
            _, end = self.parsed.sentences[told.sentence]
            near = "here" in self.parsed.lower[told.token : min(end, told.token + 10)]
            if near and occasion.place is None and occasion.kind != "Call":
                occasion.place = city

    def dateline(self, place: Mention) -> bool:
        """Tell whether the place stands in the dateline, or opens the text before a dash, a date or an agency."""
        sentence = self.parsed.sentence[place.start]
        if self.parsed.kinds[sentence] == Kind.DATELINE:
            return True
        behind = self.parsed.lower[place.end : place.end + 1]
        return sentence < 3 and place.start == self.parsed.bounds(place.start)[0] and behind[:1] in OPENING

    def dates(self) -> None:
        """Resolve "the same day", and give the article's date line to the event that the article reports."""
        dated: When | None = None
        for occasion in self.gatherer.occasions:
            if occasion.when.same_day and dated:
                occasion.when = When(occasion.when.text, dated.value, dated.basis)
            elif occasion.when.value and not occasion.planned:
                dated = occasion.when
        main = next(
            (o for o in self.gatherer.occasions if o.kind in ("Meeting", "Call", "PressConference") and not o.planned),
            None,
        )
        if main and main.when.text is None:
            line = self.date_line()
            main.when = line or main.when
            greeted = any(t.greeting for t in main.tellings)
            if line or greeted:
                main.place = main.place or self.line_place()
        published = self.parsed.article.published
        for occasion in self.gatherer.occasions if published else ():
            spoken = occasion is main or occasion.kind == "Visit"
            if published and spoken and not occasion.when.text and any(t.greeting for t in occasion.tellings):
                occasion.when = When(None, published.isoformat(), "relative-to-publication")

    def date_line(self) -> When | None:
        """Return the date that stands alone in a line at the head of the article."""
        for mention in self.parsed.labelled("Date"):
            sentence = self.parsed.sentence[mention.start]
            if sentence < 12 and self.alone(mention) and mention.attributes.get("basis") == "stated":
                return When(self.parsed.words(mention), mention.attributes.get("value"), "dateline")
        return None

    def alone(self, mention: Mention) -> bool:
        """Tell whether the date has a line for itself, or shares it with a place."""
        first, end = self.parsed.bounds(mention.start)
        if self.parsed.kinds[self.parsed.sentence[mention.start]] == Kind.DATELINE and mention.start > first:
            return False  # the dateline of an agency
        beside = [t for t in range(first, end) if not mention.start <= t < mention.end]
        return mention.start == first and all(
            self.parsed.pos[t] in ("PUNCT", "DET") or self.parsed.covering(("Place", "Country"), t) for t in beside
        )

    def line_place(self) -> str | None:
        """Return the place that stands alone in a line near the date."""
        for mention in self.parsed.labelled("Place"):
            first, end = self.parsed.bounds(mention.start)
            dated = any(d.start == first for d in self.parsed.within(self.parsed.sentence[mention.start], ("Date",)))
            near = (
                self.parsed.sentence[mention.start] < 14 and end - first < 12 and (mention.start - first < 2 or dated)
            )
            if near and not any(self.parsed.pos[t] == "VERB" for t in range(first, end)):
                return self.known.key(mention)
        return None

    def sides(self, occasion: Occasion) -> None:
        """Add the other side of a meeting of which only one is named: who speaks in the article."""
        if occasion.kind not in ("Meeting", "Call") or len(occasion.parties) != 1 or occasion.planned:
            return
        if any(t.open and t.tells == "new" for t in occasion.tellings):
            return  # the other side is told of, though not known
        counts = {key: count for key, count in self.heard.items() if key not in occasion.parties}
        most = max(counts, key=lambda key: counts[key], default=None)
        if most and counts[most] > (0 if len(counts) < 2 else 1):
            occasion.parties.append(most)

    @cached_property
    def heard(self) -> Mapping[str, int]:
        """Count the sentences of which each person is the subject, without those who speak for others."""
        counts: dict[str, int] = defaultdict(int)
        for sentence in range(len(self.parsed.sentences)):
            for key in self.subject(sentence):
                counts[key] += 1
        words = self.parsed.phrases.get("speaking_title", {})
        posts = [p for p in self.parsed.labelled("Post") if any(t in words for t in range(p.start, p.end))]
        holders = {self.known.key(holder) for post in posts if (holder := post.argument("holder"))}
        return {key: count for key, count in counts.items() if key not in holders}

    def represented(self, parties: list[str]) -> list[str]:
        """Leave out bodies and countries for which a person takes part."""
        covered = {n for key in parties for n in self.gatherer.nations.get(key, ())}
        return [key for key in parties if self.known.kind(key) == "person" or key not in covered]
