"""Real documents, messy as they are, and the questions that people labelled for them.

The bounds stand a little under what was measured; docs/quality.md has the figures themselves.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from retrieval.answer import Question
from retrieval.retriever import Retriever
from snapshot.models import Heading, Locator, Page, TimeRange
from tests.conftest import SHARED


def _labelled(name: str) -> list[tuple[Question, set[str]]]:
    """The answerable questions of a set, with the places that answer them."""
    folder = SHARED / "eval" / name
    if not folder.is_dir():
        pytest.skip(
            f"the labelled questions are not at {folder}: they are no part of the repository"
        )
    places: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query_id, place, _ = line.split("\t")
        places[query_id].add(place)
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    queries = [json.loads(line) for line in lines]
    return [
        (Question(query["text"], context=query.get("context")), places[query["_id"]])
        for query in queries
        if query["answerable"]
    ]


def _is_at(path: str, locator: Locator, place: str) -> bool:
    gold_path, _, fragment = place.partition("#")
    if path != gold_path:
        return False
    match locator:
        case Page(number):
            return fragment == f"page={number}"
        case Heading(anchor, _):
            return fragment == anchor
        case TimeRange(start_s, _):
            start, _, end = fragment.removeprefix("t=").partition(",")
            return float(start) <= start_s <= float(end)
        case _:
            return not fragment


def _found_among(retriever: Retriever, name: str, count: int) -> float:
    """The share of questions for which a right place is among the first resources' best hits."""
    found = []
    for question, places in _labelled(name):
        results = retriever.answer(question).results[:count]
        found.append(
            any(_is_at(r.resource.path, r.best.locator, p) for r in results for p in places)
        )
    return sum(found) / len(found)


@pytest.mark.parametrize(
    ("name", "first", "shown"),
    [("handbook", 0.48, 0.6), ("benefits", 0.6, 0.61), ("talks", 0.47, 0.55)],
)
def test_questions_open_the_right_place_in_real_documents(
    real: Retriever, name: str, first: float, shown: float
) -> None:
    assert _found_among(real, name, 1) >= first
    assert _found_among(real, name, 3) >= shown


def test_every_place_has_a_link(real: Retriever, workplace: Path) -> None:
    snapshot = real.snapshot
    assert snapshot.manifest.counts.passages > 1_000
    for number, resource in enumerate(snapshot.resources):
        for passage in snapshot.passages_of(number):
            assert resource.url_at(passage.locator).startswith("https://"), resource.path


def test_no_template_tag_reaches_a_card(real: Retriever) -> None:
    """The handbook's generator writes {% page ... %}; people must not read that, but for the
    pages that explain those tags to its editors."""
    snapshot = real.snapshot
    handbook = [
        passage.text
        for number, resource in enumerate(snapshot.resources)
        if resource.path.startswith("handbook/")
        and not resource.path.startswith("handbook/updating-the-handbook/")
        for passage in snapshot.passages_of(number)
    ]
    assert len(handbook) > 1_000
    assert [text for text in handbook if "{%" in text or "{{" in text] == []
