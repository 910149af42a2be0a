"""Charts, diagrams and descriptions of pictures, as slides and Word documents hold them alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from index.readers import normalise
from index.readers.office.graphics import paragraphs
from index.readers.office.graphics.charts import chart
from index.readers.office.graphics.newer_charts import newer_chart
from index.readers.office.graphics.paragraphs import a, r
from index.readers.office.package_mending import PARSER
from index.readers.superscripts import Superscripts
from index.readers.web.html_blocks import is_sentence

_MACHINE_MADE = "automatically generated"
_SURELY_SAYS_SOMETHING = 6  # words
_DEEPEST = 20


def dgm(name: str) -> str:
    """A name of a diagram's XML as lxml writes it."""
    return f"{{http://schemas.openxmlformats.org/drawingml/2006/diagram}}{name}"


def drawn(element: Any, part: Any) -> list[str]:
    """What a drawing in that part of a package says, each thing once: its charts, diagrams and
    words, and what is said to those who cannot see it."""
    return list(dict.fromkeys(filter(None, _drawn(element, part))))


def _drawn(element: Any, part: Any) -> Iterator[str]:
    for found in _within(element):
        name = etree.QName(found).localname
        if name == "chart" and (root := _related(part, found.get(r("id")))) is not None:
            yield chart(root) or newer_chart(root)
        elif name == "relIds" and (root := _related(part, found.get(r("dm")))) is not None:
            yield diagram(root)
        elif found.tag == a("txBody"):  # in a canvas
            yield _words(found)
        elif name in ("docPr", "cNvPr"):
            yield _description(found)
        elif name == "textpath":
            yield normalise.prose(found.get("string", ""))


def _within(element: Any) -> Iterator[Any]:
    """The element and those in it, but not what stands in a text box."""
    yield element
    for child in element.iterchildren(etree.Element):
        if etree.QName(child).localname != "txbxContent":
            yield from _within(child)


def described(shape: Any) -> str:
    """What is said of a shape to those who cannot see it; empty if nobody does."""
    return next((_description(one) for one in shape.iterfind("./*/{*}cNvPr")), "")


def _description(properties: Any) -> str:
    said = properties.get("descr", "").strip() or properties.get("title", "")
    return normalise.prose(said) if is_description(said) else ""


def is_description(text: str) -> bool:
    """Whether the text says what is to be seen, and a person wrote it."""
    is_long = len(text.split()) >= _SURELY_SAYS_SOMETHING
    return bool(text.strip()) and (is_long or is_sentence(text)) and _MACHINE_MADE not in text


def diagram(root: Any) -> str:
    """The texts of SmartArt in the order of its tree, a line each."""
    points = {str(one.get("modelId")): one for one in root.iter(dgm("pt"))}
    below: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter(dgm("cxn")):
        if link.get("type", "parOf") == "parOf":
            order = link.get("srcOrd", "0")
            place = int(order) if order.isdecimal() else 0
            below.setdefault(str(link.get("srcId")), []).append((place, str(link.get("destId"))))
    tops = [key for key, one in points.items() if one.get("type") == "doc"]
    ordered = dict.fromkeys(line for top in tops for line in _tree(top, below, 0))
    in_tree = {key for key, _ in ordered}
    ordered.update(dict.fromkeys((key, 1) for key in points if key not in in_tree))
    lines = []
    for key, depth in ordered:
        if key in points and (text := _text(points[key])):
            lines.append(f"{'  ' * max(depth - 1, 0)}{text}")
    return "\n".join(lines)


def _tree(
    key: str, below: dict[str, list[tuple[int, str]]], depth: int
) -> Iterator[tuple[str, int]]:
    yield key, depth
    if depth < _DEEPEST:
        for _, child in sorted(below.get(key, ())):
            yield from _tree(child, below, depth + 1)


def _text(point: Any) -> str:
    said = point.find(dgm("t"))
    return _words(said) if said is not None else ""


def _words(body: Any) -> str:
    return normalise.flow("\n".join(words for _, words in paragraphs.said(body, Superscripts())))


def _related(part: Any, key: str | None) -> Any:
    """The root of the XML that a relationship leads to; None if it leads nowhere."""
    relation = part.rels.get(key) if key else None
    if relation is None or relation.is_external:
        return None
    return etree.fromstring(relation.target_part.blob, PARSER)
