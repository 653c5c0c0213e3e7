"""The country in which an article is published: that of its publisher or of its web address."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from mappings import lexicon
from mappings.article import Article
from mappings.resolve.resolution import Resolution


def home(article: Article, known: Resolution) -> str | None:
    """Return the key of the country in which the article is published, if the text names that country."""
    for code in (_publisher(article.publisher or ""), _address(article.url or "")):
        if code and f"country:{code}" in known.entities:
            return f"country:{code}"
    return None


@cache
def _publisher(name: str) -> str | None:
    """Return the country of a known outlet, else the one country that the publisher's name tells of."""
    codes = {body.code for body in lexicon.organizations() if body.code and name in body.names}
    if not codes:
        codes = {form.code for text in _stretches(name) for form in lexicon.country_forms().get(text, ())}
    if not codes:
        codes = {p.code for p in lexicon.places() if p.code and set(_stretches(name)) & set(p.names)}
    return codes.pop() if len(codes) == 1 else None


def _stretches(name: str) -> list[str]:
    words = re.findall(r"[\w.]+", name)
    return [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)]


@cache
def _address(url: str) -> str | None:
    """Return the country of a web address, from the end of its host."""
    ends = lexicon.load("homes")
    end = (urlsplit(url).hostname or "").rpartition(".")[2]
    code = ends["other"].get(end, end.upper())
    return code if end not in ends["anywhere"] and code in lexicon.country_by_code() else None
