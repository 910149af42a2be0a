"""What Word, PowerPoint and Excel overlook in a file and the libraries do not, mended before they
see it.

The programs open files with relationships that lead nowhere, templates, files with macros, and the
Strict form of the standard (ISO/IEC 29500-1), which has other namespaces. Pictures, fonts and
embedded files are left out: nobody reads them here.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from enum import Enum
from typing import Any
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from errors import ReadError

PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_TYPES = "[Content_Types].xml"
_TYPE = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_DOCUMENT = "/officeDocument"
_UNREAD = re.compile(
    r"(?:^|/)(?:media|embeddings|fonts|printerSettings|activeX|customXml|pivotCache)/",
    re.IGNORECASE,
)
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_STRICT_NAMES = {b"extendedProperties": b"extended-properties"}
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_ZIP = b"PK\x03\x04"
_BYTES = "application/octet-stream"
_MAIN = "application/vnd.openxmlformats-officedocument.{0}ml.{1}.main+xml"


class Program(Enum):
    """Whose package it is: the name of its files, the root of their main part, and marks of that
    part's content type."""

    WORD = "Word document", "document", ("wordprocessingml", "ms-word")
    POWERPOINT = "PowerPoint deck", "presentation", ("presentationml", "ms-powerpoint")
    EXCEL = "Excel workbook", "workbook", ("spreadsheetml", "ms-excel")

    def __init__(self, title: str, root: str, marks: tuple[str, str]) -> None:
        self.title = title
        self.root = root
        self.marks = marks

    @property
    def content_type(self) -> str:
        """What the package calls an ordinary main part."""
        kind = "sheet" if self.root == "workbook" else self.root
        return _MAIN.format(self.marks[0].removesuffix("ml"), kind)


def _as_it_is(name: str, part: bytes) -> bytes:
    return part


def mended(data: bytes, program: Program, lean: Callable[[str, bytes], bytes] = _as_it_is) -> bytes:
    """The package as python-docx, python-pptx and openpyxl open it, without pictures and empty
    parts; `lean` leaves out of a part, by its name, what nobody reads. Raises ReadError if the main
    part is another program's. Call `check_package` before."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {
            member.filename.replace("\\", "/").lstrip("/"): archive.read(member)
            for member in archive.infolist()
            if not member.is_dir() and not _UNREAD.search(member.filename.replace("\\", "/"))
        }
    parts = {name: _mended_part(name, part, lean) for name, part in parts.items() if part}
    for name in parts:
        if name.endswith(".rels"):
            parts[name] = _without_dangling(name, parts[name], parts)
    parts[_TYPES] = _content_types(parts, program)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def _mended_part(name: str, part: bytes, lean: Callable[[str, bytes], bytes]) -> bytes:
    if not name.endswith((".xml", ".rels")):
        return part
    return _without_alternatives(lean(name, _STRICT.sub(_transitional, part)))


def plain_part(part: bytes) -> bytes:
    """A part's XML in the namespaces that all programs know, each thing said in one way."""
    return _without_alternatives(_STRICT.sub(_transitional, part))


def _transitional(match: re.Match[bytes]) -> bytes:
    name = _STRICT_NAMES.get(match[2], match[2])
    return b"http://schemas.openxmlformats.org/%b/2006/%b" % (match[1], name)


def _without_alternatives(part: bytes) -> bytes:
    """Of what a part says in two ways, for new programs and old ones, the first that has text."""
    if b"AlternateContent" not in part:
        return part
    root = _parsed(part)
    for alternatives in list(root.iter(f"{_COMPATIBLE}AlternateContent")):
        parent = alternatives.getparent()
        if parent is None:
            continue
        branches = list(alternatives.iterchildren(f"{_COMPATIBLE}*"))
        chosen = next(filter(_has_text, branches), branches[0] if branches else ())
        place = parent.index(alternatives)
        parent[place : place + 1] = list(chosen)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def _has_text(branch: Any) -> bool:
    return any(
        (etree.QName(element).localname == "t" and (element.text or "").strip())
        or any(key.startswith("{") and "/relationships}" in key for key in element.attrib)
        for element in branch.iter(etree.Element)
    )


def _without_dangling(name: str, part: bytes, parts: dict[str, bytes]) -> bytes:
    """Relationships to a part that the package lacks are gone; targets are written out."""
    root = _parsed(part)
    folder = posixpath.dirname(posixpath.dirname(name))
    known = {other.lower(): other for other in parts}
    for relation in list(root):
        if not isinstance(relation.tag, str) or relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target", "").replace("\\", "/")
        path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        found = known.get(path.lower()) or known.get(unquote(path).lower())
        if found is None or not relation.get("Id"):
            if not relation.get("Type", "").endswith("/worksheet"):  # openpyxl looks for each
                root.remove(relation)
        else:
            relation.set("Target", f"/{found}")
    return bytes(etree.tostring(root))


def _content_types(parts: dict[str, bytes], program: Program) -> bytes:
    """A type for every part, and for the main one that of a document, whatever it is used for."""
    if _TYPES not in parts or "_rels/.rels" not in parts:
        raise ReadError("it is damaged, or no Office file: the list of its parts is missing")
    root = _parsed(parts[_TYPES])
    main = next(
        (
            str(relation.get("Target"))
            for relation in _parsed(parts["_rels/.rels"])
            if relation.get("Type", "").endswith(_DOCUMENT)
        ),
        "",
    )
    if main[1:] not in parts:
        raise ReadError("it is damaged, or no Office file: it has no main part")
    defaults = {str(one.get("Extension")).lower() for one in root.iter(f"{_TYPE}Default")}
    for ending in sorted({posixpath.splitext(name)[1][1:].lower() for name in parts} - defaults):
        etree.SubElement(root, f"{_TYPE}Default", Extension=ending, ContentType=_BYTES)
    overrides = {str(one.get("PartName")).lower(): one for one in root.iter(f"{_TYPE}Override")}
    override = overrides.get(main.lower())
    if override is None:
        override = etree.SubElement(root, f"{_TYPE}Override", PartName=main, ContentType="")
    for name, part in parts.items():
        if part.startswith(_ZIP):  # a document within, which the libraries take for this one
            etree.SubElement(root, f"{_TYPE}Override", PartName=f"/{name}", ContentType=_BYTES)
    found = _program(override.get("ContentType"), parts[main[1:]])
    if found is not program:
        raise ReadError(f"it is a {found.title} by its contents: rename it")
    override.set("ContentType", program.content_type)
    return bytes(etree.tostring(root))


def _program(declared: str, part: bytes) -> Program:
    root = etree.QName(_parsed(part)).localname
    for program in Program:
        if root == program.root or any(mark in declared for mark in program.marks):
            return program
    raise ReadError(f"it is no file of Word, PowerPoint or Excel; its type is {declared!r}")


def _parsed(part: bytes) -> Any:
    try:
        return etree.fromstring(part, PARSER)
    except etree.XMLSyntaxError as error:
        raise ReadError(f"it is damaged: one of its parts is no XML ({error})") from error
