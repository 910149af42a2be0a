"""docs/quality.md: all figures, for people to read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.page import templates
from benchmarks.quality.rankings import FULL, OURS, PLAIN
from benchmarks.quality.set_figures import REMOVED, SetFigures
from benchmarks.quality.sets import Group
from benchmarks.quality.targets import MOST_MS, goals, spent_ms
from evaluation.evaluate import Figure
from retrieval.answer import Outcome

# Beyond this the ranking that the ablations change is not the product's.
_SAME = 5e-4


@dataclass(frozen=True, slots=True)
class Report:
    """What the page says. `facts` are the model and the versions of what it ran on, by name;
    `notes` is text that somebody wrote; `quick` says that only some questions were asked."""

    sets: Sequence[SetFigures]
    facts: Mapping[str, str]
    notes: str
    quick: bool = False


def page(report: Report) -> str:
    """The page in Markdown."""
    parts = [one.everything for one in report.sets]
    written = templates.render(
        "quality.md",
        {"verdict": _verdict, "ablated": _ablated, "spent_ms": spent_ms},
        report=report,
        sets=report.sets,
        goals=goals(report.sets),
        plain=list(PLAIN),
        ours=OURS,
        full=FULL,
        groups=list(map(str, Group)),
        outcomes=list(Outcome),
        told_apart=[str(Group.OFF_TOPIC), str(Group.MISSING), REMOVED],
        stages=list(dict.fromkeys(stage for one in parts for stage in one.evaluation.latency)),
        most_ms=MOST_MS,
        ablations=list(dict.fromkeys(name for one in parts for name in one.ablated)),
        differing=[one.name for one in report.sets if _differs(one)],
    )
    return written.rstrip("\n") + "\n"


def _verdict(own: Figure, best: Figure) -> str:
    lead = own.mean - best.mean
    if not own.count:
        return "–"
    if lead == 0:
        return "at it"
    told = templates.number(abs(lead))
    return f"above by {told}" if lead > 0 else f"**below by {told}**"


def _ablated(sets: Sequence[SetFigures], name: str) -> list[float]:
    """nDCG@10 of each set with all of it, or by how much another ablation differs from that; then
    the mean."""
    values = []
    for one in sets:
        ablated = one.everything.ablated
        whole = ablated.get(FULL, math.nan)
        values.append(whole if name == FULL else ablated.get(name, math.nan) - whole)
    return [*values, sum(values) / len(values)]


def _differs(one: SetFigures) -> bool:
    """A ranking put together in benchmarks may fall behind the product's own."""
    put_together = one.everything.ablated.get(FULL, math.nan)
    return abs(put_together - one.everything.ndcg[OURS].mean) > _SAME
