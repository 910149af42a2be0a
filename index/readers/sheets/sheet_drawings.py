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
class _Part:
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
    part: _Part
    element: Any

    @property
    def is_external(self) -> bool:
        """Whether it leads out of the package, or nowhere."""
        is_out = self.element.get("TargetMode") == "External"
        return is_out or self.target_part.path not in self.part.archive.namelist()

    @property
    def target_part(self) -> _Part:
        folder = posixpath.dirname(self.part.path)
        target = posixpath.normpath(posixpath.join("/", folder, self.element.get("Target", "")))
        return _Part(self.part.archive, target.lstrip("/"))


def drawings(data: bytes) -> dict[str, list[str]]:
    """What is drawn on each sheet, by the sheet's name, each thing once."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if _BOOK not in archive.namelist():
            return {}
        book = _Part(archive, _BOOK)
        return {
            str(sheet.get("name")): list(dict.fromkeys(filter(None, _on(sheet, book))))
            for sheet in etree.fromstring(book.blob, PARSER).iter(_SHEET)
        }


def _on(sheet: Any, book: _Part) -> Iterator[str]:
    relation = book.rels.get(sheet.get(r("id")))
    if relation is None or relation.is_external:
        return
    for found in relation.target_part.rels.values():
        if found.element.get("Type", "").endswith("/drawing") and not found.is_external:
            yield from _said(found.target_part)


def _said(part: _Part) -> Iterator[str]:
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
