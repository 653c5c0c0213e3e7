"""Read articles, turn them into a validated graph and publish it in the store."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from server.cli.options import add_store, source

if TYPE_CHECKING:
    from server.build import Summary

SUMMARY = "read articles into a validated graph"
EXAMPLES = """examples:
  communique build data/articles
  communique build report.txt page.html news.jsonl -o graph.nq
  cat article.txt | communique build -

Texts, HTML, JSON and JSONL with schema.org NewsArticle keys and WARC files are read; a folder is searched for them.
What was built before and did not change is not built again. The server that shows the store need not be stopped."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique build` takes."""
    parser.add_argument(
        "articles", metavar="ARTICLES", nargs="+", type=source, help="files, folders or - (standard input)"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="also write the dataset to FILE (.nq or .trig)"
    )
    add_store(parser)
    parser.add_argument(
        "--processes", metavar="N", type=int, default=None, help="processes that read (default: one a core)"
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def run(args: argparse.Namespace) -> int:
    """Build and publish; 1 when an article was refused, 2 (by an error) when nothing could be built."""
    from server.build import build
    from server.progress import progress

    with progress(quiet=args.quiet) as report:
        summary = build(args.articles, root=args.store, output=args.output, processes=args.processes, progress=report)
    _show(summary)
    return 1 if summary.refused or summary.quarantined else 0


def _show(summary: Summary) -> None:
    for error in summary.refused:
        print(f"communique build: {error}", file=sys.stderr)
    print(summary)
