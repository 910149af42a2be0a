"""Vectors in two parts are searched as one, and what is for everyone as if it were alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from snapshot.engines import AUTO, engine
from snapshot.restricted import parted_vectors

RANDOM = np.random.default_rng(7)
VECTORS = RANDOM.standard_normal((60, 16)).astype(np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
IS_OPEN = np.arange(60) % 3 > 0
ASKED = VECTORS[:4] + np.float32(0.1)


@pytest.mark.parametrize("name", [AUTO, "faiss", "faiss_pq", "exact"])
@pytest.mark.parametrize("which", ["some", "all", "none"])
def test_both_parts_are_searched_as_one(name: str, which: str, tmp_path: Path) -> None:
    is_open = {"some": IS_OPEN, "all": IS_OPEN | True, "none": IS_OPEN & False}[which]
    chosen = parted_vectors.build(name, VECTORS, is_open, tmp_path)
    index = parted_vectors.load(chosen.engine, is_open, tmp_path)
    assert index.count == 60
    scores, rows = index.search(ASKED, 10)
    expected = np.sort(ASKED @ VECTORS.T, axis=1)[:, :-11:-1]
    assert scores == pytest.approx(expected, abs=2e-3)
    assert np.take_along_axis(ASKED @ VECTORS.T, rows, axis=1) == pytest.approx(scores, abs=2e-3)
    few = np.isin(np.arange(60), [0, 1, 5])
    assert sorted(index.search(ASKED[:1], 10, few)[1][0].tolist()) == [0, 1, 5]
    assert index.search(ASKED[:1], 10, few & False)[1].shape == (1, 0)
    mixed = np.array([7, 0, 59, 3, 3])
    assert index.vectors(mixed) == pytest.approx(VECTORS[mixed], abs=1e-3)


def test_what_is_for_everyone_has_the_index_that_it_would_have_alone(tmp_path: Path) -> None:
    """Codes are learnt from it alone, so not a bit of its file is another."""
    alone, beside = tmp_path / "alone", tmp_path / "beside"
    alone.mkdir()
    beside.mkdir()
    parted_vectors.build("faiss_pq", VECTORS[IS_OPEN], np.ones(40, dtype=bool), alone)
    parted_vectors.build("faiss_pq", VECTORS, IS_OPEN, beside)
    name = engine("faiss_pq").FILE_NAME
    assert (alone / name).read_bytes() == (beside / name).read_bytes()
    assert [path.name for path in alone.iterdir()] == [name]
