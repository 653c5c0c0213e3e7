"""What became of the things of one generation in the next: each is found again by the words on which it rests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from server.store.generation import Generation
from server.store.grounds import NAMED, TELLING, Grounds, Side, Told, side
from server.store.history import History, Past, read_history, write_ahead

ONCE: Final = ("evidence", "statement")
"""What is named by its place in a text alone is looked for once and not again: so no log keeps a withdrawn text."""


def remember(root: Path, live: Generation | None, following: Generation) -> None:
    """Write down what becomes of the IRIs of the live generation when another follows it; the caller then switches."""
    history = read_history(root, live.identifier if live else None)
    found, back = Comparison(side(live), side(following), history).run()
    write_ahead(root, history, live.identifier if live else None, following.identifier, found, back)


class Comparison:
    """Two generations in a row. Only graphs that differ are looked at, and of these only where an IRI went or came."""

    def __init__(self, old: Side, new: Side, history: History) -> None:
        self.old, self.new, self.history = old, new, history
        self.known = dict(history.past)
        self.found: dict[str, Past] = {}
        graphs = old.graphs.keys() | new.graphs.keys()
        self.changed = {graph for graph in graphs if old.graphs.get(graph) != new.graphs.get(graph)}
        self.articles = {graph.rpartition("/")[2] for graph in self.changed}
        self.before, after = old.things(self.changed), new.things(self.changed)
        self.gone = {iri for iri in self.before if not new.lives(iri)}
        self.born = {iri for iri in after if not old.lives(iri)}
        self.renamed = self._renamed_articles()
        self.concerned = {graph for iri in self.gone for graph in self.before[iri]}
        self.concerned |= {graph for iri in self.born for graph in after[iri]}
        self.concerned &= old.graphs.keys()  # what only a new article tells of follows nothing
        self.was = self._grounds(old, self.concerned, self.renamed)
        again = {a for each in self.known.values() if self.articles & set(each.ground) for a in each.ground}
        following = {self.renamed.get(graph, graph) for graph in self.concerned}
        self.now = self._grounds(new, following | {f"{new.base}id/article/{article}" for article in again})

    def run(self) -> tuple[Mapping[str, Past], frozenset[str]]:
        """Give what is new about past IRIs, and which of those that were dead live again."""
        back = frozenset(self.known.keys() & self.born)
        for iri in back:
            del self.known[iri]
        suspects = self.gone | self.was.keys.keys()
        named = {iri for iri in suspects if self.old.kind(iri) in NAMED}
        for iri in (*sorted(named), *sorted(suspects - named)):  # claims are told of what has a name
            self._learn(iri, self._departed(iri) if iri in self.gone else self._parted(iri))
        for iri in sorted(self.known.keys() - self.found.keys()):
            self._learn(iri, self._again(iri))
        return self.found, back

    def _learn(self, iri: str, past: Past | None) -> None:
        if past is not None:
            self.known[iri] = self.found[iri] = replace(past, at=self.history.builds)

    def _renamed_articles(self) -> dict[str, str]:
        """Pair the articles whose identifier changed while their text did not."""
        pairs: dict[str, tuple[list[str], list[str]]] = {}
        for place, (each, iris) in enumerate(((self.old, self.gone), (self.new, self.born))):
            for iri in iris:
                if each.kind(iri) == "article":
                    pairs.setdefault(each.text_hash(iri), ([], []))[place].append(iri)
        return {gone[0]: born[0] for gone, born in pairs.values() if len(gone) == len(born) == 1}

    @staticmethod
    def _grounds(each: Side, graphs: Iterable[str], renamed: Mapping[str, str] | None = None) -> Grounds:
        grounds = Grounds()
        for graph in sorted(graphs):
            if each.kind(graph) == "article":
                grounds.take(each, graph, (renamed or {}).get(graph, graph).rpartition("/")[2])
        return grounds

    def _departed(self, iri: str) -> Past:
        """Say what became of an IRI that lives no longer."""
        elsewhere = self.renamed.get(iri, self.new.base + iri.removeprefix(self.old.base))
        if elsewhere != iri and self.new.lives(elsewhere):
            return Past(self.old.identifier, (elsewhere,))
        kind, own, told = self.old.kind(iri), self.was.own(iri), self.was.told.get(iri, {})
        beside = set() if own else self.was.beside(iri)
        now = self._holding(own or self.was.keys.get(iri, {}), told, kind) - beside
        return self._past(now, {} if kind in ONCE else own, told)

    def _parted(self, iri: str) -> Past | None:
        """Say which new IRIs took over some of the words of one that lives on."""
        kept, kind, told = self.now.keys.get(iri, {}), self.old.kind(iri), self.was.told.get(iri, {})
        lost = {key: article for key, article in self.was.own(iri).items() if key not in kept}
        heirs = self._holding(lost, told, kind) & self.born if kind not in ONCE else set()
        rests = kept.keys() & self.was.keys[iri].keys() or self.old.articles_of(iri) - self.concerned
        return self._past(heirs | ({iri} if rests else set()), lost, told) if heirs else None

    def _again(self, iri: str) -> Past | None:
        """Look once more for what a past IRI named; where nothing is found, what was known before still holds."""
        each, kind = self.known[iri], self.old.kind(iri) or self.new.kind(iri)
        if not kind or not self.articles & set(each.ground):
            return None
        keys = {key for own in each.ground.values() for key in own}
        heirs = self._holding(keys, {predicate: set(values) for predicate, values in each.told.items()}, kind)
        now = tuple(sorted(heirs | ({iri} & set(each.now))))
        return replace(each, now=now) if heirs and (now != each.now or self.found.keys() & heirs) else None

    def _holding(self, keys: Collection[str], told: Told, kind: str) -> set[str]:
        """Give the things of the new generation that rest on these words and of which nothing else is told."""
        candidates = {iri for key in keys for iri in self.now.holders.get(key, ())}
        return {iri for iri in candidates if self._agree(told, self.now.told.get(iri, {}), TELLING.get(kind, ()))}

    def _agree(self, old: Told, new: Told, properties: Collection[str]) -> bool:
        """Whether of each property that both tell the one tells no more than the other, or in fewer words."""
        pairs = [({name for v in old.get(p, ()) for name in self._image(v)}, new.get(p, set())) for p in properties]
        both = [(a, b) for a, b in pairs if a and b]
        return (not pairs or bool(both)) and all(a <= b or b <= a or _worded(a, b) for a, b in both)

    def _image(self, value: str) -> frozenset[str]:
        """Give what a value of the old generation is called in the new one."""
        heirs = History(self.known).heirs(value, self.new.lives) if value in self.known else ()
        return frozenset(heirs) or frozenset({value})

    def _past(self, now: Collection[str], keys: Mapping[str, str], told: Told) -> Past:
        ground: dict[str, list[str]] = {}
        for key, article in sorted(keys.items()):
            ground.setdefault(article, []).append(key)
        return Past(
            self.old.identifier,
            tuple(sorted(now)),
            {article: tuple(own) for article, own in ground.items()},
            {predicate: tuple(sorted(values)) for predicate, values in sorted(told.items())} if ground else {},
        )


def _worded(some: Collection[str], others: Collection[str]) -> bool:
    """Whether one text stands within another; IRIs do not count."""
    return any(a in b or b in a for a in some for b in others if "://" not in a + b)
