"""OpenDocument files are read as they are shown."""

from __future__ import annotations

import io
import zipfile

import odfdo
import pytest

from errors import ReadError
from index.readers import reader
from index.readers.documents import Document
from snapshot.models import Heading, Slide

_STRUCK = (
    '<style:style style:name="T9" style:family="text">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
)
_HIDDEN_SLIDE = (
    '<style:style style:name="dp9" style:family="drawing-page">'
    '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
)
_HIDDEN_SHEET = (
    '<style:style style:name="ta9" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def _read(made: odfdo.Document, name: str) -> Document:
    data = io.BytesIO()
    made.save(data)
    return reader.read(data.getvalue(), name)


def _empty(kind: str) -> odfdo.Document:
    made = odfdo.Document(kind)
    made.body.clear()
    return made


def _styled(made: odfdo.Document, style: str) -> None:
    made.insert_style(odfdo.Element.from_tag(style), automatic=True)


def test_a_text_has_its_headings_lists_and_tables() -> None:
    made = _empty("text")
    table = odfdo.Table("T")
    table.set_values([["Place", "Limit"], ["Lisbon", 140]])
    for element in (
        odfdo.Header(1, "Travel"),
        odfdo.Paragraph("Keep every receipt."),
        odfdo.Header(2, "Hotels"),
        odfdo.List(["Book early", "Pay later"]),
        table,
    ):
        made.body.append(element)
    document = _read(made, "a.odt")
    assert document.title == "Travel"
    assert [one.heading_path for one in document.sections] == [(), ("1.1. Hotels",)]
    assert document.sections[1].locator == Heading("hotels", "1.1. Hotels")
    assert document.sections[1].blocks == ("- Book early\n- Pay later", "Place: Lisbon; Limit: 140")


def test_what_is_withdrawn_from_a_text_is_left_out() -> None:
    made = _empty("text")
    _styled(made, _STRUCK)
    struck = (
        '<text:p>Staff have <text:span text:style-name="T9">25 </text:span>30 days.'
        "<office:annotation><text:p>Really?</text:p></office:annotation></text:p>"
    )
    hidden = '<text:section text:display="none"><text:p>The code is 9931.</text:p></text:section>'
    deleted = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone.</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    for element in (deleted, struck, hidden):
        made.body.append(odfdo.Element.from_tag(element))
    [section] = _read(made, "a.odt").sections
    assert section.blocks == ("Staff have 30 days.",)


def test_a_spreadsheet_shows_values_as_they_are_formatted() -> None:
    made = _empty("spreadsheet")
    _styled(made, _HIDDEN_SHEET)
    rates = odfdo.Table("Rates")
    rates.set_values([["Place", "Limit"], ["Lisbon", 0], ["Porto", 2], ["Leeds", 3]])
    rates.set_cell("B2", odfdo.Cell(0.425, text="42.5 %"))
    rates.set_span((0, 2, 0, 3))
    row = rates.get_row(3)
    row.set_attribute("table:visibility", "collapse")
    rates.set_row(3, row)
    secret = odfdo.Table("Secret")
    secret.set_values([["Salaries"]])
    secret.style = "ta9"
    for table in (rates, secret):
        made.body.append(table)
    [section] = _read(made, "a.ods").sections
    assert section.heading_path == ()
    assert section.blocks == ("Place: Lisbon; Limit: 42.5 %\nPlace: Porto; Limit: 2",)


def test_hidden_columns_and_struck_cells_of_a_spreadsheet_are_left_out() -> None:
    made = _empty("spreadsheet")
    _styled(made, _STRUCK.replace('"text"', '"table-cell"'))
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>".format
    rows = (
        cell("", "Place") + cell("", "Secret") + cell("", "Limit"),
        cell("", "Lisbon") + cell("", "9931") + cell("", "140"),
        cell("", "Porto") + cell("", "9932") + cell(' table:style-name="T9"', "130"),
    )
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    table = f'<table:table table:name="A">{columns}<table:table-column/>{body}</table:table>'
    made.body.append(odfdo.Element.from_tag(table))
    [section] = _read(made, "a.ods").sections
    assert section.blocks == ("Place: Lisbon; Limit: 140\nPlace: Porto",)


def test_a_table_that_repeats_a_cell_endlessly_is_refused_with_its_size() -> None:
    made = _empty("spreadsheet")
    made.body.append(
        odfdo.Element.from_tag(
            '<table:table table:name="Far"><table:table-row table:number-rows-repeated="900000">'
            '<table:table-cell table:number-columns-repeated="16000"><text:p>x</text:p>'
            "</table:table-cell></table:table-row></table:table>"
        )
    )
    with pytest.raises(ReadError, match="'Far' has 900000 rows and 16000 columns"):
        _read(made, "a.ods")


def test_a_presentation_has_its_slides_and_leaves_hidden_ones_out() -> None:
    made = _empty("presentation")
    _styled(made, _HIDDEN_SLIDE)
    for number, title in enumerate(("Visits", "Secret", "On the day"), start=1):
        page = odfdo.DrawPage(f"p{number}", name=title)
        if title == "Secret":
            page.style = "dp9"
        page.append(odfdo.Frame.text_frame(title, presentation_class="title"))
        page.append(odfdo.Frame.text_frame(f"About {title}.", presentation_class="outline"))
        made.body.append(page)
    document = _read(made, "a.odp")
    assert document.title == "Visits"
    assert [(one.heading_path, one.locator) for one in document.sections] == [
        ((), Slide(1)),
        (("On the day",), Slide(3)),
    ]
    assert document.sections[0].blocks == ("About Visits.",)


def test_the_furniture_of_slides_is_left_out_and_their_tables_are_tables() -> None:
    made = _empty("presentation")
    page = odfdo.DrawPage("p1", name="One")
    page.append(odfdo.Frame.text_frame("Limits", presentation_class="title"))
    page.append(odfdo.Frame.text_frame("Fernhill 2026", presentation_class="footer"))
    table = odfdo.Table("T")
    table.set_values([["Place", "Limit"], ["Lisbon", 140]])
    frame = odfdo.Frame()
    frame.append(table)
    page.append(frame)
    made.body.append(page)
    [section] = _read(made, "a.odp").sections
    assert section.blocks == ("Place: Lisbon; Limit: 140",)


def test_a_drawing_is_refused_by_what_it_is() -> None:
    with pytest.raises(ReadError, match="of type 'graphics'"):
        _read(odfdo.Document("drawing"), "a.odt")


def test_headings_have_the_numbers_that_their_outline_shows() -> None:
    """And anchors of their words alone, which outlive another numbering."""
    made = _empty("text")
    made.styles.root.get_element("//office:styles").append(
        odfdo.Element.from_tag(
            "<text:outline-style style:name='Outline'>"
            "<text:outline-level-style text:level='1' style:num-format='1' style:num-suffix='.'/>"
            "<text:outline-level-style text:level='2' style:num-format='1' "
            "text:display-levels='2'/>"
            "<text:outline-level-style text:level='3' style:num-format=''/>"
            "</text:outline-style>"
        )
    )
    for old in made.styles.root.get_elements("//text:outline-style")[:-1]:
        old.delete()
    for level, text in ((1, "Travel"), (2, "Hotels"), (2, "Meals"), (3, "Tips"), (1, "Claims"),
                        (2, "Forms")):  # fmt: skip
        made.body.append(odfdo.Header(level, text))
        made.body.append(odfdo.Paragraph("Text."))
    found = [(one.heading_path[-1], one.locator.anchor) for one in _read(made, "a.odt").sections]
    assert found == [
        ("1. Travel", "travel"), ("1.1 Hotels", "hotels"), ("1.2 Meals", "meals"), ("Tips", "tips"),
        ("2. Claims", "claims"), ("2.1 Forms", "forms"),
    ]  # fmt: skip


def test_a_formula_is_said_where_it_stands() -> None:
    made = _empty("text")
    made.body.append(
        odfdo.Element.from_tag(
            '<text:p>Pay is <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
            " each.</text:p>"
        )
    )
    data = io.BytesIO()
    made.save(data)
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(
            "Object 1/content.xml",
            "<math><semantics><mfrac><mi>salary</mi><mn>24</mn></mfrac><annotation>x</annotation>"
            "</semantics></math>",
        )
    [section] = reader.read(data.getvalue(), "a.odt").sections
    assert section.blocks == ("Pay is salary/24 each.",)
