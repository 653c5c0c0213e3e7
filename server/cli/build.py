"""Read articles, turn them into a validated graph and publish it in the store."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from server.cli.options import Source, add_processes, add_store, source

SUMMARY = "read articles into a validated graph"
EXAMPLES = """examples:
  communique build data/articles
  communique build report.txt page.html news.jsonl -o graph.nq
  communique build - < article.txt

Text, HTML, and JSON and JSONL with schema.org NewsArticle keys are read; of a folder, every file in it.
The store then holds these articles and no others. What did not change since the last build is not read again, and
a server that shows the store need not be stopped.

exit codes: 0 all is published, 1 the rest is published but an article was refused or quarantined, 2 nothing changed"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique build` takes."""
    parser.add_argument(
        "articles", metavar="ARTICLES", nargs="+", type=source, help="files, folders or - (standard input)"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=source, help="also write the dataset to FILE (.nq, .trig; - for N-Quads)"
    )
    parser.add_argument("--links", metavar="FOLDER", type=Path, help="checked links to other datasets (data/links)")
    parser.add_argument(
        "--judgements", metavar="FILE", type=Path, help="who is the same and who is not, as people said"
    )
    parser.add_argument("--base", metavar="IRI", help="what the IRIs of things begin with")
    add_store(parser)
    add_processes(parser)
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def run(args: argparse.Namespace) -> int:
    """Build and publish."""
    options = {
        "store": args.store,
        "base": args.base,
        "processes": args.processes,
        "links": args.links,
        "judgements": args.judgements,
        "quiet": args.quiet,
    }
    if args.output != "-":
        return publish(args.articles, output=args.output, **options)
    with tempfile.TemporaryDirectory(prefix="communique-") as folder:
        dataset = Path(folder) / "graph.nq"
        code = publish(args.articles, output=dataset, summary=sys.stderr, **options)
        with dataset.open("rb") as stream:
            shutil.copyfileobj(stream, sys.stdout.buffer)
    return code


def publish(
    articles: Sequence[Source],
    *,
    store: Path,
    base: str | None = None,
    output: Path | None = None,
    processes: int | None = None,
    links: Path | None = None,
    judgements: Path | None = None,
    quiet: bool = False,
    summary: TextIO | None = None,
) -> int:
    """Build, show progress and summary, and name what was refused; give the exit code."""
    from ontology.namespaces import BASE
    from server.build import build
    from server.progress import progress

    with progress(quiet=quiet) as report:
        built = build(
            articles,
            root=store,
            base=base or BASE,
            output=output,
            processes=processes,
            progress=report,
            links=links,
            judgements=judgements,
        )
    for error in built.refused:
        print(f"communique build: {error}", file=sys.stderr)
    print(built, file=summary)
    return 1 if built.refused or built.quarantined else 0
