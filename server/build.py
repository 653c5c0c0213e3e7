"""Build: read articles, find what they state, judge it, and publish what conforms as a generation of the store."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from mappings import iris
from ontology.errors import CommuniqueError
from ontology.namespaces import BASE, graph_iri
from server.export import check_output, export
from server.fingerprint import Source, code_version, fingerprint
from server.store import Draft, Generation, StoreError, building, current
from server.store.errors import writing

if TYPE_CHECKING:
    from mappings.article import Article
    from mappings.identity import Resolution
    from mappings.pipeline import Extract, Progress, Reading
    from ontology.validation import Report

CACHE: Final = "cache"
DOUBTS: Final = "doubts.tsv"
"""In the store's root: the names left apart although they look alike, in the form of a judgement file."""
COUNTED: Final = ("read", "mentions", "triples", "conforming", "unread", "links", "doubts")


class BuildError(CommuniqueError):
    """Nothing could be built; the live generation is as it was."""


@dataclass(frozen=True)
class Summary:
    """What a build did. `refused` are the errors of articles that could not be read, `quarantined` pairs an article's
    identifier with the file of its validation report; `unchanged` says that there was nothing to do."""

    read: int
    mentions: int
    triples: int
    conforming: int
    unread: int
    links: int = 0
    doubts: int = 0
    cached: int = 0
    refused: tuple[CommuniqueError, ...] = ()
    quarantined: tuple[tuple[str, Path], ...] = ()
    unchanged: bool = False
    generation: str = ""
    seconds: float = 0.0

    def __str__(self) -> str:
        lines = [
            f"{self.read} articles read, {len(self.refused)} refused",
            f"{self.mentions} mentions, {self.triples} triples, {self.links} links",
            f"{self.conforming} conforming, {len(self.quarantined)} quarantined",
            *(f"  {identifier}: {report}" for identifier, report in self.quarantined),
            f"{self.unread} sentences with a trigger word but no record",
            f"{self.doubts} pairs of names left for a person to judge",
            f"generation {self.generation}{', unchanged' if self.unchanged else ''}, {self.seconds:.1f} s",
        ]
        return "\n".join(lines)


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def build(
    paths: Sequence[Source],
    *,
    root: Path,
    base: str = BASE,
    output: Path | None = None,
    processes: int | None = None,
    progress: Progress = silent,
    links: Path | None = None,
    judgements: Path | None = None,
    extract: Extract | None = None,
) -> Summary:
    """Build the dataset of all articles below `paths` in the store `root`, and write it to `output` as well if given.

    When inputs, options and code are those of the live generation, nothing is built and nothing heavy imported.
    An article that cannot be read is in `Summary.refused`, one that does not conform in quarantine; the rest is built.
    Raises `BuildError` when no article can be read, `StoreError` when the store cannot be written or is being built.
    """
    began = time.monotonic()
    iris.check_base(base)
    if output is not None:
        check_output(output)
    mark = fingerprint(paths, base=base, links=links, judgements=judgements) if extract is None else None
    live = _live(root)
    if live is not None and mark and live.meta.get("fingerprint") == mark:
        generation, summary = live, _remembered(live)
    else:
        with building(root) as draft:
            work = _Work(draft, root, base, processes or os.cpu_count() or 1, progress, extract)
            generation, summary = work.run(paths, links, judgements, mark)
    if output is not None:
        export(generation, output)
    return replace(summary, seconds=time.monotonic() - began)


def _live(root: Path) -> Generation | None:
    try:
        return current(root)
    except StoreError:
        return None


def _remembered(live: Generation) -> Summary:
    """Read the summary of the build that made a generation, what it refused included."""
    counts = {name: int(live.meta["summary"][name]) for name in COUNTED}
    refused = tuple(BuildError(message) for message in live.meta["refused"])
    return Summary(**counts, refused=refused, quarantined=_reports(live), unchanged=True, generation=live.identifier)


def _reports(generation: Generation) -> tuple[tuple[str, Path], ...]:
    folder = generation.path / "quarantine"
    return tuple((name, folder / f"{key}.ttl") for name, key in sorted(generation.manifest.quarantine.items()))


