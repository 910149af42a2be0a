"""Rows of an array on the disk are read a stretch at a time."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from encoder.files import RowFile

ARRAY = np.arange(6000, dtype=np.uint16).reshape(1000, 6)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    np.save(tmp_path / "rows.npy", ARRAY)
    return tmp_path / "rows.npy"


def test_stretches_come_one_after_another(path: Path) -> None:
    rows = RowFile(path)
    assert (rows.count, rows.row_shape, rows.dtype) == (1000, (6,), np.uint16)
    np.testing.assert_array_equal(
        rows.read([10, 999, 3, 3], [12, 1000, 3, 4]), ARRAY[[10, 11, 999, 3]]
    )
    assert rows.read([], []).shape == (0, 6)


@pytest.mark.parametrize("reads_at_a_place", [True, False])
def test_several_threads_read_at_once(
    path: Path, monkeypatch: pytest.MonkeyPatch, reads_at_a_place: bool
) -> None:
    rows = RowFile(path)
    if not reads_at_a_place:
        monkeypatch.delattr(os, "preadv", raising=False)
    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(lambda start: rows.read([start], [start + 5]), range(990)))
    for start, found in enumerate(read):
        np.testing.assert_array_equal(found, ARRAY[start : start + 5])


def test_rows_of_single_numbers_and_no_rows_at_all(tmp_path: Path) -> None:
    np.save(tmp_path / "flat.npy", np.arange(5, dtype=np.int32))
    assert RowFile(tmp_path / "flat.npy").read([1], [3]).tolist() == [1, 2]
    np.save(tmp_path / "empty.npy", np.empty((0, 96), dtype=np.uint8))
    assert RowFile(tmp_path / "empty.npy").read([0], [0]).shape == (0, 96)


def test_what_is_no_array_or_cut_off_is_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "no.npy").write_bytes(b"no array")
    with pytest.raises(ValueError, match="magic"):
        RowFile(tmp_path / "no.npy")
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(ValueError, match="cut off"):
        RowFile(path)
    np.save(path, np.asfortranarray(ARRAY))
    with pytest.raises(ValueError, match="no rows"):
        RowFile(path)


def test_a_file_that_shrinks_while_it_is_open_is_told(path: Path) -> None:
    rows = RowFile(path)
    os.truncate(path, path.stat().st_size - 12)
    with pytest.raises(OSError, match=r"rows\.npy ends before its rows do"):
        rows.read([998], [1000])
