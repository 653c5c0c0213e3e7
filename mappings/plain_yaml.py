"""YAML as a writer of rules expects it: yes, no, on and off are words, as in YAML 1.2; Norway's NO needs no quotes."""

from __future__ import annotations

import re
from typing import Any

import yaml

_BOOLEAN = "tag:yaml.org,2002:bool"


class PlainLoader(yaml.SafeLoader):
    """A safe loader for which only true and false are truth values."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|false|True|False|TRUE|FALSE)$"), list("tTfF"))


def load(text: str) -> Any:
    """Load one document; raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=PlainLoader)
