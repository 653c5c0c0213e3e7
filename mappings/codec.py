"""Records <-> JSON: the form in which the cache keeps what was read in an article."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from mappings.records import Records


def dump(records: Records) -> bytes:
    """Write records as JSON."""
    return json.dumps(asdict(records), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def load(data: bytes) -> Records:
    """Read records that `dump` wrote; raises `ValueError` when `data` is anything else, half a file for instance."""
    try:
        records: Records = _reader(Records)(json.loads(data))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a file of records: {error}") from error
    return records


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """Return what turns a JSON value into a value of the annotated type."""
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        readers = {field.name: _reader(hints[field.name]) for field in fields(hint)}
        return lambda value: hint(**{name: read(value[name]) for name, read in readers.items()})
    if get_origin(hint) is tuple:
        item = _reader(get_args(hint)[0])
        return lambda value: tuple(item(each) for each in value)
    if get_origin(hint) in (Union, types.UnionType):
        inner = _reader(next(arg for arg in get_args(hint) if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    return lambda value: value
