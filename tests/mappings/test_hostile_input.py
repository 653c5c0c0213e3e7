"""No input, however made, takes the reader down or keeps it busy for long."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.article import Article
from mappings.boilerplate import segments
from mappings.decoding import ArticleError, normalise
from mappings.readers import read

SENTENCE = "The foreign ministers of Norway and Sweden met in Oslo on Monday and spoke of trade with each other. "

HOSTILE = {
    "deep.json": b"[" * 200_000,
    "deep-objects.json": b'{"@graph":' * 100_000,
    "deep-lists.jsonl": b"[" * 50_000 + b"]" * 50_000 + b"\n",
    "long-number.json": b'{"articleBody": ' + b"9" * 100_000 + b"}",
    "surrogate.json": b'{"articleBody": "\\ud800 ' + SENTENCE.encode() + b'"}',
    "deep.html": b"<div>" * 100_000 + SENTENCE.encode(),
    "deep-spans.html": b"<p>" + b"<span>" * 20_000 + SENTENCE.encode() + b"</p>",
    "long-line.html": b"<html><body><p>" + SENTENCE.encode() * 20_000 + b"</p></body></html>",
    "broken.html": b"<html><<<>>><p " + b"a=" * 50_000,
    "long-line.txt": SENTENCE.encode() * 20_000,
    "many-lines.txt": b"Home\n" * 100_000 + SENTENCE.encode(),
    "many-capitals.txt": b"OSLO " * 100_000,
    "many-brackets.txt": b"(" * 300_000 + SENTENCE.encode(),
    "many-dots.txt": b". " * 300_000 + SENTENCE.encode(),
    "many-dates.txt": b"May 5, 2020 " * 30_000,
    "many-names.txt": b"Ola Hansen Hansen Ola " * 20_000,
    "share.txt": b"share on " * 50_000 + b"!",
    "slashes.txt": b"a / " * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_read_or_refused_in_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    begun = time.process_time()
    found = list(read([path]))
    assert found and all(isinstance(item, Article | ArticleError) for item in found)
    assert time.process_time() - begun < 20


def test_controls_and_bidi_marks_keep_every_offset() -> None:
    text = "met\x00 \x1b[31m\u202edetcennoc\u202c \u200bOslo\ufeff\x85end"
    plain = normalise(text)
    assert len(plain) == len(text)
    assert plain.index("Oslo") == text.index("Oslo")
    assert all(char == "\n" or char.isprintable() for char in plain)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=400))
def test_any_text_is_cut_into_ordered_segments(text: str) -> None:
    found = segments(normalise(text))
    edges = [edge for part in found for edge in (part.start, part.end)]
    assert all(part.start < part.end for part in found)
    assert sorted(edges) == edges
    assert not edges or edges[-1] <= len(normalise(text))


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), suffix=st.sampled_from([".txt", ".html", ".json", ".jsonl", ""]))
def test_any_bytes_are_an_article_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("bytes") / f"x{suffix}"
    path.write_bytes(data)
    assert all(isinstance(item, Article | ArticleError) for item in read([path]))
