"""Bytes of a text file as text."""

import pytest

from errors import ReadError
from index.readers.text import decode


@pytest.mark.parametrize(
    "data",
    [
        "Maß – ok".encode(),
        b"\xef\xbb\xbf" + "Maß – ok".encode(),
        "Maß – ok".encode("utf-16"),
        b"\xff\xfe" + "Maß – ok".encode("utf-16-le"),
        "Maß – ok".encode("cp1252"),
    ],
)
def test_the_usual_encodings_are_told_apart(data: bytes) -> None:
    assert decode(data) == "Maß – ok"


def test_lines_end_in_one_way() -> None:
    assert decode(b"a\r\nb\rc\n") == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"\x00\xff\xfe\xfd", "NUL"), (b"\xff\xfea", "it says that it is utf-16 and is not")],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        decode(data)
