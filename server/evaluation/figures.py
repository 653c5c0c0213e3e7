"""The figures over all articles, with intervals: how far they might move had other articles been chosen."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

import pyoxigraph as ox

from server.evaluation.article_graph import ArticleGraph
from server.evaluation.facets import FACETS, Counts, Judgement, Miss, judge
from server.evaluation.gold import Gold

RESAMPLES = 1000
SEED = 20240101  # a fixed one: the same graph and gold give the same intervals
Interval = tuple[float, float]


@dataclass(frozen=True)
class Evaluation:
    """A judged set of articles; counts are summed over articles before they become figures (micro-average)."""

    articles: tuple[Judgement, ...]

    @cached_property
    def counts(self) -> dict[str, Counts]:
        """The counts of each facet, in the order of `FACETS`."""
        return _total(self.articles)

    @property
    def mean_f1(self) -> float:
        """The plain mean of F1 over the facets."""
        return _mean_f1(self.counts)

    @property
    def absent(self) -> tuple[str, ...]:
        """The articles that have gold but stand nowhere in the graph."""
        return tuple(judged.article for judged in self.articles if judged.absent)

    def misses(self, facet: str) -> list[Miss]:
        """Give what was missed and what was too much in a facet, by article."""
        return [miss for judged in self.articles for miss in judged.misses if miss.facet == facet]

    @cached_property
    def intervals(self) -> dict[str, Interval]:
        """The 95 % interval of F1 of each facet and of the mean ("mean"), by bootstrap over articles.

        Empty for fewer than two articles: one article says nothing about others.
        """
        if len(self.articles) < 2:
            return {}
        chance = random.Random(SEED)
        samples: dict[str, list[float]] = {facet: [] for facet in (*FACETS, "mean")}
        for _ in range(RESAMPLES):
            counts = _total(chance.choices(self.articles, k=len(self.articles)))
            for facet in FACETS:
                samples[facet].append(counts[facet].f1)
            samples["mean"].append(_mean_f1(counts))
        return {facet: _middle(values) for facet, values in samples.items()}


def evaluate(store: ox.Store, golds: Iterable[Gold]) -> Evaluation:
    """Judge every article that has gold; one that the store does not hold counts as missed whole."""
    return Evaluation(tuple(judge(gold, ArticleGraph(store, gold.id)) for gold in golds))


def _total(articles: Sequence[Judgement]) -> dict[str, Counts]:
    return {facet: sum((judged.counts[facet] for judged in articles), Counts()) for facet in FACETS}


def _mean_f1(counts: dict[str, Counts]) -> float:
    return fmean(counts[facet].f1 for facet in FACETS)


def _middle(values: list[float]) -> Interval:
    """Give the bounds between which 95 % of the values lie."""
    ordered = sorted(values)
    cut = len(ordered) // 40
    return ordered[cut], ordered[-1 - cut]
