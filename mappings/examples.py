"""The examples of the rules, executed: each must yield what it says, each counter-example nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mappings import cascade, language
from mappings.article import Article, Segment
from mappings.rule import Example, Rule, RuleSet
from mappings.tokens import Mention, Parsed


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that does not hold: what was wanted and what came out."""

    rule: Rule
    example: Example
    found: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        wanted = "nothing" if self.example.yields is None else dict(self.example.yields)
        found = "\n    ".join(str(dict(f)) for f in self.found) or "nothing"
        head = f"{self.rule.place}: rule {self.rule.name!r}\n  in: {self.example.text}"
        return f"{head}\n  wanted:\n    {wanted}\n  found:\n    {found}"


def failures(rules: RuleSet, names: frozenset[str] | None = None) -> Iterator[Failure]:
    """Run the examples of all rules, or of the named ones; yields those that fail, in order of the rules."""
    cases = [
        (rule, example) for rule in rules.rules if names is None or rule.name in names for example in rule.examples
    ]
    parsed_texts = language.parse(_article(example) for _, example in cases)
    for (rule, example), parsed in zip(cases, parsed_texts, strict=True):
        cascade.run(parsed, rules)
        found = tuple(described(parsed, mention) for mention in parsed.mentions if mention.rule == rule.name)
        if not _as_wanted(example, found):
            yield Failure(rule, example, found)


def _article(example: Example) -> Article:
    published = date.fromisoformat(example.published) if example.published else None
    return Article("example", example.text, (Segment(0, len(example.text)),), published=published)


def _as_wanted(example: Example, found: tuple[Mapping[str, Any], ...]) -> bool:
    if example.yields is None:
        return not found
    return any(all(one.get(key) == value for key, value in example.yields.items()) for one in found)


def described(parsed: Parsed, mention: Mention) -> dict[str, Any]:
    """Describe a mention as an example does: its `span`, the words of its arguments, and its attributes."""
    told: dict[str, Any] = {"span": parsed.words(mention), **mention.attributes}
    for name, bound in mention.arguments.items():
        words = [parsed.words(one) for one in bound]
        told[name] = words[0] if len(words) == 1 else words
    return told
