"""The page of an article: its text with the evidence marked, the claims read in it, the sentences left unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode
from rdflib.namespace import ORG, PROV, RDF

from ontology.namespaces import CMQ
from server.entities.evidence import Passage, passages_of
from server.entities.highlight import Piece, Span, cut
from server.entities.labels import Thing, thing
from server.entities.library import Library
from server.store import StoreError

CLAIM_KINDS: Final = {
    str(CMQ.DiplomaticEvent): "event",
    str(CMQ.Statement): "statement",
    str(CMQ.Agreement): "agreement",
    str(CMQ.StatusChange): "agreement",
    str(ORG.Membership): "post",
    str(CMQ.UnreadSentence): "unread",
}
"""Which classes are claims that rest on sentences, and the kind of mark that theirs get. All else is a name."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of the article with its number in the margin."""

    number: int
    kind: str
    thing: Thing
    passages: tuple[Passage, ...]
    rules: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A sentence that holds a trigger word but yielded nothing."""

    number: int
    thing: Thing
    trigger: str
    reason: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in an article. `pieces` is empty where the stored text is not at hand; `adrift` counts passages
    whose words are not what stands at their offsets, which are never marked. `focus` numbers the piece with which the
    stretch begins that the reader was sent to see, if there is one."""

    pieces: tuple[Piece, ...]
    claims: tuple[Claim, ...]
    unread: tuple[Unread, ...]
    mentioned: tuple[Thing, ...]
    adrift: int
    focus: int | None = None


def read_article(library: Library, article: NamedNode, *, at: tuple[int, int] | None = None) -> Reading:
    """Read the article's graph and lay it over the stored text; `at` is a stretch to point out."""
    claims, unread, names = _claims(library, article)
    text = stored_text(library, article)
    spans = [*_claim_spans(claims), *_unread_spans(unread), *_name_spans(names)]
    fitting = [span for span, passage in spans if text[passage.start : passage.end] == passage.exact]
    mentioned = tuple(sorted((t for t, _ in names), key=lambda t: (t.kind, t.label.casefold(), t.iri)))
    adrift = len(spans) - len(fitting) if text else 0
    if at:
        fitting.append(Span(*at, None, "focus"))
    pieces = cut(text, fitting) if text else ()
    focus = next((i for i, piece in enumerate(pieces) if "focus" in piece.kinds), None)
    return Reading(pieces, claims, unread, mentioned, adrift, focus)


def stored_text(library: Library, article: NamedNode) -> str:
    """The text that all offsets count in, or "" where it is not stored."""
    sha256 = library.text_of(article, CMQ.contentHash)
    try:
        return library.read_text(sha256) if sha256 else ""
    except StoreError:
        return ""


Named = list[tuple[Thing, tuple[Passage, ...]]]


def _claims(library: Library, article: NamedNode) -> tuple[tuple[Claim, ...], tuple[Unread, ...], Named]:
    quads = library.store.quads_for_pattern(None, NamedNode(PROV.wasDerivedFrom), None, article)
    subjects = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}
    found = [(node, passages_of(library, node, article=article)) for node in sorted(subjects, key=str)]
    found.sort(key=lambda item: [(p.start, p.end) for p in item[1]] or [(1 << 62, 0)])
    claims: list[Claim] = []
    unread: list[Unread] = []
    names: Named = []
    for node, passages in found:
        kind = _kind(library, node)
        if kind is None:
            names.append((thing(library, node), passages))
        elif kind == "unread":
            unread.append(_unread(library, node, passages, len(unread) + 1))
        else:
            rules = library.nodes(node, PROV.wasGeneratedBy, graph=article)
            made_by = tuple(thing(library, rule) for rule in rules)
            claims.append(Claim(len(claims) + 1, kind, thing(library, node), passages, made_by))
    return tuple(claims), tuple(unread), names


def _kind(library: Library, node: NamedNode) -> str | None:
    kinds = (CLAIM_KINDS.get(c.value) for c in library.nodes(node, RDF.type))
    return next((kind for kind in kinds if kind), None)


def _unread(library: Library, node: NamedNode, passages: tuple[Passage, ...], number: int) -> Unread:
    trigger = library.text_of(node, CMQ.triggerWord) or ""
    return Unread(number, thing(library, node), trigger, library.text_of(node, CMQ.reason) or "", passages)


def _claim_spans(claims: tuple[Claim, ...]) -> Iterator[tuple[Span, Passage]]:
    for claim in claims:
        for p in claim.passages:
            title = claim.thing.label
            yield Span(p.start, p.end, f"#claim-{claim.number}", claim.kind, claim.number, title), p


def _unread_spans(unread: tuple[Unread, ...]) -> Iterator[tuple[Span, Passage]]:
    for sentence in unread:
        for p in sentence.passages:
            yield Span(p.start, p.end, f"#unread-{sentence.number}", "unread", title=f"unread: {sentence.reason}"), p


def _name_spans(names: Named) -> Iterator[tuple[Span, Passage]]:
    for named, passages in names:
        for p in passages:
            yield Span(p.start, p.end, named.href, "name", title=f"{named.label} ({named.kind})"), p
