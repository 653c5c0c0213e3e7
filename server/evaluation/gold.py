"""Gold annotations: what a careful reader says that an article states, one JSON file an article."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, cast

from ontology.errors import CommuniqueError

EVENT_TYPES = ("meeting", "call", "visit", "press_conference", "gathering", "signing")
STATUSES = (
    "proposed",
    "negotiating",
    "signed",
    "ratified",
    "in force",
    "suspended",
    "withdrawn",
    "unspecified",
)
T = TypeVar("T")


class GoldError(CommuniqueError):
    """A gold file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Role:
    """A post that the article gives to a person."""

    title: str
    org: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A body with every other form of its name in the article."""

    name: str
    aliases: list[str] = field(default_factory=list)

    @property
    def forms(self) -> list[str]:
        """Every form of the name, the fullest one first."""
        return [self.name, *self.aliases]


@dataclass(frozen=True, slots=True)
class Person(Named):
    """A person and all the posts that the article gives them."""

    roles: list[Role] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Event:
    """A real event; `cue` is a few words that name it, copied from the article."""

    id: str
    type: str
    cue: str
    participants: list[str] = field(default_factory=list)
    place: str | None = None
    date: str | None = None
    date_text: str | None = None
    name: str | None = None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of reported speech, found by its cue."""

    speaker: str
    cue: str
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement(Named):
    """An agreement, its parties and its status as the article tells it."""

    status: str = "unspecified"
    cue: str = ""
    parties: list[str] = field(default_factory=list)
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """All that a reader found in one article."""

    id: str
    published: str | None = None
    countries: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    organizations: list[Named] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)


def read_gold(path: Path) -> tuple[Gold, ...]:
    """Read a gold file, or every `.json` file of a folder by name.

    Raises `GoldError` for the first file that is not as docs/gold-format.md says, and for a folder without any.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise GoldError(f"{path}: no gold in this folder; name one that holds .json files (docs/gold-format.md)")
    return tuple(_read(file) for file in files)


def _read(path: Path) -> Gold:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise GoldError(f"{path}: no JSON ({error}); see docs/gold-format.md") from error
    gold = _Reader(path).record(Gold, content, "the file")
    if gold.id != path.stem:
        raise GoldError(f"{path}: its id is '{gold.id}'; name the file {gold.id}.json or mend the id")
    return gold


NESTED: Mapping[str, type[Any]] = {
    "organizations": Named,
    "persons": Person,
    "roles": Role,
    "events": Event,
    "statements": Statement,
    "agreements": Agreement,
}
CHOICES = {"type": EVENT_TYPES, "status": STATUSES}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns JSON objects into records, and says of what does not fit where it stands and what was probably meant."""

    path: Path

    def record(self, kind: type[T], content: object, place: str) -> T:
        if not isinstance(content, dict):
            raise GoldError(f"{self.path}: {place} is no JSON object; see docs/gold-format.md")
        known = {f.name: f for f in fields(cast(Any, kind))}
        for key in content:
            if key not in known:
                raise GoldError(f"{self.path}: {place} has an unknown key '{key}'{_suggestion(key, known)}")
        for name, declared in known.items():
            if declared.default is MISSING and declared.default_factory is MISSING and not content.get(name):
                raise GoldError(f"{self.path}: {place} lacks its '{name}'; see docs/gold-format.md")
        return kind(**{key: self._value(key, str(known[key].type), value, place) for key, value in content.items()})

    def _value(self, key: str, type_: str, value: object, place: str) -> object:
        at = f"{place}, {key}"
        if type_.startswith("list"):
            if not isinstance(value, list):
                raise GoldError(f"{self.path}: {at}: a list was expected; see docs/gold-format.md")
            if key in NESTED:
                return [self.record(NESTED[key], item, f"{at}[{i}]") for i, item in enumerate(value)]
            return [self._plain(item, "str", f"{at}[{i}]") for i, item in enumerate(value)]
        if key in CHOICES and value not in CHOICES[key]:
            raise GoldError(f"{self.path}: {at}: '{value}' is none of {', '.join(CHOICES[key])}")
        return self._plain(value, type_, at)

    def _plain(self, value: object, type_: str, at: str) -> object:
        fits = isinstance(value, bool if type_ == "bool" else str) or (value is None and "None" in type_)
        if not fits:
            raise GoldError(f"{self.path}: {at}: {json.dumps(value)} does not fit; {type_} was expected")
        return value


def _suggestion(key: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(key, known, n=1)
    return f"; was '{close[0]}' meant?" if close else f"; known are {', '.join(known)}"
