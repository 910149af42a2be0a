"""What people wrote onto a PDF page: values of form fields, ticked boxes, and free text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from pypdf import PageObject
from pypdf.generic import DictionaryObject

from index.readers import normalise
from index.readers.pdf.pdf_lines import Line
from index.readers.pdf.stream.pdf_paint import turned_by
from index.readers.pdf.stream.pdf_runs import estimated_width

_HIDDEN = 0b100010  # Hidden and NoView (ISO 32000-1, 12.5.3)
_PASSWORD, _PUSH_BUTTON = 1 << 13, 1 << 16
_DEEPEST_FIELD = 10
_MOST = 2_000  # on a page
_USUAL_SIZE_PT = 11.0
_SAME_ROW_EM = 0.8
_LEADING_EM = 1.2
_TICK = "☒"
_BLOCK = re.compile(r"</?(?!/?(?:b|i|span|u)\b)[^<>]*>")
_INLINE = re.compile(r"</?[^<>]*>")


@dataclass(frozen=True, slots=True)
class _WrittenIn:
    """A text in a box on the page, whose corners are given along the direction of writing."""

    text: str
    x: float
    y: float
    end_x: float
    top: float

    def baseline(self, size: float) -> float:
        height = self.top - self.y
        return self.y + (height - size) / 2 + 0.2 * size if height < 2 * size else self.top - size


def with_written(page: PageObject, lines: Sequence[Line]) -> list[Line]:
    """The page's lines with what is written onto it: a value behind the label at its left, a tick
    before the words at its right, else as lines of their own below what stands above."""
    found = list(lines)
    filled: list[Line] = []
    size = median(line.size for line in lines) if lines else _USUAL_SIZE_PT
    for written in sorted(_all_written(page), key=lambda one: (-one.top, one.x)):
        y = written.baseline(size)
        row = [line for line in found if abs(line.y - y) <= _SAME_ROW_EM * line.size]
        left = [line for line in row if line.x < written.x]
        right = [line for line in row if line.x >= written.x]
        if written.text == _TICK and right:
            label = min(right, key=lambda line: line.x)
            joined = replace(label, text=f"{_TICK} {label.text}", is_filled=True)
        elif left:
            label = max(left, key=lambda line: line.x)
            joined = _labelled(label, written.text, is_first=label not in filled)
            filled.append(joined)
        else:
            above = [at for at, line in enumerate(found) if line.y > y]
            at = min(above, key=lambda at: found[at].y, default=-1) + 1
            found[at:at] = _own_lines(written, y, size)
            continue
        found[found.index(label)] = joined
    return found


def _labelled(label: Line, value: str, *, is_first: bool) -> Line:
    said = label.text.rstrip("_ ") or label.text
    joint = " " if said.endswith((":", "?", ".", ",")) or not is_first else ": "
    return replace(label, text=f"{said}{joint}{' '.join(value.split())}", is_filled=True)


def _own_lines(written: _WrittenIn, y: float, size: float) -> Iterator[Line]:
    for number, row in enumerate(normalise.lines(written.text).split("\n")):
        end = written.x + estimated_width(row) * size
        yield Line(
            row,
            written.x,
            end,
            y - number * _LEADING_EM * size,
            size,
            is_bold=False,
            is_filled=True,
        )


def _all_written(page: PageObject) -> Iterator[_WrittenIn]:
    annotations = page.get("/Annots")
    found: Any = annotations.get_object() if annotations is not None else None
    for reference in found[:_MOST] if isinstance(found, list) else ():
        annotation = reference.get_object()
        if not isinstance(annotation, DictionaryObject):
            continue
        rect: Any = annotation.get("/Rect")
        flags = annotation.get("/F", 0)
        if isinstance(flags, int) and flags & _HIDDEN:
            continue
        text = ""
        if annotation.get("/Subtype") == "/FreeText":
            text = _said(annotation.get("/Contents")) or _plain(annotation.get("/RC"))
        elif annotation.get("/Subtype") == "/Widget":
            text = _value(annotation)
        if text.strip() and rect is not None and len(rect.get_object()) == 4:
            yield _placed(text, [float(part) for part in rect.get_object()], page)


def _value(widget: Any) -> str:
    """What a field says: its text, what is chosen in its list, or a tick."""
    kind, value = _inherited(widget, "/FT"), _inherited(widget, "/V")
    flags = _inherited(widget, "/Ff")
    flags = flags if isinstance(flags, int) else 0
    if kind == "/Btn":
        is_on = not flags & _PUSH_BUTTON and widget.get("/AS", "/Off") != "/Off"
        return _TICK if is_on else ""
    if kind == "/Tx":
        return "" if flags & _PASSWORD else _said(value)
    if kind != "/Ch":
        return ""
    options = _inherited(widget, "/Opt") or []
    shown = {
        _said(pair[0]): _said(pair[1])
        for option in options
        if isinstance(pair := option.get_object(), list) and len(pair) == 2
    }
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(shown.get(_said(one), _said(one)) for one in chosen)


def _inherited(field: Any, key: str) -> Any:
    for _ in range(_DEEPEST_FIELD):
        if key in field:
            return field[key].get_object()
        if "/Parent" not in field:
            break
        field = field["/Parent"].get_object()
    return None


def _said(value: Any) -> str:
    value = value.get_object() if value is not None else None
    if hasattr(value, "get_data"):  # a long text may be a stream
        value = value.get_data().decode("utf-8", "replace")
    return normalise.clean(value) if isinstance(value, str) else ""


def _plain(rich: Any) -> str:
    """The words of a text in XHTML."""
    return html.unescape(_INLINE.sub("", _BLOCK.sub(" ", _said(rich))))


def _placed(text: str, rect: Sequence[float], page: PageObject) -> _WrittenIn:
    left, right = sorted(rect[0::2])
    bottom, top = sorted(rect[1::2])
    turned = {
        0: (left, bottom, right, top),
        90: (bottom, -right, top, -left),
        180: (-right, -top, -left, -bottom),
        270: (-top, left, -bottom, right),
    }
    return _WrittenIn(text, *turned.get(turned_by(page), turned[0]))
