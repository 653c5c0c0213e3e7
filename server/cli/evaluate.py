"""Compare a graph, or articles read now, with gold annotations: precision, recall and F1 of each kind of claim."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ontology.errors import CommuniqueError
from server.cli.options import Source, add_processes, source

if TYPE_CHECKING:
    import pyoxigraph as ox

    from server.evaluation import Evaluation
    from server.evaluation.report import Guide

SUMMARY = "compare a graph with gold annotations"
EXAMPLES = """examples:
  communique evaluate graph.nq data/gold
  communique evaluate data/articles data/gold --misses statements
  communique build data/articles -o - | communique evaluate - data/gold

Below each difference that --misses lists stands the command that explains it or, when a graph was given, the page of
`communique serve` that does. docs/gold-format.md says what a gold file holds.
A gold file is named for the identifier of its article."""
ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique evaluate` takes."""
    parser.add_argument(
        "graph",
        metavar="GRAPH|ARTICLES",
        nargs="+",
        type=source,
        help="datasets (.nq, .trig), articles, or - (N-Quads)",
    )
    parser.add_argument("gold", metavar="GOLD", type=Path, help="a gold file, or a folder of them")
    parser.add_argument(
        "--misses", metavar="FACET", help="also list what was missed and what was too much in a facet, or in 'all'"
    )
    parser.add_argument("--per-article", action="store_true", help="also show a table for each article")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="of the report (table)")
    add_processes(parser)


def run(args: argparse.Namespace) -> int:
    """Print the figures; 1 when an article of the gold is in no graph."""
    from server.evaluation import FACETS, evaluate, read_gold

    if args.misses not in (None, ALL, *FACETS):
        raise CommuniqueError(f"no facet is called '{args.misses}'; known are {ALL}, {', '.join(FACETS)}")
    golds = read_gold(args.gold)
    evaluation = evaluate(_graph(args), golds)
    facets = FACETS if args.misses == ALL else [args.misses] if args.misses else []
    guide = _guide(args.graph) if facets else None
    if args.format == "json":
        print(_json(evaluation, facets, guide))
    else:
        print(_text(evaluation, facets, guide, each=args.per_article))
    for article in evaluation.absent:
        print(f"communique evaluate: {article}: in no graph; is it the identifier of an article?", file=sys.stderr)
    return 1 if evaluation.absent else 0


def _graph(args: argparse.Namespace) -> ox.Store:
    """Load the datasets, or read the articles into a dataset of their own."""
    from server.cli.graphs import is_graph, load

    if all(is_graph(given) for given in args.graph):
        return load(args.graph)
    from server.build import build
    from server.progress import progress

    with tempfile.TemporaryDirectory(prefix="communique-") as folder:
        dataset = Path(folder) / "graph.nq"
        root = Path(folder) / "store"
        with progress() as report:
            built = build(args.graph, root=root, output=dataset, processes=args.processes, progress=report)
        for error in built.refused:
            print(f"communique evaluate: {error}", file=sys.stderr)
        return load([dataset])


def _guide(sources: Sequence[Source]) -> Guide:
    """Find out in which files the articles are, if articles were given, so that each difference can be explained."""
    from mappings.article import Article
    from mappings.extraction import rule_versions
    from mappings.readers import read
    from server.cli.graphs import is_graph
    from server.evaluation.report import Guide

    articles = [] if all(is_graph(given) for given in sources) else read(sources)
    files = {article.identifier: article.source for article in articles if isinstance(article, Article)}
    return Guide(files, rule_versions())


def _text(evaluation: Evaluation, facets: Sequence[str], guide: Guide | None, *, each: bool) -> str:
    from server.evaluation.report import misses, table

    parts = [table(replace(evaluation, articles=(a,)), a.article) for a in evaluation.articles] if each else []
    parts += [table(evaluation, "all articles"), *(misses(evaluation, facet, guide) for facet in facets)]
    return "\n\n".join(parts)


def _json(evaluation: Evaluation, facets: Sequence[str], guide: Guide | None) -> str:
    from server.evaluation.report import as_json

    return json.dumps(as_json(evaluation, facets, guide), ensure_ascii=False, indent=2)
