"""HTML pages: trafilatura finds the text, and the page's own metadata tell its title, date, address and outlet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import etree, html  # type: ignore[import-untyped]

from mappings.decoding import ArticleError
from mappings.raw import Raw
from mappings.structured import day, word

MEND = "save the page with its text, or put the text into a .txt file"
LEAST_TEXT = 80
_DATES = (
    *(
        "article:published_time",
        "og:published_time",
        "datePublished",
        "date",
        "pubdate",
        "publishdate",
        "publish-date",
        "dc.date",
    ),
    *(
        "dc.date.issued",
        "dcterms.date",
        "dcterms.created",
        "dcterms.issued",
        "sailthru.date",
        "parsely-pub-date",
        "citation_date",
    ),
)


def read_page(text: str, file: str, stem: str) -> Iterator[Raw | ArticleError]:
    """Yield the article of one page; raises `ArticleError` when the page cannot be parsed or holds no text."""
    try:
        tree = html.fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ArticleError(file, f"is no HTML that can be parsed ({error})", MEND) from None
    stated = _stated_article(tree)
    body = _body(text) or ""
    if len(body) < LEAST_TEXT:
        body = word(stated.get("articleBody")) or body
    if not body.strip():
        raise ArticleError(file, "the page holds no article text", MEND)
    meta = _meta(tree)
    yield Raw(
        file=file,
        identifier=stem,
        text=body,
        headline=word(stated.get("headline"))
        or meta.get("og:title")
        or _first(tree, "//h1")
        or _first(tree, "//title"),
        published=day(word(stated.get("datePublished"))) or _published(tree, meta),
        url=_attribute(tree, "//link[@rel='canonical']/@href") or meta.get("og:url") or word(stated.get("url")),
        publisher=word(stated.get("publisher")) or meta.get("og:site_name"),
    )


def _body(text: str) -> str | None:
    """Extract the text; a page that makes the extraction fail is a page without text."""
    try:
        return trafilatura.extract(text, include_comments=False, include_tables=False, with_metadata=False)
    except (RecursionError, etree.LxmlError, ValueError, TypeError, AttributeError):
        return None


def _meta(tree: Any) -> dict[str, str]:
    """Collect the first content of every meta element by its name, property or itemprop, in lower case."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if key and content:
            found.setdefault(key.lower(), content)
    return found


def _published(tree: Any, meta: dict[str, str]) -> Any:
    """Find the publication date that the page states as metadata; never one guessed from its text or address."""
    for key in _DATES:
        found = day(meta.get(key.lower()))
        if found:
            return found
    return day(_attribute(tree, "//time[@pubdate or @itemprop='datePublished']/@datetime"))


def _attribute(tree: Any, path: str) -> str | None:
    found = tree.xpath(path)
    return str(found[0]).strip() or None if found else None


def _first(tree: Any, path: str) -> str | None:
    found = tree.xpath(path)
    return " ".join(str(found[0].text_content()).split()) or None if found else None


def _stated_article(tree: Any) -> dict[str, Any]:
    """Give the page's schema.org article, if it carries one as JSON-LD."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while waiting:
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting.extend(item)
            elif isinstance(item, dict):
                waiting.extend([item["@graph"]] if "@graph" in item else [])
                if "Article" in str(item.get("@type")) and ("headline" in item or "articleBody" in item):
                    return item
    return {}
