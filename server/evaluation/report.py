"""An evaluation as a person or a program reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.evaluation.facets import FACETS
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


def misses(evaluation: Evaluation, facet: str) -> str:
    """Give every difference in a facet, one a line, after the name of its article (which `explain` takes)."""
    found = [f"{miss.article}: {miss.text}" for miss in evaluation.misses(facet)]
    return "\n".join([f"== {facet}", *(found or ["nothing missed, nothing too much"])])


def as_json(evaluation: Evaluation, facets: Sequence[str] = ()) -> dict[str, Any]:
    """Give the figures, and the differences in some facets, as JSON values."""
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
            facet: [{"article": m.article, "text": m.text} for m in evaluation.misses(facet)] for facet in facets
        },
    }


def _between(interval: tuple[float, float] | None) -> str:
    return f"   {interval[0]:.3f}-{interval[1]:.3f}" if interval else ""
