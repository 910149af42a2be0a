"""Where real passages do not suffice, others are re-cut from them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.passages import extended
from retrieval.answer import Question
from retrieval.retriever import Retriever
from snapshot.engines import choice
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish


@pytest.fixture
def base(tmp_path: Path) -> Snapshot:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    return store.open()


def test_real_passages_stay_as_they_are(base: Snapshot, tmp_path: Path) -> None:
    found = extended(base, 7, tmp_path)
    assert [found.passage(row) for row in range(3)] == list(PASSAGES)
    assert np.allclose(found.vectors.vectors(np.arange(3)), base.vectors.vectors(np.arange(3)))
    assert found.tokens.starts(0).tolist() == base.tokens.starts(0).tolist()


def test_the_others_are_halves_of_two_passages_and_say_so(base: Snapshot, tmp_path: Path) -> None:
    found = extended(base, 7, tmp_path)
    assert found.passage(3).text == "Claim mileage at 45 pence a mile.\nWrite it on the form."
    assert found.passage(6).text == "Claim mileage at 45 pence a mile.\nAsk your manager."
    assert [one.path for one in found.resources] == [
        EXPENSES.path,
        LEAVE.path,
        f"synthetic-1/{EXPENSES.path}",
        f"synthetic-1/{LEAVE.path}",
        f"synthetic-2/{EXPENSES.path}",
    ]
    assert found.owners.tolist() == [0, 0, 1, 2, 2, 3, 4]


def test_their_tokens_begin_where_their_words_do(base: Snapshot, tmp_path: Path) -> None:
    found = extended(base, 4, tmp_path)
    text, starts = found.passage(3).text, found.tokens.starts(3).tolist()
    assert [text[start:].split()[0].strip(".") for start in starts if start >= 0] == [
        *("Claim", "mileage", "at", "45", "pence", "a", "mile"),
        *("Write", "it", "on", "the", "form"),
    ]
    assert len(found.tokens.codes(3)) == len(starts)


def test_what_has_enough_is_not_extended(base: Snapshot, tmp_path: Path) -> None:
    assert extended(base, 3, tmp_path) is base


def test_an_extended_snapshot_is_opened_again_and_answers(base: Snapshot, tmp_path: Path) -> None:
    assert extended(base, 7, tmp_path).id == extended(base, 7, tmp_path).id
    answer = Retriever(extended(base, 7, tmp_path), WordEncoder()).answer(Question("claim mileage"))
    assert answer.results[0].resource == EXPENSES


def test_the_engine_is_chosen_for_as_many_as_there_are(
    base: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not taken over from the fewer of the base."""
    asked: list[str] = []
    build = choice.build

    def recorded(engine: str, *rest: Any) -> choice.Chosen:
        asked.append(engine)
        return build(engine, *rest)

    monkeypatch.setattr(choice, "build", recorded)
    extended(base, 7, tmp_path)
    assert asked == ["auto"]
