"""An answer on its way out of an evaluator: in frames, within its bounds, and well-formed if it is XML.

A frame is a letter, a length and bytes: `C` the coding if the data is compressed, `D` data, then at last `E` (the
answer is whole) or `X` (it is not; JSON says why). What came before an `X` is the beginning of an answer, cut between
two rows where its syntax lets rows be told.
"""

from __future__ import annotations

import json
import os
from struct import Struct
from typing import Final
from xml.parsers import expat

from server.sparql.encodings import Coder
from server.sparql.rows import Rows

FRAME: Final = Struct("!cI")
CHUNK: Final = 1 << 16
_WORTH_CODING: Final = 1024
"""Bytes from which an answer is compressed."""
NO_XML: Final = "no XML"
TOO_LARGE: Final = "too large"
TOO_MANY: Final = "too many rows"


class Unfit(Exception):
    """The answer cannot be given in this way, or not to its end; the arguments are a reason and a detail."""


class Answer:
    """Collects an answer and sends it in frames; a file for Oxigraph to write into."""

    def __init__(self, descriptor: int, *, largest: int, most: int = 0, coder: Coder | None = None) -> None:
        self.most = most
        """How many rows or triples there may be; 0 for no bound."""
        self.rows: Rows | None = None
        self._descriptor = descriptor
        self._largest = self._left = largest
        self._buffer = bytearray()
        self._enough = CHUNK
        self._breaks = 0
        self._coder, self._coding = coder, False
        self._frames = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes; raise `Unfit` when the answer grows too large, after the part that fits was sent."""
        self._buffer += data
        if len(self._buffer) >= min(self._enough, self._left + 1):
            self._pass_on()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the end of the answer sends what is left."""

    def end(self) -> None:
        """Say that the answer is whole; raise `Unfit` when its last rows are too many."""
        self._pass_on()
        self._emit(len(self._buffer))
        if self._coder and self._coding:
            self._frame(b"D", self._coder.end())
        self._frame(b"E", b"")
        self._flush()

    def fail(self, reason: str, detail: str) -> None:
        """Say that there is no answer, or none that is whole."""
        if self._coder and self._coding:
            self._frame(b"D", self._coder.pause())
        self._frame(b"X", json.dumps([reason, detail]).encode())
        self._flush()

    def too_many(self) -> Unfit:
        """Say that there are more rows than may be, and send what there is."""
        self._emit(len(self._buffer))
        return Unfit(TOO_MANY, str(self.most))

    def _pass_on(self) -> None:
        """Send the whole rows that have come together."""
        last = self._last_break() if self.rows else len(self._buffer)
        if len(self._buffer) > self._left:
            self._emit(last if self.rows else self._left)
            raise Unfit(TOO_LARGE, str(self._largest))
        self._emit(last)
        self._enough = max(CHUNK, 2 * len(self._buffer))  # a row that fills all of it is not looked through again soon

    def _last_break(self) -> int:
        """Find where the last whole row ends, or the last that may be sent."""
        assert self.rows
        data, allowed = bytes(self._buffer), self.most + self.rows.before
        number, last = self.rows.survey(data)
        if last <= self._left and not (self.most and self._breaks + number >= allowed):
            self._breaks += number
            return last
        last = 0
        for at in self.rows.breaks(data):
            if at > self._left:
                break
            self._breaks, last = self._breaks + 1, at
            if self.most and self._breaks == allowed:
                del self._buffer[at:]
                raise self.too_many()
        return last

    def _emit(self, end: int) -> None:
        if not end:
            return
        data = bytes(self._buffer[:end])
        self._left -= end
        del self._buffer[:end]
        if self._coder and (self._coding or end > _WORTH_CODING):
            if not self._coding:
                self._coding = True
                self._frame(b"C", self._coder.encoding.encode())
            data = self._coder.more(data)
        else:
            self._coder = None
        if data:
            self._frame(b"D", data)

    def _frame(self, kind: bytes, data: bytes) -> None:
        self._frames += FRAME.pack(kind, len(data))
        self._frames += data
        if len(self._frames) >= CHUNK:
            self._flush()

    def _flush(self) -> None:
        """Send the frames that have come together: a small answer is sent at once."""
        with memoryview(self._frames) as rest:
            sent = 0
            while sent < len(rest):
                sent += os.write(self._descriptor, rest[sent:])
        self._frames.clear()


class CheckedXml:
    """Stands before an answer in XML: Oxigraph writes characters and names that XML does not have, and bare returns."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._parser = expat.ParserCreate("utf-8", " ")

    def write(self, data: bytes) -> int:
        """Pass on bytes that are well-formed so far; raise `Unfit` at those that are not."""
        self._parse(data)
        self._answer.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Do nothing, as `Answer`."""

    def close(self) -> None:
        """Check that the document is complete."""
        self._parse(b"", last=True)

    def _parse(self, data: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            raise Unfit(NO_XML, expat.ErrorString(error.code)) from None
