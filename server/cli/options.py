"""What several commands share: the place of the store, and paths that may be `-`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Literal

Source = Path | Literal["-"]


def source(text: str) -> Source:
    """Read an argument as a path; `-` stays and means standard input."""
    return "-" if text == "-" else Path(text)


def add_store(parser: argparse.ArgumentParser) -> None:
    """Let the command say which store it works on."""
    parser.add_argument(
        "--store",
        metavar="FOLDER",
        type=Path,
        default=Path(os.environ.get("COMMUNIQUE_STORE") or "store"),
        help="folder of the store (default: $COMMUNIQUE_STORE, else ./store)",
    )


def add_processes(parser: argparse.ArgumentParser) -> None:
    """Let the command say how many processes read articles."""
    parser.add_argument(
        "--processes", metavar="N", type=int, default=None, help="processes that read articles (default: one a core)"
    )
