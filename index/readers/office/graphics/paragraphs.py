"""Paragraphs of DrawingML: in the shapes and tables of slides, in diagrams and in canvases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.readers.office.graphics.equations import EQUATIONS, equation
from index.readers.office.symbols import in_font
from index.readers.superscripts import Superscripts, raised

_PRIVATE = re.compile("[\uf000-\uf0ff]")
_STRUCK = ("sngStrike", "dblStrike")


def a(name: str) -> str:
    """A name of DrawingML as lxml writes it."""
    return f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{name}"


def r(name: str) -> str:
    """A name of relationships as lxml writes it."""
    return f"{{http://schemas.openxmlformats.org/officeDocument/2006/relationships}}{name}"


def said(body: Any, superscripts: Superscripts) -> Iterator[tuple[Any, str]]:
    """Each paragraph (`a:p`) of a text with its words, without what is struck through."""
    for paragraph in body.iterchildren(a("p")):
        yield paragraph, superscripts.settle("".join(_pieces(paragraph)))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in (a("r"), a("fld")):
            properties = child.find(a("rPr"))
            if properties is not None and properties.get("strike") in _STRUCK:
                continue
            text = _in_its_font(child.findtext(a("t"), ""), properties)
            yield raised(text) if properties is not None and _is_raised(properties) else text
        elif child.tag == a("br"):
            yield "\n"
        elif child.tag in EQUATIONS:
            yield equation(child)
        elif isinstance(child.tag, str) and child.tag not in (a("pPr"), a("endParaRPr")):
            yield from _pieces(child)


def _in_its_font(text: str, properties: Any) -> str:
    """What the run's font makes of letters; its font for symbols draws private ones alone."""
    names = (
        [properties.find(a(name)) for name in ("latin", "sym")] if properties is not None else []
    )
    for element in names:
        font = str(element.get("typeface", "")) if element is not None else ""
        if element is not None and (element.tag == a("latin") or _PRIVATE.search(text)):
            text = in_font(text, font)
    return text


def _is_raised(properties: Any) -> bool:
    baseline = str(properties.get("baseline", "0")).rstrip("%").partition(".")[0]
    return baseline.isdecimal() and int(baseline) > 0
