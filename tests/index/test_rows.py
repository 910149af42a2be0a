"""Rows of an array are read from its file, and a file that does not give them is refused."""

import os
from pathlib import Path

import numpy as np
import pytest

from errors import SnapshotDamaged
from index.rows import RowsFile

OPEN_FILES = Path("/proc/self/fd")
ROWS = np.arange(60, dtype=np.uint8).reshape(20, 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    np.save(tmp_path / "rows.npy", ROWS)
    return tmp_path / "rows.npy"


def test_spans_of_rows_come_one_after_another(path: Path) -> None:
    rows = RowsFile(path)
    assert rows.shape == (20, 3)
    assert np.array_equal(rows.read([(18, 20), (0, 1), (5, 5), (2, 4)]), ROWS[[18, 19, 0, 2, 3]])
    assert rows.read([]).shape == (0, 3)


def test_a_system_that_cannot_read_at_an_offset_gives_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "preadv")
    rows = RowsFile(path)
    assert np.array_equal(rows.read([(18, 20), (0, 1)]), ROWS[[18, 19, 0]])
    assert rows.read([]).shape == (0, 3)


def test_an_array_without_rows_can_be_opened(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", np.empty((0, 96), dtype=np.uint8))
    rows = RowsFile(tmp_path / "rows.npy")
    assert rows.read([(0, 0)]).shape == (0, 96)


def test_rows_that_the_disk_does_not_have_are_an_error(path: Path) -> None:
    rows = RowsFile(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 10)
    assert np.array_equal(rows.read([(0, 2)]), ROWS[:2])
    with pytest.raises(SnapshotDamaged, match=r"rows\.npy ends before"):
        rows.read([(18, 20)])


@pytest.mark.parametrize("array", [np.zeros(3, dtype=np.uint8), np.zeros((2, 2))])
def test_another_array_is_refused(array: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", array)
    with pytest.raises(SnapshotDamaged, match="holds no rows of bytes"):
        RowsFile(tmp_path / "rows.npy")


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="the system does not list open files")
def test_the_file_is_closed_with_the_last_who_reads_it(path: Path) -> None:
    before = len(list(OPEN_FILES.iterdir()))
    rows = RowsFile(path)
    assert len(list(OPEN_FILES.iterdir())) == before + 1
    del rows
    assert len(list(OPEN_FILES.iterdir())) == before
