"""The facets by which an article is judged: each compares gold with the article's graph and counts what is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from server.evaluation.article_graph import ArticleGraph, Post
from server.evaluation.gold import Agreement, Event, Gold, Statement
from server.evaluation.names import alike, any_alike, normal, squashed

FACETS = (
    "persons",
    "organizations",
    "countries",
    "places",
    "roles",
    "events",
    "event type",
    "event participants",
    "event place",
    "event date",
    "statements",
    "agreements",
    "agreement parties",
    "agreement status",
)
EVENT_CLASSES = {
    "Meeting": "meeting",
    "Call": "call",
    "Visit": "visit",
    "PressConference": "press_conference",
    "Gathering": "gathering",
    "Signing": "signing",
}
TALKS = frozenset({"meeting", "gathering", "press_conference", "call"})
"""Kinds of event that readers themselves take one for another: they count as found, though not as of the right type."""
SHARED_PARTICIPANTS = 0.34
"""An event without the cue's words is the same one when the two lists of participants overlap by this much."""

SHOWN_WORDS = 8
"""With so many words of its evidence an extra claim is found again."""

G = TypeVar("G")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many claims gold and graph hold, and how many of each are right (those differ for statements only)."""

    gold: int = 0
    found: int = 0
    gold_right: int = 0
    found_right: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.gold + other.gold,
            self.found + other.found,
            self.gold_right + other.gold_right,
            self.found_right + other.found_right,
        )

    @property
    def precision(self) -> float:
        """The part of what was found that is right; 0 where nothing was found."""
        return self.found_right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """The part of gold that was found; 0 where gold holds nothing."""
        return self.gold_right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """One difference between gold and graph, in words, and what it takes to see why.

    `words` stand in the article where the claim does; `rule` made the claim and `start` is where its evidence begins,
    both None where the graph holds no claim.
    """

    facet: str
    article: str
    text: str
    words: str = ""
    rule: str | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One article's counts by facet, and every difference."""

    article: str
    absent: bool
    counts: Mapping[str, Counts]
    misses: tuple[Miss, ...]


def judge(gold: Gold, graph: ArticleGraph) -> Judgement:
    """Compare an article's graph with its gold."""
    judge_ = _Judge(gold, graph)
    judge_.entities()
    judge_.roles()
    judge_.events()
    judge_.statements()
    judge_.agreements()
    return Judgement(gold.id, graph.absent, judge_.counts, tuple(judge_.misses))


def pair(gold: Sequence[G], found: Sequence[S], score: Callable[[G, S], float]) -> list[tuple[int, int]]:
    """Assign one to one, best score first (of equals the first in order); what scores 0 stays alone."""
    scored = [(score(g, s), i, j) for i, g in enumerate(gold) for j, s in enumerate(found)]
    left: set[int] = set()
    right: set[int] = set()
    pairs = []
    for value, i, j in sorted(scored, key=lambda entry: -entry[0]):
        if value > 0 and i not in left and j not in right:
            left.add(i)
            right.add(j)
            pairs.append((i, j))
    return pairs


