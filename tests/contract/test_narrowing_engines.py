"""Engines that are not exact find nearly all that the exact one does, whatever is filtered out.

In a folder this large they no longer score every vector.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from snapshot.engines.exact import ExactIndex
from snapshot.engines.faiss_pq import NarrowedIndex, build, load

COUNT, DIM, TOP = 30_000, 32, 100
# Of two rows that are equally near to half precision, the hundredth may be either.
HALF_PRECISION = 0.999
Bools = NDArray[np.bool_]


def _clustered(rows: int, seed: int) -> NDArray[np.float32]:
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((200, DIM))
    vectors = centres[random.integers(200, size=rows)] + 0.7 * random.standard_normal((rows, DIM))
    unit: NDArray[np.float32] = vectors.astype(np.float32)
    return unit / np.linalg.norm(unit, axis=1, keepdims=True)


VECTORS, QUESTIONS = _clustered(COUNT, 1), _clustered(20, 2)
EXACT = ExactIndex(VECTORS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build(VECTORS, folder)
    return folder


@pytest.fixture
def index(folder: Path) -> NarrowedIndex:
    return load(folder)


@pytest.fixture
def careless(folder: Path) -> NarrowedIndex:
    """Believes its codes, so that it misses much of what it does not find by other means."""
    index = load(folder)
    index.k_factor = 1.0
    return index


def _recall(index: NarrowedIndex, allowed: Bools | None = None, top_k: int = TOP) -> float:
    _, rows = index.search(QUESTIONS, top_k, allowed)
    _, true = EXACT.search(QUESTIONS, top_k, allowed)
    return float(
        np.mean([np.isin(right, own).mean() for own, right in zip(rows, true, strict=True)])
    )


def _hiding(share: float) -> Bools:
    return np.random.default_rng(3).random(COUNT) >= share


@pytest.mark.parametrize("top_k", [1, 10, 100])
def test_nearly_all_that_lies_nearest_is_found(index: NarrowedIndex, top_k: int) -> None:
    assert _recall(index, top_k=top_k) >= 0.99


def test_what_is_found_has_its_true_cosine_and_is_in_order(index: NarrowedIndex) -> None:
    """Not what the codes say of it."""
    scores, rows = index.search(QUESTIONS, TOP)
    cosines = np.einsum("qd,qkd->qk", QUESTIONS, VECTORS[rows])
    np.testing.assert_allclose(scores, cosines, atol=1e-3)
    assert (np.diff(scores, axis=1) <= 0).all()


def test_codes_alone_would_miss_much(careless: NarrowedIndex) -> None:
    """So the other tests here can fail."""
    assert _recall(careless) < 0.9


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_hiding_little_loses_nothing(index: NarrowedIndex, share: float) -> None:
    allowed = _hiding(share)
    _, rows = index.search(QUESTIONS, TOP, allowed)
    assert rows.shape == (20, TOP)
    assert allowed[rows].all()
    assert _recall(index, allowed) >= 0.99


def test_few_allowed_rows_are_found_exactly(careless: NarrowedIndex) -> None:
    assert _recall(careless, ~_hiding(0.01)) >= HALF_PRECISION


def test_nothing_is_lost_if_just_the_nearest_are_hidden(careless: NarrowedIndex) -> None:
    """What was found without the filter is then all hidden."""
    allowed = np.ones(COUNT, dtype=bool)
    _, nearest = EXACT.search(QUESTIONS, 500)
    allowed[nearest.ravel()] = False
    assert _recall(careless, allowed) >= HALF_PRECISION


def test_one_question_gets_the_same_alone_and_among_others(index: NarrowedIndex) -> None:
    allowed = _hiding(0.01)
    together, _ = index.search(QUESTIONS, TOP, allowed)
    for question, scores in zip(QUESTIONS, together, strict=True):
        np.testing.assert_array_equal(index.search(question[None], TOP, allowed)[0][0], scores)


def test_threads_that_search_at_once_get_what_each_would_alone(index: NarrowedIndex) -> None:
    masks = [None, _hiding(0.01), _hiding(0.99)]
    jobs = [(question[None], mask) for question in QUESTIONS for mask in masks] * 4

    def rows(job: tuple[NDArray[np.float32], Bools | None]) -> list[list[int]]:
        return index.search(job[0], TOP, job[1])[1].tolist()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(rows, jobs)) == list(map(rows, jobs))


@pytest.mark.parametrize("dim", [48, 50, 33, 31])
def test_vectors_may_have_any_width(dim: int, tmp_path: Path) -> None:
    vectors = VECTORS[:600, : min(dim, DIM)]
    vectors = np.concatenate([vectors, vectors[:, : dim - vectors.shape[1]]], axis=1)
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    build(vectors, tmp_path)
    index = load(tmp_path)
    index.k_factor = 1.0  # of 600, a hundred are then found by their codes
    assert index.search(vectors[:20], 1)[1][:, 0].tolist() == list(range(20))
