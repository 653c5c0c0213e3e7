"""The lexicon classes: words and names by kind, found in a parsed document.

Classes of words stand in `lexicon/words/*.yaml`, each with how its entries are compared (`lemma`, `lower` or `text`);
the classes `country`, `country_adjective`, `country_people`, `place` and `organization` come from the lexicons of
names. An entry is a string, or a mapping with `form` (or `forms`) and attributes that a rule yields as `$capture.name`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from mappings import lexicon, plain_yaml
from ontology.errors import CommuniqueError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc

Comparison = Literal["lemma", "lower", "text"]
NAME_CLASSES = frozenset({"country", "country_adjective", "country_people", "place", "organization", "ambiguous"})
ATTRIBUTE: Mapping[Comparison, str] = {"lemma": "LEMMA", "lower": "LOWER", "text": "ORTH"}


class LexiconError(CommuniqueError):
    """A lexicon file that cannot be used; the message names the file, the class and the mend."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One form of a lexicon class with its attributes."""

    lexicon: str
    form: str
    attributes: Mapping[str, str]


@cache
def entries(folder: Path | None) -> Mapping[Comparison, tuple[Entry, ...]]:
    """Load all classes, grouped by how their entries are compared; raises `LexiconError`.

    The words come from `folder`, or from this package where it is None; the names always from this package.
    """
    found: dict[Comparison, list[Entry]] = {"lemma": [], "lower": [], "text": []}
    for file in sorted((folder or files("mappings") / "lexicon" / "words").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            for name, spec in (plain_yaml.load(file.read_text("utf-8")) or {}).items():
                comparison, own = _class(file.name, name, spec)
                found[comparison] += own
    found["text"] += _names()
    return MappingProxyType({comparison: tuple(own) for comparison, own in found.items()})


@cache
def classes(folder: Path | None = None) -> frozenset[str]:
    """Return the names of all classes, those of names included even while their lexicon is empty."""
    return NAME_CLASSES | frozenset(entry.lexicon for group in entries(folder).values() for entry in group)


@cache
def words(*names: str) -> frozenset[str]:
    """Return the single words, in lower case, of which the forms of these classes consist."""
    own = (entry for group in entries(None).values() for entry in group if entry.lexicon in names)
    return frozenset(word for entry in own for word in entry.form.lower().split())


def _class(file: str, name: str, spec: Any) -> tuple[Comparison, list[Entry]]:
    if not isinstance(spec, dict) or set(spec) - {"match", "entries", "note"} or "entries" not in spec:
        raise LexiconError(f"{file}: class {name!r} must have 'match' (lemma, lower or text) and 'entries'")
    comparison = spec.get("match", "lower")
    if comparison not in ATTRIBUTE:
        raise LexiconError(f"{file}: class {name!r}: match is {comparison!r}; it must be lemma, lower or text")
    own: list[Entry] = []
    for entry in spec["entries"]:
        if isinstance(entry, dict):
            attributes = {str(k): str(v) for k, v in entry.items() if k not in ("form", "forms")}
            forms = [entry["form"]] if "form" in entry else entry.get("forms", [])
        else:
            attributes, forms = {}, [entry]
        if not forms or not all(isinstance(form, str) and form for form in forms):
            raise LexiconError(
                f"{file}: class {name!r}: the entry {entry!r} has no form; write a word, or form: with attributes"
            )
        own += [Entry(name, form, MappingProxyType(attributes)) for form in forms]
    return comparison, own


def _names() -> Iterator[Entry]:
    """Yield names in their own case, and those of more than four letters in capitals too, as headlines write them."""
    for country in lexicon.countries():
        for form in country.forms():
            kind = {"name": "country", "adjective": "country_adjective", "people": "country_people"}[form.kind]
            yield from _written(
                kind, form.text, {"code": country.code, "name": country.name, "status": country.status}, form.ambiguous
            )
    for place in lexicon.places():
        for name in place.names:
            yield from _written(
                "place",
                name,
                {"name": place.name, "kind": place.kind, "code": place.code or ""},
                name in place.ambiguous,
            )
    for body in lexicon.organizations():
        for name in body.names:
            yield from _written(
                "organization",
                name,
                {"name": body.name, "kind": body.kind, "code": body.code or ""},
                name in body.ambiguous,
            )


def _written(kind: str, form: str, attributes: dict[str, str], ambiguous: bool) -> Iterator[Entry]:
    known = MappingProxyType({**attributes, "ambiguous": "yes" if ambiguous else "no"})
    yield Entry(kind, form, known)
    if ambiguous:
        yield Entry("ambiguous", form, known)
    if len(form) > 4 and form != form.upper():
        yield Entry(kind, form.upper(), known)


class PhraseFinder:
    """Finds the entries of all classes in documents of one model."""

    def __init__(self, nlp: Language, folder: Path | None = None) -> None:
        from spacy.matcher import PhraseMatcher

        self._known: dict[int, tuple[Entry, ...]] = {}
        self._matchers: list[PhraseMatcher] = []
        for comparison, group in entries(folder).items():
            matcher = PhraseMatcher(nlp.vocab, attr=ATTRIBUTE[comparison])
            by_form: dict[str, list[Entry]] = {}
            for entry in group:
                by_form.setdefault(entry.form if comparison == "text" else entry.form.lower(), []).append(entry)
            for form, own in by_form.items():
                key = f"{comparison}:{form}"
                matcher.add(key, [_pattern(nlp, form, comparison)])
                self._known[nlp.vocab.strings[key]] = tuple(own)
            self._matchers.append(matcher)

    def find(self, doc: Doc) -> Iterator[tuple[str, int, int, Mapping[str, str]]]:
        """Yield class, first token, end and attributes of each entry found."""
        for matcher in self._matchers:
            for key, start, end in matcher(doc):
                for entry in self._known[key]:
                    yield entry.lexicon, start, end, entry.attributes


def _pattern(nlp: Language, form: str, comparison: Comparison) -> Doc:
    doc = nlp.make_doc(form)
    if comparison == "lemma":
        for token in doc:
            token.lemma_ = token.text
    return doc
