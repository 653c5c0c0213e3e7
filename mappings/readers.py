"""Articles in: files, folders and standard input become `Article`s, and whatever cannot be read an `ArticleError`."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import BinaryIO, Literal

from mappings.article import Article, Kind, Segment
from mappings.boilerplate import LONGEST_HEADLINE, segments
from mappings.dates import full_date, words
from mappings.decoding import ArticleError, decode, normalise
from mappings.english import is_english
from mappings.page import read_page
from mappings.raw import Raw
from mappings.structured import read_json, read_json_lines

__all__ = ["LIMIT", "ArticleError", "article_of", "read"]

LIMIT = 10_000_000  # bytes of a file, or of a line of JSONL
LONGEST = 1_000_000  # characters of one article, which is also the parser's limit
MOST_LINES = 20_000
Source = Path | Literal["-"]
_SUFFIXES = {
    **dict.fromkeys((".txt", ".text"), "text"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
    **dict.fromkeys((".json", ".jsonld"), "json"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
}
_DATE_MARK = re.compile(r"\s*date (\d{4}-\d\d-\d\d)(?=\s|$)[ ]?")


def read(paths: Sequence[Source], *, limit: int = LIMIT) -> Iterator[Article | ArticleError]:
    """Read articles from files, folders (with all below, sorted) and "-" (standard input).

    Never raises for a bad article: its `ArticleError` takes its place, also that of the second one with an identifier.
    """
    seen: dict[str, str] = {}
    for path in paths:
        for item in _read_source(path, limit=limit):
            if isinstance(item, Article):
                if item.identifier in seen:
                    reason = f"identifier {item.identifier!r} is taken by {seen[item.identifier]}"
                    yield ArticleError(item.source, reason, "rename the file or give the article another identifier")
                    continue
                seen[item.identifier] = item.source
            yield item


def _read_source(path: Source, *, limit: int) -> Iterator[Article | ArticleError]:
    if path == "-":
        yield from _read_bytes(sys.stdin.buffer.read(limit + 1), file="-", stem="stdin", kind=None, limit=limit)
        return
    path = Path(path)
    if not path.is_dir():
        yield from _read_file(path, limit=limit)
        return
    empty = True
    for file in _walk(path):
        empty = False
        yield from _read_file(file, limit=limit, in_folder=True)
    if empty:
        yield ArticleError(str(path), "the folder holds no articles", "put .txt, .html, .json or .jsonl files into it")


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files under a folder, sorted; hidden ones are no articles, links to folders are not followed."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        elif not entry.is_dir():
            yield Path(entry.path)


def _read_file(path: Path, *, limit: int, in_folder: bool = False) -> Iterator[Article | ArticleError]:
    """Read one file, after a look at its size; in a folder only regular files of a known kind are articles."""
    kind = _SUFFIXES.get(path.suffix.lower())
    try:
        status = path.stat()
        if in_folder and not stat.S_ISREG(status.st_mode):
            raise ArticleError(str(path), "is no regular file", "remove it from the folder of articles")
        if in_folder and kind is None and path.suffix:
            raise ArticleError(str(path), f"{path.suffix} is no kind of article", "use .txt, .html, .json or .jsonl")
        if status.st_size > limit and kind != "jsonl":
            raise _too_large(str(path), limit)
        with path.open("rb") as stream:
            if kind == "jsonl":
                yield from _read_lines(stream, file=str(path), stem=path.stem, limit=limit)
                return
            data = stream.read(limit + 1)
    except ArticleError as error:
        yield error
    except FileNotFoundError:
        yield ArticleError(str(path), "does not exist", "check the path")
    except OSError as error:
        yield ArticleError(str(path), f"cannot be read ({error.strerror or error})", "check its permissions")
    else:
        yield from _read_bytes(data, file=str(path), stem=path.stem, kind=kind, limit=limit)


def _read_lines(stream: BinaryIO, *, file: str, stem: str, limit: int) -> Iterator[Article | ArticleError]:
    """Read JSONL of any size line by line; a line over the limit is refused without being held."""
    for number in count(1):
        line = stream.readline(limit + 1)
        if not line:
            return
        place, too_long = f"{file} line {number}", len(line) > limit
        while len(line) > limit:
            line = stream.readline(limit + 1)
        if too_long:
            yield _too_large(place, limit)
        elif line.strip():
            yield from _read_bytes(line, file=place, stem=f"{stem}-{number}", kind="json", limit=limit)


def _too_large(file: str, limit: int) -> ArticleError:
    return ArticleError(
        file, f"is larger than {limit / 1e6:g} MB", "an article is text: split the file or remove what is no text"
    )


def _read_bytes(data: bytes, *, file: str, stem: str, kind: str | None, limit: int) -> Iterator[Article | ArticleError]:
    """Decode, tell the format if the name does not, and hand on to that format's reader."""
    try:
        if len(data) > limit:
            raise _too_large(file, limit)
        if not data.strip():
            raise ArticleError(file, "is empty", "put the text of the article into it")
        text = decode(data, file=file, declared=kind == "html" or data.lstrip()[:1] == b"<")
        raws = list(_READERS[kind or _sniff(text)](text, file, stem))
    except ArticleError as error:
        yield error
        return
    for raw in raws:
        try:
            yield raw if isinstance(raw, ArticleError) else article_of(raw)
        except ArticleError as error:
            yield error


