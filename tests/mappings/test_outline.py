"""An article made of its stored text and its outline is the one that was read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mappings.article import Article
from mappings.outline import article_of, dump, load
from mappings.readers import read

ROOT = Path(__file__).parents[2]
BODY = (
    "Foreign Minister Ada Lind met Ambassador James Otieno in Oslo on Monday. They spoke of the harbour.\n\n"
    "Lind said that the harbour would open before the winter, and that the two sides had agreed on its dues."
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Talks on the harbour in Oslo</title>
<meta property="article:published_time" content="2024-05-14T10:00:00Z"></head>
<body><nav>Home | World</nav><article><h1>Talks on the harbour in Oslo</h1><p>{"</p><p>".join(BODY.split(chr(10)))}</p>
</article></body></html>"""
STRUCTURED = {
    "@type": "NewsArticle",
    "headline": "Talks on the harbour",
    "datePublished": "2024-05-14",
    "url": "https://news.example/harbour",
    "publisher": {"name": "Example News"},
    "articleBody": BODY,
}
FILES = {
    "talks.txt": f"Talks on the harbour in Oslo\n\nOSLO, 14 May 2024\n\n{BODY}\n\nShare this\n",
    "page.html": PAGE,
    "record.json": json.dumps(STRUCTURED),
}


def same_again(articles: list[Article]) -> list[Article]:
    told = load(dump(articles))
    return [article_of(article.identifier, article.text, told[article.identifier]) for article in articles]


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_article_again(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    articles = [article for article in read([tmp_path]) if isinstance(article, Article)]
    assert len(articles) == 1 and articles[0].segments
    assert same_again(articles) == articles


def test_founding_articles_are_the_same_again() -> None:
    articles = [article for article in read([ROOT / "data" / "articles"]) if isinstance(article, Article)]
    assert len(articles) == 5
    assert same_again(articles) == articles


def test_outlines_do_not_depend_on_the_order_of_the_articles() -> None:
    one, other, *_ = [article for article in read([ROOT / "data" / "articles"]) if isinstance(article, Article)]
    assert dump([one, other]) == dump([other, one])
