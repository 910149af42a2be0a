"""CSV and TSV, as spreadsheets and question-answering services write them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

from errors import ReadError
from index.readers import normalise
from index.readers.decoding import decode
from index.readers.documents import Document
from index.readers.sheets.sheet import Sheet, SheetCell
from index.readers.sheets.sheet_sections import from_sheets

_DELIMITERS = ",;\t|"
_SAMPLE = 64_000
csv.field_size_limit(20_000_000)  # a cell may hold a whole page; 131,072 is the module's own
# What spreadsheets write on the first line to say how the others are cut.
SEPARATOR = re.compile(r"\s*\"?sep=([^\n])\"?[ ,;]*\n", re.IGNORECASE)


def read(data: bytes, name: str) -> Document:
    """One sheet. The separator is what the file says ("sep=;"), else the one that cuts its first
    lines into the most equal rows."""
    text, notes = decode(data)
    if match := SEPARATOR.match(text):
        text, delimiter = text[match.end() :], match[1]
    else:
        delimiter = _delimiter(text[:_SAMPLE])
    try:
        rows = [
            [SheetCell(normalise.lines(value)) for value in row]
            for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
        ]
    except csv.Error as error:
        raise ReadError(f"it is no {delimiter!r}-separated table: {error}") from error
    width = max(map(len, rows), default=0)
    sheet = Sheet("", [row + [SheetCell()] * (width - len(row)) for row in rows])
    return replace(from_sheets(None, [sheet]), notes=notes)


def _delimiter(sample: str) -> str:
    def regularity(delimiter: str) -> tuple[int, int]:
        """How many rows have as many cells as the first, and how many cells those are."""
        rows = [row for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row]
        width = len(rows[0]) if rows else 0
        return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=regularity)
