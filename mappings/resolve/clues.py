"""Words that tell of which country somebody is, or is not: a side of a meeting, partners, a journey."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from mappings.resolve.resolution import Resolution
from mappings.tokens import Mention, Parsed


@dataclass
class Clues:
    """The clues of a text: countries by sentence, by traveller, by pair."""

    sides: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    pairs: list[frozenset[str]] = field(default_factory=list)
    delegations: set[str] = field(default_factory=set)
    abroad: dict[str, frozenset[str]] = field(default_factory=dict)

    def side(self, sentence: int) -> str | None:
        """Return the country whose people the sentence names, if it names those of one."""
        found = self.sides.get(sentence, set())
        return next(iter(found)) if len(found) == 1 else None

    def other(self, partners: Iterable[str]) -> str | None:
        """Return the country whose relations with one of the partners the text tells of, if it is one only."""
        wanted = set(partners)
        found = {key for pair in self.pairs if len(pair & wanted) == 1 for key in pair - wanted}
        return found.pop() if len(found) == 1 else None


def read(parsed: Parsed, known: Resolution) -> Clues:
    """Collect the clues of a text."""
    clues = Clues()
    for mention in parsed.labelled("SeatClue"):
        lands = [key for m in mention.arguments.get("of", ()) for key in known.keys(m) if known.kind(key) == "country"]
        match mention.attributes.get("kind"):
            case "side":
                clues.sides[parsed.sentence[mention.start]].update(lands)
            case "delegation":
                clues.delegations.update(lands)
            case "pair" if len(set(lands)) == 2:
                clues.pairs.append(frozenset(lands))
            case "abroad":
                _travel(clues, known, mention)
    return clues


def _travel(clues: Clues, known: Resolution, mention: Mention) -> None:
    holder, host = mention.argument("holder"), mention.argument("host")
    traveller = known.key(holder) if holder else None
    if traveller and host:
        land = known.key(host) if host.label == "Country" else f"country:{host.attributes.get('code')}"
        clues.abroad[traveller] = clues.abroad.get(traveller, frozenset()) | {land or ""}
