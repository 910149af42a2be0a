"""Numbers of list items, clauses and headings as Word shows them: "2.1", "(iv)", "Article 3"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from index.readers.office.numerals import numeral
from index.readers.office.word.names import child_number, child_value, switch, w
from index.readers.office.word.styles import MAX_DEPTH, Style

BULLET = "-"
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list. `restart` is the level (from 1) after which it begins anew, 0 for never
    and None for any level above it."""

    form: str = "bullet"
    text: str = ""
    start: int = 1
    is_legal: bool = False
    restart: int | None = None
    style: str = ""


class Numbering:
    """Counts the items of lists. Lists that share a definition count on from one another."""

    def __init__(self, root: Any) -> None:
        """`root` is the numbering part's, None for a document without lists."""
        self._levels: dict[str, dict[int, _Level]] = {}
        self._shared: dict[str, str] = {}
        self._starts: dict[str, dict[int, int]] = {}
        self._counts: dict[tuple[str, int], int] = {}
        if root is None:
            return
        entries = {str(one.get(w("abstractNumId"))): one for one in root.findall(w("abstractNum"))}
        styles = {
            child_value(one, "styleLink"): key
            for key, one in entries.items()
            if child_value(one, "styleLink")
        }
        for number in root.findall(w("num")):
            key, shared = str(number.get(w("numId"))), child_value(number, "abstractNumId")
            linked = child_value(entries.get(shared), "numStyleLink")
            self._shared[key] = shared = styles.get(linked, shared)
            own = _levels(entries[shared]) if shared in entries else {}
            starts: dict[int, int] = {}
            for override in number.findall(w("lvlOverride")):
                depth = _depth(override)
                own.update(_levels(override))
                if override.find(w("startOverride")) is not None:
                    starts[depth] = child_number(override, "startOverride", 1)
            self._levels[key], self._starts[key] = own, starts

    def marker(self, style: Style) -> tuple[int, str]:
        """How deep the next item of the style's list lies, and "-" or its number; that is empty if
        the level shows none."""
        levels = self._levels.get(style.list_id, {})
        depth = style.depth
        if depth is None:
            depth = next((at for at, one in levels.items() if one.style == style.key), 0)
        level = levels.get(depth, _Level())
        shared = self._shared.get(style.list_id, style.list_id)
        for at, start in self._starts.pop(style.list_id, {}).items():
            self._counts[shared, at] = start - 1
        count = self._counts.get((shared, depth), level.start - 1) + 1
        self._counts[shared, depth] = count
        for deeper in range(depth + 1, MAX_DEPTH + 1):
            restart = levels.get(deeper, _Level()).restart
            if restart is None or depth < restart:
                self._counts.pop((shared, deeper), None)
        if level.form == "bullet":
            return depth, BULLET
        return depth, _PLACE.sub(
            lambda place: self._number(place, levels, shared, level), level.text
        )

    def _number(
        self, place: re.Match[str], levels: dict[int, _Level], shared: str, shown: _Level
    ) -> str:
        depth = int(place[1]) - 1
        level = levels.get(depth, _Level("decimal"))
        count = self._counts.get((shared, depth), level.start)
        is_plain = shown.is_legal and level.form != "decimalZero"
        return numeral(count, "decimal" if is_plain else level.form)


def _depth(element: Any) -> int:
    depth = str(element.get(w("ilvl"), ""))
    return min(int(depth), MAX_DEPTH) if depth.isdecimal() else 0


def _levels(entry: Any) -> dict[int, _Level]:
    return {
        _depth(level): _Level(
            form=_form(level),
            text=_text(level),
            start=child_number(level, "start", 1),
            is_legal=bool(switch(level, "isLgl")),
            restart=_restart(level),
            style=child_value(level, "pStyle"),
        )
        for level in entry.findall(w("lvl"))
    }


def _form(level: Any) -> str:
    """How the level counts, as `numeral` names it."""
    form = child_value(level, "numFmt") or "decimal"
    if form != "custom":
        return form
    first = str(level.find(w("numFmt")).get(w("format"), "")).partition(",")[0]
    return f"zeros{len(first)}" if first.isdecimal() and len(first) < 10 else "decimal"


def _text(level: Any) -> str:
    said = level.find(w("lvlText"))
    return f"%{_depth(level) + 1}." if said is None else str(said.get(w("val"), ""))


def _restart(level: Any) -> int | None:
    return child_number(level, "lvlRestart", 0) if child_value(level, "lvlRestart") else None
