"""An evaluation as a person or a program reads it."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from mappings.iris import faithful_slug
from server.evaluation.facets import FACETS, Miss
from server.evaluation.figures import Evaluation


def table(evaluation: Evaluation, title: str) -> str:
    """Give the figures as a table, one facet a line, with the 95 % interval of F1 where there is one."""
    intervals = evaluation.intervals
    between = "   95 % of F1" if intervals else ""
    lines = [f"{title:<22}{'gold':>6}{'found':>7}{'P':>7}{'R':>7}{'F1':>7}{between}"]
    for facet, c in evaluation.counts.items():
        figures = f"{c.precision:>7.3f}{c.recall:>7.3f}{c.f1:>7.3f}"
        lines.append(f"{facet:<22}{c.gold:>6}{c.found:>7}{figures}{_between(intervals.get(facet))}")
    lines.append(f"{'mean F1':<22}{'':>27}{evaluation.mean_f1:>7.3f}{_between(intervals.get('mean'))}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Guide:
    """The way from a difference to its explanation: the files of the articles, if known, and the installed rules."""

    files: Mapping[str, str] = field(default_factory=dict)
    rules: Collection[str] = ()

    def page(self, miss: Miss) -> str:
        """The path of the page that explains it, on a server of this graph."""
        query = f"?rule={quote(str(miss.rule))}" if miss.rule in self.rules else ""
        place = "" if miss.start is None or query else f"#c-{miss.start}"
        return f"/explain/article/{quote(faithful_slug(miss.article))}{query}{place}"

    def command(self, miss: Miss) -> str | None:
        """The command that explains it; None when the file of the article is not known."""
        file = self.files.get(miss.article)
        if file is None:
            return None
        narrowed = ["--words", shlex.quote(miss.words)] if miss.words else []
        named = ["--rule", shlex.quote(str(miss.rule))] if miss.rule in self.rules else []
        return " ".join(["communique explain", shlex.quote(file), *narrowed, *named])


def misses(evaluation: Evaluation, facet: str, guide: Guide | None = None) -> str:
    """Give every difference in a facet after the name of its article, and below it how to have it explained."""
    guide = guide or Guide()
    found = [
        f"{miss.article}: {miss.text}\n    {guide.command(miss) or guide.page(miss)}"
        for miss in evaluation.misses(facet)
    ]
    return "\n".join([f"== {facet}", *(found or ["nothing missed, nothing too much"])])


def as_json(evaluation: Evaluation, facets: Sequence[str] = (), guide: Guide | None = None) -> dict[str, Any]:
    """Give the figures, and the differences in some facets, as JSON values."""
    guide = guide or Guide()
    return {
        "articles": len(evaluation.articles),
        "absent": list(evaluation.absent),
        "mean": {"f1": evaluation.mean_f1, "interval": evaluation.intervals.get("mean")},
        "facets": {
            facet: {
                "gold": c.gold,
                "found": c.found,
                "precision": c.precision,
                "recall": c.recall,
                "f1": c.f1,
                "interval": evaluation.intervals.get(facet),
            }
            for facet, c in ((facet, evaluation.counts[facet]) for facet in FACETS)
        },
        "misses": {
            facet: [
                {
                    "article": m.article,
                    "text": m.text,
                    "words": m.words,
                    "rule": m.rule,
                    "start": m.start,
                    "page": guide.page(m),
                    "command": guide.command(m),
                }
                for m in evaluation.misses(facet)
            ]
            for facet in facets
        },
    }


def _between(interval: tuple[float, float] | None) -> str:
    return f"   {interval[0]:.3f}-{interval[1]:.3f}" if interval else ""
