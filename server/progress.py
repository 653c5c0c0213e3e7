"""How far long work has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from mappings.pipeline import Progress, silent

LINES_PER_STAGE = 4


@contextmanager
def progress(*, quiet: bool = False, stream: TextIO | None = None) -> Iterator[Progress]:
    """Give a callback that shows progress on standard error until the block is left."""
    stream = stream or sys.stderr
    if quiet:
        yield silent
    elif stream.isatty():
        with _bars(stream) as report:
            yield report
    else:
        yield _lines(stream)


def _lines(stream: TextIO) -> Progress:
    """Write a line when a stage begins, ends, or passes a quarter of its way: logs stay short however long the work."""
    shown: dict[str, int] = {}

    def report(stage: str, done: int, total: int) -> None:
        quarter = done * LINES_PER_STAGE // total if total else 0
        if shown.get(stage) == quarter:
            return
        shown[stage] = quarter
        print(f"{stage}: {done} of {total}" if total else f"{stage} ...", file=stream, flush=True)

    return report


@contextmanager
def _bars(stream: TextIO) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(file=stream), transient=True) as bars:
        tasks = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report
