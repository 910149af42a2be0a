"""What is drawn on the sheets of an Excel workbook: text boxes, charts, diagrams and pictures."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from index.readers import normalise
from index.readers.office.graphics import paragraphs
from index.readers.office.graphics.drawings import drawn
from index.readers.office.graphics.paragraphs import r
from index.readers.office.package_mending import PARSER, plain_part
from index.readers.superscripts import Superscripts

_BOOK = "xl/workbook.xml"
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
_SHEET = "{*}sheet"


@dataclass(frozen=True)
class BookPart:
    """A part of the package, with the names that python-docx gives what is asked for here."""

    archive: zipfile.ZipFile
    path: str

    @cached_property
    def blob(self) -> bytes:
        return plain_part(self.archive.read(self.path))

    @cached_property
    def rels(self) -> dict[str, _Relation]:
        folder, name = posixpath.split(self.path)
        path = f"{folder}/_rels/{name}.rels"
        if path not in self.archive.namelist():
            return {}
        found = etree.fromstring(plain_part(self.archive.read(path)), PARSER)
        return {str(one.get("Id")): _Relation(self, one) for one in found}


@dataclass(frozen=True)
class _Relation:
    part: BookPart
    element: Any

    @property
    def is_external(self) -> bool:
        """Whether it leads out of the package, or nowhere."""
        is_out = self.element.get("TargetMode") == "External"
        return is_out or self.target_part.path not in self.part.archive.namelist()

    @property
    def target_part(self) -> BookPart:
        folder = posixpath.dirname(self.part.path)
        target = posixpath.normpath(posixpath.join("/", folder, self.element.get("Target", "")))
        return BookPart(self.part.archive, target.lstrip("/"))


def drawings(data: bytes) -> dict[str, list[str]]:
    """What is drawn on each sheet, by the sheet's name, each thing once."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name: list(dict.fromkeys(filter(None, _on(sheet))))
            for name, sheet in sheets_of(archive)
        }


def sheets_of(archive: zipfile.ZipFile) -> Iterator[tuple[str, BookPart]]:
    """The name and the part of each sheet."""
    if _BOOK not in archive.namelist():
        return
    book = BookPart(archive, _BOOK)
    for sheet in etree.fromstring(book.blob, PARSER).iter(_SHEET):
        relation = book.rels.get(sheet.get(r("id")))
        if relation is not None and not relation.is_external:
            yield str(sheet.get("name")), relation.target_part


def _on(sheet: BookPart) -> Iterator[str]:
    for found in sheet.rels.values():
        if found.element.get("Type", "").endswith("/drawing") and not found.is_external:
            yield from _said(found.target_part)


def _said(part: BookPart) -> Iterator[str]:
    root = etree.fromstring(part.blob, PARSER)
    for one in list(root.iter("{*}cNvPr")):
        if one.get("hidden") in ("1", "true") and one.getparent() is not None:
            shape = one.getparent().getparent()
            shape.getparent().remove(shape)
    for anchor in root:
        if isinstance(anchor.tag, str) and etree.QName(anchor).localname in _ANCHORS:
            for body in anchor.iter("{*}txBody"):
                words = (text for _, text in paragraphs.said(body, Superscripts()))
                yield normalise.lines("\n".join(words))
            yield from drawn(anchor, part)
