"""Which representation a client gets: the formats on offer, and the choice by the Accept header (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import RdfFormat


@dataclass(frozen=True, slots=True)
class Format:
    """A representation: its file name extension, its media types (the first is the one that is sent), its writer."""

    extension: str
    label: str
    media_types: tuple[str, ...]
    rdf: RdfFormat | None = None

    @property
    def media_type(self) -> str:
        """The media type that answers in this format are labelled with."""
        return self.media_types[0]

    @property
    def content_type(self) -> str:
        """The Content-Type header: every one of these formats is written in UTF-8, and only text types say so."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


HTML: Final = Format("html", "HTML", ("text/html",))
TURTLE: Final = Format("ttl", "Turtle", ("text/turtle",), RdfFormat.TURTLE)
JSON_LD: Final = Format("jsonld", "JSON-LD", ("application/ld+json", "application/json"), RdfFormat.JSON_LD)
N_TRIPLES: Final = Format("nt", "N-Triples", ("application/n-triples",), RdfFormat.N_TRIPLES)
RDF_XML: Final = Format("rdf", "RDF/XML", ("application/rdf+xml",), RdfFormat.RDF_XML)
N_QUADS: Final = Format("nq", "N-Quads", ("application/n-quads",), RdfFormat.N_QUADS)
TRIG: Final = Format("trig", "TriG", ("application/trig",), RdfFormat.TRIG)
JSON: Final = Format("json", "JSON", ("application/json",))

DATA_FORMATS: Final = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, N_QUADS, TRIG)
BY_EXTENSION: Final = {offer.extension: offer for offer in DATA_FORMATS}


@dataclass(frozen=True, slots=True)
class Range:
    """One media range of an Accept header with its weight."""

    kind: str
    subkind: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How closely this range fits: 2 exact, 1 the type, 0 anything, -1 not at all."""
        kind, _, subkind = media_type.partition("/")
        if self.kind == "*":
            return 0
        if self.kind != kind:
            return -1
        if self.subkind == "*":
            return 1
        return 2 if self.subkind == subkind else -1


def parse_accept(header: str) -> tuple[Range, ...]:
    """Read an Accept header. What is no media range is passed over; a weight that is no number counts as 1."""
    ranges = []
    for part in header.split(","):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind, slash, subkind = media.partition("/")
        if not (slash and kind and subkind) or (kind == "*" and subkind != "*"):
            continue
        weights = [value for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "q"]
        ranges.append(Range(kind, subkind, _weight(weights[0]) if weights else 1.0))
    return tuple(ranges)


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 1.0


def quality(offer: Format, ranges: Sequence[Range]) -> float:
    """How much the client wants `offer`: the weight of the most specific range that fits any of its media types."""
    return max((_media_quality(media_type, ranges) for media_type in offer.media_types), default=0.0)


def _media_quality(media_type: str, ranges: Sequence[Range]) -> float:
    fitting = [(r.specificity(media_type), r.quality) for r in ranges]
    best = max((specificity for specificity, _ in fitting), default=-1)
    return max((q for specificity, q in fitting if specificity == best), default=0.0) if best >= 0 else 0.0


def choose(header: str | None, offers: Sequence[Format]) -> Format | None:
    """The offer that the client likes best, the earlier of two liked equally; None when nothing on offer is acceptable.

    No header, or one without any media range in it, accepts everything.
    """
    ranges = parse_accept(header or "") or (Range("*", "*", 1.0),)
    best = max(offers, key=lambda offer: quality(offer, ranges))
    return best if quality(best, ranges) > 0 else None
