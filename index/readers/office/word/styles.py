"""What a paragraph is and what becomes of its runs, by their own settings and by their styles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from index.readers.office.word.names import child_number, child_value, switch, w

MAX_DEPTH = 8
_HEADING = re.compile(r"heading ([1-9])")
_BODY_LEVEL = 9  # Word's outline level of text that is no heading
_LONGEST_CHAIN = 20
_RAISED_BY = 4  # half points above the line
_SWITCHES = ("vanish", "strike", "dstrike")


@dataclass(frozen=True, slots=True)
class Style:
    """`level` is 1 to 9 for a heading, else 0; `list_id` is empty outside of lists; `depth` is None
    if only the list says which of its levels belongs to the style with that `key`."""

    key: str = ""
    level: int = 0
    list_id: str = ""
    depth: int | None = None
    is_title: bool = False
    is_contents: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """`is_gone` is text that is hidden or struck through, `is_raised` a superscript."""

    is_gone: bool
    is_raised: bool


class Styles:
    """The document's styles. A style inherits from the one that it is based on."""

    def __init__(self, root: Any) -> None:
        """`root` is the styles part's, None for a document without styles."""
        found = [] if root is None else root.findall(w("style"))
        self._elements = {str(style.get(w("styleId"))): style for style in found}
        self._default = next(
            (
                key
                for key, style in self._elements.items()
                if style.get(w("default")) in ("1", "true")
                and style.get(w("type"), "paragraph") == "paragraph"
            ),
            "",
        )
        self._known: dict[str, Style] = {}
        self._looks: dict[tuple[str, str], tuple[frozenset[str], str]] = {}
        defaults = f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}"
        self._defaults = None if root is None else root.find(defaults)

    @cached_property
    def language(self) -> str | None:
        """The language that the document declares for all of its text."""
        return child_value(self._defaults, "lang") or None

    def of(self, paragraph: Any) -> Style:
        """The paragraph's own settings, else its style's."""
        properties = paragraph.find(w("pPr"))
        style = self._named(child_value(properties, "pStyle") or self._default)
        if properties is None:
            return style
        level = _level(properties)
        list_id, depth = _list(properties)
        return Style(
            key=style.key,
            level=style.level if level is None else level,
            list_id={"": style.list_id, "0": ""}.get(list_id, list_id),
            depth=(0 if list_id else style.depth) if depth is None else depth,
            is_title=style.is_title,
            is_contents=style.is_contents,
        )

    def look(self, properties: Any, style: Style) -> Look:
        """What a run with these properties (`w:rPr`, or None) looks like in such a paragraph."""
        own = child_value(properties, "rStyle")
        if (own, style.key) not in self._looks:
            self._looks[own, style.key] = self._styled(own, style.key)
        gone, raised = self._looks[own, style.key]
        direct = {name: switch(properties, name) for name in _SWITCHES}
        return Look(
            any(name in gone if said is None else said for name, said in direct.items()),
            (child_value(properties, "vertAlign") or raised) == "superscript"
            or child_number(properties, "position", 0) >= _RAISED_BY,
        )

    def is_bold(self, properties: Any, style: Style) -> bool:
        """Whether a run with these properties is bold in such a paragraph."""
        said = switch(properties, "b")
        own = child_value(properties, "rStyle")
        return self._switch(own, "b") != self._switch(style.key, "b") if said is None else said

    def _styled(self, own: str, paragraph: str) -> tuple[frozenset[str], str]:
        """Which switches the styles of a run and of its paragraph turn on, and how they raise it.
        The two undo each other's switches (17.7.3)."""
        chain = (*self._chain(own), *self._chain(paragraph), self._defaults)
        raised = next((value for one in chain if (value := child_value(one, "vertAlign"))), "")
        gone = frozenset(
            name
            for name in _SWITCHES
            if switch(self._defaults, name)
            or self._switch(own, name) != self._switch(paragraph, name)
        )
        return gone, raised

    def _switch(self, key: str, name: str) -> bool:
        found = (switch(element, name) for element in self._chain(key))
        return next((value for value in found if value is not None), False)

    def _chain(self, key: str) -> list[Any]:
        """The run properties of a style and of those it is based on, the nearest first."""
        return [style.find(w("rPr")) for style in self._ancestry(key)]

    def _ancestry(self, key: str) -> list[Any]:
        chain: list[Any] = []
        while key in self._elements and len(chain) < _LONGEST_CHAIN:
            chain.append(self._elements[key])
            key = child_value(self._elements[key], "basedOn")
        return chain

    def _named(self, key: str) -> Style:
        if key not in self._known:
            self._known[key] = self._resolve(key)
        return self._known[key]

    def _resolve(self, key: str) -> Style:
        chain = self._ancestry(key)
        names = [child_value(style, "name").lower() for style in chain]
        numbers = [int(match[1]) for match in map(_HEADING.fullmatch, names) if match]
        levels = [level for style in chain if (level := _level(style.find(w("pPr")))) is not None]
        lists = [_list(style.find(w("pPr"))) for style in chain]
        list_id, depth = next((found for found in lists if found[0]), ("", None))
        return Style(
            key=key,
            level=next(iter([*numbers, *levels]), 0),
            list_id="" if list_id == "0" else list_id,
            depth=depth,
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
        min(int(depth), MAX_DEPTH) if depth.isdecimal() else None
    )
