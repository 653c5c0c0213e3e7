"""Show the store in a browser and answer SPARQL over HTTP; articles given are built first."""

from __future__ import annotations

import argparse

from server.cli.build import publish
from server.cli.options import add_store, count, port, source

SUMMARY = "serve pages and the SPARQL endpoint"
EXAMPLES = """examples:
  communique serve
  communique serve data/articles --port 8080
  communique serve --host 0.0.0.0 --workers 4

What is built meanwhile is shown as soon as it is published; the server need not be started again. Everybody who can
reach the address can read the whole graph and ask queries; they can change nothing."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique serve` takes."""
    parser.add_argument(
        "articles", metavar="ARTICLES", nargs="*", type=source, help="build these first: files, folders or -"
    )
    add_store(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=port, default=8000, help="port to listen on (8000)")
    parser.add_argument("--workers", metavar="N", type=count, default=2, help="server processes (2)")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; a store that holds nothing is refused, for it would show nothing."""
    from server.store import current

    if args.articles:
        publish(args.articles, store=args.store)
    current(args.store)
    from server.wsgi import serve

    serve(args.store, host=args.host, port=args.port, workers=args.workers)
    return 0
