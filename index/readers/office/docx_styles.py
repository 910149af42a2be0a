"""What a Word paragraph is: title, heading, item of a list, or just text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])")
_BODY_LEVEL = 9  # Word's outline level of text that is no heading
_MAX_DEPTH = 8
_LONGEST_CHAIN = 20


def w(name: str) -> str:
    """A name of WordprocessingML as lxml writes it."""
    return f"{_NAMESPACE}{name}"


def child_value(element: Any, name: str) -> str:
    """`w:val` of a child, empty if there is none."""
    child = element.find(w(name)) if element is not None else None
    return str(child.get(w("val"), "")) if child is not None else ""


@dataclass(frozen=True, slots=True)
class Style:
    """`level` is 1 to 9 for a heading, else 0; `list_id` is empty outside of lists."""

    level: int = 0
    list_id: str = ""
    depth: int = 0
    is_title: bool = False
    is_contents: bool = False


class Styles:
    """The document's styles. A style inherits from the one that it is based on."""

    def __init__(self, root: Any) -> None:
        self._elements = {
            str(style.get(w("styleId"))): style
            for style in root.findall(w("style"))
            if style.get(w("type"), "paragraph") == "paragraph"
        }
        self._default = next(
            (key for key, style in self._elements.items() if style.get(w("default")) == "1"), ""
        )
        self._known: dict[str, Style] = {}
        language = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('lang')}")
        self.language: str | None = language.get(w("val")) if language is not None else None

    def of(self, paragraph: Any) -> Style:
        """The paragraph's own settings, else its style's."""
        properties = paragraph.find(w("pPr"))
        style = self._named(child_value(properties, "pStyle") or self._default)
        if properties is None:
            return style
        level = _level(properties)
        list_id, depth = _list(properties)
        return Style(
            level=style.level if level is None else level,
            list_id={"": style.list_id, "0": ""}.get(list_id, list_id),
            depth=style.depth if depth is None else depth,
            is_title=style.is_title,
            is_contents=style.is_contents,
        )

    def _named(self, key: str) -> Style:
        if key not in self._known:
            self._known[key] = self._resolve(key)
        return self._known[key]

    def _resolve(self, key: str) -> Style:
        chain: list[Any] = []
        while key in self._elements and len(chain) < _LONGEST_CHAIN:
            chain.append(self._elements[key])
            key = child_value(self._elements[key], "basedOn")
        names = [child_value(style, "name").lower() for style in chain]
        numbers = [int(match[1]) for match in map(_HEADING.fullmatch, names) if match]
        levels = [level for style in chain if (level := _level(style.find(w("pPr")))) is not None]
        lists = [_list(style.find(w("pPr"))) for style in chain]
        list_id, depth = next((found for found in lists if found[0]), ("", None))
        return Style(
            level=next(iter([*numbers, *levels]), 0),
            list_id="" if list_id == "0" else list_id,
            depth=depth or 0,
            is_title="title" in names,
            is_contents=any(name.startswith("toc ") for name in names),
        )


def _level(properties: Any) -> int | None:
    """The outline level as a heading's level: 0 for text, None if nothing is said."""
    value = child_value(properties, "outlineLvl")
    if not value.isdecimal():
        return None
    return int(value) + 1 if int(value) < _BODY_LEVEL else 0


def _list(properties: Any) -> tuple[str, int | None]:
    numbering = properties.find(w("numPr")) if properties is not None else None
    depth = child_value(numbering, "ilvl")
    return child_value(numbering, "numId"), (
        min(int(depth), _MAX_DEPTH) if depth.isdecimal() else None
    )


class Lists:
    """Counts the items of numbered lists."""

    def __init__(self, package: Any) -> None:
        self._formats: dict[str, dict[int, tuple[str, int]]] = {}
        self._counts: dict[tuple[str, int], int] = {}
        try:
            root = package.part.numbering_part.element
        except (KeyError, NotImplementedError):  # the document has no lists
            return
        shared = {
            str(entry.get(w("abstractNumId"))): _levels(entry)
            for entry in root.findall(w("abstractNum"))
        }
        for number in root.findall(w("num")):
            key = child_value(number, "abstractNumId")
            self._formats[str(number.get(w("numId")))] = shared.get(key, {})

    def marker(self, list_id: str, depth: int) -> str:
        """ "-" or the number of the next item; deeper levels begin anew below it."""
        form, start = self._formats.get(list_id, {}).get(depth, ("bullet", 1))
        count = self._counts.get((list_id, depth), start - 1) + 1
        self._counts[list_id, depth] = count
        for deeper in range(depth + 1, _MAX_DEPTH + 1):
            self._counts.pop((list_id, deeper), None)
        if form in ("bullet", "none", ""):
            return "-"
        if form in ("lowerLetter", "upperLetter") and 1 <= count <= 26:
            return f"{chr((96 if form == 'lowerLetter' else 64) + count)}."
        return f"{count}."


def _levels(entry: Any) -> dict[int, tuple[str, int]]:
    """Depth -> (number format, first number)."""
    levels: dict[int, tuple[str, int]] = {}
    for level in entry.findall(w("lvl")):
        depth, start = str(level.get(w("ilvl"), "")), child_value(level, "start")
        if depth.isdecimal():
            first = int(start) if start.isdecimal() else 1
            levels[int(depth)] = (child_value(level, "numFmt"), first)
    return levels
