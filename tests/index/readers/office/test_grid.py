"""Cells that reach over rows and columns hold in each of them."""

import pytest

from index.readers.office.grid import Cell, render


def _row(*cells: str | Cell) -> list[Cell]:
    return [one if isinstance(one, Cell) else Cell(one) for one in cells]


_DOWN = Cell("", goes_on=True)


@pytest.mark.parametrize(
    ("rows", "head", "lines"),
    [
        # a name over two columns, with their own below it
        ([_row("Grade", Cell("Home", 2)), _row(_DOWN, "Hotel", "Meals"), _row("A", "120", "40")], 1,
         "Grade: A; Home / Hotel: 120; Home / Meals: 40"),
        ([_row("", Cell("Home", 2)), _row("Grade", "Hotel", "Meals"), _row("A", "120", "40")], 2,
         "Grade: A; Home / Hotel: 120; Home / Meals: 40"),
        # the first column of the second row says something: that is no head
        ([_row("Grade", Cell("Limits", 2)), _row("A", "120", "40")], 1,
         "Grade: A; Limits: 120; Limits: 40"),
        # a value over two columns and one over two rows
        ([_row("Grade", "Hotel", "Meals"), _row("A", Cell("none", 2)), _row(_DOWN, "1", "2")], 1,
         "Grade: A; Hotel: none; Meals: none\nGrade: A; Hotel: 1; Meals: 2"),
        # a title above the head, and a row within that says what the next are about
        ([_row(Cell("Rates", 2)), _row("Grade", "Fee"), _row("A", "1"), _row(Cell("Abroad", 2)),
          _row("B", "2")], 1, "Rates\nGrade: A; Fee: 1\nAbroad\nGrade: B; Fee: 2"),
        ([_row("Key", "12")], 1, "Key: 12"),
        ([_row(Cell("", 1), "130"), _row("A", "1")], 0, "130\nA: 1"),
        ([], 1, ""),
    ],
)  # fmt: skip
def test_each_row_says_what_holds_in_it(rows: list[list[Cell]], head: int, lines: str) -> None:
    assert render(rows, head=head) == lines
