"""Charts of the newer kind give their figures, too."""

from lxml import etree

from index.readers.office.graphics.newer_charts import newer_chart

_CODE = "formatCode='#,##0'"


def test_a_waterfall_gives_its_title_and_a_line_for_each_figure() -> None:
    def level(points: str, form: str = "") -> str:
        return f"<cx:lvl {form}>{points}</cx:lvl>"

    inner = '<cx:pt idx="0">Rent</cx:pt><cx:pt idx="1">Heat</cx:pt>'
    outer = '<cx:pt idx="0">Home</cx:pt><cx:pt idx="1">Home</cx:pt>'
    figures = '<cx:pt idx="0">1200</cx:pt><cx:pt idx="1">-0.5</cx:pt>'
    root = etree.fromstring(
        '<cx:chartSpace xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><cx:chartData>'
        f'<cx:data id="0"><cx:strDim type="cat">{level(inner)}{level(outer)}</cx:strDim>'
        f'<cx:numDim type="val">{level(figures, _CODE)}</cx:numDim></cx:data>'
        "</cx:chartData><cx:chart><cx:title><cx:tx><cx:rich><a:p><a:r><a:t>Costs</a:t></a:r></a:p>"
        "</cx:rich></cx:tx></cx:title><cx:plotArea><cx:plotAreaRegion><cx:series><cx:tx><cx:txData>"
        '<cx:v>2026</cx:v></cx:txData></cx:tx><cx:dataId val="0"/></cx:series></cx:plotAreaRegion>'
        "</cx:plotArea></cx:chart></cx:chartSpace>"
    )
    assert newer_chart(root) == "Costs\nHome, Rent; 2026: 1,200\nHome, Heat; 2026: -0.5"
