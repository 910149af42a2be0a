"""docs/quality.md: all figures, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.figures import Part, SetFigures
from benchmarks.quality.goals import Goal, goals
from benchmarks.quality.markdown import code, interval, number, table, text, text_table
from benchmarks.quality.methods import OURS, PLAIN
from benchmarks.quality.sections import ablations, honesty, latency, opening
from benchmarks.quality.sets import Group, Half
from evaluation.evaluate import Figure

_INTRODUCTION = """\
# How good the answers are

`make quality` measured this and wrote this page: the product on labelled questions, beside plain
methods on the same passages, in the same run, with the same code for the measures. It wants the
labelled sets at `../shared`, beside the repository. Times aside, another run of the same code gives
the same page.

The weights of `retrieval/ranking.py` and the model of `retrieval/confidence.py` were tuned on half
A of the questions, and nothing on half B. What counts are the figures of half B. A question's half
follows from the document of its first right place (a question that nothing answers: from its id),
so that what one document taught is reported on others. Intervals are 95 %, by resampling
questions.\
"""
_READING = """\
BM25, dense and ours rank the same passages; RRF is reciprocal rank fusion with k = 60; convex 0.6
is min-max-scaled cosine and BM25 at 0.6 and 0.4. nDCG@10 and hit@1 are of places in the content
folder (page, section, stretch of a recording), in product-docs and squad2-dev of documents. The
last column compares ours with the best plain method of that row.\
"""
_LOSSES = """\
The ten questions of each set on which the best plain method beats ours by most. Some found places
answer as well as the one that is labelled: read before believing.\
"""


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
    sets = report.sets
    sections = [
        _INTRODUCTION,
        *(["**Only every eighth question was asked: these are no results.**"] * report.quick),
        "## Goals\n\n" + _goals(goals(sets)),
        "## Ranking\n\n" + _READING,
        "### nDCG@10, half B\n\n" + _methods(sets, Half.B, "ndcg"),
        "### hit@1, half B\n\n" + _methods(sets, Half.B, "hit"),
        "### nDCG@10, all questions\n\n" + _methods(sets, None, "ndcg"),
        "### hit@1, all questions\n\n" + _methods(sets, None, "hit"),
        "### Tuned on, reported on\n\n" + _halves(sets),
        *opening(sets),
        *honesty(sets),
        *latency(sets),
        *ablations(sets),
        report.notes.strip(),
        "## Losses worth reading\n\n" + _LOSSES,
        *_losses(sets),
        "## What was measured\n\n" + _measured(report),
    ]
    return "\n\n".join(sections) + "\n"


def _goals(found: Sequence[Goal]) -> str:
    verdicts = {True: "reached", False: "**missed**", None: "not measured"}
    return table(
        ("goal", "target", "half B", "all", ""),
        (
            (
                one.what,
                f"{'≤' if one.at_most else '≥'} {number(one.target, one.digits)}",
                number(one.reported, one.digits),
                number(one.everything, one.digits),
                verdicts[one.reached],
            )
            for one in found
        ),
    )


def _methods(sets: Sequence[SetFigures], half: Half | None, measure: str) -> str:
    return table(
        ("set", "questions", *PLAIN, OURS, "95 %", "ours is"),
        (_method_row(one.name, _part(one, half), measure) for one in sets),
    )


def _method_row(name: str, part: Part, measure: str) -> tuple[str, ...]:
    by_method = part.ndcg if measure == "ndcg" else part.hit
    best = part.best_plain if measure == "ndcg" else part.best_plain_hit
    own = by_method[OURS]
    return (
        name,
        str(own.count),
        *(_bold_if(by_method[plain], plain == best) for plain in PLAIN),
        number(own.mean),
        interval(own),
        _verdict(own, by_method[best]),
    )


def _verdict(own: Figure, best: Figure) -> str:
    if not own.count:
        return "–"
    lead = own.mean - best.mean
    return f"above by {number(lead)}" if lead > 0 else _at_or_below(lead)


def _at_or_below(lead: float) -> str:
    return "at it" if lead == 0 else f"**below by {number(-lead)}**"


def _bold_if(figure: Figure, chosen: bool) -> str:
    return f"**{number(figure.mean)}**" if chosen and figure.count else number(figure.mean)


def _part(one: SetFigures, half: Half | None) -> Part:
    return one.everything if half is None else one.halves[half]


def _halves(sets: Sequence[SetFigures]) -> str:
    return table(
        ("ours", "A: questions", "nDCG@10", "hit@1", "B: questions", "nDCG@10", "hit@1"),
        (
            (
                one.name,
                *(
                    cell
                    for part in one.halves.values()
                    for cell in (
                        str(part.ndcg[OURS].count),
                        _with_interval(part.ndcg[OURS]),
                        _with_interval(part.hit[OURS]),
                    )
                ),
            )
            for one in sets
        ),
    )


def _with_interval(figure: Figure) -> str:
    return f"{number(figure.mean)} ({interval(figure)})" if figure.count else "–"


def _losses(sets: Sequence[SetFigures]) -> Iterator[str]:
    for one in sets:
        if not one.losses:
            continue
        yield f"### {one.name}, against {one.losses[0].plain_name}\n\n" + text_table(
            ("question", "nDCG@10: ours / plain", "found first", "right"),
            (
                (
                    text(f"{loss.context} … {loss.text}" if loss.context else loss.text),
                    f"{number(loss.ours, 2)} / {number(loss.plain, 2)}",
                    code(loss.found),
                    ", ".join(map(code, loss.right)),
                )
                for loss in one.losses
            ),
        )


def _measured(report: Report) -> str:
    questions = table(
        (
            "set",
            *map(str, Group),
            "corpus",
            "resources",
            "passages",
            "ANSWERED from",
            "CLOSEST from",
        ),
        (
            (
                one.name,
                *(str(one.everything.questions[str(group)]) for group in Group),
                one.corpus,
                str(one.resources),
                str(one.passages),
                number(one.answered),
                number(one.closest),
            )
            for one in report.sets
        ),
    )
    facts = "\n".join(f"- {name}: {value}" for name, value in report.facts.items())
    return f"{questions}\n\n{facts}"
