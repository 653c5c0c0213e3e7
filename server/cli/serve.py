"""Show the store in a browser and answer SPARQL over HTTP; articles given are built first."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from server.cli.build import publish
from server.cli.options import add_store, port, source
from server.operations.settings import SettingsError, checked, load, names

SUMMARY = "serve pages and the SPARQL endpoint"
EXAMPLES = """examples:
  communique serve
  communique serve data/articles --port 8080
  communique serve --host 0.0.0.0 --settings server.toml --access-log access.jsonl

Every setting can stand in the file of --settings (TOML), in the environment ($COMMUNIQUE_PORT) and as a flag (--port);
a later one wins. What is built meanwhile is shown as soon as it is published; the server need not be started again.
Everybody who can reach the address can read the whole graph and ask queries; they can change nothing."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `communique serve` takes."""
    parser.add_argument(
        "articles", metavar="ARTICLES", nargs="*", type=source, help="build these first: files, folders or -"
    )
    add_store(parser)
    parser.add_argument(
        "--settings", metavar="FILE", type=Path, help="file of settings (default: $COMMUNIQUE_SETTINGS, if set)"
    )
    for name, setting in names().items():
        shown = setting.default if setting.default != "" else "none"
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            metavar="TEXT" if isinstance(setting.default, str) else "N",
            type=port if name == "port" else partial(_read, name),
            help=f"{setting.help} ({shown})".replace("%", "%%"),
        )


def _read(name: str, text: str) -> Any:
    """Read a flag as what the setting is."""
    try:
        return checked(name, text, f"--{name.replace('_', '-')}")
    except SettingsError as error:
        raise argparse.ArgumentTypeError(str(error).partition(": ")[2]) from error


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; a store that holds nothing is refused, for it would show nothing."""
    from server.store import current

    settings = load(file=args.settings, flags=vars(args))
    if args.articles:
        publish(args.articles, store=args.store)
    current(args.store)
    from server.serving import serve

    serve(args.store, settings)
    return 0
