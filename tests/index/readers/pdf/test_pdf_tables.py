"""Tables of PDFs without tags: grids that are drawn, names in two rows, cells for several rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.platypus import Table, TableStyle

from index.readers.pdf import pdf_document
from tests.fakes.pdfs import drawn, flowing

GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")
BOLD = ("FONT", (0, 0), (-1, 0), "Helvetica-Bold")


def _said(rows: Sequence[Sequence[str]], *style: Any, **options: Any) -> list[str]:
    data = flowing([Table(rows, style=TableStyle(list(style)), **options)])
    sections = pdf_document.read(data, "rates.pdf").sections
    return [block for section in sections for block in section.blocks]


def test_lines_of_a_grid_part_cells_however_near() -> None:
    rows = [["Site", "Fee", "Bikes"], ["Harbour", "40", "12"], ["Depot", "30", "9"]]
    assert _said(rows, GRID) == [
        "Site: Harbour; Fee: 40; Bikes: 12\nSite: Depot; Fee: 30; Bikes: 9"
    ]


def test_the_first_column_may_have_no_name() -> None:
    rows = [["", "Harbour", "Depot"], ["Fee", "40", "30"], ["Bikes", "12", "9"]]
    assert _said(rows, GRID, BOLD) == ["Fee; Harbour: 40; Depot: 30\nBikes; Harbour: 12; Depot: 9"]


@pytest.mark.parametrize("align", ["LEFT", "CENTER"])
def test_names_in_two_rows_are_read_as_one(align: str) -> None:
    rows = [["Grade", "Home", "", "Abroad", ""], ["", "Hotel", "Meals", "Hotel", "Meals"],
            ["A", "120", "40", "180", "60"], ["B", "130", "45", "190", "65"]]  # fmt: skip
    spans = [("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0)), ("ALIGN", (0, 0), (-1, 1), align),
             ("FONT", (0, 0), (-1, 1), "Helvetica-Bold")]  # fmt: skip
    [said] = _said(rows, GRID, *spans, colWidths=80)
    assert said.startswith(
        "Grade: A; Home / Hotel: 120; Home / Meals: 40; Abroad / Hotel: 180; Abroad / Meals: 60"
    )


def test_a_row_below_a_cell_that_holds_for_both_is_of_the_table() -> None:
    rows = [["Region", "Item", "Limit"], ["Europe", "Hotel", "120"], ["", "Meals", "40"],
            ["Asia", "Hotel", "180"]]  # fmt: skip
    [said] = _said(rows, BOLD, colWidths=80)
    assert "Item: Meals; Limit: 40" in said
    assert "Region: Asia; Item: Hotel; Limit: 180" in said


@pytest.mark.parametrize("align", ["TOP", "MIDDLE", "BOTTOM"])
def test_a_cell_of_a_grid_holds_for_all_rows_that_it_reaches_down_to(align: str) -> None:
    rows = [["Region", "Item", "Limit"], ["Europe", "Hotel", "120"], ["", "Meals", "40"],
            ["Asia", "Hotel", "180"], ["", "Meals", "60"]]  # fmt: skip
    spans = [
        ("SPAN", (0, 1), (0, 2)),
        ("SPAN", (0, 3), (0, 4)),
        ("VALIGN", (0, 0), (-1, -1), align),
    ]
    [said] = _said(rows, GRID, BOLD, *spans, colWidths=80)
    assert "Region: Europe; Item: Hotel; Limit: 120\nRegion: Europe; Item: Meals; Limit: 40" in said
    assert said.endswith("Region: Asia; Item: Meals; Limit: 60")


def test_an_empty_cell_of_a_grid_stays_empty() -> None:
    rows = [["Region", "Item", "Limit"], ["Europe", "Hotel", "120"], ["", "Meals", "40"]]
    [said] = _said(rows, GRID, BOLD, colWidths=80)
    assert said == "Region: Europe; Item: Hotel; Limit: 120\nItem: Meals; Limit: 40"


def test_names_that_are_not_above_their_columns_are_none() -> None:
    data = drawn([
        *((x, 700, name) for x, name in ((200, "Ann"), (300, "Bob"), (400, "Cy"))),
        *((x, 680, cell) for x, cell in ((72, "Gate 1"), (300, "Keys"), (400, "Badges"))),
        *((x, 660, cell) for x, cell in ((72, "Gate 2"), (300, "Bikes"), (400, "Cars"))),
    ])  # fmt: skip
    said = " ".join(block for x in pdf_document.read(data, "a.pdf").sections for block in x.blocks)
    assert "Ann: Gate 1" not in said
