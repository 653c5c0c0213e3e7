"""Read articles, turn them into a validated graph and publish it in the store."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from server.cli.options import add_processes, add_store, source

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
    if args.output != "-":
        return _build(args, args.output)
    with tempfile.TemporaryDirectory(prefix="communique-") as folder:
        dataset = Path(folder) / "graph.nq"
        code = _build(args, dataset)
        with dataset.open("rb") as stream:
            shutil.copyfileobj(stream, sys.stdout.buffer)
    return code


def _build(args: argparse.Namespace, output: Path | None) -> int:
    from ontology.namespaces import BASE
    from server.build import build
    from server.progress import progress

    with progress(quiet=args.quiet) as report:
        summary = build(
            args.articles,
            root=args.store,
            base=args.base or BASE,
            output=output,
            processes=args.processes,
            progress=report,
            links=args.links,
            judgements=args.judgements,
        )
    for error in summary.refused:
        print(f"communique build: {error}", file=sys.stderr)
    print(summary, file=sys.stderr if args.output == "-" else sys.stdout)
    return 1 if summary.refused or summary.quarantined else 0
