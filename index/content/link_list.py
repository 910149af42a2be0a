"""`links.csv` and `links.yaml`: resources that live elsewhere, described in a row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import ContentError, ReadError
from index.content.folders import load_bytes, load_yaml
from index.content.metadata import LINK_FIELDS, check_names, parse
from index.content.tree import Tree
from index.readers.decoding import decode
from index.readers.documents import Document, Section
from index.readers.markup.front_matter import field_name
from index.readers.sheets.delimited import SEPARATOR
from snapshot import formats
from snapshot.models import Whole

LINK_FILES = ("links.csv", "links.yaml", "links.yml")
_MAX_BYTES = 5 * 1024 * 1024
_LONGEST_DESCRIPTION = 2_000


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row: its number as a spreadsheet counts (the header is row 1; in YAML the first entry is
    1), and what it says, or what is wrong with it. `notes` are those of the file."""

    number: int
    fields: Mapping[str, Any]
    error: ContentError | None = None
    notes: tuple[str, ...] = ()

    @property
    def document(self) -> Document:
        """Title and description, the only text that there is about what the link opens."""
        said = (self.fields["title"], self.fields.get("description", ""))
        return Document(
            title=self.fields["title"],
            sections=(Section((), Whole(), tuple(filter(None, said))),),
            notes=self.notes,
        )


def load_links(content: Path | Tree, where: str) -> list[LinkRow]:
    """The rows of a links file, by its path in the content; a bad row is in its place with
    its error. Raises ContentError if the file as a whole cannot be used."""
    notes: tuple[str, ...] = ()
    if formats.of(where) is formats.DELIMITED:
        try:
            text, notes = decode(load_bytes(content, where, _MAX_BYTES))
        except ReadError as error:
            raise ContentError(f"{where}: {error}") from error
        rows = _csv_rows(text, where)
    else:
        rows = _yaml_rows(content, where)
    return [_row(number, values, f"{where}, row {number}", notes) for number, values in rows]


def _row(number: int, values: Any, where: str, notes: tuple[str, ...]) -> LinkRow:
    try:
        return LinkRow(number, _fields(values, where), notes=notes)
    except ContentError as error:
        return LinkRow(number, {}, error)


def _fields(values: Any, where: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise ContentError(f"{where}: it must be lines of `field: value`")
    fields = parse(values, where, is_ours=True, allowed=LINK_FIELDS)
    missing = [name for name in ("title", "url") if not fields.get(name)]
    if missing:
        raise ContentError(f"{where}: {' and '.join(missing)} must be given")
    if len(fields.get("description", "")) > _LONGEST_DESCRIPTION:
        raise ContentError(f"{where}: description has over {_LONGEST_DESCRIPTION} characters")
    return fields


def _yaml_rows(content: Path | Tree, where: str) -> Iterator[tuple[int, Any]]:
    entries = load_yaml(content, where)
    if entries is None:
        return
    if not isinstance(entries, list):
        raise ContentError(f"{where}: it must be a list, each entry beginning with `- title: ...`")
    yield from enumerate(entries, start=1)


def _csv_rows(text: str, where: str) -> Iterator[tuple[int, Any]]:
    """Rows as {column: cell}; empty cells say nothing, empty rows are none."""
    if match := SEPARATOR.match(text):
        text = text[match.end() :]
    first = text.lstrip("\n").partition("\n")[0]
    # Spreadsheets of half of Europe write semicolons.
    delimiter = match[1] if match else max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = enumerate(reader, start=1)
        first_row = next((cells for _, cells in rows if any(map(str.strip, cells))), [])
        header = [field_name(name) for name in first_row]
        check_names(header, where, LINK_FIELDS)
        if twice := {name for name in header if header.count(name) > 1}:
            raise ContentError(f"{where}: {', '.join(sorted(twice))} is given twice")
        for number, cells in rows:
            if any(cell.strip() for cell in cells):
                yield number, _csv_row(header, cells)
    except csv.Error as error:
        raise ContentError(f"{where}, line {reader.line_num}: {error}") from error


def _csv_row(header: list[str], cells: list[str]) -> dict[str, str]:
    """The row by columns. Cells beyond the last column appear under a name that no column has."""
    row = {name: cell for name, cell in zip(header, cells, strict=False) if cell.strip()}
    if beyond := "".join(cells[len(header) :]).strip():
        row["(a cell beyond the last column)"] = beyond
    return row
