"""What `python -m retrieval evaluate` prints: tables for people, JSON for scripts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.evaluation import Evaluation, Figure, Ranking
from retrieval.answer import Outcome

Row = tuple[str, str, str, str]
_NAMES = {
    Outcome.ANSWERED: "ANSWERED",
    Outcome.CLOSEST: "CLOSEST",
    Outcome.NOTHING_VALIDATED: "NOTHING",
}


def to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """All figures under the names that `evaluation.evaluation` describes; null where there is
    nothing to measure. Single questions are left out."""
    data: dict[str, Any] = _plain(evaluation)
    return data


def print_evaluation(evaluation: Evaluation, console: Console) -> None:
    """The figures, those of each kind of question, and where the time goes."""
    table = _table("measure", "value", "95 %", "questions")
    for row in _rows(evaluation):
        table.add_row(*row)
    console.print(table)
    if evaluation.by_kind:
        console.print()
        console.print(_kinds_table(evaluation.by_kind))
    console.print()
    console.print(_latency_table(evaluation))


def print_not_served(names: Sequence[str], console: Console) -> None:
    """Why some questions could not be answered, if so."""
    if names:
        console.print(
            Text("note:", style="yellow"),
            f"the snapshot does not hold {len(names)} of the right answers, such as {names[0]}",
            soft_wrap=True,
        )


def _rows(evaluation: Evaluation) -> Iterator[Row]:
    yield from _ranking_rows(evaluation.ranking)
    if places := evaluation.places:
        yield _row("right place opened", places.accuracy)
        if places.median_s is not None:
            yield "  median s from start, same recording", _seconds(places.median_s), "", ""
            yield (
                "  median s from start, right stretch",
                _seconds(places.median_s_inside),
                "",
                "",
            )
    if sentences := evaluation.sentences:
        yield _row("right sentence", sentences.end_to_end)
        yield _row("right sentence in the right passage", sentences.given_passage)
    if follow_ups := evaluation.follow_ups:
        for row in _ranking_rows(follow_ups.with_context):
            yield f"follow-ups: {row[0]}", *row[1:]
        for row in _ranking_rows(follow_ups.without_context):
            yield f"  without context: {row[0]}", *row[1:]
    yield from _abstention_rows(evaluation)


def _ranking_rows(ranking: Ranking) -> Iterator[Row]:
    yield _row("nDCG@10", ranking.ndcg_at_10)
    yield _row("MRR@10", ranking.mrr_at_10)
    yield _row("Recall@5", ranking.recall_at_5)
    yield _row("hit@1", ranking.hit_at_1)


def _abstention_rows(evaluation: Evaluation) -> Iterator[Row]:
    abstention, shipped = evaluation.abstention, evaluation.shipped
    both = f"{abstention.answerable} / {abstention.unanswerable}"
    yield "AUROC of confidence", _number(abstention.auroc), "", both
    kept = _number(abstention.answered_at_90_kept)
    yield "unanswerable answered at 90 % kept", kept, "", both
    yield _row("ANSWERED: first place right", shipped.precision)
    yield _row("  among the answerable", shipped.precision_of_answerable)
    for outcome in Outcome:
        shares = [
            _number(share.get(outcome, math.nan))
            for share in (shipped.answerable, shipped.unanswerable)
        ]
        yield f"{_NAMES[outcome]}: answerable / others", " / ".join(shares), "", ""
    error = _number(shipped.calibration_error)
    yield "calibration error of confidence", error, "", str(evaluation.questions)


def _kinds_table(kinds: Mapping[str, Evaluation]) -> Table:
    table = _table("kind", "n", "nDCG", "MRR", "R@5", "hit@1", "AUROC", "at 90", "ANSW", "CLOS")
    for name, one in kinds.items():
        ranking, shipped = one.ranking, one.shipped
        shares = shipped.answerable or shipped.unanswerable
        figures = (ranking.ndcg_at_10, ranking.mrr_at_10, ranking.recall_at_5, ranking.hit_at_1)
        table.add_row(
            name or "(none)",
            str(one.questions),
            *(_number(figure.mean) for figure in figures),
            _number(one.abstention.auroc),
            _number(one.abstention.answered_at_90_kept),
            _number(shares[Outcome.ANSWERED]),
            _number(shares[Outcome.CLOSEST]),
        )
    table.caption = "outcomes: of the answerable where there are any"
    return table


def _latency_table(evaluation: Evaluation) -> Table:
    table = _table("ms for an answer", "median", "p99")
    for stage, latency in evaluation.latency.items():
        table.add_row(stage, f"{latency.median_ms:.1f}", f"{latency.p99_ms:.1f}")
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, caption_justify="left", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _row(name: str, figure: Figure) -> Row:
    if not figure.count:
        return name, _number(figure.mean), "", "0"
    interval = f"{figure.low:.3f}–{figure.high:.3f}"
    return name, _number(figure.mean), interval, str(figure.count)


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        names = (field.name for field in fields(value) if field.name != "observations")
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
