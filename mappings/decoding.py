"""Bytes to text: encodings, byte order marks, line ends, and characters that have no business in a text."""

from __future__ import annotations

import codecs
import re

from ontology.errors import CommuniqueError


class ArticleError(CommuniqueError):
    """An article that could not be read: which file, why, and how to mend it."""

    def __init__(self, file: str, reason: str, mend: str) -> None:
        super().__init__(f"{file}: {reason}; {mend}")
        self.file, self.reason, self.mend = file, reason, mend

    def __reduce__(self) -> tuple[type[ArticleError], tuple[str, str, str]]:
        return type(self), (self.file, self.reason, self.mend)


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
    b"\xd0\xcf\x11\xe0": "an old office document",
}
_DECLARED = re.compile(rb"""<(?:meta\b[^>]{0,200}charset|\?xml\b[^>]{0,100}encoding)\s*=\s*["']?([\w-]{2,20})""", re.I)
_CONTROLS = "".join(map(chr, (*range(0x09), *range(0x0E, 0x20), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0))))
_UNSEEN = "\u200b\u200e\u200f\u2060\ufeff\u061c" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_SPACES = "\t\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_PLAIN = str.maketrans(
    {**dict.fromkeys(_CONTROLS + _UNSEEN + _SPACES, " "), **dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n")}
)


def decode(data: bytes, *, file: str, declared: bool = False) -> str:
    """Turn bytes into text; `declared` looks for the encoding that an HTML page names for itself.

    Tries the byte order mark, UTF-8, the page's own word, and Windows-1252. Raises `ArticleError` for a binary file.
    """
    kind = next((name for magic, name in _MAGIC.items() if data.startswith(magic)), None)
    if kind:
        raise ArticleError(file, f"is {kind}, not text", "save the article as plain text, HTML or JSON")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    encoding = _without_mark(data, declared=declared)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        text = data.decode("latin-1")
    if _is_binary(text):
        raise ArticleError(file, "is a binary file, not text", "save the article as plain text in UTF-8, HTML or JSON")
    return text


def _without_mark(data: bytes, *, declared: bool) -> str:
    """Choose an encoding for bytes without a byte order mark; a NUL in every other place betrays UTF-16."""
    head = data[:2000]
    if len(head) > 3 and head[1::2].count(0) > len(head) / 5:
        return "utf-16-le"
    if len(head) > 3 and head[0::2].count(0) > len(head) / 5:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        named = _DECLARED.search(head) if declared else None
        return named.group(1).decode("ascii") if named else "cp1252"
    return "utf-8"


def _is_binary(text: str) -> bool:
    """Say whether too much of a text is control characters."""
    sample = text[:20_000]
    return sample.count("\0") > 2 or sum(char in _CONTROLS for char in sample) > len(sample) / 50


def normalise(text: str) -> str:
    """Make all line ends LF, and put a plain space for every control, bidi or odd space character, one for one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_PLAIN)
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
