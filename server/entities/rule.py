"""The source of a rule as the installed rule files have it, if that is still the version that made the claims."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from pyoxigraph import NamedNode
from rdflib.namespace import DCTERMS

from mappings.extraction import rules
from ontology.errors import CommuniqueError
from ontology.namespaces import SCHEMA
from server.entities.library import Library

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule's entry in its file; `same` is False where the installed rule has moved on since the claims were made."""

    place: str
    text: str
    same: bool


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
    return RuleSource(rule.place, rule.source, version in (None, rule.version)) if rule else None
