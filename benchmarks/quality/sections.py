"""Sections of the page: places, honesty, latency, ablations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from benchmarks.quality.ablations import FULL
from benchmarks.quality.figures import REMOVED, SetFigures
from benchmarks.quality.goals import MOST_MS, spent_ms
from benchmarks.quality.markdown import interval, number, percent, signed, table
from benchmarks.quality.methods import OURS
from benchmarks.quality.sets import Group, Half
from evaluation.evaluate import Figure
from retrieval.answer import Outcome

_OPENING = """\
## The right place, the right sentence

The place is where the first hit opens, in a recording where its sentence is said; seconds are from
the start of the nearest right stretch, in the right recording and within a right stretch. A
sentence is right if it holds the labelled answer: that of the best right passage which holds it
(given), and that of the first passage (end to end). The handbook's labelled answers are spans of
up to several sentences, so that one sentence seldom holds one.

"""
_HONESTY = """\
## Saying that nothing answers

AUROC of confidence: answerable questions against those off topic, those on topic that nothing
answers (of squad2-dev: the adversarial ones), and themselves with the documents that answer them
hidden.

"""
_OUTCOMES = """\
### Outcomes at the thresholds that ship, half B

Shares of each outcome by what was asked; of what is ANSWERED, how often the first place is right
(nothing is right for a question that is not answerable); how far confidence is from that share.

"""
_LATENCY = """\
## Time

Milliseconds for an answer by stage, median / 99th percentile, on the machine that ran this, one
question at a time. The goal is to search and rank 10,000 passages in under 10 ms.

"""
_ABLATIONS = """\
## Ablations

nDCG@10 over all questions, and how it changes with one thing left out or changed.

"""

# Beyond this the ranking that the ablations change is not the product's.
_SAME = 5e-4


def opening(sets: Sequence[SetFigures]) -> Iterator[str]:
    """Where an answer opens, and the sentence that is marked there."""
    rows = []
    for one in sets:
        for label, part in (("B", one.halves[Half.B]), ("all", one.everything)):
            places, sentences = part.evaluation.places, part.evaluation.sentences
            rows.append(
                (
                    f"{one.name}, {label}",
                    *(_cells(places.accuracy) if places else ("–", "–")),
                    number(places.median_s if places else None, 1),
                    number(places.median_s_inside if places else None, 1),
                    *(_cells(sentences.given_passage)[:1] if sentences else ("–",)),
                    *(_cells(sentences.end_to_end) if sentences else ("–", "–")),
                )
            )
    yield _OPENING + table(
        (
            "set, half",
            "place",
            "95 %",
            "median s",
            "inside",
            "sentence, given",
            "end to end",
            "95 %",
        ),
        rows,
    )


def honesty(sets: Sequence[SetFigures]) -> Iterator[str]:
    """Whether confidence knows what cannot be answered, and what the thresholds make of it."""
    names = (str(Group.OFF_TOPIC), str(Group.MISSING), REMOVED)
    yield _HONESTY + table(
        ("set", *(f"{name}, {half}" for name in names for half in ("A", "B"))),
        (
            (
                one.name,
                *(number(one.halves[half].auroc[name]) for name in names for half in Half),
            )
            for one in sets
        ),
    )
    yield _OUTCOMES + _outcomes(sets)


def _outcomes(sets: Sequence[SetFigures]) -> str:
    rows = []
    for one in sets:
        part = one.halves[Half.B]
        for group in Group:
            shares = part.outcomes[str(group)]
            if not shares:
                continue
            shipped = part.evaluation.shipped
            first = group is Group.ANSWERABLE
            rows.append(
                (
                    f"{one.name}: {group}",
                    str(part.questions[str(group)]),
                    *(percent(shares[outcome]) for outcome in Outcome),
                    percent(shipped.precision.mean) if first else "",
                    percent(shipped.precision_of_answerable.mean) if first else "",
                    number(shipped.calibration_error) if first else "",
                )
            )
    return table(
        (
            "asked",
            "questions",
            "ANSWERED",
            "CLOSEST",
            "NOTHING",
            "right of all ANSWERED",
            "right of answerable ANSWERED",
            "calibration error",
        ),
        rows,
    )


def latency(sets: Sequence[SetFigures]) -> Iterator[str]:
    """Where the time goes."""
    stages = list(dict.fromkeys(s for one in sets for s in one.everything.evaluation.latency))
    rows = []
    for one in sets:
        measured = one.everything.evaluation
        cells = [
            f"{number(found.median_ms, 1)} / {number(found.p99_ms, 1)}" if found else "–"
            for found in map(measured.latency.get, stages)
        ]
        spent = spent_ms(measured)
        verdict = "reached" if spent < MOST_MS else "**missed**"
        rows.append((one.name, str(one.passages), *cells, number(spent, 1), verdict))
    yield _LATENCY + table(("set", "passages", *stages, "search + rank", f"under {MOST_MS}"), rows)


def ablations(sets: Sequence[SetFigures]) -> Iterator[str]:
    """What each part is worth."""
    parts = [one.everything for one in sets]
    names = list(dict.fromkeys(name for part in parts for name in part.ablated))
    rows = []
    for name in names:
        changes = [
            part.ablated.get(name, math.nan) - part.ablated.get(FULL, math.nan) for part in parts
        ]
        if name == FULL:
            values = [part.ablated.get(name, math.nan) for part in parts]
            rows.append((name, *map(number, values), number(_mean(values))))
        else:
            rows.append((name, *map(signed, changes), signed(_mean(changes))))
    yield (
        (
            "## Ablations\n\n"
            "nDCG@10 over all questions, and how it changes with one thing left out or changed.\n\n"
        )
        + table(("", *(one.name for one in sets), "mean"), rows)
        + _differs(sets)
    )
    yield from _follow_ups(sets)
    yield "### The sentence\n\n" + _choosing(sets)


def _differs(sets: Sequence[SetFigures]) -> str:
    """A ranking put together in benchmarks may fall behind the product's own."""
    others = [
        one.name
        for one in sets
        if abs(one.everything.ablated.get(FULL, math.nan) - one.everything.ndcg[OURS].mean) > _SAME
    ]
    if not others:
        return ""
    return (
        f"\n\nOf {', '.join(others)}, the ranking changed here is not the product's own any more."
    )


def _follow_ups(sets: Sequence[SetFigures]) -> Iterator[str]:
    rows = []
    for one in sets:
        if found := one.everything.evaluation.follow_ups:
            for name, ranking in (
                ("with", found.with_context),
                ("without", found.without_context),
            ):
                rows.append(
                    (
                        f"{one.name}, {name} the question before",
                        str(ranking.ndcg_at_10.count),
                        *_cells(ranking.ndcg_at_10),
                        *_cells(ranking.hit_at_1),
                    )
                )
    if rows:
        yield "### Follow-up questions\n\n" + table(
            ("", "questions", "nDCG@10", "95 %", "hit@1", "95 %"), rows
        )


def _choosing(sets: Sequence[SetFigures]) -> str:
    rows = [
        (
            f"{one.name}: {name}",
            number(found.given.mean),
            number(found.end_to_end.mean),
            number(found.place.mean) if one.everything.evaluation.places else "–",
            number(found.median_s, 1),
        )
        for one in sets
        if one.everything.evaluation.sentences
        or (one.everything.evaluation.places and one.everything.evaluation.places.median_s)
        for name, found in one.everything.choosing.items()
    ]
    return table(
        ("chosen by", "sentence, given", "end to end", "place opened", "median s to the start"),
        rows,
    )


def _cells(figure: Figure) -> tuple[str, str]:
    return number(figure.mean), interval(figure)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
