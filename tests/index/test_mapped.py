"""Reading an array from the disk does not fill the memory."""

from pathlib import Path

import numpy as np
import pytest

from index.mapped import MappedArray


def resident_mb(path: Path) -> float:
    """How much of a mapped file counts as this process's memory."""
    found = 0
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if line.endswith(str(path)):
            found = -1
        elif line.startswith("Rss:") and found == -1:
            return int(line.split()[1]) / 1024
    raise AssertionError(f"{path} is not mapped")


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells what is mapped")
def test_memory_is_given_back_when_enough_was_read_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "array.npy"
    np.save(path, np.arange(8_000_000, dtype=np.uint32))
    mapped = MappedArray(path, kept_bytes=20_000_000)
    assert mapped.array[:4_000_000].sum(dtype=np.uint64) == 7_999_998_000_000
    mapped.was_read(16_000_000)
    assert resident_mb(path) > 15
    cut = mapped.array[4_000_000:]
    assert cut[-1] == 7_999_999
    mapped.was_read(16_000_000)
    assert resident_mb(path) < 1
    assert cut[-1] == 7_999_999  # read anew


def test_an_empty_array_has_nothing_to_give_back(tmp_path: Path) -> None:
    np.save(tmp_path / "empty.npy", np.empty((0, 4), dtype=np.uint8))
    mapped = MappedArray(tmp_path / "empty.npy", 1)
    assert mapped.array.shape == (0, 4)
    mapped.was_read(10)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.npy").write_bytes(b"no array")
    with pytest.raises(ValueError, match="pickle"):
        MappedArray(tmp_path / "no.npy", 1)
