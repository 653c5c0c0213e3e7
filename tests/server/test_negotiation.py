"""Which representation is chosen for which Accept header."""

from __future__ import annotations

import pytest

from server.negotiation import DATA_FORMATS, HTML, choose, parse_accept

OFFERS = (HTML, *DATA_FORMATS)


@pytest.mark.parametrize(
    ("header", "extension"),
    [
        (None, "html"),
        ("", "html"),
        ("*/*", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/turtle", "ttl"),
        ("TEXT/Turtle", "ttl"),
        ("application/ld+json", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("application/json", "jsonld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "rdf"),
        ("application/n-quads", "nq"),
        ("application/trig", "trig"),
        ("text/html;q=0.5, text/turtle", "ttl"),
        ("text/turtle;q=0.5, application/rdf+xml;q=0.6", "rdf"),
        ("text/turtle;q=0.5, */*;q=0.1", "ttl"),
        ("text/*;q=0.3, text/html;q=0, */*;q=0.1", "ttl"),
        ("application/*", "jsonld"),
        ("nonsense", "html"),
    ],
)
def test_client_gets_what_it_likes_best(header: str | None, extension: str) -> None:
    chosen = choose(header, OFFERS)
    assert chosen is not None and chosen.extension == extension


@pytest.mark.parametrize("header", ["image/png", "text/turtle;q=0", "*/*;q=0", "application/pdf, video/*"])
def test_nothing_acceptable_is_said(header: str) -> None:
    assert choose(header, OFFERS) is None


def test_weight_that_is_no_number_counts_as_one() -> None:
    assert [r.quality for r in parse_accept("text/html;q=much, text/turtle;q=7, text/plain;q=-1")] == [1.0, 1.0, 0.0]
