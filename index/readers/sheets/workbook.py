"""Excel workbooks: what a person who opens the file sees, sheet by sheet."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from datetime import date, time, timedelta
from itertools import product

import openpyxl
from openpyxl.cell import Cell, MergedCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from index.readers import normalise, number_formats
from index.readers.documents import Document
from index.readers.office.office_package import check_package, sensible_title
from index.readers.sheets.sheet import MAX_CELLS, Sheet, SheetCell, check_size
from index.readers.sheets.sheet_drawings import drawings
from index.readers.sheets.sheet_links import links_by_sheet
from index.readers.sheets.sheet_sections import from_sheets
from index.readers.sheets.workbook_mending import mended_workbook
from index.readers.superscripts import Superscripts, raised

_ERROR = "e"  # the type of a cell that shows #N/A and its like


def read(data: bytes, name: str) -> Document:
    """One section for each sheet that is shown. Formulas give what they gave when the file was
    saved; hidden sheets, rows and columns, and what is struck through, are left out."""
    check_package(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that openpyxl does not keep
        book = openpyxl.load_workbook(
            io.BytesIO(mended_workbook(data)), data_only=True, keep_links=False, rich_text=True
        )
    shown = [one for one in book.worksheets if one.sheet_state == Worksheet.SHEETSTATE_VISIBLE]
    is_named = len(shown) > 1
    beside, links = drawings(data), links_by_sheet(data)
    sheets = [
        Sheet(
            normalise.prose(one.title) if is_named else "",
            _rows(one, links.get(one.title, {})),
            beside.get(one.title, ()),
        )
        for one in shown
    ]
    return from_sheets(sensible_title(book.properties.title), sheets)


def _rows(sheet: Worksheet, links: Mapping[tuple[int, int], str]) -> list[list[SheetCell]]:
    hidden_columns = _hidden_columns(sheet)
    hidden_rows = {number for number, one in sheet.row_dimensions.items() if one.hidden}
    # A million rows may be formatted and empty, and openpyxl goes through the cells that are there
    # in no other way.
    found: dict[tuple[int, int], SheetCell] = {}
    superscripts = Superscripts()
    for (row, column), cell in sheet._cells.items():
        if column not in hidden_columns and row not in hidden_rows:
            text = _text(cell, superscripts)
            if text:
                found[row, column] = SheetCell(text, links.get((row, column), ""))
    _fill_merged(sheet, found)
    if not found:
        return []
    rows = sorted({row for row, _ in found})
    columns = sorted({column for _, column in found})
    check_size(sheet.title, rows[-1] - rows[0] + 1, len(columns))
    return [
        [found.get((row, column), SheetCell()) for column in columns]
        for row in range(rows[0], rows[-1] + 1)
        if row not in hidden_rows
    ]


def _hidden_columns(sheet: Worksheet) -> set[int]:
    return {
        number
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for number in range(dimension.min or 1, (dimension.max or dimension.min or 1) + 1)
    }


def _fill_merged(sheet: Worksheet, found: dict[tuple[int, int], SheetCell]) -> None:
    """What cells that are one show holds for all of them, in the columns that others use."""
    used = {column for _, column in found}
    for area in sheet.merged_cells.ranges:
        shown = found.get((area.min_row, area.min_col))
        columns = [one for one in used if area.min_col <= one <= area.max_col]
        if shown and area.size["rows"] * len(columns) <= MAX_CELLS:
            rows = range(area.min_row, area.max_row + 1)
            found |= dict.fromkeys(product(rows, columns), shown)


def _text(cell: Cell | MergedCell, superscripts: Superscripts) -> str:
    value = cell.value
    is_struck = bool(cell.font and cell.font.strike)
    if isinstance(value, CellRichText):
        said = "".join(_piece(one, is_struck=is_struck) for one in value)
        return normalise.lines(superscripts.settle(said))
    if value is None or cell.data_type == _ERROR or is_struck:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return number_formats.shown(value, cell.number_format or "")
    if isinstance(value, (date, time, timedelta)):
        return number_formats.moment(value)
    return normalise.lines(unescape(str(value)))


def _piece(piece: str | TextBlock, *, is_struck: bool) -> str:
    """A stretch of a cell's text with a look of its own; a bare string has the cell's."""
    if isinstance(piece, str):
        return "" if is_struck else unescape(piece)
    if piece.font.strike:
        return ""
    text = unescape(piece.text)
    return raised(text) if piece.font.vertAlign == "superscript" else text