def _sniff(text: str) -> str:
    """Tell a text's format from how it begins."""
    start = text.lstrip()[:200].lower()
    if start[:1] in "{[":
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return "jsonl" if start[:1] == "{" and "\n{" in text else "json"
        return "json"
    return "html" if re.match(r"<(?:!doctype html|html|head|body|\?xml|article|meta|!--)", start) else "text"


def _read_text(text: str, file: str, stem: str) -> Iterable[Raw | ArticleError]:
    yield Raw(file=file, identifier=stem, text=text)


_READERS: dict[str, Callable[[str, str, str], Iterable[Raw | ArticleError]]] = {
    "text": _read_text,
    "html": read_page,
    "json": read_json,
    "jsonl": read_json_lines,
}


def article_of(raw: Raw) -> Article:
    """Make an article of what a format's reader found: cut the boilerplate, look for a stated date.

    Raises `ArticleError` when the text is not English or holds no sentence.
    """
    text = normalise(raw.text)
    if not text.strip():
        raise ArticleError(raw.file, "holds no text", "put the text of the article into it")
    if len(text) > LONGEST or text.count("\n") > MOST_LINES:
        reason = f"is longer than {LONGEST:,} characters or {MOST_LINES:,} lines"
        raise ArticleError(raw.file, reason, "an article is shorter: split it")
    marked = _DATE_MARK.match(text)
    start = marked.end() if marked else 0
    found = segments(text, headline=raw.headline, start=start)
    proper = " ".join(text[part.start : part.end] for part in found)
    if not is_english(proper or text):
        raise ArticleError(
            raw.file, "is not in English", "only English articles can be read: remove it or translate it"
        )
    if not found:
        raise ArticleError(raw.file, "holds no sentence of an article", "check that the text of the article is in it")
    title = next((text[part.start : part.end] for part in found if part.kind is Kind.HEADLINE), None)
    return Article(
        identifier=raw.identifier,
        text=text,
        segments=found,
        headline=_headline(raw.headline or title),
        published=raw.published or _marked_date(marked) or stated_date(text, found),
        url=raw.url,
        publisher=raw.publisher,
        source=raw.file,
    )


def _headline(text: str | None) -> str | None:
    """Fold the white space of a headline; what is too long for one is none."""
    folded = " ".join(normalise(text).split()) if text else ""
    return folded if 0 < len(folded) <= LONGEST_HEADLINE else None


def _marked_date(marked: re.Match[str] | None) -> date | None:
    """Give the date of a leading " date YYYY-MM-DD", if the calendar has that day."""
    try:
        return date.fromisoformat(marked.group(1)) if marked else None
    except ValueError:
        return None


def stated_date(text: str, parts: Sequence[Segment]) -> date | None:
    """Find the publication date that the text itself states: in a line of its own, a dateline or a byline."""
    never = words().lists["never_published"]
    for part in parts:
        line = text[part.start : part.end]
        if part.kind is Kind.DATELINE and not any(word in never for word in re.findall(r"[a-z]+", line.lower())):
            found = full_date(line)
            if found:
                return found
    labelled = re.search(
        r"^[ ]*(?:Publication date|Published|Posted|Date|Published on)[ ]*:?[ ]*\n*[ ]*(.{6,60})$", text, re.M
    )
    if labelled and (found := full_date(labelled.group(1))):
        return found
    return _heading_date(text, parts)


HEAD_LINES = 8  # segments at the head of an article among which its date may stand with a number or a city
HEAD_WORDS = 7
_OPENING = re.compile(
    r"^[A-Z][\w .,'’-]{2,30}?(?:,| -| –| —|-|–|—|\() ?(?P<date>[\w .,]{8,24}?\d{4}) ?(?:\([\w ]+\) ?)?[:)–—-]"
)


def _heading_date(text: str, parts: Sequence[Segment]) -> date | None:
    """Find the day in a short line at the head, "M145 21 August 1990", or an opening, "OSLO, 5 May 2017: "."""
    never = words().lists["never_published"]
    for part in parts[:HEAD_LINES]:
        line = text[part.start : part.end]
        if any(word in never for word in re.findall(r"[a-z]+", line.lower())) and len(line.split()) <= HEAD_WORDS:
            continue
        opening = _OPENING.match(line)
        short = len(line.split()) <= HEAD_WORDS and line[-1:] not in '.?!”"'
        found = full_date(opening["date"]) if opening else full_date(line) if short else None
        if found:
            return found
    return None
