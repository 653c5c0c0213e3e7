"""Work on the rules: run their examples, count and time what they do on a corpus, compare two versions of them."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.options import Source, source

if TYPE_CHECKING:
    from mappings.article import Article

SUMMARY = "test, count, time and compare the rules"
EXAMPLES = """examples:
  communique rules test
  communique rules test meeting-by-verb according-to
  communique rules coverage data/articles
  communique rules profile data/articles
  communique rules diff ../before/mappings mappings data/articles

mappings/README.md tells how a rule is written.

exit codes: 0 done, 1 an example fails or claims differ, 2 could not run"""
MOST = 20  # lines of a list, unless --all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique rules` takes."""
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    test = tasks.add_parser("test", help="run the examples and counter-examples of the rules, show what differs")
    test.add_argument("names", metavar="NAME", nargs="*", help="of the rules; without one, all")
    test.set_defaults(task=_test)
    cover = tasks.add_parser("coverage", help="count what each rule does on a corpus, and list what no rule reads")
    cover.set_defaults(task=_coverage)
    timing = tasks.add_parser("profile", help="time each rule on a corpus")
    timing.set_defaults(task=_profile)
    differ = tasks.add_parser("diff", help="show the claims gained, lost and changed between two versions of the rules")
    differ.add_argument("old", metavar="OLD", type=Path, help="a folder with rules/ and perhaps lexicon/words/")
    differ.add_argument("new", metavar="NEW", type=Path, help="another such folder")
    differ.set_defaults(task=_diff)
    for task in (cover, timing, differ):
        task.add_argument("articles", metavar="ARTICLES", nargs="+", type=source, help="files, folders or -")
    for task in (cover, timing):
        task.add_argument("--all", action="store_true", help=f"show whole lists, not their first {MOST} lines")


def run(args: argparse.Namespace) -> int:
    """Do the task and give its exit code."""
    code: int = args.task(args)
    return code


def _test(args: argparse.Namespace) -> int:
    from mappings.examples import failures
    from mappings.extraction import rules

    known = rules()
    for name in args.names:
        known.named(name)
    chosen = [rule for rule in known.rules if not args.names or rule.name in args.names]
    failed = list(failures(known, frozenset(rule.name for rule in chosen)))
    for failure in failed:
        print(f"{failure}\n")
    examples = sum(len(rule.examples) for rule in chosen)
    print(f"{len(chosen)} rules, {examples} examples and counter-examples, {len(failed)} of them fail")
    return 1 if failed else 0


def _coverage(args: argparse.Namespace) -> int:
    from mappings.coverage import coverage
    from mappings.extraction import rules

    found = coverage(_articles(args.articles))
    most = None if args.all else MOST
    print(f"{found.articles} articles")
    _table("firings by rule", [(found.fired[rule.name], rule.name) for rule in rules().rules if found.fired[rule.name]])
    _table("never fired", [("", name) for name in found.silent], most)
    _table("always shadowed by an earlier rule", [(found.shadowed[n], n) for n in found.always_shadowed], most)
    gaps = [(f"{g.article} {g.unread.start}", f"{g.unread.trigger}: {g.unread.reason}: {g.text}") for g in found.gaps]
    _table("sentences with a trigger word and no record", gaps, most)
    _table("titles before a name that no rule reads", _by_frequency(found.unknown_titles), most)
    _table("names that the model sees and no rule reads", _by_frequency(found.unknown_names), most)
    return 0


def _by_frequency(counted: Counter[str]) -> list[tuple[object, str]]:
    return [
        (count, " ".join(text.split())) for text, count in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]


def _table(title: str, rows: Sequence[tuple[object, str]], most: int | None = None) -> None:
    print(f"\n{title}: {len(rows)}")
    for number, text in rows[:most]:
        print(f"  {number!s:>6}  {text}" if number != "" else f"  {text}")
    if most is not None and len(rows) > most:
        print(f"  ... {len(rows) - most} more; --all shows them")


def _profile(args: argparse.Namespace) -> int:
    from mappings.coverage import profile

    costs, parsing = profile(_articles(args.articles))
    total = sum(cost.seconds for cost in costs)
    share = f", {total / parsing:.0%} of what parsing took ({parsing:.2f} s)" if parsing else ""
    print(f"{len(costs)} rules took {total:.2f} s of processor time{share}")
    _table(
        "milliseconds by rule",
        [(f"{c.seconds * 1000:.1f}", f"{c.rule} ({c.fired} firings)") for c in costs],
        None if args.all else MOST,
    )
    return 0


def _diff(args: argparse.Namespace) -> int:
    from mappings.comparison import compare

    gained = lost = changed = 0
    for change in compare(args.old, args.new, _articles(args.articles)):
        if change.before and change.after:
            changed += 1
            print(f"~ {change.before}\n  {change.after}")
        elif change.after:
            gained += 1
            print(f"+ {change.after}")
        else:
            lost += 1
            print(f"- {change.before}")
    print(f"{gained} claims gained, {lost} lost, {changed} changed")
    return 1 if gained or lost or changed else 0


def _articles(sources: Sequence[Source]) -> list[Article]:
    from mappings.article import Article
    from mappings.readers import ArticleError, read

    found: list[Article] = []
    for article in read(sources):
        if isinstance(article, Article):
            found.append(article)
        else:
            print(f"communique rules: {article}", file=sys.stderr)
    if not found:
        raise ArticleError(" ".join(map(str, sources)), "no article could be read", "give files or folders of articles")
    return found
