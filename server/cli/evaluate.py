"""Compare a graph, or articles read now, with gold annotations: precision, recall and F1 of each kind of claim."""

from __future__ import annotations

import argparse

from server.cli.options import source

SUMMARY = "compare a graph with gold annotations"
EXAMPLES = """examples:
  communique evaluate graph.nq data/gold
  communique evaluate data/articles data/gold --misses statements

docs/gold-format.md says what a gold file holds. A gold file is named for the identifier of its article."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique evaluate` takes."""
    parser.add_argument(
        "graph", metavar="GRAPH|ARTICLES", type=source, help="a dataset (.nq, .trig), articles, or - (N-Quads)"
    )
    parser.add_argument("gold", metavar="GOLD", type=source, help="a gold file, or a folder of them")
    parser.add_argument(
        "--misses", metavar="FACET", help="list what was missed and what was too much ('all' for every facet)"
    )
    parser.add_argument("--per-article", action="store_true", help="show a table for each article as well")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    raise NotImplementedError
