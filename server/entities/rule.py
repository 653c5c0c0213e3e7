"""The source of a rule as the installed rule files have it, if that is still the version that made the claims."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass

from pyoxigraph import NamedNode
from rdflib.namespace import DCTERMS, PROV

from mappings.extraction import rules
from ontology.errors import CommuniqueError
from ontology.namespaces import SCHEMA
from server.entities.labels import Thing, thing
from server.entities.library import Library

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule's entry in its file; `same` is False where the installed rule has moved on since the claims were made."""

    name: str
    place: str
    text: str
    same: bool


@dataclass(frozen=True, slots=True)
class FiredIn:
    """An article in which a rule fired, with the number of its claims there."""

    article: Thing
    claims: int


def fired_in(library: Library, node: NamedNode) -> list[FiredIn]:
    """The articles whose graphs hold a claim of this rule, by their names."""
    others = f"{library.base}graph/"
    quads = library.store.quads_for_pattern(None, NamedNode(PROV.wasGeneratedBy), node, None)
    counts = Counter(q.graph_name for q in quads if isinstance(q.graph_name, NamedNode))
    found = [FiredIn(thing(library, g), n) for g, n in counts.items() if not g.value.startswith(others)]
    return sorted(found, key=lambda one: (one.article.label.casefold(), one.article.iri))


def source_of_rule(library: Library, node: NamedNode) -> RuleSource | None:
    """Find the rule of this name in the rule files; None if they hold none, or cannot be used at present."""
    return source_by_name(library.text_of(node, DCTERMS.identifier) or "", library.text_of(node, SCHEMA.version))


def source_by_name(name: str, version: str | None = None) -> RuleSource | None:
    """Find the installed rule of a name; without a version, any is the same."""
    try:
        known = {rule.name: rule for rule in rules().rules}
    except CommuniqueError as error:
        log.warning("the rule files cannot be shown: %s", error)
        return None
    rule = known.get(name)
    return RuleSource(name, rule.place, rule.source, version in (None, rule.version)) if rule else None
