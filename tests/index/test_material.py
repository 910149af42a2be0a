"""What the admin says means the same is read line by line, and a slip in it is named."""

from pathlib import Path

import pytest

from errors import ContentError
from index.material import read_synonyms


def _write(folder: Path, text: str) -> None:
    (folder / "_synonyms.txt").write_text(text, encoding="utf-8")


def test_a_line_is_a_group(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "\ufeff# leave\nPTO, paid  time off ,vacation\n\n  # tools\nSagitta, expenses tool\n",
    )
    assert read_synonyms(tmp_path) == (
        ("PTO", "paid time off", "vacation"),
        ("Sagitta", "expenses tool"),
    )


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    assert read_synonyms(tmp_path) == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("vacation", "'vacation' is one wording alone"),
        ("PTO, PTO", "'PTO, PTO' is one wording alone"),
        ("PTO,, vacation", "'' holds no word"),
        ("PTO, vacation,", "'' holds no word"),
        ("PTO, -", "'-' holds no word"),
    ],
)
def test_a_line_that_is_no_group_is_named(tmp_path: Path, line: str, message: str) -> None:
    _write(tmp_path, f"# first\na, b\n{line}\n")
    with pytest.raises(ContentError, match=rf"_synonyms\.txt:3: {message}"):
        read_synonyms(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "_synonyms.txt").write_bytes(b"\xff\xfea")
    with pytest.raises(ContentError, match=r"_synonyms\.txt cannot be read as UTF-8"):
        read_synonyms(tmp_path)
