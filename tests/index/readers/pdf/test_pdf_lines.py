"""Runs of characters become lines, whatever pieces a program draws them in."""

from __future__ import annotations

import io
import math

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from index.readers.pdf import pdf_document
from tests.fakes.pdfs import drawn


def _said(data: bytes) -> str:
    document = pdf_document.read(data, "policy.pdf")
    return "\n".join(block for section in document.sections for block in section.blocks)


def _glyphs(words: str, font: str, letter_spacing: float = 0, *, with_spaces: bool) -> bytes:
    """Every glyph drawn alone; spaces are drawn, too, or only left free."""
    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.setFont(font, 11)
    x = 72.0
    for glyph in words:
        if with_spaces or glyph != " ":
            canvas.drawString(x, 700, glyph)
        x += stringWidth(glyph, font, 11) + letter_spacing
    canvas.save()
    return data.getvalue()


@pytest.mark.parametrize("with_spaces", [True, False])
@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Helvetica-Bold", "Courier"])
def test_glyphs_drawn_one_by_one_make_words(font: str, with_spaces: bool) -> None:
    words = "Wear a helmet in the yard, will you? WAIT at Gate 4."
    assert _said(_glyphs(words, font, with_spaces=with_spaces)) == words


def test_letters_drawn_far_from_one_another_make_words() -> None:
    """Without an end of line behind each, as browsers draw them."""
    data = io.BytesIO()
    canvas, x = Canvas(data), 72.0
    for glyph in "SAFETY RULES":
        if glyph != " ":
            line = canvas.beginText(x, 700)
            line.textOut(glyph)
            canvas.drawText(line)
        x += stringWidth(glyph, "Helvetica", 12) + 4
    canvas.save()
    assert _said(data.getvalue()) == "SAFETY RULES"


@pytest.mark.parametrize("with_spaces", [True, False])
def test_letter_spaced_glyphs_make_words(with_spaces: bool) -> None:
    assert _said(_glyphs("SAFETY RULES HERE", "Helvetica", 3, with_spaces=with_spaces)) == (
        "SAFETY RULES HERE"
    )


def test_short_words_drawn_one_by_one_stay_apart() -> None:
    page, x = [], 72.0
    for word in "I saw a cat in a hat".split():
        page.append((x, 700, word))
        x += stringWidth(f"{word} ", "Helvetica", 11)
    assert _said(drawn(page)) == "I saw a cat in a hat"


def _raised(before: str, mark: str, after: str, note: str = "", by: str = "rise") -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data)
    if by == "rise":
        line = canvas.beginText(72, 700)
        for words, size, rise in ((before, 11, 0), (mark, 7, 4), (after, 11, 0)):
            line.setFont("Helvetica", size)
            line.setRise(rise)
            line.textOut(words)
        canvas.drawText(line)
    else:
        x = 72.0
        for words, size, y in ((before, 11, 700), (mark, 7, 704.5), (after, 11, 700)):
            canvas.setFont("Helvetica", size)
            canvas.drawString(x, y, words)
            x += stringWidth(words, "Helvetica", size)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 670, "And so it goes on.")
    if note:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 90, note)
    canvas.save()
    return data.getvalue()


@pytest.mark.parametrize("by", ["rise", "place"])
class TestSuperscripts:
    def test_the_mark_of_a_note_is_no_figure(self, by: str) -> None:
        data = _raised("Send it back within 30", "1", " days of receipt.", "1 Not on Sundays.", by)
        assert _said(data).startswith("Send it back within 30 days of receipt.")
        assert "1 Not on Sundays." in _said(data)

    def test_powers_and_units_keep_theirs(self, by: str) -> None:
        assert _said(_raised("It holds 10", "3", " litres.", by=by)).startswith("It holds 10^3 lit")
        assert _said(_raised("It has 40 m", "2", " of floor.", by=by)).startswith("It has 40 m² of")

    @pytest.mark.parametrize(
        ("before", "mark", "after", "said"),
        [
            ("It weighs 10", "-3", " grams.", "It weighs 10^-3 grams."),
            ("On the 1", "st", " of May.", "On the 1st of May."),
            ("It costs 30", "*", " euros.", "It costs 30 euros."),
            ("Within 30", "(1)", " days.", "Within 30 days."),
            ("Send it in 9 days", "1", ". Then pay.", "Send it in 9 days. Then pay."),
            ("It costs 30", "a", " euros.", "It costs 30^a euros."),
        ],
    )
    def test_other_marks_are_raised_too(
        self, by: str, before: str, mark: str, after: str, said: str
    ) -> None:
        assert _said(_raised(before, mark, after, by=by)).startswith(said)


def test_a_lowered_figure_belongs_to_its_formula() -> None:
    data = io.BytesIO()
    canvas = Canvas(data)
    x = 72.0
    for words, size, y in (("The CO", 11, 700), ("2", 7, 698), (" is measured.", 11, 700)):
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, y, words)
        x += stringWidth(words, "Helvetica", size)
    canvas.save()
    assert _said(data.getvalue()) == "The CO2 is measured."


def test_a_word_with_a_space_after_every_letter_is_a_word() -> None:
    assert _said(drawn([(72, 700, "S A F E T Y   R U L E S")])) == "SAFETY RULES"
    assert _said(drawn([(72, 700, "Sizes A B C D")])) == "Sizes A B C D"


@pytest.mark.parametrize("degrees", [-5, -1.2, 0.8, 3, 7])
def test_the_lines_of_a_tilted_scan_are_read(degrees: float) -> None:
    data = io.BytesIO()
    canvas = Canvas(data)
    tilt = math.radians(degrees)
    for number, row in enumerate(("Lost keys must be told to the", "desk within one hour.")):
        line = canvas.beginText()
        line.setTextRenderMode(3)
        line.setFont("Helvetica", 11)
        for at, word in enumerate(row.split()):
            x, y = 72 + 42 * at, 700 - 14 * number
            line.setTextTransform(
                math.cos(tilt), math.sin(tilt), -math.sin(tilt), math.cos(tilt),
                x * math.cos(tilt) - y * math.sin(tilt), x * math.sin(tilt) + y * math.cos(tilt),
            )  # fmt: skip
            line.textOut(word)
        canvas.drawText(line)
    canvas.save()
    assert _said(data.getvalue()) == "Lost keys must be told to the desk within one hour."


def test_a_page_of_slanted_text_alone_is_read() -> None:
    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.rotate(20)
    canvas.drawString(200, 500, "Mind the step.")
    canvas.save()
    assert _said(data.getvalue()) == "Mind the step."
