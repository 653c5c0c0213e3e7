"""The command `communique`: its verbs in the order in which an article meets them, and what a failure looks like."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from ontology.errors import CommuniqueError
from server.cli import build, evaluate, explain, query, rules, serve, validate

OK, COULD_NOT_RUN = 0, 2  # 1, something does not conform, is for the commands to say
VERBS = (build, validate, query, serve, explain, evaluate, rules)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line with the mend."""

    def error(self, message: str) -> NoReturn:
        self.exit(COULD_NOT_RUN, f"{self.prog}: {message}; '{self.prog} --help' shows what it takes\n")


def parser() -> argparse.ArgumentParser:
    """Make the parser; it imports neither the language model nor the store, so that help is there at once."""
    root = _Parser(
        prog="communique",
        description="Turn news articles about diplomacy into a knowledge graph where each claim shows its sentence.",
        epilog="exit codes: 0 done, 1 something does not conform, 2 could not run",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    root.add_argument("--version", action="version", version=f"communique {_version()}")
    verbs = root.add_subparsers(title="commands, in the order in which they are used", metavar="COMMAND", required=True)
    for verb in VERBS:
        name = verb.__name__.rpartition(".")[2]
        sub = verbs.add_parser(
            name,
            help=verb.SUMMARY,
            description=verb.__doc__,
            epilog=verb.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_arguments(sub)
        sub.add_argument("--debug", action="store_true", help="show the traceback of an error")
        sub.set_defaults(run=verb.run, verb=name)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; an error is a line on standard error, a traceback only with `--debug`."""
    args = parser().parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left; nothing more can be written
        return OK
    except KeyboardInterrupt:
        print(f"communique {args.verb}: stopped; what was published before stands unchanged", file=sys.stderr)
    except (CommuniqueError, OSError, MemoryError) as error:
        if args.debug:
            traceback.print_exc()
        print(f"communique {args.verb}: {_message(error)}", file=sys.stderr)
    except Exception:  # a fault of the program; Python's own exit code would say that something does not conform
        traceback.print_exc()
        print(f"communique {args.verb}: this is a fault in communique; please report the lines above", file=sys.stderr)
    return COULD_NOT_RUN


def _message(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "out of memory; give fewer articles at a time or use fewer --processes"
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}{_mend(error)}"
    return str(error).strip().replace("\n", "\n  ")


def _mend(error: OSError) -> str:
    """What to do about an error of the operating system; an empty string where its own words say enough."""
    mends = {
        errno.ENOENT: "check the path",
        errno.EACCES: "check the permissions of the file and of its folder",
        errno.EROFS: "choose a folder that can be written to",
        errno.ENOSPC: "free some space and run it again; what was published before stands unchanged",
        errno.EDQUOT: "free some space and run it again; what was published before stands unchanged",
        errno.EADDRINUSE: "another program has this port: choose one with --port",
    }
    mend = mends.get(error.errno or 0)
    return f"; {mend}" if mend else ""


def _version() -> str:
    try:
        return version("communique")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "(not installed)"
