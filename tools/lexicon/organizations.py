"""Build mappings/lexicon/organizations.yaml from the hand-made organizations.txt.

Run `python tools/lexicon/organizations.py` after an edit of the list; forms that two bodies share become ambiguous.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent.parent / "mappings" / "lexicon" / "organizations.yaml"
HEADER = """\
# Well-known bodies: international organizations, parliaments and their chambers, agencies, outlets, parties, armed
# groups.
# Written by tools/lexicon/organizations.py: edit tools/lexicon/organizations.txt instead.
# Source: compiled by hand from general knowledge. "kind" is a kind of body of the vocabulary; "ambiguous" lists forms
# that also mean something else, or another body.
"""


def entries() -> Iterator[dict[str, Any]]:
    """Yield the bodies of the list, in its order."""
    kind = ""
    for line in (HERE / "organizations.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            code, _, rest = line.partition(": ")
            for item in rest.split(";"):
                forms = [form.strip() for form in item.split("|")]
                entry: dict[str, Any] = {"name": forms[0].lstrip("?"), "kind": kind}
                if code != "--":
                    entry["code"] = code
                if len(forms) > 1:
                    entry["names"] = [form.lstrip("?") for form in forms]
                doubtful = [form.lstrip("?") for form in forms if form.startswith("?")]
                if doubtful:
                    entry["ambiguous"] = doubtful
                yield entry


def main() -> None:
    """Write the lexicon, sorted by name and country."""
    found = sorted(entries(), key=lambda entry: (entry["name"], entry.get("code", "")))
    holders = Counter(form for entry in found for form in entry.get("names", [entry["name"]]))
    for entry in found:
        shared = [form for form in entry.get("names", [entry["name"]]) if holders[form] > 1]
        if shared:
            entry["ambiguous"] = list(dict.fromkeys([*entry.get("ambiguous", []), *shared]))
    body = yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=200, default_flow_style=None)
    TARGET.write_text(HEADER + body, "utf-8")


if __name__ == "__main__":
    main()
