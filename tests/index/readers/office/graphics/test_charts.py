"""Charts give their figures as people read them."""

import pytest
from lxml import etree

from index.readers.office.graphics.charts import chart, figure

_SPACE = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("1250000", "General", "1250000"),
        ("1234567.89", "General", "1234567.89"),
        ("1234567.89", "#,##0", "1,234,567.89"),
        ("0.425", "0%", "42.5%"),
        ("0.333333333333333", "0%", "33%"),
        ("0.333333333333333", "0.0%", "33.3%"),
        ("12", '"£"#,##0.00', "£12.00"),
        ("46023.0", "yyyy\\-mm\\-dd", "2026-01-01"),
        ("12345000", '#,##0.0,,"M"', "12.3M"),
        ("0.30000000000000004", "0.00", "0.30"),
        ("n/a", "0", "n/a"),
        ("INF", "0", ""),
    ],
)
def test_a_figure_keeps_its_format_and_the_decimals_that_it_has(
    value: str, code: str, shown: str
) -> None:
    assert figure(value, code) == shown


def test_dates_may_count_from_1904() -> None:
    assert figure("44561", "d/m/yy", since_1904=True) == "2026-01-01"


def _cache(kind: str, values: dict[int, str], code: str = "General") -> str:
    points = "".join(f'<c:pt idx="{at}"><c:v>{one}</c:v></c:pt>' for at, one in values.items())
    form = f"<c:formatCode>{code}</c:formatCode>" if kind == "num" else ""
    return f"<c:{kind}Ref><c:{kind}Cache>{form}{points}</c:{kind}Cache></c:{kind}Ref>"


def _series(name: str, **parts: str) -> str:
    inner = "".join(f"<c:{part}>{one}</c:{part}>" for part, one in parts.items())
    return f"<c:ser><c:tx>{_cache('str', {0: name})}</c:tx>{inner}</c:ser>"


def _read(plots: str, more: str = "") -> str:
    root = f"<c:chartSpace {_SPACE}><c:chart>{more}<c:plotArea>{plots}</c:plotArea></c:chart>"
    return chart(etree.fromstring(f"{root}</c:chartSpace>"))


def test_every_plot_of_a_chart_is_read_and_gaps_stay_gaps() -> None:
    years = _cache("str", {0: "2025", 1: "2026"})
    bars = _series("Staff", cat=years, val=_cache("num", {0: "10", 1: "12"}))
    line = _series("Share", cat=years, val=_cache("num", {1: "0.425"}, "0.0%"))
    title = (
        "<c:title><c:tx><c:rich><a:p><a:r><a:t>By year</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    )
    assert _read(f"<c:barChart>{bars}</c:barChart><c:lineChart>{line}</c:lineChart>", title) == (
        "By year\n2025; Staff: 10\n2026; Staff: 12; Share: 42.5%"
    )


def test_points_of_an_xy_chart_have_both_figures_and_the_names_of_its_axes() -> None:
    load = _series("Load", xVal=_cache("num", {0: "1.5"}), yVal=_cache("num", {0: "20"}))
    axis = (
        '<c:valAx><c:axPos val="b"/><c:title><c:tx><c:rich><a:p><a:r><a:t>Hours</a:t></a:r></a:p>'
        "</c:rich></c:tx></c:title></c:valAx>"
    )
    assert _read(f"<c:scatterChart>{load}</c:scatterChart>") == "x: 1.5; Load: 20"
    assert _read(f"<c:scatterChart>{load}</c:scatterChart>{axis}") == "Hours: 1.5; Load: 20"


def test_categories_of_several_levels_are_told_with_the_outer_one() -> None:
    points = '<c:pt idx="0"><c:v>{}</c:v></c:pt>{}<c:pt idx="2"><c:v>{}</c:v></c:pt>'
    inner = points.format("Hotel", '<c:pt idx="1"><c:v>Meals</c:v></c:pt>', "Hotel")
    levels = f"<c:lvl>{inner}</c:lvl><c:lvl>{points.format('UK', '', 'US')}</c:lvl>"
    names = (
        f"<c:multiLvlStrRef><c:multiLvlStrCache>{levels}</c:multiLvlStrCache></c:multiLvlStrRef>"
    )
    costs = _series("Cost", cat=names, val=_cache("num", {0: "1", 1: "2", 2: "3"}))
    assert _read(f"<c:barChart>{costs}</c:barChart>") == (
        "UK, Hotel; Cost: 1\nUK, Meals; Cost: 2\nUS, Hotel; Cost: 3"
    )


@pytest.mark.parametrize(
    ("labels", "axis"),
    [
        ('<c:numFmt formatCode="0.0%" sourceLinked="0"/>', "General"),
        ('<c:numFmt formatCode="0" sourceLinked="1"/>', "0%"),
    ],
)
def test_a_chart_may_have_a_format_of_its_own(labels: str, axis: str) -> None:
    values = _cache("num", {0: "0.425"})
    share = _series("Share", dLbls=labels, cat=_cache("str", {0: "North"}), val=values)
    plots = (
        f'<c:barChart>{share}<c:axId val="1"/></c:barChart><c:valAx><c:axId val="1"/>'
        f'<c:numFmt formatCode="{axis}" sourceLinked="0"/></c:valAx>'
    )
    assert _read(plots) == "North; Share: 42.5%"
