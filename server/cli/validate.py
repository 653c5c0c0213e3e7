"""Judge graphs by the shapes of the ontology: what an article's graph may say, and the evidence it must show."""

from __future__ import annotations

import argparse

from server.cli.options import source

SUMMARY = "judge graphs by the shapes"
EXAMPLES = """examples:
  communique validate graph.nq
  communique validate ontology/examples/valid --format json
  communique build articles -o - | communique validate -

Turtle, N-Triples, N-Quads, TriG, JSON-LD and RDF/XML are read; of a dataset each named graph is judged by itself."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique validate` takes."""
    parser.add_argument("graphs", metavar="GRAPHS", nargs="+", type=source, help="files, folders or - (standard input)")
    parser.add_argument("--format", choices=("text", "json", "turtle"), default="text", help="of the report")


def run(args: argparse.Namespace) -> int:
    """Validate; 1 when something does not conform."""
    raise NotImplementedError
