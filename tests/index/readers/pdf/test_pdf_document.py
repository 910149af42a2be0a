"""PDF: pages and paragraphs out of characters at places."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.platypus import ListFlowable, ListItem

from errors import ReadError
from index.readers.documents import Document, Tally
from index.readers.pdf import pdf_document
from index.readers.scans.recognised import RecognisedLine, RecognisedPage
from snapshot.models import Page
from tests.fakes import hostile, pdfs
from tests.fakes.pdfs import LONG, drawn, flowing, lines, text


def _read(data: bytes) -> Document:
    return pdf_document.read(data, "policy.pdf")


def _blocks(data: bytes) -> list[str]:
    return [block for section in _read(data).sections for block in section.blocks]


class TestText:
    def test_lines_of_a_paragraph_are_joined_and_a_gap_parts_paragraphs(self) -> None:
        page = [
            *lines("The first paragraph goes on over the end of the", "line, and ends here."),
            *lines("The second begins after a gap and is short.", top=650),
        ]
        assert _blocks(drawn(page)) == [
            "The first paragraph goes on over the end of the line, and ends here.",
            "The second begins after a gap and is short.",
        ]

    def test_a_word_broken_at_the_end_of_a_line_is_put_together(self) -> None:
        page = lines(
            "Ask an in-network doctor for infor-", "mation, since only in-", "network care counts."
        )
        assert _blocks(drawn(page)) == [
            "Ask an in-network doctor for information, since only in-network care counts."
        ]

    def test_a_soft_hyphen_goes_at_a_lines_end_and_is_a_hyphen_elsewhere(self) -> None:
        rows = lines("The new soft\u00ad", "ware is on the self\u00adservice page.")
        assert _blocks(drawn(rows)) == ["The new software is on the self-service page."]

    def test_words_that_are_drawn_one_by_one_make_a_line(self) -> None:
        """As Google Docs writes them; parts of a word, as Word does, make a word."""
        page = [(72, 700, "This"), (96, 700, "page"), (126, 700, "is"), (138, 700, "blank.")]
        assert _blocks(drawn(page)) == ["This page is blank."]

    def test_bullets_make_a_list_whose_items_go_on(self) -> None:
        page = lines(
            "Bring along:", "• a badge with a photo that is not", "older than a year", "• a pen",
            "1. read", "2. sign",
        )  # fmt: skip
        assert _blocks(drawn(page)) == [
            "Bring along:\n- a badge with a photo that is not older than a year\n- a pen\n"
            "1. read\n2. sign"
        ]

    @pytest.mark.parametrize("words", ["-5 degrees are too cold.", "§ 4 is the rule.", "*) Or so."])
    def test_not_every_sign_is_a_bullet(self, words: str) -> None:
        assert _blocks(drawn(lines(words))) == [words]

    def test_a_question_stands_with_its_answer(self) -> None:
        page = [
            *lines("What is balance billing?"),
            *lines("A bill for the difference between two prices.", top=670),
        ]
        assert _blocks(drawn(page)) == [
            "What is balance billing?\nA bill for the difference between two prices."
        ]

    def test_slanted_text_is_a_watermark(self) -> None:
        data = io.BytesIO()
        canvas = pdfs.Canvas(data)
        canvas.drawString(72, 700, "Words that count.")
        canvas.rotate(45)
        canvas.drawString(300, 100, "CONFIDENTIAL")
        canvas.save()
        assert _blocks(data.getvalue()) == ["Words that count."]

    def test_a_page_turned_on_its_side_is_read_as_it_is_seen(self) -> None:
        data = io.BytesIO()
        canvas = pdfs.Canvas(data)
        canvas.rotate(90)
        for number, row in enumerate(("A line that goes on to the", "next one below it.")):
            canvas.drawString(72, -100 - 14 * number, row)
        canvas.save()
        assert _blocks(data.getvalue()) == ["A line that goes on to the next one below it."]

    def test_fake_bold_is_read_once(self) -> None:
        page = [(72, 700, "Mind this word."), (72.3, 700, "Mind this word.")]
        assert _blocks(drawn(page)) == ["Mind this word."]


class TestPages:
    def test_what_every_page_repeats_and_page_numbers_are_dropped(self) -> None:
        pages = [
            [
                (72, 810, "Fernhill policy handbook"),
                (72, 700, f"Rule number {number} is about {topic} alone."),
                (290, 30, f"Page {number} of 4"),
                (500, 30, f"- {number} -"),
            ]
            for number, topic in enumerate(("trains", "taxis", "cars", "ships"), start=1)
        ]
        document = _read(drawn(*pages))
        assert [(section.locator, section.blocks) for section in document.sections] == [
            (Page(1), ("Rule number 1 is about trains alone.",)),
            (Page(2), ("Rule number 2 is about taxis alone.",)),
            (Page(3), ("Rule number 3 is about cars alone.",)),
            (Page(4), ("Rule number 4 is about ships alone.",)),
        ]

    def test_a_sentence_that_runs_over_the_page_stands_where_it_begins(self) -> None:
        pages = [
            lines("You may carry over days if you were ill and could not"),
            lines("take them. Ask by March."),
        ]
        sections = _read(drawn(*pages)).sections
        assert [(section.locator, section.blocks) for section in sections] == [
            (Page(1), ("You may carry over days if you were ill and could not take them.",)),
            (Page(2), ("Ask by March.",)),
        ]

    def test_a_footnote_does_not_stop_it(self) -> None:
        data = io.BytesIO()
        canvas = pdfs.Canvas(data)
        canvas.drawString(72, 700, "Whoever loses a key must pay the sum of")
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 90, "1 The board decided this in May,")
        canvas.drawString(72, 80, "after a long vote.")
        canvas.showPage()
        canvas.drawString(72, 700, "twelve euros. Ask the desk.")
        canvas.save()
        assert [section.blocks for section in _read(data.getvalue()).sections] == [
            (
                "Whoever loses a key must pay the sum of twelve euros.",
                "1 The board decided this in May, after a long vote.",
            ),
            ("Ask the desk.",),
        ]

    @pytest.mark.parametrize("mark", ["[1] ", "1) ", "a ", "†"])
    def test_notes_are_marked_in_many_ways(self, mark: str) -> None:
        data = io.BytesIO()
        canvas = pdfs.Canvas(data)
        canvas.drawString(72, 700, "Whoever loses a key must pay the sum of")
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 90, f"{mark}The board decided this in May.")
        canvas.showPage()
        canvas.drawString(72, 700, "twelve euros. Ask the desk.")
        canvas.save()
        first = _read(data.getvalue()).sections[0]
        assert first.blocks[0] == "Whoever loses a key must pay the sum of twelve euros."

    def test_an_empty_page_counts(self) -> None:
        sections = _read(drawn(lines("One."), [], lines("Three."))).sections
        assert [section.locator for section in sections] == [Page(1), Page(3)]


class TestLists:
    def test_reportlabs_bullets_are_read(self) -> None:
        items = [ListItem(text(words)) for words in ("First thing", "Second thing")]
        story = [text(LONG), ListFlowable(items, bulletType="bullet")]
        assert _blocks(flowing(story))[1:] == ["- First thing\n- Second thing"]


class TestRefusals:
    def test_a_password_is_asked_for(self) -> None:
        with pytest.raises(ReadError, match="protected by a password: save it without one"):
            _read(pdfs.encrypted("secret"))

    def test_an_empty_password_is_tried(self) -> None:
        assert _blocks(pdfs.encrypted("")) == ["Nobody should read this."]

    def test_a_scan_is_told_from_text(self) -> None:
        document = _read(pdfs.scanned(3))
        assert (document.sections, document.title) == ((), None)
        assert document.tally == Tally(pages=3, blank=(1, 2, 3), pictured=(1, 2, 3))

    def test_pages_of_images_among_others_are_told(self) -> None:
        writer = PdfWriter()
        for data in (drawn(lines("One.")), pdfs.scanned(1), drawn([]), pdfs.scanned(1)):
            writer.append(PdfReader(io.BytesIO(data)))
        mixed = io.BytesIO()
        writer.write(mixed)
        assert _read(mixed.getvalue()).tally == Tally(pages=4, blank=(2, 3, 4), pictured=(2, 4))

    def test_what_was_recognised_stands_for_the_text_of_a_page(self) -> None:
        writer = PdfWriter()
        for data in (drawn(lines("One.")), pdfs.scanned(1), drawn(lines("Three."))):
            writer.append(PdfReader(io.BytesIO(data)))
        mixed = io.BytesIO()
        writer.write(mixed)
        line = RecognisedLine("Two.", 72, 100, 700, 11, 0.99)
        document = pdf_document.read(mixed.getvalue(), "a.pdf", [RecognisedPage(2, 842, (line,))])
        assert [(one.locator, one.blocks) for one in document.sections] == [
            (Page(1), ("One.",)), (Page(2), ("Two.",)), (Page(3), ("Three.",))
        ]  # fmt: skip
        assert document.tally.pictured == ()

    def test_an_empty_pdf_has_no_sections(self) -> None:
        assert _read(drawn([])).sections == ()

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", "damaged, or no PDF"),
            (b"%PDF-1.7\n garbage", "damaged, or no PDF"),
            (drawn(lines("One."))[:300], "damaged, or no PDF"),
            (hostile.pdf_page_loop(), "damaged, or no PDF"),
            (hostile.pdf_many_pages(2_001), "2001 pages; at most 2000 are read"),
        ],
    )
    def test_a_damaged_file_is_refused(self, data: bytes, reason: str) -> None:
        with pytest.raises(ReadError, match=reason):
            _read(data)


@pytest.mark.parametrize("fault", ["rotate", "layers", "flags"])
def test_nonsense_beside_the_text_refuses_no_file(fault: str) -> None:
    """Viewers pass over it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn(lines("Hello there.")))))
    page, word = writer.pages[0], NameObject("/Ninety")
    said = ["Hello there."]
    if fault == "rotate":
        page[NameObject("/Rotate")] = word
    elif fault == "layers":
        layers = DictionaryObject({NameObject("/OFF"): NumberObject(3)})
        properties = DictionaryObject({NameObject("/D"): layers})
        writer.root_object[NameObject("/OCProperties")] = properties
    else:
        field = {
            "/Subtype": NameObject("/Widget"), "/FT": NameObject("/Tx"), "/Ff": word,
            "/V": TextStringObject("Ann"),
            "/Rect": ArrayObject(map(NumberObject, (72, 600, 200, 620))),
        }  # fmt: skip
        made = DictionaryObject({NameObject(name): value for name, value in field.items()})
        page[NameObject("/Annots")] = ArrayObject([writer._add_object(made)])
        said.append("Ann")
    data = io.BytesIO()
    writer.write(data)
    assert _blocks(data.getvalue()) == said
