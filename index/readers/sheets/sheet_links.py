"""Links of an Excel workbook's cells. openpyxl looks for each among all of the sheet's, which takes
minutes for ten thousand."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types
from openpyxl.utils.cell import range_boundaries

from index.readers.office.graphics.paragraphs import r
from index.readers.office.package_mending import PARSER
from index.readers.sheets.sheet_drawings import BookPart, sheets_of

_LINKS = re.compile(rb"<(?:\w+:)?hyperlinks\b[^>]*>.*?</(?:\w+:)?hyperlinks\s*>", re.S)
_ROOT = re.compile(rb"<(?:\w+:)?worksheet\b([^>]*)>")
_MOST_CELLS = 10_000  # of one link


def links_by_sheet(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """The address that a cell opens, by the sheet's name and the cell's row and column from 1.
    Links within the workbook have none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: dict(_of(sheet)) for name, sheet in sheets_of(archive)}


def _of(sheet: BookPart) -> Iterator[tuple[tuple[int, int], str]]:
    root = _ROOT.search(sheet.blob[:20_000])
    found = _LINKS.search(sheet.blob)
    if root is None or found is None:
        return
    # With the names of the sheet's own root, or the prefixes in it mean nothing.
    for link in etree.fromstring(b"<x" + root[1] + b">" + found[0] + b"</x>", PARSER).iter(
        "{*}hyperlink"
    ):
        relation = sheet.rels.get(link.get(r("id"), ""))
        if relation is None:
            continue
        try:
            bounds = range_boundaries(link.get("ref", ""))
        except (TypeError, ValueError):
            continue
        left, top, right, bottom = (bound or 1 for bound in bounds)
        if (right - left + 1) * (bottom - top + 1) <= _MOST_CELLS:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    yield (row, column), str(relation.element.get("Target", ""))
