"""Show sentence by sentence which rules fired and what they captured; for a named rule, where it stopped matching."""

from __future__ import annotations

import argparse

from server.cli.options import source

SUMMARY = "show how an article was read"
EXAMPLES = """examples:
  communique explain report.txt
  communique explain data/articles --rule met-with
  echo 'The minister met the ambassador in Vienna.' | communique explain -"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique explain` takes."""
    parser.add_argument(
        "articles", metavar="ARTICLES", nargs="+", type=source, help="files, folders or - (standard input)"
    )
    parser.add_argument("--rule", metavar="NAME", help="say of this rule how far it came in each sentence")


def run(args: argparse.Namespace) -> int:
    """Print the explanation; 1 when an article could not be read."""
    raise NotImplementedError
