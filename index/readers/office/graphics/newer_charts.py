"""Charts that Office has drawn since 2016 (waterfall, funnel, treemap), whose XML is another one
([MS-ODRAWXML] 2.24.3)."""

from __future__ import annotations

from typing import Any

from index.readers import normalise, table_rows
from index.readers.office.graphics.charts import MAX_ROWS, figure
from index.readers.office.graphics.paragraphs import a


def cx(name: str) -> str:
    """A name of such a chart's XML as lxml writes it."""
    return f"{{http://schemas.microsoft.com/office/drawing/2014/chartex}}{name}"


def newer_chart(root: Any) -> str:
    """The chart's title and a line for each figure, with its categories, the outer first."""
    title = root.find(f"{cx('chart')}/{cx('title')}")
    lines = [] if title is None else [normalise.prose(" ".join(title.itertext(a("t"))))]
    names = {
        str(data.get("val")): normalise.prose(series.findtext(f".//{cx('txData')}/{cx('v')}", ""))
        for series in root.iter(cx("series"))
        for data in series.iter(cx("dataId"))
    }
    for data in root.iter(cx("data")):
        rows = _rows(data)
        if rows:
            head = [["", names.get(str(data.get("id")), "")]]
            lines.append(table_rows.render([*head, *rows], header=any(head[0])))
    return "\n".join(filter(None, lines))


def _rows(data: Any) -> list[list[str]]:
    levels = [_points(level) for level in data.iterfind(f"{cx('strDim')}/{cx('lvl')}")]
    levels.reverse()
    rows: dict[int, list[str]] = {}
    for level in data.iterfind(f"{cx('numDim')}/{cx('lvl')}"):
        for at, value in _points(level).items():
            name = ", ".join(filter(None, (one.get(at, "") for one in levels)))
            rows[at] = [name or str(at + 1), figure(value, level.get("formatCode", ""))]
    return [rows[at] for at in sorted(rows)][:MAX_ROWS]


def _points(level: Any) -> dict[int, str]:
    found = {}
    for point in level.iterchildren(cx("pt")):
        if (place := str(point.get("idx", ""))).isdecimal() and (point.text or "").strip():
            found[int(place)] = normalise.prose(point.text)
    return found
