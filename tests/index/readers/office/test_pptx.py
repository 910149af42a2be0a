"""PowerPoint decks."""

import io
from collections.abc import Callable
from typing import Any

import pptx
import pytest
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from index.readers.documents import Document, Section, Tally
from index.readers.office import pptx as reader
from index.readers.office.graphics.drawings import diagram
from snapshot.models import Link, Slide

_MORE_NAMES = (
    'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
BOX = (Inches(1), Inches(1), Inches(4), Inches(2))


def _read(write: Callable[[Any], object]) -> Document:
    deck = pptx.Presentation()
    write(deck)
    data = io.BytesIO()
    deck.save(data)
    return reader.read(data.getvalue(), "deck.pptx")


def _slide(deck: Any, title: str = "", layout: int = 5) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def test_each_slide_is_a_section_under_its_title() -> None:
    def write(deck: Any) -> None:
        _slide(deck, "Feedback talks", 0).placeholders[1].text = "How to give one"
        body = _slide(deck, "Before", 1).placeholders[1].text_frame
        body.text = "Book an hour"
        for level, text in ((0, "Prepare"), (1, "Three examples")):
            paragraph = body.add_paragraph()
            paragraph.text, paragraph.level = text, level

    assert _read(write) == Document(
        title="Feedback talks",
        sections=(
            Section((), Slide(1), ("How to give one",)),
            Section(("Before",), Slide(2), ("- Book an hour\n- Prepare\n  - Three examples",)),
        ),
        tally=Tally(pages=2),
    )


def test_a_slide_with_a_title_alone_says_it() -> None:
    document = _read(lambda deck: (_slide(deck, "A"), _slide(deck, "Ring 4040")))
    assert document.sections[1] == Section(("Ring 4040",), Slide(2), ("Ring 4040",))


def test_hidden_slides_count_and_are_left_out() -> None:
    def write(deck: Any) -> None:
        _slide(deck, "Shown")
        _slide(deck, "Hidden").element.set("show", "0")
        _slide(deck, "Shown too")

    assert [section.locator for section in _read(write).sections] == [Slide(1), Slide(3)]


def test_notes_tables_groups_and_text_boxes_are_read() -> None:
    def write(deck: Any) -> None:
        slide = _slide(deck, "Costs")
        slide.shapes.add_textbox(*BOX).text_frame.text = "Loose words"
        table = slide.shapes.add_table(2, 2, *BOX).table
        for (row, column), text in {
            (0, 0): "Grade", (0, 1): "Days", (1, 0): "A", (1, 1): "26"
        }.items():  # fmt: skip
            table.cell(row, column).text = text
        group = slide.shapes.add_group_shape()
        for text in ("Ask", "Book", "Ask"):
            group.shapes.add_textbox(*BOX).text_frame.text = text
        slide.notes_slide.notes_text_frame.text = "Say this aloud."

    [section] = _read(write).sections
    assert section.blocks == ("Loose words", "Grade: A; Days: 26", "Ask\nBook", "Say this aloud.")


def _box(slide: Any, inner: str) -> Any:
    """A text box with the paragraphs in that XML."""
    shape = slide.shapes.add_textbox(*BOX)
    body = shape.text_frame._txBody
    body.remove(body.p_lst[0])
    names = f"{nsdecls('a', 'p')} {_MORE_NAMES}"
    body.extend(list(parse_xml(f"<p:txBody {names}>{inner}</p:txBody>")))
    return shape


def _blocks(write: Callable[[Any], object]) -> tuple[str, ...]:
    """What one slide says."""
    document = _read(lambda deck: write(_slide(deck, layout=6)))
    return tuple(block for section in document.sections for block in section.blocks)


@pytest.mark.parametrize(
    ("properties", "read"),
    [
        ('strike="sngStrike"', "30 days"),
        ('strike="dblStrike"', "30 days"),
        ('strike="noStrike"', "25 30 days"),
    ],
)
def test_struck_words_are_left_out(properties: str, read: str) -> None:
    said = f"<a:p><a:r><a:rPr {properties}/><a:t>25 </a:t></a:r><a:r><a:t>30 days</a:t></a:r></a:p>"

    def in_table(slide: Any) -> None:
        table = slide.shapes.add_table(1, 2, *BOX).table
        table.cell(0, 0).text = "Leave"
        body = table.cell(0, 1)._tc.get_or_add_txBody()
        body.remove(body.p_lst[0])
        body.append(parse_xml(said.replace("<a:p>", f"<a:p {nsdecls('a')}>", 1)))

    assert _blocks(lambda slide: _box(slide, said)) == (read,)
    assert _blocks(in_table) == (f"Leave: {read}",)


def test_raised_figures_and_equations_are_read_as_such() -> None:
    up = '<a:r><a:rPr baseline="30000"/><a:t>{}</a:t></a:r>'
    said = (
        f"<a:p><a:r><a:t>Within 30</a:t></a:r>{up.format(1)}<a:r><a:t> days, 10</a:t></a:r>"
        f"{up.format(3)}</a:p><a:p><a14:m><m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath></a14:m></a:p>"
    )
    assert _blocks(lambda slide: _box(slide, said)) == ("Within 30 days, 10^3\na=b",)


def test_numbered_paragraphs_count() -> None:
    item = '<a:p><a:pPr lvl="{}"><a:buAutoNum type="{}"{}/></a:pPr><a:r><a:t>{}</a:t></a:r></a:p>'
    said = (
        item.format(0, "arabicPeriod", ' startAt="3"', "a")
        + item.format(1, "alphaLcParenBoth", "", "b")
        + item.format(1, "alphaLcParenBoth", "", "c")
        + item.format(0, "arabicPeriod", ' startAt="3"', "d")
        + item.format(1, "romanUcPlain", "", "e")
    )
    assert _blocks(lambda slide: _box(slide, said)) == ("3. a\n  (a) b\n  (b) c\n4. d\n  I e",)


def test_an_item_whose_bullet_was_taken_off_is_none() -> None:
    def write(deck: Any) -> None:
        frame = _slide(deck, layout=1).placeholders[1].text_frame
        frame.text = "Bring:\nA passport\nA badge"
        frame.paragraphs[0]._p.get_or_add_pPr().append(parse_xml(f"<a:buNone {nsdecls('a')}/>"))

    assert _read(write).sections[0].blocks == ("Bring:\n- A passport\n- A badge",)


def test_hidden_shapes_are_left_out() -> None:
    def write(slide: Any) -> None:
        _box(slide, "<a:p><a:r><a:t>Shown</a:t></a:r></a:p>")
        hidden = _box(slide, "<a:p><a:r><a:t>Hidden</a:t></a:r></a:p>")
        hidden._element.xpath("./p:nvSpPr/p:cNvPr")[0].set("hidden", "1")

    assert _blocks(write) == ("Shown",)


@pytest.mark.parametrize(
    ("prompt", "is_own", "blocks"),
    [
        ("Click to add text", False, ("Said",)),
        ("Name of the owner", True, ("Said",)),
        ("Name of the owner", False, ("Name of the owner", "Said")),
    ],
)
def test_what_a_layout_says_where_nobody_has_written_is_no_text(
    prompt: str, is_own: bool, blocks: tuple[str, ...]
) -> None:
    """A prompt is known by its wording, or by the layout's word that it is one of its own."""

    def write(deck: Any) -> None:
        slide = _slide(deck, "Before", 1)
        layout = slide.slide_layout.placeholders[1]
        layout.text = slide.placeholders[1].text = prompt
        if is_own:
            layout._element.xpath(".//p:ph")[0].set("hasCustomPrompt", "1")
        slide.shapes.add_textbox(*BOX).text_frame.text = "Said"

    [section] = _read(write).sections
    assert section.blocks == blocks


def test_a_slide_without_its_layout_is_read() -> None:
    def write(deck: Any) -> None:
        slide = _slide(deck, "Before", 1)
        slide.placeholders[1].text = "Click to add text"
        for key, relation in list(slide.part.rels.items()):
            if relation.reltype.endswith("/slideLayout"):
                slide.part.drop_rel(key)

    [section] = _read(write).sections
    assert section.blocks == ("Click to add text",)


def test_struck_words_of_a_diagram_are_left_out() -> None:
    """As in a shape; its steps stand in the order of its tree."""
    point = '<dgm:pt modelId="{0}"><dgm:t><a:p>{1}</a:p></dgm:t></dgm:pt>'
    run = "<a:r><a:rPr {0}/><a:t>{1}</a:t></a:r>"
    said = run.format('strike="sngStrike"', "Run, ") + run.format("", "walk")
    data = (
        '<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
        f"{nsdecls('a')}><dgm:ptLst>{point.format(1, said)}</dgm:ptLst></dgm:dataModel>"
    )
    assert diagram(etree.fromstring(data)) == "walk"


def test_merged_cells_hold_in_each_row_and_column() -> None:
    def write(slide: Any) -> None:
        table = slide.shapes.add_table(4, 3, *BOX).table
        rows = (
            ("Region", "Limits", ""),
            ("", "Hotel", "Meals"),
            ("Europe", "9", ""),
            ("", "7", "8"),
        )
        for at, texts in enumerate(rows):
            for column, text in enumerate(texts):
                table.cell(at, column).text = text
        for (top, left), (bottom, right) in (
            ((0, 1), (0, 2)), ((0, 0), (1, 0)), ((2, 1), (2, 2)), ((2, 0), (3, 0))
        ):  # fmt: skip
            table.cell(top, left).merge(table.cell(bottom, right))

    assert _blocks(write) == (
        "Region: Europe; Limits / Hotel: 9; Limits / Meals: 9\n"
        "Region: Europe; Limits / Hotel: 7; Limits / Meals: 8",
    )


def test_a_chart_gives_its_title_and_figures() -> None:
    def write(deck: Any) -> None:
        data = CategoryChartData()
        data.categories = ["2025", "2026"]
        data.add_series("Reports", (19, 31.5))
        frame = _slide(deck, "Year").shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data)
        frame.chart.has_title = True
        frame.chart.chart_title.text_frame.text = "Reports a year"

    [section] = _read(write).sections
    assert section.blocks == ("Reports a year\n2025; Reports: 19\n2026; Reports: 31.5",)


