"""Tables of PDFs: tagged, drawn as grids, or nothing but cells side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.platypus import Spacer, Table, TableStyle

from index.readers.pdf import pdf_document
from tests.fakes.pdfs import LONG, drawn, flowing, lines, tagged, text

GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")
BOLD = ("FONT", (0, 0), (-1, 0), "Helvetica-Bold")


ROWS = (("Record", "Kept for", "Then"), ("Invoices", "10 years", "deleted"))


def _blocks(data: bytes) -> list[str]:
    sections = pdf_document.read(data, "rates.pdf").sections
    return [block for section in sections for block in section.blocks]


def _said(rows: Sequence[Sequence[str]], *style: Any, **options: Any) -> list[str]:
    return _blocks(flowing([Table(rows, style=TableStyle(list(style)), **options)]))


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
    assert "Ann: Gate 1" not in " ".join(_blocks(data))


def test_a_tagged_table_names_its_columns() -> None:
    cells = [
        (f"{'TD' if row else 'TH'}:{row}", words, 72 + 150 * column, 700 - 20 * row)
        for row, texts in enumerate(ROWS)
        for column, words in enumerate(texts)
    ]
    data = tagged([("P", "Before.", 72, 740), *cells, ("P", "After.", 72, 600)])
    assert _blocks(data) == [
        "Before.",
        "Record: Invoices; Kept for: 10 years; Then: deleted",
        "After.",
    ]


def test_a_tagged_table_that_goes_on_over_the_page_keeps_its_header() -> None:
    first = [("TH:0", "Record", 72, 80), ("TH:0", "Kept", 272, 80),
             ("TD:1", "Badges", 72, 60), ("TD:1", "a year", 272, 60)]  # fmt: skip
    second = [("TD:2", "Invoices", 72, 700), ("TD:2", "10 years", 272, 700)]
    assert _blocks(tagged(first, second)) == [
        "Record: Badges; Kept: a year",
        "Record: Invoices; Kept: 10 years",
    ]


def test_without_tags_text_side_by_side_is_a_table() -> None:
    rows = [list(row) for row in ROWS] + [["Badges", "", "returned"]]
    table = Table(rows, style=[
        ("GRID", (0, 0), (-1, -1), 0.5, "grey"),
        ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
    ])  # fmt: skip
    assert _blocks(flowing([text(LONG), table, text("After it.")]))[1:] == [
        "Record: Invoices; Kept for: 10 years; Then: deleted\nRecord: Badges; Then: returned",
        "After it.",
    ]


@pytest.mark.parametrize("align", ["TOP", "MIDDLE", "BOTTOM"])
def test_cells_of_several_lines_stay_together(align: str) -> None:
    rows = [
        [text("<b>What</b>"), text("<b>Rule</b>")],
        [text("Contracts with suppliers and all their annexes"), text(LONG[:83] + "Twice.")],
        [text("Photos"), text("Until consent is withdrawn.")],
    ]
    table = Table(rows, colWidths=[120, 200], style=[("VALIGN", (0, 0), (-1, -1), align)])
    assert _blocks(flowing([table])) == [
        "What: Contracts with suppliers and all their annexes; Rule: We keep records only as "
        "long as they are needed, and then we delete them for good. Twice.\n"
        "What: Photos; Rule: Until consent is withdrawn."
    ]


@pytest.mark.parametrize(("gap", "bold"), [(0, "<b>{}</b>"), (30, "<b>{}</b>"), (30, "{}")])
def test_tables_that_follow_one_another_keep_their_own_columns(gap: float, bold: str) -> None:
    """By a header of its own, or by the gap before it."""
    first = (("City", "Limit per night", "Meals"), ("Bonn", "120", "40"), ("Rome", "140", "45"))
    other = (("Country", "Card accepted", "Notes"), ("Germany", "yes", "with pin"))
    style = [("BOTTOMPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 3)]
    tables = [
        Table(
            [[text(bold.format(x)) for x in rows[0]], *(list(row) for row in rows[1:])],
            colWidths=[120] * 3,
            style=style,
        )
        for rows in (first, other)
    ]
    blocks = _blocks(flowing([tables[0], Spacer(1, gap), tables[1]]))
    assert blocks == [
        "City: Bonn; Limit per night: 120; Meals: 40\nCity: Rome; Limit per night: 140; Meals: 45",
        "Country: Germany; Card accepted: yes; Notes: with pin",
    ]


def test_a_row_in_other_columns_begins_another_table() -> None:
    first = (("City", "Limit per night", "Meals"), ("Bonn", "120", "40"), ("Rome", "140", "45"))
    other = (("Country", "Card"), ("Germany", "yes"))
    page = [
        (x, top - 16 * row, words)
        for rows, top, columns in ((first, 700, (72, 200, 340)), (other, 648, (72, 260)))
        for row, texts in enumerate(rows)
        for x, words in zip(columns, texts, strict=True)
    ]
    assert _blocks(drawn(page)) == [
        "City: Bonn; Limit per night: 120; Meals: 40\nCity: Rome; Limit per night: 140; Meals: 45",
        "Country: Card\nGermany: yes",
    ]


def test_two_columns_of_text_are_no_table() -> None:
    left = lines(*["words of the left column that go"] * 4, "on and end.", x=72)
    right = lines(*["words of the right column that go"] * 4, "on and end.", x=320)
    assert _blocks(drawn([*left, *right])) == [
        " ".join(["words of the left column that go"] * 4 + ["on and end."]),
        " ".join(["words of the right column that go"] * 4 + ["on and end."]),
    ]
