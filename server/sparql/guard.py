"""Looks at a query before it runs: what may not run at all, and what would overrun the engine's parser or planner.

Oxigraph has no limits of its own: some thousand nested brackets overflow its stack, some hundred patterns keep its
planner busy for minutes without any data, and `SERVICE` sends requests from this machine. A query that passes is run in
a process that can be killed, so the limits here need only be rough.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from server.sparql.errors import Position, QueryError, complex_beyond, malformed, refused
from server.sparql.lexer import Token, tokenise

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
UNSTABLE = frozenset({"NOW", "RAND", "UUID", "STRUUID"})
"""Functions that answer differently each time."""

_BEFORE_STAR = frozenset({"SELECT", "DISTINCT", "REDUCED"})
_OPERATORS = frozenset({"||", "&&", "!", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "|", "^", "?", "("})
_SEPARATORS: Final = frozenset({".", ";", ","})
_NEW_PATTERN: Final = frozenset({"{", "[", "/"})
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a query may be. Oxigraph plans 80 patterns in 0.4 s, 160 in 5 s, 320 in more than 60 s."""

    characters: int = 200_000
    depth: int = 64
    patterns: int = 120
    blocks: int = 200
    operators: int = 1_000


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known of a query that may run.

    Its form; whether its answer is always the same; the offset of the star of a `SELECT *`,
    and then its variables as they are written one after the other; the prefixes that it declares.
    """

    form: str
    stable: bool
    star: int | None = None
    variables: tuple[str, ...] = ()
    prefixes: Mapping[str, str] = field(default_factory=dict)


def inspect(query: str, *, limits: Limits | None = None) -> Inspected:
    """Check a query; raise `QueryError`: 413 when it is too long, else 400 with the place of what is wrong."""
    limits = limits or Limits()
    if len(query) > limits.characters:
        detail = f"the query has {len(query)} characters, {limits.characters} are allowed; split it"
        raise QueryError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, title="Query too large")
    if "\\u" in query or "\\U" in query:
        _inspect_decoded(query)
    form, stable, star, counts = None, True, None, Counter[str]()
    variables: dict[str, None] = {}
    prefixes: dict[str, str] = {}
    projecting, declaring = False, ""
    for token, found in _watched(query):
        if found:
            raise refused(found.detail, Position.of(query, found.start))
        if token.kind == "word":
            word = token.text.upper()
            form = form or _form(query, word, token)
            stable = stable and word not in UNSTABLE
            projecting = token.depth == 0 and word in _BEFORE_STAR
        elif token.kind == "variable":
            variables[token.text[1:]] = None
        elif projecting:
            star, projecting = (token.start if token.text == "*" else None), False
        if declaring and token.kind == "iri" and "\\" not in token.text and ":" in token.text:
            prefixes[declaring[:-1]] = token.text[1:-1]
        declaring = token.text if token.kind == "name" and not form and token.text.endswith(":") else ""
        exceeded = _exceeded(token, counts, limits)
        if exceeded:
            detail = f"the query has more than {exceeded}; take some out, or ask it in several queries"
            raise complex_beyond(detail, Position.of(query, token.start))
    if form is None:
        raise malformed("there is no SELECT, ASK, CONSTRUCT or DESCRIBE", Position.of(query, 0))
    return Inspected(form, stable, star, tuple(variables), prefixes)


def _form(query: str, word: str, token: Token) -> str | None:
    if word in UPDATES:
        detail = f"{word} is an update; this endpoint only reads. Change the articles or the rules and build again"
        raise refused(detail, Position.of(query, token.start))
    return word if word in FORMS else None


@dataclass(frozen=True, slots=True)
class _Forbidden:
    detail: str
    start: int


def _watched(query: str) -> Iterator[tuple[Token, _Forbidden | None]]:
    """Give each token, and what is forbidden about it and the words before it."""
    recent: deque[Token] = deque(maxlen=3)
    for token in tokenise(query):
        yield token, _forbidden(token, recent)
        if token.kind == "sign":
            recent.clear()
        else:
            recent.append(token)


def _forbidden(token: Token, recent: deque[Token]) -> _Forbidden | None:
    """Find federation, in any spelling that an engine might take for it, and IRIs of files.

    A name such as `schema:Service` is allowed, but not where a block opens behind it: a parser that cannot resolve the
    name may go back and read its end as the keyword.
    """
    if token.kind == "iri" and token.text[1:6].lower() == "file:":
        return _Forbidden("an IRI of a file is not looked up", token.start)
    for suspect in [token] if token.kind == "word" else recent if token.text == "{" else ():
        if suspect.kind in ("word", "name", "language") and "service" in suspect.text.lower():
            return _Forbidden(
                "SERVICE sends requests to other endpoints; federation is switched off here", suspect.start
            )
    return None


def _exceeded(token: Token, counts: Counter[str], limits: Limits) -> str | None:
    """Count what costs the parser and the planner, and say which limit is passed."""
    if token.depth >= limits.depth:
        return f"{limits.depth} brackets within brackets"
    if token.kind != "sign" or token.inside in ("template", "data", "row"):
        return None
    text = token.text
    if text in _OPERATORS:
        counts["operators"] += 1
    if text == "{":
        counts["blocks"] += 1
    if text in _NEW_PATTERN or (text in _SEPARATORS and token.inside != "("):
        counts["patterns"] += 1
    if counts["operators"] > limits.operators:
        return f"{limits.operators} operators and brackets"
    if counts["blocks"] > limits.blocks:
        return f"{limits.blocks} blocks in braces"
    return f"{limits.patterns} triple patterns" if counts["patterns"] > limits.patterns else None


def _inspect_decoded(query: str) -> None:
    """Look for what is forbidden behind codepoint escapes (`\\u0053ERVICE`), which some engines decode first."""
    decoded, origins = _decode(query)
    # What is not well-formed as decoded may yet be well-formed as written: there the engine does not decode first.
    found = None
    with suppress(QueryError):
        for _, found in _watched(decoded):
            if found:
                break
    if found:
        raise refused(found.detail, Position.of(query, origins[found.start]))


def _decode(query: str) -> tuple[str, list[int]]:
    """Replace the codepoint escapes, and give for each character of the result where it stood."""
    characters: list[str] = []
    origins: list[int] = []
    at = 0
    for match in _ESCAPE.finditer(query):
        code = int(match[1] or match[2], 16)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise malformed(f"{match[0]} is no character", Position.of(query, match.start()))
        characters += [query[at : match.start()], chr(code)]
        origins += range(at, match.start() + 1)
        at = match.end()
    return "".join([*characters, query[at:]]), [*origins, *range(at, len(query))]
