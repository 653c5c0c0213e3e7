"""Expanded JSON-LD made short with the ontology's context: terms for properties and classes, plain strings where typed.

This is the part of the compaction algorithm (https://www.w3.org/TR/json-ld11-api/#compaction-algorithms) that our own
context needs: prefixes, terms, type and language coercion. It has no containers, no nested contexts and no scoped
terms, and the tests read every document back with an independent parser. A general library took a hundred times as
long, five seconds for a country of five thousand events.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from mappings.graph import context

Tree = dict[str, Any]
PLAIN: Final = ""
REFERENCE: Final = "@id"
LANGUAGE: Final = "@language "


def compacted(trees: Sequence[Tree]) -> Tree:
    """One document of `trees` with the context whole, so that it is read without a request to anyone."""
    nodes = [_node(tree) for tree in trees]
    return {"@context": context(), **(nodes[0] if len(nodes) == 1 else {"graph": nodes})}


@cache
def _terms() -> tuple[Mapping[str, Mapping[str, str]], Mapping[str, str], Mapping[str, str]]:
    """The context turned round: property to coercion to term, class to term, and the prefixes."""
    definitions = context()
    simple = {name: value for name, value in definitions.items() if isinstance(value, str) and value[0] != "@"}
    prefixes = {name: value for name, value in simple.items() if value.endswith(("/", "#"))}
    names = {_expanded(value, prefixes): name for name, value in simple.items() if name not in prefixes}
    terms: dict[str, dict[str, str]] = defaultdict(dict)
    for iri, name in names.items():
        terms[iri][PLAIN] = name
    for name, value in definitions.items():
        if isinstance(value, dict):
            kind = value.get("@type", PLAIN) if "@language" not in value else LANGUAGE + value["@language"]
            terms[_expanded(value["@id"], prefixes)][_expanded(kind, prefixes)] = name
    return terms, names, prefixes


def _expanded(short: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = short.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes and not local.startswith("//") else short


@cache
def _short(iri: str) -> str:
    """A compact IRI where a prefix fits."""
    _, _, prefixes = _terms()
    fitting = ((name, iri.removeprefix(space)) for name, space in prefixes.items() if iri.startswith(space))
    return next((f"{name}:{local}" for name, local in fitting if local and not local.startswith("//")), iri)


def _node(tree: Tree) -> Tree:
    terms, classes, _ = _terms()
    node: Tree = {"id": tree["@id"]}
    if kinds := tree.get("@type"):
        node["type"] = _unwrapped([classes.get(kind) or _short(kind) for kind in kinds])
    node |= _properties({p: values for p, values in tree.items() if p[0] != "@"}, terms)
    if reverse := tree.get("@reverse"):
        node["@reverse"] = _properties(reverse, terms)
    return node


def _properties(properties: Tree, terms: Mapping[str, Mapping[str, str]]) -> Tree:
    shown: dict[str, list[Any]] = defaultdict(list)
    for predicate, values in properties.items():
        for value in values:
            term = terms.get(predicate, {}).get(_coercion(value))
            shown[term or _short(predicate)].append(_value(value, coerced=term is not None))
    return {name: _unwrapped(values) for name, values in shown.items()}


def _coercion(value: Tree) -> str:
    """The coercion that a term must have for `value` to be written as a bare string or number."""
    if "@id" in value:
        return REFERENCE
    if "@language" in value:
        return LANGUAGE + str(value["@language"])
    return str(value.get("@type", PLAIN))


def _value(value: Tree, *, coerced: bool) -> Any:
    if "@id" in value:
        return value["@id"] if coerced and len(value) == 1 else _node(value)
    if coerced or len(value) == 1:
        return value["@value"]
    return {key: _short(part) if key == "@type" else part for key, part in value.items()}


def _unwrapped(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
