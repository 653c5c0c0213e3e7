"""The names of gatherings and documents: how far they reach, what they hold."""

from __future__ import annotations

from mappings.resolve.parties import phrase_end
from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed


def gathering_name(parsed: Parsed, known: Resolution, mentions: list[Mention]) -> tuple[str, tuple[str, ...], int]:
    """Return the gathering's name with what follows it, the bodies in it, and where it ends: "5th session" of it."""
    start, end = min(m.start for m in mentions), max(m.end for m in mentions)
    _, stop = parsed.bounds(start)
    if end < stop and parsed.lower[end] in ("of", "on", "for") and parsed.covering(("Date",), end + 1) is None:
        end = max(end, phrase_end(parsed, end + 1)) if end + 1 < stop else end
    loose = (t for t in range(start + 1, end) if parsed.lower[t] == "-" and parsed.start[t] > parsed.end[t - 1])
    end = next(loose, end)
    while end - 1 > start and (
        parsed.pos[end - 1] in ("PUNCT", "ADP", "CCONJ", "DET", "ADJ")
        and not parsed.text[end - 1][:1].isupper()
        and parsed.lower[end - 1] != ")"
    ):
        end -= 1
    if parsed.pos[start] == "DET" and start + 1 < end:
        start += 1
    bodies = {key for t in range(start, end) for m in parsed.starting(("Body",), t) for key in known.keys(m)}
    return " ".join(parsed.span_text(start, end).split()), tuple(sorted(bodies)), end


def numbers(parsed: Parsed, start: int, end: int) -> frozenset[str]:
    """Return the numbers in a gathering's name, written out or not: "3rd" for "third"."""
    words = parsed.phrases.get("number_word", {})
    written = (p.attributes.get("ordinal") for t in range(start, end) for p in words.get(t, ()))
    return frozenset(filter(None, written)) | {w for w in parsed.lower[start:end] if w[0].isdigit()}


def place_in_name(parsed: Parsed, known: Resolution, start: int, end: int) -> str | None:
    """Return the place by which a gathering is named: "the Oslo Summit on Trade"."""
    named = (m for t in range(start, end) for m in parsed.starting(("Place",), t))
    return next((key for m in named if m.attributes.get("kind") in ("city", "capital") and (key := known.key(m))), None)


def document_words(parsed: Parsed, token: int) -> str:
    """Return the words of a document as far as its noun: "the Lake Treaty"."""
    start = min(
        [token, *(c for c in parsed.children[token] if parsed.dep[c] in ("det", "amod", "compound", "nmod", "poss"))]
    )
    return " ".join(parsed.span_text(start, token + 1).split())


def document_noun(parsed: Parsed, mention: Mention) -> str | None:
    """Return the noun of the document that is signed, whether new or told before."""
    document = mention.argument("document")
    return parsed.lower[document.head].removesuffix("s") if document else None


def definite_document(parsed: Parsed, mention: Mention) -> bool:
    document = mention.argument("document")
    return document is not None and any(
        parsed.lower[c] in ("the", "this", "these") for c in parsed.children[document.head]
    )
