"""Two versions of the rules compared on a corpus: the claims gained, lost and changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mappings import extraction, language
from mappings.article import Article
from mappings.phrases import PhraseFinder, classes
from mappings.records import Evidence, Records
from mappings.rule import RuleError
from mappings.rule_file import load_rules


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """One claim of an article in words, with where it stands and the rule that read it."""

    article: str
    start: int
    end: int
    kind: str
    words: str
    rule: str

    def __str__(self) -> str:
        return f"{self.article} {self.start}-{self.end}  {self.kind}: {self.words}  [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Change:
    """A claim that only one version makes, or that two versions make in different words at the same place."""

    before: Claim | None
    after: Claim | None


def compare(old: Path, new: Path, articles: Sequence[Article]) -> Iterator[Change]:
    """Yield the changes from one version to another, in order of the articles.

    A version is a folder with `rules/` and, if it has words of its own, `lexicon/words/`; names are this program's.
    Raises `RuleError` or `LexiconError` when a version cannot be used.
    """
    for article, before, after in zip(articles, _read(old, articles), _read(new, articles), strict=True):
        yield from changes(claims(article, before), claims(article, after))


def _read(version: Path, articles: Iterable[Article]) -> Iterator[Records]:
    if not (version / "rules" / "cascade.yaml").is_file():
        raise RuleError(f"{version}: no version of the rules; give a folder that holds rules/cascade.yaml")
    words = version / "lexicon" / "words" if (version / "lexicon" / "words").is_dir() else None
    rules = load_rules(version / "rules", lexicons=classes(words))
    for parsed in language.parse(articles, finder=PhraseFinder(language.model(), words)):
        yield extraction.read(parsed, rules)


def changes(before: Iterable[Claim], after: Iterable[Claim]) -> Iterator[Change]:
    """Pair what differs: claims of one kind at one place are one claim that changed."""
    was, now = _by_place(before), _by_place(after)
    for place in sorted(was.keys() | now.keys()):
        here = {(c.words, c.rule) for c in was[place]}, {(c.words, c.rule) for c in now[place]}
        lost = [c for c in was[place] if (c.words, c.rule) not in here[1]]
        gained = [c for c in now[place] if (c.words, c.rule) not in here[0]]
        for index in range(max(len(lost), len(gained))):
            yield Change(lost[index] if index < len(lost) else None, gained[index] if index < len(gained) else None)


def _by_place(found: Iterable[Claim]) -> dict[tuple[str, int, str], list[Claim]]:
    by_place: dict[tuple[str, int, str], list[Claim]] = defaultdict(list)
    for claim in sorted(found):
        by_place[claim.article, claim.start, claim.kind].append(claim)
    return by_place


def claims(article: Article, records: Records) -> Iterator[Claim]:
    """Put the records of an article into words."""
    labels = {e.key: e.label for e in records.entities} | {a.key: a.label for a in records.agreements}

    def told(kind: str, evidence: Evidence, *words: object) -> Claim:
        text = " | ".join(str(word) for word in words if word)
        return Claim(article.identifier, evidence.start, evidence.end, kind, text, evidence.rule)

    def named(keys: Iterable[str]) -> str:
        return ", ".join(sorted(labels.get(key, key) for key in keys))

    for entity in records.entities:
        yield told(entity.kind, entity.names[0].evidence, entity.label, *sorted({n.text for n in entity.names[1:]}))
    for post in records.posts:
        yield told("post", post.evidence[0], labels[post.holder], post.title, labels.get(post.body or ""))
    for event in records.events:
        place = labels.get(event.place or "")
        yield told(
            "event", event.evidence[0], event.kind, event.name, named(event.attendees), place, event.date, event.status
        )
    for statement in records.statements:
        said = article.text[statement.start : statement.end]
        yield told("statement", statement.evidence, named(statement.speakers), statement.mode, " ".join(said.split()))
    for agreement in records.agreements:
        yield told("agreement", agreement.evidence[0], agreement.label, named(agreement.parties), agreement.status)
