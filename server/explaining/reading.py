"""What an explanation page shows: the sentences, what fired where in them, and what the graph made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode
from rdflib.namespace import DCTERMS, PROV

from mappings.article import Article
from mappings.outline import Outlines, article_of, load
from server.entities.article import stored_text
from server.entities.evidence import passages_of
from server.entities.highlight import Piece, Span, cut
from server.entities.labels import Thing, thing
from server.entities.library import Library
from server.store import StoreError


@dataclass(frozen=True, slots=True)
class Capture:
    """What a rule bound to one of its arguments, or the value of an attribute, in words."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Fired:
    """One firing with its number on the page; `page` is the rule's own, `made` is what the graph says on its ground.

    `known` says that the installed rules hold one of this name: what a dictionary or a resolver made has none.
    """

    number: int
    rule: str
    known: bool
    page: Thing | None
    label: str
    start: int
    end: int
    words: str
    captured: tuple[Capture, ...]
    made: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Attempted:
    """How far a rule came in a sentence: the words it matched, and the element or the guard that stopped it."""

    matched: str
    element: str | None
    before: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Made:
    """One thing that the article's graph states, with the names of its rules and where it stands."""

    thing: Thing
    rules: Mapping[str, Thing]
    spans: tuple[tuple[int, int], ...]

    def within(self, start: int, end: int) -> bool:
        """Whether it rests on some of these words."""
        return any(s < end and start < e for s, e in self.spans)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its text cut at the edges of the firings, the firings, and the attempts of the rule asked for.

    Each piece comes with its place in the stored text, by which other pages link to it. `inferred` is what the graph
    states on the ground of this sentence that no single firing in it made: a resolver drew it from several.
    """

    start: int
    end: int
    pieces: tuple[tuple[int, Piece], ...]
    fired: tuple[Fired, ...]
    attempts: tuple[Attempted, ...]
    inferred: tuple[Made, ...]


def stored_article(library: Library, node: NamedNode) -> Article | None:
    """The article as the build read it; None where this generation does not keep what that takes."""
    identifier = library.text_of(node, DCTERMS.identifier)
    text = stored_text(library, node)
    told = _outlines(library).get(identifier or "")
    return article_of(identifier, text, told) if identifier and text and told else None


def _outlines(library: Library) -> Outlines:
    """The outlines of all articles, read once."""
    if (known := library.memory.get("outlines")) is None:
        try:
            known = load(library.read_text(str(library.meta.get("outlines"))))
        except StoreError:
            known = {}
        library.memory["outlines"] = known
    found: Outlines = known
    return found


def sentences(
    library: Library, node: NamedNode, told: Iterable[Mapping[str, Any]], *, whole: bool = True
) -> tuple[Sentence, ...]:
    """Lay an explanation over what the graph states of the article; `whole` says that it is not of one rule only."""
    made = _made(library, node)
    found: list[Sentence] = []
    number = 0
    for sentence in told:
        fired = [_fired(number + i, f, made) for i, f in enumerate(sentence["firings"], start=1)]
        number += len(fired)
        start, text = sentence["start"], sentence["text"]
        pieces = tuple(_placed(cut(text, [_span(f, start) for f in fired]), start))
        attempts = tuple(
            Attempted(a["matched"], a["stopped_at"], a["stopped_before"], a["reason"])
            for a in sentence["attempts"]
            if a["reason"]
        )
        shown = {thing for f in fired for thing in f.made}
        rest = (m for m in made if whole and m.thing not in shown and m.within(start, sentence["end"]))
        found.append(Sentence(start, sentence["end"], pieces, tuple(fired), attempts, tuple(rest)))
    return tuple(found)


def _placed(pieces: Iterable[Piece], start: int) -> Iterator[tuple[int, Piece]]:
    for piece in pieces:
        yield start, piece
        start += len(piece.text)


def _span(fired: Fired, start: int) -> Span:
    title = f"{fired.rule}: {fired.label}"
    return Span(fired.start - start, fired.end - start, f"#firing-{fired.number}", "fired", fired.number, title)


def _fired(number: int, told: Mapping[str, Any], made: Sequence[Made]) -> Fired:
    rule, start, end = told["rule"], told["start"], told["end"]
    captured = tuple(Capture(name, _words(value)) for name, value in told["captured"].items())
    fitting = [m for m in made if rule in m.rules and m.within(start, end)]
    page = next((m.rules[rule] for m in made if rule in m.rules), None)
    things = tuple(dict.fromkeys(m.thing for m in fitting))
    return Fired(
        number, rule, told["version"] is not None, page, told["label"], start, end, told["words"], captured, things
    )


def _words(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _made(library: Library, article: NamedNode) -> tuple[Made, ...]:
    """All that the article's graph derives from passages by rules, sentences left unread aside."""
    quads = library.store.quads_for_pattern(None, NamedNode(PROV.wasGeneratedBy), None, article)
    subjects = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}
    found = []
    for subject in sorted(subjects, key=str):
        nodes = library.nodes(subject, PROV.wasGeneratedBy, graph=article)
        rules = {library.text_of(rule, DCTERMS.identifier) or "": thing(library, rule) for rule in nodes}
        spans = tuple((p.start, p.end) for p in passages_of(library, subject, article=article))
        found.append(Made(thing(library, subject), rules, spans))
    return tuple(found)
