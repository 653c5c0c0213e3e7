"""Show sentence by sentence which rules fired and what they captured; for a named rule, where it stopped matching."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from server.cli.options import source

if TYPE_CHECKING:
    from mappings.article import Article
    from mappings.explain import Attempt, Explained, Firing

SUMMARY = "show how an article was read"
EXAMPLES = """examples:
  communique explain report.txt
  communique explain data/articles --rule meeting-by-verb --words 'met with'
  echo 'Foreign Minister Ada Lind met James Otieno in Vienna.' | communique explain -

The numbers are the sentence's place in the article's stored text. mappings/README.md tells how to change a rule."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique explain` takes."""
    parser.add_argument(
        "articles", metavar="ARTICLES", nargs="+", type=source, help="files, folders or - (standard input)"
    )
    parser.add_argument("--rule", metavar="NAME", help="say of this rule how far it came in each sentence")
    parser.add_argument("--words", metavar="WORDS", help="show only the sentences that hold these words")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of the explanation (text)")


def run(args: argparse.Namespace) -> int:
    """Print the explanation; 1 when an article could not be read, 2 when none could."""
    from mappings.article import Article
    from mappings.explain import explain
    from mappings.readers import read

    explained, refused = 0, 0
    for article in read(args.articles):
        if not isinstance(article, Article):
            refused += 1
            print(f"communique explain: {article}", file=sys.stderr)
            continue
        explained += 1
        sentences = _holding(explain(article, rule=args.rule), args.words)
        if args.format == "json":
            print(json.dumps(_as_json(article, sentences), ensure_ascii=False))
        else:
            print("\n".join([article.identifier, *_text(sentences, rule=args.rule)]))
    return 0 if not refused else 1 if explained else 2


def _holding(sentences: Iterator[Explained], words: str | None) -> Iterator[Explained]:
    """Leave out the sentences without the words; case, quotation marks and spaces do not matter."""
    from server.evaluation.names import squashed

    return (sentence for sentence in sentences if not words or squashed(words) in squashed(sentence.text))


def _as_json(article: Article, sentences: Iterator[Explained]) -> dict[str, object]:
    return {"article": article.identifier, "sentences": [asdict(sentence) for sentence in sentences]}


def _text(sentences: Iterator[Explained], *, rule: str | None) -> Iterator[str]:
    for sentence in sentences:
        yield ""
        yield f"{sentence.start}-{sentence.end}  {' '.join(sentence.text.split())}"
        yield from (f"    {_firing(firing)}" for firing in sentence.firings)
        yield from (f"    {_attempt(attempt)}" for attempt in sentence.attempts if attempt.reason)
        if not sentence.firings and not sentence.attempts:
            yield f"    {f'{rule} found nowhere to begin' if rule else 'no rule fired'}"


def _firing(firing: Firing) -> str:
    captured = ", ".join(f"{name}={_value(value)}" for name, value in firing.captured.items())
    return f"{firing.rule}  {firing.label}: {firing.words!r}{f'  {captured}' if captured else ''}"


def _value(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _attempt(attempt: Attempt) -> str:
    if attempt.stopped_at is None:
        return f"matched {attempt.matched!r}, but yields nothing: {attempt.reason}"
    before = f"before {attempt.stopped_before!r}" if attempt.stopped_before else "at the end of the sentence"
    return f"matched {attempt.matched!r}, then stopped {before}: wanted {attempt.stopped_at}"
