"""What cannot be seen on a page is no part of its text."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    RectangleObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index.readers.pdf import pdf_document
from tests.fakes.pdfs import drawn, flowing, text


def _said(draw: Callable[[Canvas], object]) -> str:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.drawString(72, 780, "Seen.")
    draw(canvas)
    canvas.save()
    return _read(data.getvalue())


def _read(data: bytes) -> str:
    document = pdf_document.read(data, "policy.pdf")
    return "\n".join(block for section in document.sections for block in section.blocks)


def _white(canvas: Canvas, y: float = 700) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(72, y, "White words.")


def test_text_off_the_page_is_left_out() -> None:
    for x, y in ((-4000, 700), (700, 700), (72, 900), (72, -20)):
        assert _said(lambda canvas, x=x, y=y: canvas.drawString(x, y, "Gone.")) == "Seen."  # type: ignore[misc]


def test_text_that_the_crop_box_cuts_off_is_left_out() -> None:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(drawn([(72, 780, "Printer's note."), (72, 700, "Text.")]))))
    writer.pages[0].cropbox = RectangleObject((20, 20, 500, 750))
    data = io.BytesIO()
    writer.write(data)
    assert _read(data.getvalue()) == "Text."


def test_a_page_that_does_not_say_how_large_it_is_is_read() -> None:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.drawString(72, 780, "Seen.")
    canvas.save()
    writer = PdfWriter(clone_from=data)
    for box in ("/MediaBox", "/CropBox"):
        writer.pages[0].pop(box, None)
        writer.root_object["/Pages"].pop(box, None)
    out = io.BytesIO()
    writer.write(out)
    assert _read(out.getvalue()) == "Seen."


def test_white_text_on_white_is_left_out_in_every_colour_space() -> None:
    assert _said(_white) == "Seen."
    assert (
        _said(lambda canvas: (canvas.setFillGray(1), canvas.drawString(72, 700, "No."))) == "Seen."
    )
    assert (
        _said(
            lambda canvas: (canvas.setFillColorCMYK(0, 0, 0, 0), canvas.drawString(72, 700, "No."))
        )
        == "Seen."
    )


def test_text_after_it_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        _white(canvas)
        canvas.restoreState()
        canvas.drawString(72, 600, "Seen, too.")

    assert _said(draw) == "Seen.\nSeen, too."


def test_white_text_on_a_coloured_ground_is_read() -> None:
    def on_box(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0, 0.2, 0.5)
        canvas.rect(60, 690, 200, 30, stroke=0, fill=1)
        _white(canvas)
        _white(canvas, y=600)

    def on_picture(canvas: Canvas) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("L", (8, 8), 20)), 60, 690, 200, 30)
        _white(canvas)

    assert _said(on_box).count("White words.") == 1
    assert "White words." in _said(on_picture)


def test_a_layer_that_is_switched_off_is_left_out() -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    layers = [
        writer._add_object(DictionaryObject({NameObject("/Type"): NameObject("/OCG")}))
        for _ in range(2)
    ]
    stream = DecodedStreamObject()
    stream.set_data(
        b"/OC /On BDC BT /F1 11 Tf 1 0 0 1 72 700 Tm (In force.) Tj ET EMC "
        b"/OC /Off BDC BT /F1 11 Tf 1 0 0 1 72 680 Tm (A draft.) Tj ET EMC"
    )
    font = DictionaryObject(
        {NameObject(f"/{key}"): NameObject(f"/{value}")
         for key, value in (("Type", "Font"), ("Subtype", "Type1"), ("BaseFont", "Helvetica"))}
    )  # fmt: skip
    page[NameObject("/Contents")] = writer._add_object(stream)
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject("/F1"): font}),
            NameObject("/Properties"): DictionaryObject(
                {NameObject("/On"): layers[0], NameObject("/Off"): layers[1]}
            ),
        }
    )
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {
            NameObject("/OCGs"): ArrayObject(layers),
            NameObject("/D"): DictionaryObject({NameObject("/OFF"): ArrayObject(layers[1:])}),
        }
    )
    data = io.BytesIO()
    writer.write(data)
    assert _read(data.getvalue()) == "In force."


def test_what_cannot_be_seen_for_other_reasons_is_left_out() -> None:
    def transparent(canvas: Canvas) -> None:
        canvas.setFillAlpha(0)
        canvas.drawString(72, 700, "Gone.")

    def cut_off(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(300, 300, 10, 10)
        canvas.clipPath(path, stroke=0)
        canvas.drawString(72, 700, "Gone.")

    def invisible(canvas: Canvas) -> None:
        line = canvas.beginText(72, 700)
        line.setTextRenderMode(3)
        line.textOut("Gone.")
        canvas.drawText(line)

    def tiny(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 0.5)
        canvas.drawString(72, 700, "Gone.")

    for draw in (transparent, cut_off, invisible, tiny):
        assert _said(draw) == "Seen.", draw


def test_the_invisible_text_of_a_scan_is_read() -> None:
    def draw(canvas: Canvas) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("L", (8, 8), 230)), 0, 0, 595, 842)
        line = canvas.beginText(72, 700)
        line.setTextRenderMode(3)
        line.textOut("Recognised.")
        canvas.drawText(line)

    assert "Recognised." in _said(draw)


@pytest.mark.parametrize("grey", [0, 1])
def test_what_a_box_covers_is_left_out_whatever_its_colour(grey: int) -> None:
    def later(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Redacted words.")
        canvas.setFillGray(grey)
        canvas.rect(60, 690, 200, 30, stroke=0, fill=1)

    def highlighted(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Marked words.")
        canvas.setFillColorRGB(1, 1, 0, alpha=0.4)
        canvas.rect(60, 690, 200, 30, stroke=0, fill=1)

    def cut(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Words beside it.")
        path = canvas.beginPath()
        path.rect(300, 300, 10, 10)
        canvas.clipPath(path, stroke=0)
        canvas.setFillGray(grey)
        canvas.rect(0, 0, 600, 800, stroke=0, fill=1)

    assert _said(later) == "Seen."
    assert "Marked words." in _said(highlighted)
    assert "Words beside it." in _said(cut)


def test_a_part_of_a_line_may_be_struck_through() -> None:
    said = "Staff have <strike>25</strike> 30 days, and <strike>no more</strike> two at once."
    assert _read(flowing([text(said)])) == "Staff have 30 days, and two at once."
    assert _read(flowing([text("Staff have <u>30</u> days.")])) == "Staff have 30 days."


def test_what_a_line_strikes_through_is_withdrawn() -> None:
    def struck(canvas: Canvas) -> None:
        x = 72.0
        for words, is_struck in (("Staff have ", False), ("25", True), (" 30 days.", False)):
            canvas.drawString(x, 700, words)
            end = x + canvas.stringWidth(words)
            if is_struck:
                canvas.line(x, 703.5, end, 703.5)
            x = end

    def ruled(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "Under a line.")
        canvas.line(72, 698, 72 + canvas.stringWidth("Under a line."), 698)
        canvas.drawString(72, 650, "A rule of the page.")
        canvas.line(40, 653.5, 550, 653.5)

    assert "Staff have 30 days." in _said(struck)
    assert "Under a line." in _said(ruled)
    assert "A rule of the page." in _said(ruled)
