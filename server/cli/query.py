"""Ask a SPARQL query of the store, or of a graph in a file."""

from __future__ import annotations

import argparse

from server.cli.options import add_store, source

SUMMARY = "ask a SPARQL query"
EXAMPLES = """examples:
  communique query 'SELECT ?person { ?person a schema:Person }'
  communique query ontology/questions --format csv
  communique query --graph graph.nq - < question.rq

The prefixes of the vocabulary need not be declared. A folder stands for all the .rq files in it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique query` takes."""
    parser.add_argument(
        "queries", metavar="QUERY", nargs="+", help="the query itself, a file, a folder or - (standard input)"
    )
    parser.add_argument(
        "--graph", metavar="FILE", type=source, help="ask this graph file (.nq, .trig, .ttl ...) and not the store"
    )
    parser.add_argument(
        "--format", default="table", help="table, json, csv, tsv, xml; ttl, nt, nq, trig, jsonld, rdf for graphs"
    )
    parser.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=60.0, help="stop a query after this time (60)"
    )
    add_store(parser)


def run(args: argparse.Namespace) -> int:
    """Print the answers."""
    raise NotImplementedError
