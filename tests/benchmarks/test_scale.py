"""What the scale benchmark searches is what it says, and is compared with what is truly nearest."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.scale import growth, vectors
from benchmarks.scale.at_size import EngineFigures, Room, write_truth
from benchmarks.scale.jobs import FILTERS, FLAT16, FLAT32, HNSW, OURS, TOP, allowed
from snapshot.engines.exact import ExactIndex


def test_real_vectors_come_first_and_the_rest_lies_among_them(tmp_path: Path) -> None:
    real = vectors.clusters(300, 16, seed=1)
    path = vectors.write_vectors(real, 500, tmp_path)
    made = np.load(path)
    np.testing.assert_array_equal(made[:300], real)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1.0, atol=1e-5)
    assert len(np.unique(made, axis=0)) == 500
    strangers = vectors.unit(np.random.default_rng(1).standard_normal((200, 16)))
    assert np.median((made[300:] @ real.T).max(axis=1)) > np.median(
        (strangers @ real.T).max(axis=1)
    )


def test_vectors_are_made_once_for_the_same_real_ones(tmp_path: Path) -> None:
    """And take the place of those made of others; those of another size stay."""
    real = vectors.clusters(50, 16, seed=1)
    first = vectors.write_vectors(real, 80, tmp_path)
    made_at = first.stat().st_mtime_ns
    assert vectors.write_vectors(real, 80, tmp_path) == first
    assert first.stat().st_mtime_ns == made_at
    fewer = vectors.write_vectors(real, 60, tmp_path)
    other = vectors.write_vectors(vectors.clusters(50, 16, seed=2), 80, tmp_path)
    assert other != first
    assert {*tmp_path.iterdir()} == {fewer, other}


@pytest.mark.parametrize(("name", "share"), [("hide1", 0.01), ("leave1", 0.99)])
def test_a_filter_hides_its_share_in_whole_resources(name: str, share: float) -> None:
    mask = allowed(name, 140_003)
    assert mask is not None
    assert mask.shape == (140_003,)
    assert abs((~mask).mean() - share) < 0.005
    assert (mask[:140_000].reshape(-1, 14).std(axis=1) == 0).all()


@pytest.mark.parametrize("block", [100_000, 700, 60])
def test_the_truth_is_the_exact_search_behind_each_filter(tmp_path: Path, block: int) -> None:
    """In however large blocks the vectors are read."""
    passages = vectors.clusters(3_000, 16, seed=1)
    questions = vectors.clusters(5, 16, seed=2)
    write_truth(passages, questions, tmp_path / "truth.npz", block)
    found = np.load(tmp_path / "truth.npz")
    for name in FILTERS:
        mask = allowed(name, 3_000)
        _, rows = ExactIndex(passages).search(questions, TOP, mask)
        np.testing.assert_array_equal(found[name][:, : rows.shape[1]], rows)
        assert (found[name][:, rows.shape[1] :] == -1).all()


def _measured(engine: str, count: int, p50_ms: float) -> EngineFigures:
    searched = {"p50_ms": p50_ms, "p99_ms": 2 * p50_ms, "recall_10": 1.0, "recall_100": 0.99}
    searched |= {"cpu_p50_ms": p50_ms, "cpu_p99_ms": p50_ms}
    rounds = {"load_ms": 1.0, "resident_mb": 60.0, "private_mb": 30.0} | searched
    for name in ("hide1", "leave1"):
        rounds |= {f"{name}_{figure}": value for figure, value in searched.items()}
    built = {"build_s": 1.0, "disk_mb": 10.0, "peak_mb": 90.0, "chosen": ""}
    return EngineFigures(engine, count, built, (rounds,))


def test_where_the_plain_index_was_left_out_the_one_in_half_precision_stands_for_it() -> None:
    both = [_measured("ours", 5_000_000, 20.0), _measured("faiss Flat fp16", 5_000_000, 300.0)]
    by = {one.metric: one for one in growth.results(both)}
    assert (by["search_5m"].ratio, by["search_5m"].other_name) == (15.0, "faiss Flat fp16")
    assert by["recall10_5m"].other_name == "faiss Flat fp16"


def test_sizes_are_left_out_whose_files_the_disk_does_not_take() -> None:
    """With what it would have taken: a million vectors of 384 are 1.5 GB, and lie there thrice."""
    sizes, left_out = Room(disk_mb=5_000, memory_mb=9_000).sizes(
        [10_000, 1_000_000, 5_000_000], 384
    )
    assert sizes == [10_000, 1_000_000]
    assert left_out == [
        "5,000,000 passages were left out: they take 24 GB on the disk, and 5 are free."
    ]


def test_engines_are_left_out_that_take_too_long_or_too_much_memory() -> None:
    """Only the plain index and HNSW hold all vectors in memory."""
    room = Room(disk_mb=100_000, memory_mb=9_000)
    assert room.engines(100_000, 384) == ([OURS, FLAT16, FLAT32, HNSW], [])
    assert room.engines(1_000_000, 384)[0] == [OURS, FLAT16, FLAT32]
    engines, left_out = room.engines(5_000_000, 384)
    assert engines == [OURS, FLAT16]
    assert left_out[1] == (
        "faiss Flat fp32 was left out at 5,000,000: it takes 10.0 GB of memory, and 9.0 are "
        "available."
    )


MEASURED = [
    _measured("ours", 10_000, 0.2),
    _measured("faiss Flat fp32", 10_000, 0.4),
    _measured("faiss HNSW32", 10_000, 0.3),
    _measured("ours", 1_000_000, 5.0),
    _measured("faiss Flat fp32", 1_000_000, 100.0),
]


def test_results_compare_ours_with_the_plain_index_at_every_size() -> None:
    by = {one.metric: one for one in growth.results(MEASURED)}
    assert (by["search_10k"].ours, by["search_10k"].other) == (0.2, 0.4)
    assert by["search_1m"].ratio == 20.0
    assert by["search_1m_p99"].ours == 10.0
    assert by["recall100_1m"].ours == 0.99


def test_series_run_by_passages_with_gaps_where_nothing_was_measured() -> None:
    first, *_, grown = growth.series(MEASURED)
    assert first.x == [10_000, 1_000_000]
    assert first.series["ours"] == [0.2, 5.0]
    assert first.series["faiss HNSW32"] == [0.3, None]
    assert grown.series["ours"] == [1.0, 25.0]
    assert grown.series["passages"] == [1.0, 100.0]
