"""Excel workbooks are read as they are shown."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from errors import ReadError
from index.readers import reader
from index.readers.documents import Document
from snapshot.models import Heading, Link, Whole


def _read(*fill: Callable[[Worksheet], None], title: str = "") -> Document:
    """A workbook of one sheet for each function that fills one."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for one in fill:
        one(book.create_sheet(one.__name__.strip("_").capitalize()))
    book.properties.title = title or None
    data = io.BytesIO()
    book.save(data)
    return reader.read(data.getvalue(), "rates.xlsx")


def _fill(sheet: Worksheet, *rows: list[Any]) -> None:
    for row in rows:
        sheet.append(row)


def _hotels(sheet: Worksheet) -> None:
    _fill(sheet, ["Place", "Limit", "Share", "From"],
          ["London", 170, 0.425, date(2026, 1, 1)], ["Lisbon", 140.5, 1, None])  # fmt: skip
    for row, code in ((2, '"£"#,##0'), (3, "0.00")):
        sheet.cell(row, 2).number_format = code
    sheet["C2"].number_format = sheet["C3"].number_format = "0.0%"


def test_a_row_carries_the_names_of_its_columns_and_numbers_as_they_are_shown() -> None:
    [section] = _read(_hotels, title="Hotel limits").sections
    assert section.locator == Whole()
    assert section.blocks == (
        "Place: London; Limit: £170; Share: 42.5%; From: 2026-01-01\n"
        "Place: Lisbon; Limit: 140.50; Share: 100.0%",
    )


def test_sheets_are_sections_that_links_can_name() -> None:
    def empty(sheet: Worksheet) -> None:
        pass

    def meals(sheet: Worksheet) -> None:
        _fill(sheet, ["Meals in 2026"], [], ["Meal", "Sum"], ["Lunch", 10])

    document = _read(_hotels, empty, meals)
    assert [one.heading_path for one in document.sections] == [("Hotels",), ("Meals",)]
    assert document.sections[1].locator == Heading("meals", "Meals")
    assert document.sections[1].blocks == ("Meals in 2026", "Meal: Lunch; Sum: 10")


def test_what_is_not_shown_is_not_read() -> None:
    def rates(sheet: Worksheet) -> None:
        _fill(sheet, ["Place", "Secret", "Limit"], ["Leeds", "x", 1], ["Porto", "y", 2],
              ["Utrecht", "z", 3], ["Old", "w", 25])  # fmt: skip
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet["C5"].font = Font(strike=True)
        sheet["C4"] = "#N/A"

    def hidden(sheet: Worksheet) -> None:
        _fill(sheet, ["Salaries"])
        sheet.sheet_state = "hidden"

    [section] = _read(rates, hidden).sections
    assert section.blocks == ("Place: Leeds; Limit: 1\nPlace: Utrecht\nPlace: Old",)


def test_merged_cells_hold_for_all_their_rows_and_columns() -> None:
    def rates(sheet: Worksheet) -> None:
        _fill(sheet, ["All rates of the year"], ["", "Home", "", "Abroad", ""],
              ["Grade", "Hotel", "Meals", "Hotel", "Meals"],
              ["A", 120, 40, 180, 60], [None, 130, 50, 190, 70])  # fmt: skip
        for area in ("A1:E1", "B2:C2", "D2:E2", "A4:A5"):
            sheet.merge_cells(area)

    [section] = _read(rates).sections
    assert section.blocks == (
        "All rates of the year",
        "Grade: A; Home / Hotel: 120; Home / Meals: 40; Abroad / Hotel: 180; Abroad / Meals: 60\n"
        "Grade: A; Home / Hotel: 130; Home / Meals: 50; Abroad / Hotel: 190; Abroad / Meals: 70",
    )


def test_a_title_merged_over_all_columns_of_a_sheet_adds_none() -> None:
    def rates(sheet: Worksheet) -> None:
        _fill(sheet, ["All rates"], ["Place", "Limit"], *([f"Town {n}", n] for n in range(100)))
        sheet.merge_cells("A1:XFD1")

    [section] = _read(rates).sections
    assert section.blocks[0] == "All rates"
    assert section.blocks[1].startswith("Place: Town 0; Limit: 0\n")


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        (
            [["Site", 2025, 2026], ["Harbour", 3, 4]],
            "Site: Harbour; 2025: 3; 2026: 4",
        ),
        (
            [["Grade", "Home", None], [None, "Hotel", "Meals"], ["A", 120, 40]],
            "Grade: A; Home / Hotel: 120; Home / Meals: 40",
        ),
        (
            [[f"C{n}" for n in range(12)], list(range(12))],
            "; ".join(f"C{n}: {n}" for n in range(12)),
        ),
        ([["Who", "Does"], ["Driver", "Check_x000D_\nSign"]], "Who: Driver; Does: Check, Sign"),
    ],
)
def test_columns_have_their_names(rows: list[list[Any]], read: str) -> None:
    def rates(sheet: Worksheet) -> None:
        _fill(sheet, *rows)

    [section] = _read(rates).sections
    assert section.blocks == (read,)


