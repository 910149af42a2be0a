"""Pictures in Office files, and whether somebody says in words what they show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

_OTHER_FORM = "Fallback"  # what programs show that do not know the newer form
_FRAMES = ("inline", "anchor")
_SAID = ("descr", "title", "alt")


def pictures(root: Any) -> Iterator[bool]:
    """Of each picture in a part whether words stand for it. What its author calls decoration is
    left out."""
    for element in root.iter("{*}pic", "{*}imagedata"):
        if _is_other_form(element):
            continue
        described = list(_described(element))
        if any(_is_decoration(one) for one in described):
            continue
        yield any(one.get(key, "").strip() for one in described for key in _SAID)


def _is_other_form(element: Any) -> bool:
    return any(etree.QName(one).localname == _OTHER_FORM for one in element.iterancestors())


def _described(picture: Any) -> Iterator[Any]:
    """The elements that may describe it: its own, that of its frame, or its shape in old files."""
    if etree.QName(picture).localname == "imagedata":
        yield picture.getparent()
        return
    for found in picture.iter(etree.Element):
        if etree.QName(found).localname == "cNvPr":
            yield found
    for frame in picture.iterancestors():
        if etree.QName(frame).localname in _FRAMES:
            yield from (one for one in frame if etree.QName(one).localname == "docPr")


def _is_decoration(described: Any) -> bool:
    return any(
        etree.QName(one).localname == "decorative" and one.get("val") in ("1", "true")
        for one in described.iter(etree.Element)
    )
