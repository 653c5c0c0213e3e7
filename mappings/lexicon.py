"""The lexicons of names: countries, places and organizations with every form by which news names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import yaml

FormKind = Literal["name", "adjective", "people"]
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a country: `ambiguous` forms need a context before they may be read as that country."""

    text: str
    kind: FormKind
    code: str
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its short name; `names` begins with that name, `people` holds singulars and plurals.

    Forms are compared by case: "US" is a country and "us" is not.
    """

    name: str
    code: str
    code3: str
    status: Literal["state", "territory", "historic"]
    capital: str | None = None
    names: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    ambiguous: frozenset[str] = frozenset()

    def forms(self) -> Iterator[Form]:
        """Yield every form once, a name before an adjective before a people."""
        seen: set[str] = set()
        kinds: tuple[tuple[FormKind, tuple[str, ...]], ...] = (
            ("name", self.names),
            ("adjective", self.adjectives),
            ("people", self.people),
        )
        for kind, texts in kinds:
            for text in texts:
                if text not in seen:
                    seen.add(text)
                    yield Form(text, kind, self.code, text in self.ambiguous)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that is no country; `code` is the ISO code of the country it lies in, where it lies in one."""

    name: str
    kind: str
    code: str | None = None
    names: tuple[str, ...] = ()
    ambiguous: frozenset[str] = frozenset()
    latitude: float | None = None
    longitude: float | None = None
    geonames: int | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """A well-known body; `kind` is a local name of the vocabulary's kinds, `code` the country of a national one."""

    name: str
    kind: str
    code: str | None = None
    names: tuple[str, ...] = ()
    ambiguous: frozenset[str] = frozenset()


@cache
def countries() -> tuple[Country, ...]:
    """Load all countries, territories and historic states, sorted by name."""
    return tuple(Country(**_frozen(entry)) for entry in load("countries"))


@cache
def country_forms() -> Mapping[str, tuple[Form, ...]]:
    """Map each form to what it may mean: several countries share "Congo"."""
    found: dict[str, list[Form]] = {}
    for country in countries():
        for form in country.forms():
            found.setdefault(form.text, []).append(form)
    return MappingProxyType({text: tuple(forms) for text, forms in sorted(found.items())})


@cache
def country_by_code() -> Mapping[str, Country]:
    """Map ISO 3166-1 alpha-2 codes (upper case) to countries."""
    return MappingProxyType({country.code: country for country in countries()})


@cache
def places() -> tuple[Place, ...]:
    """Load all places, sorted by name."""
    return tuple(Place(**_frozen(entry)) for entry in load("places"))


@cache
def organizations() -> tuple[Organization, ...]:
    """Load all well-known bodies, sorted by name."""
    return tuple(Organization(**_frozen(entry)) for entry in load("organizations"))


def load(name: str) -> Any:
    """Read one lexicon file of this package, as YAML."""
    text = (files("mappings") / "lexicon" / f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=YAML_LOADER)


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Turn an entry's lists into what a frozen record holds; the name is always the first of the names."""
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    fields["names"] = tuple(dict.fromkeys((entry["name"], *entry.get("names", ()))))
    fields["ambiguous"] = frozenset(entry.get("ambiguous", ()))
    return fields