def test_a_deck_without_titles_has_the_one_in_its_properties_if_that_is_one() -> None:
    def write(title: str) -> Callable[[Any], None]:
        def fill(deck: Any) -> None:
            deck.core_properties.title = title
            _slide(deck, layout=6).shapes.add_textbox(*BOX).text_frame.text = "x"

        return fill

    assert _read(write("Feedback")).title == "Feedback"
    assert _read(write("PowerPoint Presentation")).title is None


def test_links_keep_their_addresses() -> None:
    def write(deck: Any) -> None:
        paragraph = _slide(deck).shapes.add_textbox(*BOX).text_frame.paragraphs[0]
        paragraph.add_run().text = "Ask the "
        run = paragraph.add_run()
        run.text, run.hyperlink.address = "people team", "https://hr.example/"

    [section] = _read(write).sections
    assert section == Section(
        (), Slide(1), ("Ask the people team",), (Link(8, 19, "https://hr.example/"),)
    )


def test_shapes_say_what_is_said_to_those_who_cannot_see_them() -> None:
    def write(deck: Any) -> None:
        shapes = _slide(deck, layout=6).shapes
        box, group = shapes.add_textbox(*BOX), shapes.add_group_shape()
        box.text_frame.text = "Fig. 1"
        group.shapes.add_textbox(*BOX).text_frame.text = "A"
        for shape, said in (
            (box, "The plan of the first floor."),
            (group, "Where to go if it burns."),
        ):
            shape._element.xpath("./*/p:cNvPr")[0].set("descr", said)

    [section] = _read(write).sections
    assert section.blocks == (
        "Fig. 1", "The plan of the first floor.", "A", "Where to go if it burns."
    )  # fmt: skip


def test_letters_in_fonts_of_symbols_are_what_they_draw() -> None:
    def write(deck: Any) -> None:
        run = _slide(deck, layout=6).shapes.add_textbox(*BOX).text_frame.paragraphs[0].add_run()
        run.text, run.font.name = "ü", "Wingdings"

    assert _read(write).sections[0].blocks == ("✓",)
