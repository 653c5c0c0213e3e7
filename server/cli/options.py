"""What several commands share: options, paths that may be `-`, and how an IRI is shown."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Literal

Source = Path | Literal["-"]


def source(text: str) -> Source:
    """Read an argument as a path; `-` stays and means standard input."""
    return "-" if text == "-" else Path(text)


def port(text: str) -> int:
    """Read an argument as the number of a port."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"'{text}' is no port; it is a number from 1 to 65535")
    return int(text)


def count(text: str) -> int:
    """Read an argument as a number of processes."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1000):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of processes; it is a number from 1 to 999")
    return int(text)


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
        "--processes", metavar="N", type=count, default=None, help="processes that read articles (default: one a core)"
    )


def short(iri: str) -> str:
    """Write an IRI with its prefix where it has one, for people to read."""
    from ontology.namespaces import PREFIXES

    best = max((p for p in PREFIXES if iri.startswith(PREFIXES[p])), key=lambda p: len(PREFIXES[p]), default=None)
    return f"{best}:{iri.removeprefix(PREFIXES[best])}" if best else iri
