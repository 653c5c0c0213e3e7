"""Cuts a SPARQL query into tokens, and refuses the few spellings that an engine might cut differently.

The tokens are those of the grammar (https://www.w3.org/TR/sparql11-query/#sparqlGrammar). A check that is made on
tokens is worth no more than their agreement with the engine's, so what could hide text from the check is an error here:
a `<` that may be an operator or open an IRI that holds a quote, a comment sign or a bracket; an unfinished string; a
stray backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.sparql.errors import Position, malformed

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ECHAR = rf"\\[tbnrf\"'\\]|{_UCHAR}"
_MARKS = "\u00b7\u0300-\u036f\u203f\u2040"
_LOCAL = rf"[\w:\-{_MARKS}]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%]"

_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<space>(?:[ \t\r\n]+|\#[^\r\n]*)+)",
            rf'(?P<string>"""(?:"{{0,2}}(?:[^"\\]|{_ECHAR}))*"""' + rf"|'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*'''"
            rf'|"(?!"")(?:[^"\\\r\n]|{_ECHAR})*"' + rf"|'(?!'')(?:[^'\\\r\n]|{_ECHAR})*')",
            rf"(?P<iri><(?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*>)",
            rf"(?P<variable>[?$][\w][\w{_MARKS}]*)",
            rf"(?P<name>(?:\w[\w.\-{_MARKS}]{{0,100}})?:(?:{_LOCAL}|\.(?=\.*(?:{_LOCAL})))*)",
            r"(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
            r"(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)",
            r"(?P<word>\w+)",
            r"(?P<sign>\^\^|&&|\|\||!=|<=|>=|<<|>>|.)",
        )
    ),
    re.DOTALL,
)
_IRI_AFTER = frozenset({"(", ",", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "!", "&&", "||", "|", "^", "^^"})
_CLOSING = frozenset(")]}")
_OPENING = frozenset("([{")


@dataclass(frozen=True, slots=True)
class Token:
    """A token with its place: `inside` is the bracket around it, `depth` how many there are.

    A bracket counts as outside of itself. `inside` is `{`, `[`, `(`, or `template` for the graph template of a
    CONSTRUCT, `data` for the block of a VALUES and `row` for a row in it.
    """

    kind: str
    text: str
    start: int
    inside: str
    depth: int


def tokenise(query: str) -> Iterator[Token]:
    """Give the tokens of a query, without space and comments; raise `QueryError` where the cut is not sure."""
    stack: list[str] = []
    before = Token("sign", "", 0, "", 0)
    values = False
    for match in _TOKEN.finditer(query):
        kind, text, start = match.lastgroup or "", match.group(), match.start()
        if kind == "space":
            continue
        if kind == "sign" and text in _CLOSING and stack:
            stack.pop()
        token = Token(kind, text, start, stack[-1] if stack else "", len(stack))
        _check(query, token, before)
        yield token
        if kind == "word" and text.upper() == "VALUES":
            values = True
        if kind == "sign" and text in _OPENING:
            stack.append(_bracket(token, before, values))
            values = values and text != "{"
        before = token


def _bracket(token: Token, before: Token, values: bool) -> str:
    """Name the bracket that a token opens."""
    if token.text == "{" and values:
        return "data"
    if token.text == "{" and before.kind == "word" and before.text.upper() == "CONSTRUCT":
        return "template"
    if token.text == "(" and token.inside == "data":
        return "row"
    return token.text


def _check(query: str, token: Token, before: Token) -> None:
    """Refuse a token that an engine might read otherwise."""
    if token.kind == "sign" and token.text in ('"', "'"):
        raise malformed("a string is not closed, or holds an unknown escape", Position.of(query, token.start))
    if token.kind == "sign" and token.text == "\\":
        detail = "a backslash stands outside of a string, an IRI and a prefixed name"
        raise malformed(detail, Position.of(query, token.start))
    if token.text == "<<" and (match := _TOKEN.match(query, token.start + 1)) and match.lastgroup == "iri":
        raise malformed("put a space between the two <", Position.of(query, token.start))
    if token.kind == "iri" and token.inside == "(" and _may_be_operator(before) and re.search(r"[#'()\\]", token.text):
        detail = (
            "this < may be an operator or open an IRI: put a space after an operator, write such an IRI with a prefix"
        )
        raise malformed(detail, Position.of(query, token.start))


def _may_be_operator(before: Token) -> bool:
    """Tell whether a comparison may stand after a token: not after an operator, nor after a word that is no value."""
    if before.kind == "sign":
        return before.text not in _IRI_AFTER
    return before.kind != "word" or before.text.lower().endswith(("true", "false"))
