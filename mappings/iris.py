"""Minting: the IRI of every thing, made from what the thing is and from nothing else."""

from __future__ import annotations

import hashlib
import re
from typing import Final, Literal, get_args

from anyascii import anyascii

from ontology.errors import CommuniqueError

Kind = Literal[
    "article",
    "person",
    "body",
    "country",
    "place",
    "event",
    "statement",
    "agreement",
    "membership",
    "role",
    "evidence",
    "rule",
    "transition",
    "publisher",
    "unread",
    "mapping",
]

KINDS: Final = frozenset(get_args(Kind))
LONGEST_SLUG: Final = 96
"""Longer slugs are cut and told apart by a hash: file names and address bars end somewhere."""

_SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_FORBIDDEN_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')


class MintingError(CommuniqueError):
    """A base or a slug of which no IRI can be made."""


def digest(*parts: str, length: int = 8) -> str:
    """Shorten `parts`, in their order, to `length` hexadecimal digits of their SHA-256."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:length]


def slug(text: str) -> str:
    """Write `text` in ASCII letters, digits and single hyphens.

    A text without any letter or digit becomes its hash; one longer than `LONGEST_SLUG` is cut and ends in its hash.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’`ʻʼ]", "", anyascii(text).lower())).strip("-")
    if not plain:
        return f"x-{digest(text)}"
    if len(plain) <= LONGEST_SLUG:
        return plain
    return f"{plain[: LONGEST_SLUG - 9].rstrip('-')}-{digest(plain)}"


def faithful_slug(identifier: str) -> str:
    """Slug an identifier so that no two identifiers share one: what the slug changes, a hash suffix tells apart."""
    plain = slug(identifier)
    return plain if plain == identifier else f"{plain}-{digest(identifier)}"


def check_base(base: str) -> str:
    """Return `base` if things can be named under it; raise `MintingError` otherwise."""
    if (
        not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]", base)
        or _FORBIDDEN_IN_IRI.search(base)
        or not base.endswith("/")
    ):
        raise MintingError(f"base {base!r}: must be an absolute IRI that ends in '/', such as https://example.org/kg/")
    return base


def thing(base: str, kind: Kind, *slugs: str) -> str:
    """Name a thing: `{base}id/{kind}/{slug}`, further slugs as further steps (a rule's version).

    Raises `MintingError` on a slug that is not one, so that no IRI needs escaping anywhere later.
    """
    if kind not in KINDS:
        raise MintingError(f"kind {kind!r}: must be one of {', '.join(sorted(KINDS))}")
    for part in slugs:
        if not _SLUG.fullmatch(part):
            raise MintingError(
                f"{kind} {part!r}: not a slug (lower-case ASCII letters and digits, joined by single hyphens)"
            )
    return "/".join((f"{base}id", kind, *slugs))


def last_step(iri: str) -> str:
    """Return the slug with which `iri` ends."""
    return iri.rsplit("/", 1)[-1]


def article(base: str, identifier: str) -> str:
    """Name an article, and its graph, by its identifier."""
    return thing(base, "article", faithful_slug(identifier))


def evidence(base: str, article_iri: str, start: int, end: int) -> str:
    """Name a span of an article's stored text."""
    return thing(base, "evidence", f"{last_step(article_iri)}-{start}-{end}")


def rule(base: str, name: str, version: str) -> str:
    """Name a version of a rule."""
    return thing(base, "rule", slug(name), slug(version))


def joined(*parts: str) -> str:
    """Join slugs to one slug, cut as `slug` cuts."""
    return slug("-".join(part for part in parts if part))
