"""What `python -m retrieval evaluate` leaves: tables for people, JSON for scripts, files of TREC.

Those files hold rankings and right answers for trec_eval, ir_measures and others to score. A run's
line is `query Q0 name rank score tag`, a qrels' `query 0 name grade`, between single spaces. So
white space within an id or a place is percent-encoded, and "%" too, to be told from that:
`talks/my talk.vtt#t=0,9` is `talks/my%20talk.vtt#t=0,9` in both files. Scores count down from the
number of names found, since equal ones would be put into another order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.table import Table
from rich.text import Text

from errors import ContentError
from evaluation.evaluate import Evaluation, Figure, Ranking
from evaluation.labelled import LabelledQuestion
from evaluation.observations import Observation
from retrieval.answer import Outcome

_Row = tuple[str, str, str, str]
_TAG = "signpost"
_SYNTAX = re.compile(r"[\s%]")
_NAMES = {
    Outcome.ANSWERED: "ANSWERED",
    Outcome.CLOSEST: "CLOSEST",
    Outcome.NOTHING_VALIDATED: "NOTHING",
}


def as_json(value: Any) -> Any:
    """All figures under the names that `evaluation.evaluate` describes, without the single
    observations. A figure that there is not is null."""
    if is_dataclass(value):
        names = (field.name for field in fields(value) if field.name != "observations")
        return {name: as_json(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(name): as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value


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


def _rows(evaluation: Evaluation) -> Iterator[_Row]:
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


def _ranking_rows(ranking: Ranking) -> Iterator[_Row]:
    yield _row("nDCG@10", ranking.ndcg_at_10)
    yield _row("MRR@10", ranking.mrr_at_10)
    yield _row("Recall@5", ranking.recall_at_5)
    yield _row("hit@1", ranking.hit_at_1)


def _abstention_rows(evaluation: Evaluation) -> Iterator[_Row]:
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


def _row(name: str, figure: Figure) -> _Row:
    if not figure.count:
        return name, _number(figure.mean), "", "0"
    interval = f"{figure.low:.3f}–{figure.high:.3f}"
    return name, _number(figure.mean), interval, str(figure.count)


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def write_run(path: Path, seen: Iterable[Observation]) -> None:
    """The places or documents found for each answerable question, best first. Raises ContentError
    if the file cannot be written."""
    _write(path, (line for one in seen for line in _run_lines(one)))


def write_qrels(path: Path, questions: Iterable[LabelledQuestion]) -> None:
    """The right ones, as in the run. Raises ContentError if the file cannot be written."""
    _write(
        path,
        (
            f"{encoded(question.id)} 0 {encoded(name)} {grade}"
            for question in questions
            for name, grade in question.gold.items()
        ),
    )


def encoded(name: str) -> str:
    """The name as it stands in both files."""
    return _SYNTAX.sub(lambda match: quote(match[0], safe=""), name)


def _run_lines(one: Observation) -> Iterator[str]:
    for rank, name in enumerate(one.ranked, start=1):
        score = len(one.ranked) - rank + 1
        yield f"{encoded(one.question.id)} Q0 {encoded(name)} {rank} {score} {_TAG}"


def _write(path: Path, lines: Iterable[str]) -> None:
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{path} cannot be written: {error}") from error
