"""Rankings in the files of TREC, which trec_eval, ir_measures and others score.

A run's line is `query Q0 name rank score tag`, a qrels' `query 0 name grade`, between single
spaces. So white space within an id or a place is percent-encoded, and "%" too, to be told from
that: `talks/my talk.vtt#t=0,9` is `talks/my%20talk.vtt#t=0,9` in both files. Scores count down
from the number of names found, since equal ones would be put into another order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from errors import ContentError
from evaluation.labelled import LabelledQuestion
from evaluation.observations import Observation

_TAG = "signpost"
_SYNTAX = re.compile(r"[\s%]")


def write_run(path: Path, seen: Iterable[Observation]) -> None:
    """The places or documents found for each answerable question, best first. Raises ContentError
    where the file cannot be written."""
    _write(path, (line for one in seen for line in _run_lines(one)))


def write_qrels(path: Path, questions: Iterable[LabelledQuestion]) -> None:
    """The right ones, as in the run. Raises ContentError where the file cannot be written."""
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
