"""Build: read articles, find what they state, judge it, and publish what conforms as a generation of the store."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mappings import iris, outline
from ontology.errors import CommuniqueError
from ontology.namespaces import BASE, graph_iri
from server.export import check_output, export
from server.fingerprint import Source, code_version, fingerprint
from server.gathering import Gathering, gathering
from server.store import Draft, Generation, StoreError, building, current
from server.store.errors import writing
from server.summary import BuildError, Summary, as_meta, remembered, reports

if TYPE_CHECKING:
    from mappings.article import Article
    from mappings.identity import Resolution
    from mappings.pipeline import Extract, Progress, Reading
    from mappings.records import Records
    from server.links import Links

__all__ = ["BuildError", "Summary", "build"]

CACHE: Final = "cache"
"""In the store's root: what was read in each article, so that it need not be read again."""
DOUBTS: Final = "doubts.tsv"
"""In the store's root: the names left apart although they look alike, in the form of a judgement file."""


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
    `processes` is how many read at once, None as many as pay; `extract` takes the place of the rules.
    Raises `BuildError` when no article can be read, `StoreError` when the store cannot be written or is being built,
    `LinkError` and `JudgementError` for faulty files of these.
    """
    began = time.monotonic()
    iris.check_base(base)
    if output is not None:
        check_output(output)
    mark = fingerprint(paths, base=base, links=links, judgements=judgements) if extract is None else None
    live = _live(root)
    if live is not None and mark and live.meta.get("fingerprint") == mark:
        generation, summary = live, remembered(live)
    else:
        with building(root) as draft:
            work = _Work(draft, root, base, processes, progress, extract)
            generation, summary = work.run(paths, links, judgements, mark)
    if output is not None:
        export(generation, output)
    return replace(summary, seconds=time.monotonic() - began)


def _live(root: Path) -> Generation | None:
    try:
        return current(root)
    except StoreError:
        return None


@dataclass
class _Work:
    """One build at work."""

    draft: Draft
    root: Path
    base: str
    processes: int | None
    progress: Progress
    extract: Extract | None

    def run(
        self, paths: Sequence[Source], links: Path | None, judgements: Path | None, mark: str | None
    ) -> tuple[Generation, Summary]:
        from mappings.identity import Judgements, read_judgements, resolve
        from server.links import Links, read_links

        judged = read_judgements(judgements) if judgements else Judgements()
        linked = read_links(links) if links else Links()
        articles, refused = self.articles(paths)
        readings = self.readings(articles)
        refused += [reading.error for reading in readings if reading.error]
        told = [(reading.article, reading.records) for reading in readings if reading.records is not None]
        if not told:
            raise BuildError("\n".join(["no article could be read", *map(str, refused)]))
        self.progress("resolve", 0, 1)
        resolution = resolve(told, base=self.base, judgements=judged)
        self.write_doubts(resolution)
        self.progress("resolve", 1, 1)
        with gathering(self.draft, self.root) as graphs:
            conforming = self.judge(told, resolution, graphs)
            count = self.background(graphs, resolution, conforming, linked)
            graphs.close()
        summary = Summary(
            read=len(articles),
            mentions=sum(records.mentions for _, records in told),
            triples=graphs.triples,
            conforming=len(conforming),
            unread=sum(len(records.unread) for _, records in told),
            links=count,
            doubts=len(resolution.doubts),
            cached=sum(reading.cached for reading in readings),
            refused=tuple(refused),
        )
        generation = self.publish([article for article, _ in told], summary, mark)
        return generation, replace(summary, quarantined=reports(generation), generation=generation.identifier)

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
        if self.extract:
            return "given"
        from mappings.extraction import rules_version

        return rules_version()

    def rule_versions(self) -> Mapping[str, str]:
        if self.extract:
            return {}
        from mappings.extraction import rule_versions

        return rule_versions()

    def write_doubts(self, resolution: Resolution) -> None:
        """List what a person should judge, the likeliest first."""
        from mappings.identity import doubts_table
        from mappings.pipeline import write_atomically

        with writing(self.root):
            write_atomically(self.root / DOUBTS, doubts_table(resolution.doubts).encode("utf-8"))

    def judge(
        self, told: Sequence[tuple[Article, Records]], resolution: Resolution, graphs: Gathering
    ) -> frozenset[str]:
        """Write and judge each article's graph; return the identifiers of those that conform, quarantine the others."""
        from mappings.graph import Names, nquads
        from ontology.validation import validate

        versions, own = self.rule_versions(), self.rules_version()[:8]
        conforming: set[str] = set()
        for done, (article, records) in enumerate(told, start=1):
            names = Names(resolution.iri_of[article.identifier], versions, own, self.base, resolution.body_of)
            content = nquads(article, records, names)
            report = validate(content)
            if report.conforms:
                graphs.add(iris.article(self.base, article.identifier), content)
                conforming.add(article.identifier)
            else:
                with writing(self.root):
                    self.draft.quarantine(article.identifier, report.turtle, content)
            self.progress("validate", done, len(told))
        refused = {article.identifier for article, _ in told} - conforming
        for identifier in set(self.draft.quarantined()) - refused:
            self.draft.release(identifier)
        return frozenset(conforming)

    def background(self, graphs: Gathering, resolution: Resolution, conforming: frozenset[str], links: Links) -> int:
        """Add the graphs that no article states; return how many links there are."""
        from ontology import derivation, vocabulary
        from server.entities_graph import entities_graph, told_things
        from server.links import links_graph, match

        name = partial(graph_iri, base=self.base)
        things = told_things(resolution.things, conforming)
        matches = match(things, links)
        graphs.add(name("entities"), entities_graph(things, name("entities")))
        graphs.add(name("links"), links_graph(matches, things, name("links"), base=self.base))
        graphs.add(name("ontology"), vocabulary.nquads(base=self.base))
        self.progress("derive", 0, 1)
        graphs.add(name("derived"), derivation.nquads(graphs.union(), base=self.base))
        self.progress("derive", 1, 1)
        return len(matches)

    def publish(self, articles: Sequence[Article], summary: Summary, mark: str | None) -> Generation:
        """Bring the draft's texts to exactly those of these articles and their outlines, and make it live."""
        self.progress("publish", 0, 1)
        texts = {article.content_hash: article.text for article in articles}
        outlines = outline.dump(articles)
        texts[told := hashlib.sha256(outlines.encode("utf-8")).hexdigest()] = outlines
        for sha256 in self.draft.texts() - set(texts):
            self.draft.remove_text(sha256)
        for sha256, text in sorted(texts.items()):
            self.draft.put_text(sha256, text)
        meta = {"base": self.base, "version": code_version(), "fingerprint": mark, "outlines": told}
        meta |= as_meta(summary)
        generation = self.draft.publish(meta)
        self.progress("publish", 1, 1)
        return generation
