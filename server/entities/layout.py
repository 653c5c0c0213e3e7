"""Which fields and lists the page of a thing has: `pages.yaml`, checked whole when it is first read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from rdflib import URIRef

from ontology.errors import CommuniqueError
from ontology.namespaces import PREFIXES
from server.entities.rows import ROWS

PLACE: Final = "server/entities/pages.yaml"


class LayoutError(CommuniqueError):
    """An entry of the pages' layout that cannot be used."""


@dataclass(frozen=True, slots=True)
class Field:
    """A property shown with its values."""

    predicate: URIRef
    label: str


@dataclass(frozen=True, slots=True)
class Section:
    """A list of connected things."""

    name: str
    title: str
    query: str
    row: str


@dataclass(frozen=True, slots=True)
class Layout:
    """The page of one class."""

    iri: str
    fields: tuple[Field, ...]
    inverse: tuple[Field, ...]
    sections: tuple[Section, ...]
    template: str


GENERAL: Final = Layout("", (), (), (), "thing.html")
"""The page of a thing of no listed class: only what is said of it."""


def layout_for(classes: Iterable[str]) -> Layout:
    """The layout of the first listed class among `classes`."""
    wanted = set(classes)
    return next((layout for layout in layouts() if layout.iri in wanted), GENERAL)


@cache
def layouts() -> tuple[Layout, ...]:
    """All layouts in order. Raises `LayoutError` for a key, prefix, row or query file that does not exist."""
    text = (files("server.entities") / "pages.yaml").read_text(encoding="utf-8")
    return tuple(_layout(entry) for entry in yaml.safe_load(text))


def _layout(entry: dict[str, Any]) -> Layout:
    name = entry.get("class", "?")
    if unknown := set(entry) - {"class", "template", "fields", "inverse", "sections"}:
        raise LayoutError(f"{PLACE}: {name}: unknown key {', '.join(sorted(unknown))}; take it out")
    return Layout(
        str(_expand(name, name)),
        tuple(Field(_expand(f["property"], name), f["label"]) for f in entry["fields"]),
        tuple(Field(_expand(f["property"], name), f["label"]) for f in entry.get("inverse", ())),
        tuple(_section(section, name) for section in entry["sections"]),
        entry.get("template", "thing.html"),
    )


def _expand(short: str, place: str) -> URIRef:
    prefix, _, local = short.partition(":")
    if prefix not in PREFIXES:
        raise LayoutError(f"{PLACE}: {place}: the prefix of {short} is unknown; use one of {', '.join(PREFIXES)}")
    return URIRef(PREFIXES[prefix] + local)


def _section(entry: dict[str, str], place: str) -> Section:
    section = Section(**entry)
    if section.row not in ROWS:
        raise LayoutError(f"{PLACE}: {place}: there is no row {section.row}; use one of {', '.join(ROWS)}")
    if not (files("server.entities") / "queries" / f"{section.query}.rq").is_file():
        raise LayoutError(f"{PLACE}: {place}: queries/{section.query}.rq does not exist; write it")
    return section
