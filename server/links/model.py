"""What a link is: a row of a [SSSOM](https://w3id.org/sssom/) mapping set that tells its subject from namesakes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ontology.errors import CommuniqueError


class LinkError(CommuniqueError):
    """A file of links that cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Link:
    """One verified row: this subject is, or with `negative` is not, that object.

    `source` cites where it can be looked up; `country` is the ISO code that a thing must share to be the subject.
    """

    subject: str
    kind: str
    label: str
    country: str | None
    aliases: tuple[str, ...]
    predicate: str
    target: str
    justification: str
    source: str
    comment: str = ""
    target_label: str = ""
    negative: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The subject's label and its other names."""
        return (self.label, *self.aliases)


@dataclass(frozen=True)
class Links:
    """All rows that were read."""

    rows: tuple[Link, ...] = ()

    @cached_property
    def subjects(self) -> dict[str, tuple[Link, ...]]:
        """The positive rows by subject, in order."""
        found: dict[str, list[Link]] = {}
        for row in self.rows:
            if not row.negative:
                found.setdefault(row.subject, []).append(row)
        return {subject: tuple(rows) for subject, rows in sorted(found.items())}

    @cached_property
    def namesakes(self) -> dict[str, tuple[Link, ...]]:
        """The negative rows by subject: whom it must not be taken for."""
        found: dict[str, list[Link]] = {}
        for row in self.rows:
            if row.negative:
                found.setdefault(row.subject, []).append(row)
        return {subject: tuple(rows) for subject, rows in sorted(found.items())}
