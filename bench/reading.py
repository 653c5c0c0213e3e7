"""How fast articles are read: articles a second on one core, and the ratio to the bare model on the same texts.

    python bench/reading.py [ARTICLES ...]      files or folders; without any, data/articles
    python bench/reading.py --rounds 7

Each round runs the bare model, the parse and the whole reading one after the other in this process and measures
processor time; the medians of the rounds are shown. The model and the rules are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from mappings import cascade, extraction, language
from mappings.article import Article
from mappings.readers import read
from mappings.rule import RuleSet
from mappings.tokens import Parsed

FEWEST = 60  # articles a round: a corpus that is smaller is repeated


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="*", type=Path, default=[Path("data/articles")])
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    articles = [a for a in read(args.articles) if isinstance(a, Article)]
    if not articles:
        parser.error("no article could be read")
    articles *= -(-FEWEST // len(articles))
    texts = [a.clean for a in articles]
    paragraphs = [" ".join(a.text[s.start : s.end] for s in p) for a in articles for p in a.paragraphs]
    nlp = language.model()
    rules = extraction.rules()
    list(extraction.extract(articles[:5]))

    bare, parse, rule_time, whole = [], [], [], []
    for _ in range(args.rounds):
        bare.append(_seconds(lambda: list(nlp.pipe(paragraphs, batch_size=64))))
        parse.append(_seconds(lambda: list(language.parse(articles))))
        rule_time.append(_seconds(partial(_apply, rules, list(language.parse(articles)))))
        whole.append(_seconds(lambda: list(extraction.extract(articles))))
    words = sum(len(text.split()) for text in texts)
    total = statistics.median(whole)
    print(f"{len(articles)} articles, {words} words, {args.rounds} rounds, one process")
    print(f"whole reading: {len(articles) / total:.1f} articles/s a core, {words / total:.0f} words/s")
    print(f"speed against the bare model: {_ratio(bare, whole)}")
    print(f"rules against the parse: {_ratio(rule_time, parse)} of its processor time")


def _apply(rules: RuleSet, texts: list[Parsed]) -> None:
    for parsed in texts:
        cascade.run(parsed, rules)


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _ratio(one: list[float], other: list[float]) -> str:
    each = sorted(a / b for a, b in zip(one, other, strict=True))
    return f"{statistics.median(each):.2f} (from {each[0]:.2f} to {each[-1]:.2f})"


if __name__ == "__main__":
    main()
