"""What a format's reader finds in its input, before the text is cut and judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Raw:
    """An article as its format gives it; `file` names the place for messages ("news.jsonl line 3")."""

    file: str
    identifier: str
    text: str
    headline: str | None = None
    published: date | None = None
    url: str | None = None
    publisher: str | None = None
