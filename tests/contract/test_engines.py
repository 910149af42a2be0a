"""Every engine gives what the exact one gives, compared by value.

Among them is one that is added for these tests: a row of the table brings an engine here.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from errors import SnapshotDamaged, SnapshotError
from snapshot.engines import ENGINES, VectorIndex, engine
from snapshot.engines.exact import ExactIndex
from tests.fakes import engine as added
from tests.fakes.disk import no_file_over

COUNT, DIM = 500, 48
PROC = Path("/proc/self/statm")
NAMES = sorted([*ENGINES, added.ROW.name])


def _unit(rows: int, seed: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((rows, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS, QUESTIONS = _unit(COUNT, 1), _unit(7, 2)


@pytest.fixture(autouse=True)
def _added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, added.ROW.name, added.ROW)


@pytest.fixture(params=NAMES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> VectorIndex:
    chosen = engine(request.param)
    chosen.build(VECTORS, tmp_path)
    return chosen.load(tmp_path)


def _assert_same_as_exact(
    index: VectorIndex, top_k: int, allowed: NDArray[np.bool_] | None
) -> None:
    scores, rows = index.search(QUESTIONS, top_k, allowed)
    true_scores, _ = ExactIndex(VECTORS).search(QUESTIONS, top_k, allowed)
    assert scores.dtype == np.float32
    assert rows.dtype == np.int64
    np.testing.assert_allclose(scores, true_scores, atol=1e-3)
    # The rows may swap if two scores are equal to the engine's precision; what each row
    # scores may not.
    own = np.einsum("qd,qkd->qk", QUESTIONS, VECTORS[rows])
    np.testing.assert_allclose(own, true_scores, atol=1e-3)
    assert all(len(set(row)) == len(row) for row in rows.tolist())


def test_the_best_come_first_with_their_cosines(index: VectorIndex) -> None:
    _assert_same_as_exact(index, 10, None)


def test_only_allowed_rows_are_found_and_exactly(index: VectorIndex) -> None:
    """A narrow filter must not lose hits, as graph indexes do."""
    allowed = np.zeros(COUNT, dtype=bool)
    allowed[[3, 77, 401, 402, 499]] = True
    _assert_same_as_exact(index, 5, allowed)
    _, rows = index.search(QUESTIONS, 5, allowed)
    assert set(rows.ravel().tolist()) == {3, 77, 401, 402, 499}


def test_fewer_are_given_if_fewer_are_allowed(index: VectorIndex) -> None:
    allowed = np.zeros(COUNT, dtype=bool)
    allowed[[3, 77]] = True
    scores, rows = index.search(QUESTIONS, 10, allowed)
    assert scores.shape == rows.shape == (7, 2)


def test_nothing_is_found_if_nothing_is_allowed(index: VectorIndex) -> None:
    scores, rows = index.search(QUESTIONS, 10, np.zeros(COUNT, dtype=bool))
    assert scores.shape == rows.shape == (7, 0)


def test_more_than_there_are_gives_all_there_are(index: VectorIndex) -> None:
    _, rows = index.search(QUESTIONS, COUNT + 5)
    assert rows.shape == (7, COUNT)


def test_a_vector_finds_itself_with_a_cosine_of_one(index: VectorIndex) -> None:
    scores, rows = index.search(VECTORS[:20], 1)
    assert rows[:, 0].tolist() == list(range(20))
    np.testing.assert_allclose(scores[:, 0], 1.0, atol=1e-3)


def test_vectors_can_be_read_back(index: VectorIndex) -> None:
    rows = np.array([5, 2, 499])
    np.testing.assert_allclose(index.vectors(rows), VECTORS[rows], atol=1e-3)
    assert index.vectors(np.empty(0, dtype=np.int64)).shape == (0, DIM)


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_named(name: str, tmp_path: Path) -> None:
    chosen = engine(name)
    (tmp_path / chosen.FILE_NAME).write_bytes(b"not an index")
    with pytest.raises(SnapshotDamaged, match=chosen.FILE_NAME):
        chosen.load(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_was_cut_off_is_named(name: str, tmp_path: Path) -> None:
    """A mapped file would else end the program when a search comes to what is missing."""
    chosen = engine(name)
    chosen.build(VECTORS, tmp_path)
    path = tmp_path / chosen.FILE_NAME
    path.write_bytes(path.read_bytes()[:-1_000])
    with pytest.raises(SnapshotDamaged, match=chosen.FILE_NAME):
        chosen.load(tmp_path)


@pytest.mark.skipif(not PROC.exists(), reason="this system does not tell a process's memory")
@pytest.mark.parametrize("name", NAMES)
def test_opening_reads_no_vectors(name: str, tmp_path: Path) -> None:
    """They are mapped: a search brings into memory what it looks at."""
    chosen = engine(name)
    chosen.build(np.resize(VECTORS, (100_000, DIM)), tmp_path)
    size = (tmp_path / chosen.FILE_NAME).stat().st_size
    assert size > 2 * DIM * 100_000
    grown = _in_a_process_of_its_own(f"""
def resident():
    pages = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
chosen = engine({name!r})
before = resident()
index = chosen.load(pathlib.Path({str(tmp_path)!r}))
print(resident() - before)
""")
    assert int(grown) < size / 3


@pytest.mark.skipif(not PROC.exists(), reason="this system does not tell a process's threads")
@pytest.mark.parametrize("name", ["faiss", "faiss_pq"])
def test_a_search_starts_no_threads(name: str, tmp_path: Path) -> None:
    """Asked in another thread than the first, since OpenMP is told anew in each."""
    engine(name).build(np.resize(VECTORS, (20_000, DIM)), tmp_path)
    started = _in_a_process_of_its_own(f"""
import threading
index = engine({name!r}).load(pathlib.Path({str(tmp_path)!r}))
question = np.ones((1, {DIM}), dtype=np.float32)
def ask():
    before = len(os.listdir("/proc/self/task"))
    index.search(question, 10)
    index.search(question, 10, np.arange(index.count) % 2 == 0)
    index.vectors(np.arange(2_000))
    print(len(os.listdir("/proc/self/task")) - before)
thread = threading.Thread(target=ask)
thread.start()
thread.join()
""")
    assert int(started) == 0


def _in_a_process_of_its_own(program: str) -> str:
    """What the program prints. Here, threads that were started stay, and memory that was freed is
    taken again."""
    heading = (
        "import os, pathlib\n"
        "import numpy as np\n"
        "from snapshot.engines import ENGINES, engine\n"
        "from tests.fakes.engine import ROW\n"
        "ENGINES[ROW.name] = ROW\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", heading + program],
        env={**os.environ, "OMP_NUM_THREADS": "4"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_told(tmp_path: Path, name: str) -> None:
    """By an error that the store explains; FAISS's own would pass it by."""
    with no_file_over(4_096), pytest.raises((OSError, SnapshotError)):
        engine(name).build(VECTORS, tmp_path)
