"""Show the store in a browser and answer SPARQL over HTTP; articles given are built first."""

from __future__ import annotations

import argparse

from server.cli.options import add_store, source

SUMMARY = "serve pages and the SPARQL endpoint"
EXAMPLES = """examples:
  communique serve
  communique serve data/articles --port 8080
  communique serve --host 0.0.0.0 --workers 4

A build that is published meanwhile is shown at once; nobody has to restart the server."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique serve` takes."""
    parser.add_argument(
        "articles", metavar="ARTICLES", nargs="*", type=source, help="build these first: files, folders or -"
    )
    add_store(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--workers", metavar="N", type=int, default=2, help="server processes (2)")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    from server.wsgi import serve

    serve(args.store, host=args.host, port=args.port, workers=args.workers)
    return 0
