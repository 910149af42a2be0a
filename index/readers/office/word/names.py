"""Names and values of WordprocessingML (ISO/IEC 29500-1, 17)."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def w(name: str) -> str:
    """A name of WordprocessingML as lxml writes it."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def child_value(element: Any, name: str) -> str:
    """`w:val` of a child, empty if there is none."""
    child = element.find(w(name)) if element is not None else None
    return str(child.get(w("val"), "")) if child is not None else ""


def child_number(element: Any, name: str, default: int) -> int:
    """`w:val` of a child as a whole number of at most four digits, else `default`."""
    value = child_value(element, name)
    return int(value) if value.isdecimal() and len(value) < 5 else default


def switch(element: Any, name: str) -> bool | None:
    """Whether a child switches something on or off; None if there is none."""
    child = element.find(w(name)) if element is not None else None
    if child is None:
        return None
    return str(child.get(w("val"), "1")).lower() not in ("0", "false", "off")


def has_text(element: Any) -> bool:
    """Whether anything but space stands in it."""
    return any((text.text or "").strip() for text in element.iter(w("t")))
