"""What trec_eval makes of a run: the judge of our own figures, and no fake at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import ir_measures
from ir_measures import RR, R, Success, nDCG

from evaluation.evaluation_report import write_qrels, write_run
from evaluation.observations import Observation


def score_by_trec_eval(seen: Sequence[Observation], folder: Path) -> dict[str, list[float]]:
    """nDCG@10, RR@10, R@5 and Success@1 of each answerable question, by its name in the files
    that `--run` and `--qrels-out` write."""
    run, qrels = folder / "run.txt", folder / "qrels.txt"
    write_run(run, seen)
    write_qrels(qrels, [one.question for one in seen])
    return score_files(run, qrels)


def score_files(run: Path, qrels: Path) -> dict[str, list[float]]:
    """The same of two files."""
    measures = [nDCG @ 10, RR @ 10, R @ 5, Success @ 1]
    scores: dict[str, list[float]] = {}
    for figure in ir_measures.iter_calc(
        measures,
        list(ir_measures.read_trec_qrels(str(qrels))),
        list(ir_measures.read_trec_run(str(run))),
    ):
        values = scores.setdefault(figure.query_id, [0.0] * len(measures))
        values[measures.index(figure.measure)] = figure.value
    return scores
