"""Two searches become one list of passages, each with both of its scores."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.ranking import Candidates
from retrieval.search import search
from retrieval.understanding import Understood
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    return store.open()


def _found(snapshot: Snapshot, text: str, *hidden: int) -> Candidates:
    [encoded] = WordEncoder().encode_questions([text])
    idf = snapshot.lexical.idf(text)
    return search(snapshot, Understood(text), encoded.vector, idf, np.array(hidden, dtype=np.int64))


def test_a_passage_has_the_bm25_score_of_the_lexical_search_or_none(snapshot: Snapshot) -> None:
    found = _found(snapshot, "unused holiday mileage")
    scores, rows = snapshot.lexical.search("unused holiday mileage", 10)
    expected = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    assert sorted(found.rows.tolist()) == list(range(len(snapshot.owners)))
    assert dict(zip(found.rows.tolist(), found.bm25.tolist(), strict=True)) == {
        row: expected.get(row, 0.0) for row in range(len(snapshot.owners))
    }
    assert 0 < sum(score > 0 for score in found.bm25) < len(snapshot.owners)


def test_words_that_no_passage_has_score_nothing(snapshot: Snapshot) -> None:
    assert _found(snapshot, "chromodynamics").bm25.tolist() == [0.0] * len(snapshot.owners)


def test_passages_of_hidden_resources_are_left_out(snapshot: Snapshot) -> None:
    seen = snapshot.owners[_found(snapshot, "unused holiday mileage", 1).rows]
    assert set(seen.tolist()) == {0}
