"""Columns of text are read one after the other, however they are drawn; tables stay tables."""

from __future__ import annotations

import pytest

from index.readers.pdf import pdf_document
from tests.fakes.pdfs import drawn

KEYS = (
    "Report a lost key at once to",
    "the desk at the harbour and",
    "ask there for the form K7. It",
    "must be signed by you.",
)
BADGES = (
    "Bring a photograph and your",
    "old badge to the office, where",
    "they make a new one while you",
    "wait for it.",
)
VISITS = (
    "Guests are met at the gate by",
    "whoever has invited them and",
    "wear a vest as long as they",
    "are in the yard.",
)


def _blocks(page: list[tuple[float, float, str]]) -> list[str]:
    document = pdf_document.read(drawn(page), "policy.pdf")
    return [block for section in document.sections for block in section.blocks]


def _woven(*columns: tuple[str, ...], top: float = 700, width: float = 240,
           drop: float = 0) -> list[tuple[float, float, str]]:  # fmt: skip
    """Columns drawn row by row, each next one `drop` points lower."""
    return [
        (40 + width * number, top - 14 * row - drop * number, column[row])
        for row in range(max(map(len, columns)))
        for number, column in enumerate(columns)
        if row < len(column)
    ]


@pytest.mark.parametrize("drop", [0, 3, 7])
def test_two_columns_drawn_row_by_row(drop: float) -> None:
    assert _blocks(_woven(KEYS, BADGES, drop=drop)) == [" ".join(KEYS), " ".join(BADGES)]


def test_three_columns_drawn_row_by_row() -> None:
    blocks = _blocks(_woven(KEYS, BADGES, VISITS, width=180))
    assert blocks == [" ".join(KEYS), " ".join(BADGES), " ".join(VISITS)]


def test_columns_of_unlike_length_between_text_of_full_width() -> None:
    over = "This house has rules for keys and for badges, and this is what they say about both."
    under = "All this holds from May on for everyone who works here, and for their guests as well."
    page = [(40, 740, over), *_woven(KEYS, (*BADGES[:3], "wait for it, which", "is soon.")),
            (40, 580, under)]  # fmt: skip
    assert _blocks(page) == [
        over,
        " ".join(KEYS),
        "Bring a photograph and your old badge to the office, where they make a new one while you "
        "wait for it, which is soon.",
        under,
    ]


def test_cells_of_prose_are_a_table() -> None:
    """Rows that are drawn line by line, each cell with two lines."""
    left = (
        "Contracts with all of the",
        "suppliers and their annexes",
        "Photographs of staff and",
        "guests of the company",
        "Lists of those who came to",
        "trainings in our house",
    )
    right = (
        "Ten years after the end of",
        "the contract in question",
        "Until the consent is taken",
        "back by the person shown",
        "Two years after the day of",
        "the training in question",
    )
    said = "\n".join(_blocks(_woven(left, right)))
    assert said.index("Ten years") < said.index("Photographs") < said.index("Until the consent")


def test_short_cells_in_lower_case_are_a_table() -> None:
    rows = (
        ("trains", "second class only"),
        ("taxis", "never at all"),
        ("cars", "if there is no train"),
    )
    page = _woven(tuple(a for a, _ in rows), tuple(b for _, b in rows))
    assert _blocks(page) == [
        "trains: second class only\ntaxis: never at all\ncars: if there is no train"
    ]
