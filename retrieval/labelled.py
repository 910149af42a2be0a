"""Labelled questions: what was asked, and the places or documents that answer it.

`queries.jsonl` holds a question a line: `_id`, `text`, `answerable` (true if missing), and perhaps
`context` (the question before), `kind`, `article`, `answers` (strings of which one must be said),
`answer_span`. `qrels.tsv` holds a right answer a line: query id, place, grade, under a header.

A place is a file's path in the content folder and what stands behind its "#": `page=4`, `slide=3`,
`t=66,229` (seconds; a passage that begins in that range counts), a heading's anchor, or nothing for
the text before the first heading.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import ContentError
from index.models import Heading, Locator, Page, Slide, TimeRange


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the grades (> 0) of what answers it, by place or document id; none where it
    is not answerable."""

    id: str
    text: str
    gold: dict[str, int] = field(default_factory=dict)
    context: str | None = None
    kind: str = ""
    answers: tuple[str, ...] = ()
    document: str = ""

    @property
    def is_answerable(self) -> bool:
        return bool(self.gold)


def load_questions(queries: Path, qrels: Path | None = None) -> list[LabelledQuestion]:
    """Reads both files. Without `qrels` no question is answerable. An answerable question whose
    right answers are nowhere to be found is an error in the set.

    Raises ContentError naming file and line for what cannot be read.
    """
    gold = _load_qrels(qrels) if qrels else {}
    questions = []
    for number, line in enumerate(_lines(queries), start=1):
        try:
            data = json.loads(line)
            question = _question(data, gold.get(data["_id"], {}))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ContentError(
                f"{queries}, line {number}: no labelled question: {error!r}"
            ) from error
        if data.get("answerable", bool(question.gold)) and not question.gold and qrels:
            raise ContentError(f"{queries}, line {number}: {question.id} has no place in {qrels}")
        questions.append(question)
    return questions


def place_name(path: str, locator: Locator, gold: Iterable[str]) -> str:
    """What a passage at that place is called in a ranking: the gold place that it lies in, if it
    does, else a name of its own."""
    match locator:
        case TimeRange(start_s, _):
            for place in gold:
                if _holds(place, path, start_s):
                    return place
            return f"{path}#t={start_s:.2f}"
        case Page(number):
            return f"{path}#page={number}"
        case Slide(number):
            return f"{path}#slide={number}"
        case Heading(anchor, _):
            return f"{path}#{anchor}"
        case _:
            return path


def distance_to_start_s(path: str, locator: Locator, gold: Iterable[str]) -> float | None:
    """Seconds between where a recording is opened and where the nearest right stretch of it
    begins; None for another file or another kind of place."""
    if not isinstance(locator, TimeRange):
        return None
    starts = [_range(place)[0] for place in gold if place.startswith(f"{path}#t=")]
    return min((abs(locator.start_s - start) for start in starts), default=None)


def _holds(place: str, path: str, second: float) -> bool:
    if not place.startswith(f"{path}#t="):
        return False
    start, end = _range(place)
    return start <= second < end


def _range(place: str) -> tuple[float, float]:
    start, _, end = place.rpartition("#t=")[2].partition(",")
    return float(start), float(end)


def _question(data: dict[str, Any], gold: dict[str, int]) -> LabelledQuestion:
    return LabelledQuestion(
        id=str(data["_id"]),
        text=str(data["text"]),
        gold=gold if data.get("answerable", True) else {},
        context=data.get("context"),
        kind=str(data.get("kind", "")),
        answers=tuple(data.get("answers", ())) or tuple(filter(None, [data.get("answer_span")])),
        document=str(data.get("article", "")),
    )


def _load_qrels(path: Path) -> dict[str, dict[str, int]]:
    gold: dict[str, dict[str, int]] = defaultdict(dict)
    rows = csv.reader(_lines(path)[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, row in enumerate(rows, start=2):
        try:
            query_id, place, grade = row
            if int(grade) > 0:
                gold[query_id][place] = int(grade)
        except ValueError as error:
            raise ContentError(f"{path}, line {number}: not id, place, grade: {row!r}") from error
    return gold


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read: {error}") from error
    return [line for line in text.split("\n") if line.strip()]
