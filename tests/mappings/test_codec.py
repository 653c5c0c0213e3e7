"""The cache's form of records: what goes in comes out, half a file does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings import codec
from mappings.records import Records

FILES = sorted((Path(__file__).parents[1] / "invented").glob("*.records"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_records_survive_the_way_through_a_file(file: Path) -> None:
    records = codec.load(file.read_bytes())
    assert records.entities
    assert codec.load(codec.dump(records)) == records


def test_empty_records_survive() -> None:
    assert codec.load(codec.dump(Records())) == Records()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"entities": 3}'])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        codec.load(data)
