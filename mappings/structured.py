"""JSON articles: objects with the keys of schema.org's NewsArticle, one, a list, a graph, or one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from mappings.dates import full_date
from mappings.decoding import ArticleError
from mappings.raw import Raw

MEND = 'write objects like {"identifier": "1", "headline": "...", "datePublished": "2024-12-11", "articleBody": "..."}'
_LISTS = ("@graph", "articles", "items", "itemListElement")


def read_json(text: str, file: str, stem: str) -> Iterator[Raw | ArticleError]:
    """Yield the articles of a JSON document; raises `ArticleError` when it is no JSON."""
    articles = list(_articles(_parse(text, file)))
    if not articles:
        raise ArticleError(file, "holds no articleBody", MEND)
    for number, entry in enumerate(articles, start=1):
        several = len(articles) > 1
        yield _raw(entry, f"{file} item {number}" if several else file, f"{stem}-{number}" if several else stem)


def read_json_lines(text: str, file: str, stem: str) -> Iterator[Raw | ArticleError]:
    """Yield the articles of a file with one JSON object a line; a bad line is an error of its own."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{file} line {number}"
        try:
            entries = list(_articles(_parse(line, place)))
        except ArticleError as error:
            yield error
            continue
        if not entries:
            yield ArticleError(place, "holds no articleBody", MEND)
        for entry in entries:
            yield _raw(entry, place, f"{stem}-{number}")


def _parse(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ArticleError(place, "is nested too deeply for an article", MEND) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise ArticleError(place, f"is not JSON ({error.msg} at {where})", "mend the JSON there") from None
    except ValueError as error:
        raise ArticleError(place, f"is not JSON ({error})", "mend the JSON") from None


def _articles(data: Any) -> Iterator[Mapping[str, Any]]:
    """Find the objects that have an article body, down through lists and graphs, without recursion."""
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            if "articleBody" in item:
                yield item
            else:
                waiting.extend(item[key] for key in reversed(_LISTS) if key in item)


def _raw(entry: Mapping[str, Any], place: str, otherwise: str) -> Raw | ArticleError:
    body = word(entry.get("articleBody"))
    if not body or not body.strip():
        return ArticleError(place, "has an empty articleBody", MEND)
    return Raw(
        file=place,
        identifier=word(entry.get("identifier")) or otherwise,
        text=body,
        headline=word(entry.get("headline")) or word(entry.get("name")),
        published=day(word(entry.get("datePublished"))),
        url=word(entry.get("url")) or word(entry.get("mainEntityOfPage")),
        publisher=word(entry.get("publisher")),
    )


def word(value: Any) -> str | None:
    """Give a JSON-LD value as one string: itself, its `@value`, `name`, `value` or `@id`, the first of a list."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = next((value[key] for key in ("@value", "name", "value", "@id", "url") if key in value), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def day(text: str | None) -> date | None:
    """Read a date as pages and JSON state it: ISO 8601 with or without a time, or in words."""
    if not text:
        return None
    iso = re.match(r"\d{4}-\d\d-\d\d|\d{8}(?=T|$)", text)
    try:
        return date.fromisoformat(iso.group()) if iso else full_date(text)
    except ValueError:
        return None
