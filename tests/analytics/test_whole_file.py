"""The file of an export: whole or not at all, and nobody else's to read."""

import os
import stat
from pathlib import Path

import pytest

from analytics.contents import whole_file


def test_a_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    with whole_file(path, "utf-8") as file:
        file.write("é\r\n")
        assert not path.exists()
    assert path.read_bytes() == "é\r\n".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["export.csv"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, BrokenPipeError])
def test_a_failure_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "export.csv"
    path.write_text("the last one")
    with pytest.raises(error), whole_file(path, "utf-8") as file:
        file.write("half")
        raise error
    assert path.read_text() == "the last one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["export.csv"]


def test_only_the_user_who_exports_can_read_it(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        with whole_file(tmp_path / "export.csv", "utf-8") as file:
            file.write("personal")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "export.csv").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match="nowhere"),
        whole_file(tmp_path / "nowhere" / "export.csv", "utf-8"),
    ):
        pass
