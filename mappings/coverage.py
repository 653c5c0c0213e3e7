"""What the rules do on a corpus: how often each fires, which never do, and where a trigger word led to no record."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from mappings import cascade, extraction, language
from mappings.article import Article
from mappings.records import Unread
from mappings.rule import Rule
from mappings.tokens import Parsed

UNNAMED = frozenset({"ORG", "PERSON", "GPE", "NORP", "FAC", "LOC"})  # what the model takes for a name
NAMED = ("Person", "Body", "Country", "Demonym", "Place", "Agreement")


@dataclass(frozen=True, slots=True)
class Gap:
    """A sentence with a trigger word and no record: the article, where it stands, its text, and why."""

    article: str
    unread: Unread
    text: str


@dataclass
class Coverage:
    """Counts over a corpus; `shadowed` counts matches of a rule whose words an earlier rule had claimed."""

    articles: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    shadowed: Counter[str] = field(default_factory=Counter)
    gaps: list[Gap] = field(default_factory=list)
    unknown_names: Counter[str] = field(default_factory=Counter)
    unknown_titles: Counter[str] = field(default_factory=Counter)

    @property
    def silent(self) -> list[str]:
        """The rules that never fired and were never shadowed, in the order in which they run."""
        names = [rule.name for rule in extraction.rules().rules]
        return [name for name in names if not self.fired[name] and not self.shadowed[name]]

    @property
    def always_shadowed(self) -> list[str]:
        """The rules that matched, but never before an earlier rule had claimed the words."""
        return sorted(name for name in self.shadowed if not self.fired[name])


def coverage(articles: Iterable[Article]) -> Coverage:
    """Read a corpus and count what its rules did."""
    found = Coverage()
    rules = extraction.rules()
    for parsed in language.parse(articles):
        found.articles += 1

        def watch(rule: Rule, index: cascade.Index, parsed: Parsed = parsed) -> None:
            found.shadowed.update({rule.name: cascade.shadowed(rule, parsed, rules, index)} if rule.claims else {})

        records = extraction.read(parsed, before=watch)
        found.fired.update(m.rule for m in parsed.mentions)
        found.unknown_names.update(_names_without_mention(parsed))
        found.unknown_titles.update(_titles_without_mention(parsed))
        text = parsed.article.text
        found.gaps += [
            Gap(parsed.article.identifier, u, " ".join(text[u.start : u.end].split())) for u in records.unread
        ]
    found.shadowed = +found.shadowed
    return found


def _names_without_mention(parsed: Parsed) -> Iterable[str]:
    """Yield what the model takes for a name and no rule of names has read."""
    token = 0
    while token < len(parsed):
        end = token + 1
        if parsed.ent[token] in UNNAMED and parsed.ent_start[token]:
            while end < len(parsed) and parsed.ent[end] == parsed.ent[token] and not parsed.ent_start[end]:
                end += 1
            if not any(parsed.covering(NAMED, t) for t in range(token, end)):
                yield parsed.span_text(token, end)
        token = end


def _titles_without_mention(parsed: Parsed) -> Iterable[str]:
    """Yield the nouns right before a person's name that no rule of titles has read."""
    for person in parsed.labelled("Person"):
        first, _ = parsed.bounds(person.start)
        start = person.start
        while (
            start > first
            and parsed.pos[start - 1] in ("NOUN", "PROPN", "ADJ")
            and not parsed.covering(("Title", *NAMED), start - 1)
        ):
            start -= 1
        if start < person.start and parsed.pos[person.start - 1] in ("NOUN", "PROPN"):
            yield parsed.span_text(start, person.start).lower()


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds that one rule took on a corpus."""

    rule: str
    seconds: float
    fired: int


def profile(articles: Iterable[Article]) -> tuple[list[Cost], float]:
    """Time every rule on a corpus; returns the costs, the dearest first, and the seconds that parsing took."""
    started = time.process_time()
    texts = list(language.parse(articles))
    parsing = time.process_time() - started
    rules = extraction.rules()
    seconds: dict[str, float] = defaultdict(float)
    fired: Counter[str] = Counter()
    for parsed in texts:
        last: list[tuple[str, float]] = []

        def watch(rule: Rule | None, last: list[tuple[str, float]] = last) -> None:
            now = time.process_time()
            if last:
                name, since = last.pop()
                seconds[name] += now - since
            if rule:
                last.append((rule.name, now))

        cascade.run(parsed, rules, before=lambda rule, _: watch(rule))
        watch(None)
        fired.update(m.rule for m in parsed.mentions)
    costs = [Cost(rule.name, seconds[rule.name], fired[rule.name]) for rule in rules.rules]
    return sorted(costs, key=lambda c: (-c.seconds, c.rule)), parsing
