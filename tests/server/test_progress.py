"""How progress is shown: a few plain lines in a log, a bar on a terminal, nothing when quiet."""

from __future__ import annotations

import io

from server.progress import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_at_each_quarter_of_a_stage() -> None:
    log = io.StringIO()
    with progress(stream=log) as report:
        for done in range(1001):
            report("extract", done, 1000)
    assert log.getvalue().splitlines() == [f"extract: {done} of 1000" for done in (0, 250, 500, 750, 1000)]


def test_a_stage_of_unknown_length_is_named_once() -> None:
    log = io.StringIO()
    with progress(stream=log) as report:
        for done in range(50):
            report("read", done, 0)
    assert log.getvalue() == "read ...\n"


def test_a_terminal_gets_a_bar_for_each_stage() -> None:
    terminal = Terminal()
    with progress(stream=terminal) as report:
        report("read", 3, 0)
        report("extract", 1, 2)
        report("extract", 2, 2)
    assert "extract" in terminal.getvalue()
    assert "2/2" in terminal.getvalue()


def test_quiet_shows_nothing() -> None:
    terminal = Terminal()
    with progress(quiet=True, stream=terminal) as report:
        report("read", 1, 2)
    assert terminal.getvalue() == ""
