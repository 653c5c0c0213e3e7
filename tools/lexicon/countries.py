"""Build mappings/lexicon/countries.yaml from the hand-checked countries.tsv and ISO 3166 (pycountry).

Run `python tools/lexicon/countries.py` after an edit of the table; it fails when a country of ISO 3166 is missing.
"""

from __future__ import annotations

from pathlib import Path

import pycountry
import yaml

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "mappings" / "lexicon" / "countries.yaml"
HEADER = """\
# Countries and the forms by which English news names them.
# Written by tools/lexicon/countries.py: edit tools/lexicon/countries.tsv instead.
# Source: codes of ISO 3166 from Debian's iso-codes through pycountry 26.2.16 (LGPL-2.1);
# names, adjectives and peoples hand-checked, first compared with countryinfo 1.0.1 (MIT).
# status: state | territory | historic. "ambiguous" lists the forms that only the context makes this country.
"""
CODE3_OUTSIDE_ISO = {"XK": "XKX", "SU": "SUN", "YU": "YUG", "CS": "CSK", "DD": "DDR", "YD": "YMD", "VD": "VDR"}


def split(cell: str) -> list[str]:
    """Cut a cell of the table into its forms; "-" says that there are none."""
    return [form.strip() for form in cell.split(";") if form.strip() not in ("", "-")]


def plurals(adjectives: list[str]) -> list[str]:
    """Give the regular names of a people: the adjective and the adjective with an s."""
    return [form for adjective in adjectives for form in (adjective, adjective + "s") if "." not in form]


def status_codes(lines: list[str], label: str) -> set[str]:
    """Read the codes that a comment line of the table lists for a status."""
    return {code for line in lines if line.startswith(f"# {label}") for code in line.partition(":")[2].split()}


def main() -> None:
    """Write the lexicon, sorted by short name."""
    lines = (HERE / "countries.tsv").read_text("utf-8").splitlines()
    territories, historic = status_codes(lines, "Territories"), status_codes(lines, "Historic")
    iso = {country.alpha_2: country for country in pycountry.countries}
    entries = []
    for line in lines:
        if line.startswith("#"):
            continue
        code, name, others, adjectives, people, capital, ambiguous = line.split("\t")
        entry: dict[str, object] = {"name": name, "code": code}
        entry["code3"] = iso[code].alpha_3 if code in iso else CODE3_OUTSIDE_ISO[code]
        entry["status"] = "territory" if code in territories else "historic" if code in historic else "state"
        entry["capital"] = capital or None
        entry["names"] = list(dict.fromkeys([name, *split(others)]))
        entry["adjectives"] = split(adjectives)
        entry["people"] = split(people) if people else plurals(split(adjectives))
        entry["ambiguous"] = split(ambiguous)
        entries.append({key: value for key, value in entry.items() if value or key == "names"})
    missing = set(iso) - {str(entry["code"]) for entry in entries}
    if missing:
        raise SystemExit(f"countries.tsv lacks {sorted(missing)}: add a line for each")
    body = yaml.safe_dump(
        sorted(entries, key=lambda e: str(e["name"])),
        allow_unicode=True,
        sort_keys=False,
        width=160,
        default_flow_style=None,
    )
    TARGET.write_text(HEADER + body, "utf-8")


if __name__ == "__main__":
    main()