def test_a_cell_over_all_columns_parts_a_table() -> None:
    def fees(sheet: Worksheet) -> None:
        _fill(sheet, ["Item", "Fee"], ["Keys"], ["Small", 4], ["Badges"], ["Blue", 9])
        for area in ("A2:B2", "A4:B4"):
            sheet.merge_cells(area)

    [section] = _read(fees).sections
    assert section.blocks == ("Keys\nItem: Small; Fee: 4\nBadges\nItem: Blue; Fee: 9",)


def test_a_part_of_a_cell_may_be_struck_through_or_raised() -> None:
    def leave(sheet: Worksheet) -> None:
        _fill(sheet, ["Item", "Days"], ["Leave", None], ["Tank", None])
        sheet["B2"] = CellRichText(
            TextBlock(InlineFont(strike=True), "25 "),
            "30",
            TextBlock(InlineFont(vertAlign="superscript"), "1"),
            " days",
        )
        sheet["B3"] = CellRichText("10", TextBlock(InlineFont(vertAlign="superscript"), "3"), " l")

    [section] = _read(leave).sections
    assert section.blocks == ("Item: Leave; Days: 30 days\nItem: Tank; Days: 10^3 l",)


def test_what_is_drawn_on_a_sheet_stands_behind_its_cells() -> None:
    def accidents(sheet: Worksheet) -> None:
        _fill(sheet, ["Site", "Accidents"], ["Harbour", 3])
        chart = BarChart()
        chart.title = "Accidents by site"
        chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
        sheet.add_chart(chart, "D4")

    found = _read(accidents)
    [section] = found.sections
    assert section.blocks == ("Site: Harbour; Accidents: 3", "Accidents by site")
    assert found.said_audience == ""


def test_linked_cells_stay_links() -> None:
    def forms(sheet: Worksheet) -> None:
        _fill(sheet, ["Form", "For"], ["SF-50", "a transfer"])
        sheet["A2"].hyperlink = "https://forms.example.com/sf50"

    [section] = _read(forms).sections
    assert section.links == (Link(6, 11, "https://forms.example.com/sf50"),)
    assert section.text[6:11] == "SF-50"


def test_many_links_are_found_each_at_its_cell() -> None:
    def forms(sheet: Worksheet) -> None:
        for row in range(1, 501):
            sheet.cell(row, 1, f"Form {row}").hyperlink = f"https://x.example/{row}"
            sheet.cell(row, 2, row)

    [section] = _read(forms).sections
    opened = {section.text[link.start : link.end]: link.url for link in section.links}
    assert opened["Form 500"] == "https://x.example/500"
    assert len(opened) == 500


def test_each_question_of_a_list_is_a_place_with_its_answer() -> None:
    def faq(sheet: Worksheet) -> None:
        _fill(sheet, ["Question", "Answer", "Link"],
              ["How do I reset my password?", "Press Forgot.", "https://it.example.com/reset"],
              ["Where is the printer?", "On floor 2.", "See Plan"], ["No answer yet"])  # fmt: skip

    first, second = _read(faq, title="IT questions").sections
    assert first.heading_path == ("How do I reset my password?",)
    assert first.locator == Heading("how-do-i-reset-my-password", "How do I reset my password?")
    assert first.blocks == ("Press Forgot.", "it.example.com/reset")
    assert [link.url for link in first.links] == ["https://it.example.com/reset"]
    assert second.heading_path == ("Where is the printer?",)
    assert second.blocks == ("On floor 2.", "See Plan")


def test_a_column_of_other_wordings_is_matched_and_not_shown() -> None:
    def faq(sheet: Worksheet) -> None:
        _fill(sheet, ["Q", "Alternative questions", "A (short)"],
              ["Who may park?", "parking; car park", "Staff.\nWith a badge."])  # fmt: skip

    [section] = _read(faq).sections
    assert section.blocks == ("Staff.\nWith a badge.",)
    assert section.asked_as == ("parking", "car park")


def test_an_empty_workbook_has_no_text() -> None:
    def nothing(sheet: Worksheet) -> None:
        sheet.row_dimensions[900_000].height = 30

    assert _read(nothing).sections == ()


def test_a_table_beyond_any_bound_is_refused_with_its_size() -> None:
    def far(sheet: Worksheet) -> None:
        for column in range(1, 4):
            sheet.cell(1, column, "a")
            sheet.cell(1_000_000, column, "b")

    with pytest.raises(ReadError, match="1000000 rows and 3 columns"):
        _read(far)
