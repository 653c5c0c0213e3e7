"""What goes wrong with a store on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ontology.errors import CommuniqueError


class StoreError(CommuniqueError):
    """The store cannot be read or written; the live generation is as it was."""


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turn a failure of the disk (full, read-only, over quota) into a `StoreError` that names the store."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{root}: the new generation could not be written ({error.strerror or error}); the live one is untouched: "
            "see to free space and write access there, then build again"
        ) from error
