"""Explanations: sentence by sentence, which rules fired and what they captured; for one rule, where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mappings import cascade, language
from mappings.article import Article
from mappings.examples import described
from mappings.extraction import rule_versions, rules
from mappings.match import candidates
from mappings.rule import Rule
from mappings.tokens import Mention, Parsed


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired: its label, its words and where they stand in the stored text, what it captured, its version.

    What a dictionary or a resolver made, such as a date, names its maker and has no version.
    """

    rule: str
    version: str | None
    label: str
    start: int
    end: int
    words: str
    captured: dict[str, object]


@dataclass(frozen=True, slots=True)
class Attempt:
    """How far a named rule came in a sentence; `reason` says why it yields nothing, or is None where it fired."""

    matched: str
    stopped_at: str | None
    stopped_before: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Explained:
    """One sentence of the stored text with what was read in it."""

    start: int
    end: int
    text: str
    firings: tuple[Firing, ...]
    attempts: tuple[Attempt, ...]


def explain(article: Article, *, rule: str | None = None) -> Iterator[Explained]:
    """Explain the sentences of an article in order; raises `RuleError` when no rule has that name.

    With `rule`, each sentence tells how far that rule came, and only its firings.
    """
    known = rules()
    wanted = known.named(rule) if rule else None
    (parsed,) = language.parse([article])
    attempts: dict[int, list[Attempt]] = {}

    def watch(one: Rule, index: cascade.Index) -> None:
        if one is wanted:  # what a rule sees depends on the rules before it
            attempts.update(_attempts(one, parsed, index))

    cascade.run(parsed, known, before=watch)
    for number, (first, end) in enumerate(parsed.sentences):
        made = sorted((m for m in parsed.mentions if first <= m.start < end), key=lambda m: (m.start, m.end, m.rule))
        firings = tuple(_firing(parsed, m) for m in made if rule is None or m.rule == rule)
        start, stop = parsed.start[first], parsed.end[end - 1]
        yield Explained(start, stop, article.text[start:stop], firings, tuple(attempts.get(number, ())))


def _firing(parsed: Parsed, mention: Mention) -> Firing:
    captured = described(parsed, mention)
    words = str(captured.pop("span"))
    start, end = parsed.start[mention.start], parsed.end[mention.end - 1]
    return Firing(mention.rule, rule_versions().get(mention.rule), mention.label, start, end, words, captured)


def _attempts(rule: Rule, parsed: Parsed, index: cascade.Index) -> dict[int, list[Attempt]]:
    """Try a rule wherever it may start; of the attempts that fail in a sentence keep the one that came furthest."""
    found: dict[int, list[Attempt]] = {}
    furthest: dict[int, tuple[int, Attempt]] = {}
    for token in candidates(rule.pattern, parsed, index):
        sentence = parsed.sentence[token]
        match = rule.pattern.at(parsed, token)
        if match:
            reason = cascade.refused(rule, match, parsed, rules())
            words = parsed.span_text(match.start, match.end)
            found.setdefault(sentence, []).append(Attempt(words, None, None, reason))
            continue
        stopped, element = rule.pattern.trace(parsed, token)
        came = stopped - token
        if came > 0 and came > furthest.get(sentence, (0,))[0]:
            _, end = parsed.bounds(token)
            before = parsed.text[stopped] if stopped < end else None
            furthest[sentence] = (came, Attempt(parsed.span_text(token, stopped), element, before, "it stopped"))
    for sentence, (_, attempt) in furthest.items():
        if sentence not in found:
            found[sentence] = [attempt]
    return found
