"""What an article is beside its stored text, as JSON: with both, it can be read again just as it was read once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mappings.article import Article, Kind, Segment

Outlines = Mapping[str, Mapping[str, Any]]


def dump(articles: Iterable[Article]) -> str:
    """Write the outlines of articles, by identifier."""
    outlines = {article.identifier: outline(article) for article in articles}
    return json.dumps(outlines, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str) -> Outlines:
    """Read the outlines that `dump` wrote."""
    found: Outlines = json.loads(text)
    return found


def outline(article: Article) -> dict[str, Any]:
    """Give everything but the text and the file that it came from."""
    return {
        "segments": [[s.start, s.end, s.kind.value, s.glued] for s in article.segments],
        "headline": article.headline,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "publisher": article.publisher,
        "language": article.language,
    }


def article_of(identifier: str, text: str, told: Mapping[str, Any]) -> Article:
    """Make an article of its stored text and its outline."""
    segments = tuple(Segment(start, end, Kind(kind), glued) for start, end, kind, glued in told["segments"])
    published = date.fromisoformat(told["published"]) if told["published"] else None
    return Article(
        identifier,
        text,
        segments,
        headline=told["headline"],
        published=published,
        url=told["url"],
        publisher=told["publisher"],
        language=told["language"],
    )
