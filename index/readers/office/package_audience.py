"""Whom an Office or OpenDocument file says it is for, in its properties and its pages' heads."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from index.readers.said_audience import said_in_lines, said_in_properties

_HEADS = re.compile(r"word/(?:header|footer)\d*\.xml")
_PROPERTIES = ("docProps/custom.xml", "docProps/core.xml", "docProps/app.xml", "meta.xml")
_MOST_HEADS = 20
_MOST_BYTES = 1024 * 1024
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def said_in_package(data: bytes) -> str:
    """The audience in the properties of an Office or OpenDocument file, or in Word's heads and
    feet of pages."""
    if not data.startswith(b"PK"):
        return ""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [one.filename for one in archive.infolist() if 0 < one.file_size <= _MOST_BYTES]
        for name in filter(names.__contains__, _PROPERTIES):
            root = etree.fromstring(archive.read(name), _PARSER)
            if said := said_in_properties(dict(_properties(root))):
                return said
        for name in islice(filter(_HEADS.fullmatch, names), _MOST_HEADS):
            root = etree.fromstring(archive.read(name), _PARSER)
            if said := said_in_lines(_paragraphs(root)):
                return said
    return ""


def _properties(root: Any) -> Iterator[tuple[str, str]]:
    for number, element in enumerate(root.iter(etree.Element)):
        attributes = {etree.QName(key).localname: value for key, value in element.attrib.items()}
        if name := attributes.get("name"):
            yield name, " ".join("".join(element.itertext()).split())
        elif not len(element) and element.text:
            yield f"{etree.QName(element).localname} {number}", element.text


def _paragraphs(root: Any) -> Iterator[str]:
    for paragraph in root.iter("{*}p"):
        words = (one.text or " " for one in paragraph.iter("{*}t", "{*}tab", "{*}br"))
        yield "".join(words)
