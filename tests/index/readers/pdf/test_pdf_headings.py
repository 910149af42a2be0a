"""Headings of PDFs: by their tags, else their bookmarks, else the size of their type."""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter
from reportlab.platypus import PageBreak

from index.readers.documents import Document, Section
from index.readers.pdf import pdf_document
from snapshot.models import Page
from tests.fakes import pdfs
from tests.fakes.pdfs import LONG, drawn, flowing, lines, tagged, text


def _read(data: bytes) -> Document:
    return pdf_document.read(data, "policy.pdf")


def test_tags_say_what_a_heading_is_whatever_it_looks_like() -> None:
    data = tagged(
        [
            ("H1", "Costs", 72, 700),
            ("P", "What things cost.", 72, 680),
            ("H2", "Premiums", 72, 650),
            ("P", "Paid each month.", 72, 630),
        ],
        [("P", "And never twice.", 72, 700), ("H1", "Claims", 72, 650), ("P", "Ask.", 72, 630)],
        language="en-GB",
    )
    document = _read(data)
    assert document.language == "en-GB"
    assert document.sections == (
        Section(("Costs",), Page(1), ("What things cost.",)),
        Section(("Costs", "Premiums"), Page(1), ("Paid each month.",)),
        Section(("Costs", "Premiums"), Page(2), ("And never twice.",)),
        Section(("Claims",), Page(2), ("Ask.",)),
    )


def test_tags_part_paragraphs_and_leave_artifacts_out() -> None:
    data = tagged(
        [
            ("Artifact", "Fernhill", 72, 760),
            ("P", "One paragraph.", 72, 700),
            ("P", "Another one.", 72, 686),
        ]
    )
    [section] = _read(data).sections
    assert section.blocks == ("One paragraph.", "Another one.")


def test_without_tags_bookmarks_say() -> None:
    writer = PdfWriter()
    pages = [lines("Trains", "Second class only, please."), lines("Taxis", "Never, at all.")]
    writer.append(PdfReader(io.BytesIO(drawn(*pages))))
    top = writer.add_outline_item(title="Trains", page_number=0)
    writer.add_outline_item(title="Taxis", page_number=1, parent=top)
    data = io.BytesIO()
    writer.write(data)
    assert [(s.heading_path, s.blocks) for s in _read(data.getvalue()).sections] == [
        (("Trains",), ("Second class only, please.",)),
        (("Trains", "Taxis"), ("Never, at all.",)),
    ]


def test_without_either_the_size_of_the_type_says() -> None:
    story = [
        text("Travel policy", "Title"),
        text("Trains", "Heading2"),
        text(LONG),
        text("Night trains", "Heading3"),
        text(LONG),
    ]
    document = _read(flowing(story))
    assert document.title == "Travel policy"
    assert [section.heading_path for section in document.sections] == [
        ("Trains",),
        ("Trains", "Night trains"),
    ]


def test_a_bold_line_over_a_paragraph_is_a_heading() -> None:
    story = [text("<b>Trains</b>"), text(LONG), text("<b>Taxis</b>"), text(LONG)]
    assert [section.heading_path for section in _read(flowing(story)).sections] == [
        ("Trains",),
        ("Taxis",),
    ]


def test_the_title_is_the_one_in_the_properties_if_the_first_pages_show_it() -> None:
    story = [text("Travel policy", "Title"), text(LONG)]
    assert _read(flowing(story, title="Travel policy")).title == "Travel policy"
    assert _read(flowing(story, title="Holiday form 2009")).title == "Travel policy"
    assert _read(flowing([text(LONG)], title="Travel policy")).title == "Travel policy"
    assert _read(flowing([text(LONG)], title="Microsoft Word - x.doc")).title is None


def test_the_title_ends_where_the_first_heading_begins() -> None:
    data = io.BytesIO()
    canvas = pdfs.Canvas(data)
    for y, size, words in ((760, 20, "Travel"), (736, 20, "policy"), (690, 20, "Trains"),
                           (660, 11, "Second class."), (640, 11, "Never first.")):  # fmt: skip
        canvas.setFont("Helvetica", size)
        canvas.drawString(72, y, words)
    canvas.save()
    document = _read(data.getvalue())
    assert document.title == "Travel policy"
    assert [section.heading_path for section in document.sections] == [("Trains",)]


def test_a_cover_says_its_title() -> None:
    story = [text("Travel policy", "Title"), PageBreak(), text(LONG)]
    assert _read(flowing(story)).sections[0] == Section((), Page(1), ("Travel policy",))