@dataclass
class _Work:
    """One build at work."""

    draft: Draft
    root: Path
    base: str
    processes: int
    progress: Progress
    extract: Extract | None

    def run(
        self, paths: Sequence[Source], links: Path | None, judgements: Path | None, mark: str | None
    ) -> tuple[Generation, Summary]:
        from mappings.identity import Judgements, read_judgements, resolve

        known = read_judgements(judgements) if judgements else Judgements()
        articles, refused = self.articles(paths)
        readings = self.readings(articles)
        refused += [reading.error for reading in readings if reading.error]
        told = [(reading.article, reading.records) for reading in readings if reading.records is not None]
        if not told:
            raise BuildError("\n".join(["no article could be read", *map(str, refused)]))
        self.progress("resolve", 0, 1)
        resolution = resolve(told, base=self.base, judgements=known)
        self.progress("resolve", 1, 1)
        self.doubts(resolution)
        graphs, quarantined = self.judge(readings, resolution)
        linked = self.background(graphs, resolution, links)
        summary = Summary(
            read=len(articles),
            mentions=sum(records.mentions for _, records in told),
            triples=sum(content.count(b"\n") for content in graphs.values()),
            conforming=len(told) - len(quarantined),
            unread=sum(len(records.unread) for _, records in told),
            links=linked,
            doubts=len(resolution.doubts),
            cached=sum(reading.cached for reading in readings),
            refused=tuple(refused),
        )
        generation = self.publish(graphs, [article for article, _ in told], summary, mark)
        return generation, replace(summary, quarantined=_reports(generation), generation=generation.identifier)

    def articles(self, paths: Sequence[Source]) -> tuple[list[Article], list[CommuniqueError]]:
        from mappings.article import Article
        from mappings.readers import read

        found: list[Article] = []
        refused: list[CommuniqueError] = []
        for number, outcome in enumerate(read(paths), start=1):
            if isinstance(outcome, Article):
                found.append(outcome)
            else:
                refused.append(outcome)
            self.progress("read", number, 0)
        return sorted(found, key=lambda article: article.identifier), refused

    def readings(self, articles: Sequence[Article]) -> list[Reading]:
        """Run the rules on what the cache does not hold, and keep there what these articles need, no more."""
        from mappings.pipeline import extract_articles, forget, read_all

        if self.extract:
            return read_all(articles, version="given", progress=self.progress, extract=self.extract)
        version, cache = self.rules_version(), self.root / CACHE
        with writing(self.root):
            readings = read_all(
                articles,
                version=version,
                cache=cache,
                processes=self.processes,
                progress=self.progress,
                extract=extract_articles,
            )
            forget(cache, articles, version)
        return readings

    def rules_version(self) -> str:
        from mappings.extraction import rules_version

        return rules_version()

    def rule_versions(self) -> Mapping[str, str]:
        if self.extract:
            return {}
        from mappings.extraction import rule_versions

        return rule_versions()

    def doubts(self, resolution: Resolution) -> None:
        """List what a person should judge, the likeliest first."""
        from mappings.identity import doubts_table
        from mappings.pipeline import write_atomically

        with writing(self.root):
            write_atomically(self.root / DOUBTS, doubts_table(resolution.doubts).encode("utf-8"))

    def judge(self, readings: Sequence[Reading], resolution: Resolution) -> tuple[dict[str, bytes], list[str]]:
        """Write each article's graph and judge it; what does not conform goes to quarantine."""
        from mappings.graph import Names, nquads
        from ontology.validation import validate

        versions = self.rule_versions()
        own = "given" if self.extract else self.rules_version()[:8]
        graphs: dict[str, bytes] = {}
        refused: list[str] = []
        for done, reading in enumerate(readings, start=1):
            article = reading.article
            if reading.records is not None:
                names = Names(resolution.iri_of[article.identifier], versions, own, self.base, resolution.body_of)
                content = nquads(article, reading.records, names)
                report = validate(content)
                if report.conforms:
                    graphs[iris.article(self.base, article.identifier)] = content
                    self.draft.release(article.identifier)
                else:
                    refused.append(article.identifier)
                    self.quarantine(article, report, content)
            self.progress("validate", done, len(readings))
        for identifier in set(self.draft.quarantined()) - set(refused):
            self.draft.release(identifier)
        return graphs, refused

    def quarantine(self, article: Article, report: Report, content: bytes) -> None:
        with writing(self.root):
            self.draft.quarantine(article.identifier, report.turtle, content)

    def background(self, graphs: dict[str, bytes], resolution: Resolution, links: Path | None) -> int:
        """Add the graphs that no article states; return how many links there are."""
        from ontology import derivation, vocabulary
        from server.entities_graph import entities_graph, told_things
        from server.links import Links, links_graph, match, read_links

        name = partial(graph_iri, base=self.base)
        told = frozenset(
            identifier for identifier in resolution.iri_of if iris.article(self.base, identifier) in graphs
        )
        things = told_things(resolution.things, told)
        matches = match(things, read_links(links) if links else Links())
        graphs[name("entities")] = entities_graph(things, name("entities"))
        graphs[name("links")] = links_graph(matches, things, name("links"), base=self.base)
        graphs[name("ontology")] = vocabulary.nquads(base=self.base)
        union = ox.Store()
        for content in graphs.values():
            union.bulk_load(content, format=ox.RdfFormat.N_QUADS)
        graphs[name("derived")] = derivation.nquads(union, base=self.base)
        return len(matches)

    def publish(
        self, graphs: Mapping[str, bytes], articles: Sequence[Article], summary: Summary, mark: str | None
    ) -> Generation:
        """Bring the draft to exactly these graphs and texts, and make it live."""
        texts = {article.content_hash: article.text for article in articles}
        steps = len(graphs) + 1
        for iri in set(self.draft.graphs()) - set(graphs):
            self.draft.remove_graph(iri)
        for done, iri in enumerate(sorted(graphs), start=1):
            self.draft.replace_graph(iri, graphs[iri])
            self.progress("publish", done, steps)
        for sha256 in self.draft.texts() - set(texts):
            self.draft.remove_text(sha256)
        for sha256, text in sorted(texts.items()):
            self.draft.put_text(sha256, text)
        meta: dict[str, Any] = {
            "base": self.base,
            "version": code_version(),
            "fingerprint": mark,
            "summary": {name: getattr(summary, name) for name in COUNTED},
            "refused": [str(error) for error in summary.refused],
        }
        generation = self.draft.publish(meta)
        self.progress("publish", steps, steps)
        return generation
