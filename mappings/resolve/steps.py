"""What is done in code after the rules of a phase have run and before those of the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mappings.resolve.propagation import propagate
from mappings.tokens import Parsed

STEPS: Mapping[str, tuple[Callable[[Parsed], None], ...]] = {"names": (propagate,)}
