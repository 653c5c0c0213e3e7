"""Reads link files: SSSOM as tab-separated values, the metadata in `#` lines before the header."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from mappings.iris import KINDS
from server.links.model import Link, LinkError, Links

REQUIRED: Final = (
    "subject_id",
    "subject_label",
    "subject_kind",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "object_source",
)
PREDICATES: Final = frozenset(
    f"http://www.w3.org/2004/02/skos/core#{name}" for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch")
)
JUSTIFICATIONS: Final = frozenset(
    f"https://w3id.org/semapv/vocab/{name}"
    for name in (
        "ManualMappingCuration",
        "MappingReview",
        "LexicalMatching",
        "LogicalReasoning",
        "CompositeMatching",
        "MappingChaining",
        "MappingInversion",
        "BackgroundKnowledgeBasedMatching",
    )
)
ENDING: Final = ".sssom.tsv"
_IRI: Final = re.compile(r'https?://[^\s<>"{}|\\^`]+')


def read_links(path: Path) -> Links:
    """Read a link file, or all in a folder; raises `LinkError` with file and line at the first fault.

    A subject must not be linked to an object that another row says it is not.
    """
    files = sorted(path.glob(f"*{ENDING}")) if path.is_dir() else [path]
    if not files:
        raise LinkError(f"{path}: no link files (*{ENDING}) in this folder")
    placed = [(place, row) for file in files for place, row in _rows(file)]
    denied = {(row.subject, row.target): place for place, row in placed if row.negative}
    for place, row in placed:
        if not row.negative and (row.subject, row.target) in denied:
            raise LinkError(f"{place}: {denied[row.subject, row.target]} says that this is not the same: drop one")
    return Links(tuple(row for _, row in placed))


def _rows(file: Path) -> Iterator[tuple[str, Link]]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LinkError(f"{file}: cannot be read as UTF-8 text: {error}") from error
    head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    prefixes = _prefixes(file, lines[:head])
    table = csv.reader(lines[head:], delimiter="\t")
    header = next(table, [])
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise LinkError(f"{file}:{head + 1}: the header lacks {', '.join(missing)}")
    for cells in table:
        place = f"{file}:{head + table.line_num}"
        if len(cells) != len(header):
            raise LinkError(f"{place}: {len(cells)} fields where the header has {len(header)}")
        yield place, _link(place, dict(zip(header, cells, strict=True)), prefixes)


def _prefixes(file: Path, comments: list[str]) -> Mapping[str, str]:
    try:
        about: Any = yaml.safe_load("\n".join(line.removeprefix("#") for line in comments)) or {}
        found: Mapping[str, str] = about.get("curie_map", {})
    except (yaml.YAMLError, AttributeError) as error:
        raise LinkError(f"{file}:1: the metadata before the header are not YAML: {error}") from error
    return found


def _link(place: str, row: Mapping[str, str], prefixes: Mapping[str, str]) -> Link:
    for name in REQUIRED:
        if not row[name].strip():
            raise LinkError(f"{place}: {name} is empty: a link without it is not verified")
    country = row.get("subject_country", "").strip()
    link = Link(
        subject=_expanded(place, "subject_id", row, prefixes),
        kind=row["subject_kind"].strip(),
        label=row["subject_label"].strip(),
        country=country or None,
        aliases=tuple(alias.strip() for alias in row.get("subject_aliases", "").split("|") if alias.strip()),
        predicate=_expanded(place, "predicate_id", row, prefixes),
        target=_expanded(place, "object_id", row, prefixes),
        justification=_expanded(place, "mapping_justification", row, prefixes),
        source=row["object_source"].strip(),
        comment=row.get("comment", "").strip(),
        target_label=row.get("object_label", "").strip(),
        negative=row.get("predicate_modifier", "").strip() == "Not",
    )
    if link.kind not in KINDS:
        raise LinkError(f"{place}: subject_kind {link.kind!r} is no kind of thing, such as person, body or place")
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        raise LinkError(f"{place}: subject_country {country!r} must be an ISO 3166 code of two capitals, such as NO")
    if link.predicate not in PREDICATES:
        raise LinkError(f"{place}: predicate_id {row['predicate_id']!r} must be a SKOS match, such as skos:exactMatch")
    if link.justification not in JUSTIFICATIONS:
        raise LinkError(f"{place}: mapping_justification {row['mapping_justification']!r}: not one that was verified")
    if row.get("predicate_modifier", "").strip() not in ("", "Not"):
        raise LinkError(f"{place}: predicate_modifier must be empty or 'Not', not {row['predicate_modifier']!r}")
    return link


def _expanded(place: str, name: str, row: Mapping[str, str], prefixes: Mapping[str, str]) -> str:
    written = row[name].strip()
    prefix, colon, rest = written.partition(":")
    iri = f"{prefixes[prefix]}{rest}" if colon and prefix in prefixes else written
    if not _IRI.fullmatch(iri):
        raise LinkError(f"{place}: {name} {written!r} is no IRI: is its prefix in the curie_map?")
    return iri
