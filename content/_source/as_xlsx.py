"""A source as an Excel workbook: a sheet for each chapter, its tables one below another."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from source import Heading, Paragraph, Source, Table, plain

WIDTHS = (34, 46, 22)


def as_xlsx(source: Source) -> bytes:
    """The file's bytes; the zip's own time stamps are not yet settled (see `make_files`)."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = source.title, "Fernhill"
    book.properties.created = book.properties.modified = datetime.combine(source.dated, time())
    sheet = None
    for block in source.blocks:
        match block:
            case Heading(_, text):
                sheet = book.create_sheet(text)
                for number, width in enumerate(WIDTHS, start=1):
                    sheet.column_dimensions[get_column_letter(number)].width = width
            case Paragraph(text) if sheet is not None:
                sheet.append([plain(text)])
                sheet.append([])
            case Table(rows) if sheet is not None:
                for number, row in enumerate(rows):
                    sheet.append([plain(cell) for cell in row])
                    for cell in sheet[sheet.max_row]:
                        cell.alignment = Alignment(wrap_text=True, vertical="top")
                        cell.font = Font(bold=number == 0)
            case _:
                raise ValueError(f"{source.file}: no cells are made of {block!r}")
    out = BytesIO()
    book.save(out)
    return out.getvalue()