class _Judge:
    """The comparison of one article at work: counts and misses grow facet by facet."""

    def __init__(self, gold: Gold, graph: ArticleGraph) -> None:
        self.gold = gold
        self.graph = graph
        self.counts: dict[str, Counts] = {facet: Counts() for facet in FACETS}
        self.misses: list[Miss] = []
        self._iris: dict[str, str] = {}
        self._forms = {named.name: named.forms for named in (*gold.persons, *gold.organizations)}
        for name in (*gold.countries, *gold.places):
            self._forms.setdefault(name, [name])

    def entities(self) -> None:
        gold, instances = self.gold, self.graph.instances
        places = self._named("places", gold.places, instances("schema:Place", but="schema:Country"))
        countries = self._named("countries", gold.countries, instances("schema:Country"))
        bodies = instances("org:Organization", but="schema:Country")
        organizations = self._named("organizations", [o.name for o in gold.organizations], bodies, loose=True)
        persons = self._named("persons", [p.name for p in gold.persons], instances("schema:Person"))
        self._iris = {**places, **countries, **organizations, **persons}

    def _named(self, facet: str, names: list[str], iris: list[str], *, loose: bool = False) -> dict[str, str]:
        def score(name: str, iri: str) -> int:
            forms, labels = self._forms[name], self.graph.names(iri)
            exact = any_alike(forms, labels, loose=False)
            return 2 if exact else int(loose and any_alike(forms, labels))

        pairs = self._paired(
            facet, names, iris, score, (str, str), lambda iri: (str(sorted(self.graph.names(iri))), iri)
        )
        return {names[i]: iris[j] for i, j in pairs}

    def roles(self) -> None:
        wanted = [(p.name, r.title, r.org) for p in self.gold.persons for r in p.roles]

        def score(want: tuple[str, str, str | None], post: Post) -> int:
            name, title, org = want
            if not self._same(name, post.person) or not alike(title, post.title):
                return 0
            if org is None or post.body is None:
                return int(org is None)
            return 2 * any_alike(self._forms.get(org, [org]), self.graph.names(post.body))

        posts = self.graph.posts()

        def words(post: Post) -> tuple[str, str]:
            body = self.graph.label(post.body) if post.body else "no body"
            return f"{self.graph.label(post.person)} | {post.title} | {body}", posts[post]

        told = (lambda want: " | ".join(str(part) for part in want), lambda want: want[1])
        self._paired("roles", wanted, list(posts), score, told, words)

    def events(self) -> None:
        graph, gold = self.graph, self.gold.events
        found = [(iri, kind) for cls, kind in EVENT_CLASSES.items() for iri in graph.instances(f"cmq:{cls}")]
        attendees, locations = graph.values("schema:attendee"), graph.values("schema:location")
        dates = graph.values("schema:startDate")

        def score(want: Event, event: tuple[str, str]) -> float:
            iri, kind = event
            if kind != want.type and not {kind, want.type} <= TALKS:
                return 0
            cue = self._cued(want.cue, iri)
            present = attendees.get(iri, ())
            shared = self._shared(want.participants, present)
            overlap = shared / max(1, len(present) + len(want.participants) - shared)
            if not cue and overlap < SHARED_PARTICIPANTS:
                return 0
            return 1 + (kind == want.type) + 2 * overlap + cue + (want.date in dates.get(iri, ()))

        def words(event: tuple[str, str]) -> tuple[str, str]:
            iri, kind = event
            return f"{kind} of {[graph.label(x) for x in attendees.get(iri, ())]}: {self._quote(iri)}", iri

        told = (lambda e: f"{e.type}: {e.cue}", lambda e: e.cue)
        for i, j in self._paired("events", gold, found, score, told, words):
            want, (iri, kind) = gold[i], found[j]
            present, place, date = attendees.get(iri, ()), locations.get(iri, ()), dates.get(iri, ())
            shared = self._shared(want.participants, present)
            right_place = bool(want.place) and any(self._same(str(want.place), x) for x in place)
            right_date = bool(want.date) and want.date in date
            self._count("event type", 1, 1, int(kind == want.type))
            self._count("event participants", len(want.participants), len(present), shared)
            self._count("event place", int(bool(want.place)), len(place), int(right_place))
            self._count("event date", int(bool(want.date)), len(date), int(right_date))
            if kind != want.type:
                self._miss("event type", f"{want.cue}: wanted {want.type}, found {kind}", want.cue, iri)
            if not shared == len(want.participants) == len(present):
                labels = [graph.label(x) for x in present]
                text = f"{want.cue}: wanted {want.participants}, found {labels}"
                self._miss("event participants", text, want.cue, iri)
            if not right_place and (want.place or place):
                text = f"{want.cue}: wanted {want.place}, found {[graph.label(x) for x in place]}"
                self._miss("event place", text, want.cue, iri)
            if not right_date and (want.date or date):
                self._miss("event date", f"{want.cue}: wanted {want.date}, found {list(date)}", want.cue, iri)

    def statements(self) -> None:
        graph, speakers = self.graph, self.graph.values("cmq:speaker")
        found = graph.instances("cmq:Statement")
        right: set[str] = set()
        hits = 0
        for want in self.gold.statements:
            cued = [iri for iri in found if self._cued(want.cue, iri)]
            fitting = {iri for iri in cued if any(self._same(want.speaker, x) for x in speakers.get(iri, ()))}
            right |= fitting
            hits += bool(fitting)
            if not fitting:
                wrong = [x for iri in cued for x in speakers.get(iri, ())]
                self._miss("statements", self._missed_statement(want, wrong), want.cue, cued[0] if cued else None)
        for iri in found:
            if iri not in right:
                labels = ", ".join(graph.label(x) for x in speakers.get(iri, ()))
                self._miss("statements", f"extra {labels}: {self._quote(iri)}", None, iri)
        self.counts["statements"] = Counts(len(self.gold.statements), len(found), hits, len(right))

    def _missed_statement(self, want: Statement, wrong: list[str]) -> str:
        heard = f" (found with the speaker {', '.join(self.graph.label(x) for x in wrong)})" if wrong else ""
        return f"missed {want.speaker}: {want.cue}{heard}"

    def agreements(self) -> None:
        graph, gold = self.graph, self.gold.agreements
        found = graph.instances("cmq:Agreement")
        parties, status = graph.values("cmq:party"), graph.values("cmq:status")

        def score(want: Agreement, iri: str) -> int:
            named = any_alike(want.forms, graph.labels.get(iri, set()))
            return 2 * named + self._cued(want.cue, iri)

        def words(iri: str) -> tuple[str, str]:
            return f"{graph.label(iri)}: {self._quote(iri)}", iri

        told = (lambda a: f"{a.name}: {a.cue}", lambda a: a.cue or a.name)
        for i, j in self._paired("agreements", gold, found, score, told, words):
            want, iri = gold[i], found[j]
            its_parties, its_status = parties.get(iri, ()), status.get(iri, ())
            shared = self._shared(want.parties, its_parties)
            right = any(_status_word(value) == _status_word(want.status) for value in its_status)
            self._count("agreement parties", len(want.parties), len(its_parties), shared)
            self._count("agreement status", 1, max(1, len(its_status)), int(right))
            if not shared == len(want.parties) == len(its_parties):
                labels = [graph.label(x) for x in its_parties]
                text = f"{want.name}: wanted {want.parties}, found {labels}"
                self._miss("agreement parties", text, want.cue or want.name, iri)
            if not right:
                found_status = [_status_word(value) for value in its_status]
                text = f"{want.name}: wanted {want.status}, found {found_status}"
                self._miss("agreement status", text, want.cue or want.name, iri)

    def _paired(
        self,
        facet: str,
        gold: Sequence[G],
        found: Sequence[S],
        score: Callable[[G, S], float],
        gold_told: tuple[Callable[[G], str], Callable[[G], str]],
        found_told: Callable[[S], tuple[str, str]],
    ) -> list[tuple[int, int]]:
        """Pair a facet's claims, count them, and note what stayed alone on either side.

        `gold_told` tells what a claim of gold is and which words of the article hold it, `found_told` what a claim of
        the graph is and its IRI.
        """
        pairs = pair(gold, found, score)
        self._count(facet, len(gold), len(found), len(pairs))
        hit, used = {i for i, _ in pairs}, {j for _, j in pairs}
        for i, want in enumerate(gold):
            if i not in hit:
                self._miss(facet, f"missed {gold_told[0](want)}", gold_told[1](want), None)
        for j, got in enumerate(found):
            if j not in used:
                text, iri = found_told(got)
                self._miss(facet, f"extra {text}", None, iri)
        return pairs

    def _count(self, facet: str, gold: int, found: int, right: int) -> None:
        self.counts[facet] += Counts(gold, found, right, right)

    def _miss(self, facet: str, text: str, words: str | None, iri: str | None) -> None:
        """Note a difference; `words` are the article's for it, if gold has them, `iri` is the graph's claim, if any."""
        rules = self.graph.rules.get(iri or "", ())
        start, quote = next(iter(self.graph.passages.get(iri or "", ())), (None, ""))
        words = words or " ".join(quote.split()[:SHOWN_WORDS])
        self.misses.append(Miss(facet, self.gold.id, text, words, rules[0] if rules else None, start))

    def _same(self, name: str, iri: str) -> bool:
        """Whether a thing of the graph is what gold calls by this name: paired with it, or of a like name."""
        if self._iris.get(name) == iri:
            return True
        return name in self._forms and any_alike(self._forms[name], self.graph.names(iri))

    def _shared(self, names: Sequence[str], iris: Sequence[str]) -> int:
        return sum(any(self._same(name, iri) for iri in iris) for name in names)

    def _cued(self, cue: str, iri: str) -> bool:
        return any(squashed(cue) in quote for quote in self.graph.quotes.get(iri, ()))

    def _quote(self, iri: str) -> str:
        return min(self.graph.quotes.get(iri, ("no evidence",)))


def _status_word(status: str) -> str:
    """Give the last part of a status concept's IRI, or gold's word, without case, spaces and hyphens."""
    return normal(status.rsplit("/", 1)[-1].rsplit("#", 1)[-1]).replace(" ", "")
