"""Workbooks that Excel opens are read, whatever else they hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from errors import ReadError
from index.readers import reader

_FILTER = (
    b'</sheetData><autoFilter ref="A1:B2"><filterColumn colId="0"><customFilters>'
    b'<customFilter val="" operator="bogus"/></customFilters></filterColumn></autoFilter>'
)
_STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
Change = Callable[[str, bytes], bytes]


def _strict(name: str, part: bytes) -> bytes:
    for ours, theirs in _STRICT.items():
        part = part.replace(ours, theirs)
    return part


def _filtered(name: str, part: bytes) -> bytes:
    return part.replace(b"</sheetData>", _FILTER)


def _oddly_filled(name: str, part: bytes) -> bytes:
    return part.replace(b"gray125", b"a pattern of another program")


def _template(name: str, part: bytes) -> bytes:
    return part.replace(b"spreadsheetml.sheet.main", b"spreadsheetml.template.main")


def _no_properties(name: str, part: bytes) -> bytes:
    return b"" if name.endswith("core.xml") else part


def _changed(change: Change) -> bytes:
    book = openpyxl.Workbook()
    for row in (["Place", "Limit"], ["London", 0.425]):
        book.worksheets[0].append(row)
    book.worksheets[0]["B2"].number_format = "0.0%"
    data, changed = io.BytesIO(), io.BytesIO()
    book.save(data)
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(changed, "w") as target:
        for member in source.infolist():
            target.writestr(member.filename, change(member.filename, source.read(member)))
    return changed.getvalue()


@pytest.mark.parametrize(
    "change",
    [_strict, _filtered, _oddly_filled, _template, _no_properties],
    ids=lambda x: x.__name__,
)
def test_what_excel_overlooks_hides_no_cell(change: Change) -> None:
    [section] = reader.read(_changed(change), "rates.xlsx").sections
    assert section.blocks == ("Place: London; Limit: 42.5%",)


def test_more_cells_than_are_read_are_counted_before_openpyxl_sees_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.readers.sheets.workbook_mending.MAX_CELLS", 5)
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in ((1, 2, 3), (4, 5, 6)):
        book.worksheets[0].append(row)
    book.save(data)
    with pytest.raises(ReadError, match="a sheet of 6 cells; at most 5 are read"):
        reader.read(data.getvalue(), "a.xlsx")
