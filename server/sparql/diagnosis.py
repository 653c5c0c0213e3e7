"""Says what is wrong with a malformed query: Oxigraph knows the place, here is found what a person wants to know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from server.sparql.errors import Position, QueryError, malformed
from server.sparql.lexer import Token, tokenise

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_CHARACTERS = re.compile(r"\[(?:'(?:\\.|[^'\\])+'|[^\]'])*\]")
_EXPECTED = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Z][a-z]+(?: [\w-]+)+|[A-Z_]{2,}')
_ABSOLUTE = re.compile(r"<[A-Za-z][\w+.\-]*:")
_CLOSES = {")": "(", "]": "[", "}": "{"}
_MOST = 8
"""With more continuations than these, the list of them explains nothing."""


def diagnosed(query: str, message: str, *, prefixes: Collection[str] = (), based: bool = False) -> QueryError:
    """Turn Oxigraph's syntax error into one with a place and a reason.

    `prefixes` are known without declaration; `based` says that relative IRIs need no BASE.
    """
    place = _PLACE.match(message)
    if not place:
        return malformed(message)
    position = Position(int(place[1]), int(place[2]))
    offset = position.offset(query)
    tokens = list(tokenise(query))
    for token, complaint in (*_unmatched(tokens), *_complaints(tokens, prefixes, based)):
        return malformed(complaint, Position.of(query, token.start))
    return malformed(_reason(query, tokens, offset, place[3]), position)


def _unmatched(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Find the first closing bracket that does not close the one that is open."""
    opened: list[str] = []
    for token in tokens:
        if token.kind == "sign" and token.text in _CLOSES.values():
            opened.append(token.text)
        elif token.kind == "sign" and token.text in _CLOSES:
            last = opened.pop() if opened else None
            if last != _CLOSES[token.text]:
                yield (
                    token,
                    f"{token.text!r} closes no {_CLOSES[token.text]!r}" + (f", {last!r} is open" if last else ""),
                )
                return


def _complaints(tokens: Sequence[Token], prefixes: Collection[str], based: bool) -> Iterator[tuple[Token, str]]:
    """Find names whose prefix nothing declares, and relative IRIs that nothing completes."""
    known = {*prefixes, "_"}
    for before, token in pairwise([tokens[0], *tokens]):
        prefix = token.text.partition(":")[0]
        based = based or before.text.upper() == "BASE"
        if token.kind == "name" and before.text.upper() == "PREFIX":
            known.add(prefix)
        elif token.kind == "name" and prefix not in known:
            yield token, f"the prefix {prefix}: is not declared"
        elif token.kind == "iri" and not based and not _ABSOLUTE.match(token.text):
            yield token, f"the IRI {token.text} is relative, and no BASE completes it"


def _reason(query: str, tokens: Sequence[Token], offset: int, expected: str) -> str:
    """Say what stands at the place, and what could stand there if that is little."""
    items = _EXPECTED.findall(_CHARACTERS.sub("", expected))
    sentences = [item for item in items if " " in item and not item.startswith('"')]
    if sentences:
        return "; ".join(sentences)
    rest = query[offset:].split()
    if rest:
        found = f"{rest[0][:30]!r} is not expected here"
    elif tokens[-1].depth == 0 and tokens[-1].text == "}":
        # Oxigraph went back and read on in another way: the place is where that way ended.
        return "something before this place is incomplete, such as a triple pattern without an object"
    else:
        found = "the query ends too early"
    signs = [item[1:-1].replace('\\"', '"') for item in items if item.startswith('"')]
    return f"{found}; it could go on with {'  '.join(signs)}" if 0 < len(signs) <= _MOST else found
