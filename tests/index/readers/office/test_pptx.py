"""PowerPoint decks."""

import io
from collections.abc import Callable
from typing import Any

import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from index.readers.documents import Document, Section
from index.readers.office import pptx as reader
from snapshot.models import Link, Slide

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
