"""Charts of Office (DrawingML charts, ISO/IEC 29500-1, 21.2) as their title and their figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from index.readers import normalise, number_formats, table_rows
from index.readers.office.graphics.paragraphs import a

MAX_ROWS = 60
_SPARE_DECIMALS = 2
_DAYS_TO_1904 = 1462
_DIGITS = re.compile(r"([#0?][#0?,]*)(\.[#0?]*)?")

Points = dict[int, str]


def c(name: str) -> str:
    """A name of a chart's XML as lxml writes it."""
    return f"{{http://schemas.openxmlformats.org/drawingml/2006/chart}}{name}"


def chart(root: Any) -> str:
    """The chart's title and a line for each category, or for each point of an XY chart. Figures
    keep the format of the sheet: a date is one, a share has its sign."""
    since_1904 = any(one.get("val", "1") in ("1", "true") for one in root.iter(c("date1904")))
    found = root.find(f"{c('chart')}/{c('title')}")
    lines = [_words(found)] if found is not None else []
    with_categories = [one for one in root.iter(c("ser")) if one.find(c("xVal")) is None]
    if with_categories:
        lines.append(_by_category(with_categories, since_1904))
    for series in root.iter(c("ser")):
        if series.find(c("xVal")) is not None:
            lines.append(_by_point(series, _axes(root), since_1904))
    return "\n".join(filter(None, lines))


def _by_category(series: list[Any], since_1904: bool) -> str:
    names: Points = {}
    for one in series:
        for at, name in _points(one.find(c("cat")), since_1904).items():
            names.setdefault(at, name)
    values = [_points(one.find(c("val")), since_1904, _shown_as(one)) for one in series]
    places = sorted(set(names).union(*values))
    rows = [["", *map(_name, series)]]
    for at in places[:MAX_ROWS]:
        rows.append([names.get(at, str(at + 1)), *(one.get(at, "") for one in values)])
    if not any(rows[0]):
        return table_rows.render(rows[1:], header=False)
    return table_rows.render(rows, header=True) if places else ""


def _by_point(series: Any, axes: list[str], since_1904: bool) -> str:
    across, size = (_points(series.find(c(name)), since_1904) for name in ("xVal", "bubbleSize"))
    up = _points(series.find(c("yVal")), since_1904, _shown_as(series))
    x, y = [*axes, "", ""][:2]
    rows = [[x or "x", _name(series) or y or "y", "Size"]]
    for at in sorted(set(across) | set(up))[:MAX_ROWS]:
        rows.append([across.get(at, ""), up.get(at, ""), size.get(at, "")])
    if not size:
        rows = [row[:2] for row in rows]
    return table_rows.render(rows, header=True) if len(rows) > 1 else ""


def _shown_as(series: Any) -> str:
    """The format that a chart gives its labels or its axis, instead of the sheet's."""
    plot = series.getparent()
    axes = {one.get("val") for one in plot.iterchildren(c("axId"))}
    own = [one.find(c("dLbls")) for one in (series, plot)]
    own += [
        axis
        for axis in plot.itersiblings(c("valAx"))
        if any(one.get("val") in axes for one in axis.iterchildren(c("axId")))
    ]
    for element in own:
        found = element.find(c("numFmt")) if element is not None else None
        if found is not None and found.get("sourceLinked", "0") in ("0", "false"):
            return str(found.get("formatCode", ""))
    return ""


def _axes(root: Any) -> list[str]:
    """The titles of the axes across and up; empty where there is none."""
    axes = list(root.iter(c("valAx")))
    axes.sort(key=lambda axis: axis.find(f"{c('axPos')}[@val='b']") is None)
    titles = [axis.find(c("title")) for axis in axes]
    return [_words(title) if title is not None else "" for title in titles]


def _name(series: Any) -> str:
    said = series.find(c("tx"))
    return _words(said) if said is not None else ""


def _words(element: Any) -> str:
    """What is written in a title or stands in the cell that it is taken from."""
    paragraphs = (
        "".join(run.text or "" for run in one.iter(a("t"))) for one in element.iter(a("p"))
    )
    cells = (value.text or "" for value in element.iter(c("v")))
    return normalise.prose(" ".join(filter(None, (*paragraphs, *cells))))


def _points(element: Any, since_1904: bool, own: str = "") -> Points:
    """The values of a series or its categories by their place; the chart's `own` format is theirs
    if the sheet gave none. Categories of several levels are joined, the outer first."""
    if element is None:
        return {}
    levels = list(element.iter(c("lvl")))
    if levels:
        return _joined([dict(_values(level, "", since_1904)) for level in reversed(levels)])
    found: Points = {}
    for cache in element.iter(c("numCache"), c("strCache"), c("numLit"), c("strLit")):
        is_text = cache.tag in (c("strCache"), c("strLit"))
        code = cache.findtext(c("formatCode"), "")
        code = own if own and code.lower() in ("", "general") else code
        found.update(_values(cache, code, since_1904, is_text=is_text))
    return found


def _joined(levels: list[Points]) -> Points:
    """An outer category holds until the next one begins."""
    joined: Points = {}
    for at in sorted(levels[-1]):
        outer = (max((key for key in level if key <= at), default=-1) for level in levels[:-1])
        names = [level.get(key, "") for level, key in zip(levels, outer, strict=False)]
        joined[at] = ", ".join(filter(None, (*names, levels[-1][at])))
    return joined


def _values(
    cache: Any, code: str, since_1904: bool, *, is_text: bool = False
) -> Iterator[tuple[int, str]]:
    for point in cache.iterchildren(c("pt")):
        place, value = str(point.get("idx", "")), normalise.prose(point.findtext(c("v"), ""))
        if place.isdecimal() and value:
            own = point.get("formatCode", code)
            yield int(place), value if is_text else figure(value, own, since_1904=since_1904)


def figure(value: str, code: str, *, since_1904: bool = False) -> str:
    """The figure as its format code shows it, with the decimals that it has: a chart that rounds
    0.425 to "43%" is about 42.5%. What goes on far behind the format's decimals is cut to them."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite():
        return ""
    if number_formats.is_date(code):
        return number_formats.shown(float(number) + _DAYS_TO_1904 * since_1904, code)
    exact = Decimal(f"{number * (100 if '%' in code else 1):.12g}").normalize()
    needed = max(0, -int(exact.as_tuple().exponent))
    return number_formats.shown(float(number), _DIGITS.sub(lambda d: _wider(d, needed), code))


def _wider(digits: re.Match[str], needed: int) -> str:
    places = (digits[2] or "")[1:]
    if not len(places) < needed <= len(places) + _SPARE_DECIMALS or digits[1].endswith(","):
        return digits[0]
    return f"{digits[1]}.{places.ljust(needed, '0')}"
