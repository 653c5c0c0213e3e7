"""The settings of the server: one list of them, read from a file, then the environment, then the flags of the command.

A later one wins. Each name below is a key of the TOML file, in capitals behind `COMMUNIQUE_` a variable of the
environment, and with hyphens a flag of `communique serve`.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ontology.errors import CommuniqueError

ENVIRONMENT: Final = "COMMUNIQUE_"
FILE: Final = "COMMUNIQUE_SETTINGS"


class SettingsError(CommuniqueError):
    """A setting that is unknown or does not make sense."""


def _setting(default: Any, help: str, *, least: float = 0) -> Any:
    return field(default=default, metadata={"help": help, "least": least})


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set; 0 processes and evaluators mean as many as suit the machine, 0 elsewhere means no bound."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on", least=1)
    workers: int = _setting(0, "server processes; 0: one for every four processors")
    prefix: str = _setting("", "path under which a reverse proxy shows the server, as /graph")
    proxies: int = _setting(0, "reverse proxies in front whose X-Forwarded-For is believed")
    stop_seconds: int = _setting(12, "seconds that requests have to end when the server is stopped", least=1)

    query_seconds: float = _setting(10.0, "seconds one query may take; a client may ask for fewer", least=0.1)
    query_memory: int = _setting(1024, "megabytes of address space of one evaluator", least=256)
    query_rows: int = _setting(1_000_000, "rows or triples after which an answer is cut")
    query_bytes: int = _setting(256 << 20, "bytes after which an answer is cut", least=1)
    evaluators: int = _setting(0, "evaluator processes kept ready; 0: one for each processor, at least two")
    evaluators_most: int = _setting(8, "queries that run at once", least=1)
    evaluators_long: int = _setting(6, "queries that may take more than half a second while others wait", least=1)
    queue: int = _setting(1000, "queries that wait for an evaluator; further ones are answered 503")
    queue_seconds: float = _setting(5.0, "seconds a query waits for an evaluator, or half its deadline", least=0.1)

    rate: float = _setting(0.0, "queries a second of one client, further ones are answered 429; 0: any number")
    burst: int = _setting(50, "queries that one client may send at once before its rate counts", least=1)
    send_seconds: float = _setting(60.0, "seconds a client may take no byte before its answer is broken off", least=1)

    cache_bytes: int = _setting(64 << 20, "bytes of answers that are kept; 0: none")
    access_log: str = _setting("", "file for a line about each query, - for standard error; empty: none")
    slow_log: str = _setting("", "file for the text of queries that took long, - for standard error; empty: none")
    slow_seconds: float = _setting(1.0, "seconds from which a query counts as slow")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what it is unless it is set, the least it may be, what it is for."""

    default: Any
    least: float
    help: str


def names() -> dict[str, Setting]:
    """Give the settings by name."""
    return {own.name: Setting(own.default, **own.metadata) for own in dataclasses.fields(Settings)}


def load(
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Put the settings together; raise `SettingsError` for one that is unknown or does not make sense.

    Without `file`, the one that `COMMUNIQUE_SETTINGS` names is read, if any. Flags that are None were not given.
    """
    environment = os.environ if environment is None else environment
    if file is None and environment.get(FILE):
        file = Path(environment[FILE])
    found: dict[str, Any] = {}
    if file:
        found |= {name: checked(name, value, str(file)) for name, value in _read(file).items()}
    for name in names():
        if (given := environment.get(variable := ENVIRONMENT + name.upper())) is not None:
            found[name] = checked(name, given, f"${variable}")
        if flags and flags.get(name) is not None:
            found[name] = checked(name, flags[name], f"--{name.replace('_', '-')}")
    return Settings(**found)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: the settings cannot be read ({error})") from error


def checked(name: str, value: Any, place: str) -> Any:
    """Turn a value, a string where it comes from the environment or a flag, into what the setting is.

    Raises `SettingsError`, which names the place.
    """
    setting = names().get(name)
    if setting is None:
        raise SettingsError(f"{place}: there is no setting {name!r}; there are {', '.join(names())}")
    kind = type(setting.default)
    try:
        made = kind(value) if isinstance(value, str) or (kind is float and type(value) is int) else value
    except ValueError:
        made = None
    if type(made) is not kind:
        raise SettingsError(f"{place}: {name} is {_KINDS[kind]}, not {value!r}")
    if kind is not str and not setting.least <= made < 1 << 62:
        raise SettingsError(f"{place}: {name} is at least {setting.least}, not {value!r}")
    if name == "prefix" and made and not (made.startswith("/") and not made.endswith("/")):
        raise SettingsError(f"{place}: prefix begins with / and does not end with it, as /graph, not {value!r}")
    return made


_KINDS: Final = {int: "a whole number", float: "a number", str: "a text"}
