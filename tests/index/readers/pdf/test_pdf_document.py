"""PDF: pages, headings, paragraphs and tables out of characters at places."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.lib import colors
from reportlab.platypus import ListFlowable, ListItem, PageBreak, Spacer, Table

from errors import ReadError
from index.readers.documents import Document, Section, Tally
from index.readers.pdf import pdf_document
from index.readers.scans.recognised import RecognisedLine, RecognisedPage
from snapshot.models import Page
from tests.fakes import hostile, pdfs
from tests.fakes.pdfs import drawn, flowing, tagged, text

LONG = "We keep records only as long as they are needed, and then we delete them for good. " * 3


def _read(data: bytes) -> Document:
    return pdf_document.read(data, "policy.pdf")


def _blocks(data: bytes) -> list[str]:
    return [block for section in _read(data).sections for block in section.blocks]


def _lines(*rows: str, x: float = 72, top: float = 700, gap: float = 14) -> list[Any]:
    return [(x, top - gap * number, row) for number, row in enumerate(rows)]


class TestText:
    def test_lines_of_a_paragraph_are_joined_and_a_gap_parts_paragraphs(self) -> None:
        page = [
            *_lines("The first paragraph goes on over the end of the", "line, and ends here."),
            *_lines("The second begins after a gap and is short.", top=650),
        ]
        assert _blocks(drawn(page)) == [
            "The first paragraph goes on over the end of the line, and ends here.",
            "The second begins after a gap and is short.",
        ]

    def test_a_word_broken_at_the_end_of_a_line_is_put_together(self) -> None:
        page = _lines(
            "Ask an in-network doctor for infor-", "mation, since only in-", "network care counts."
        )
        assert _blocks(drawn(page)) == [
            "Ask an in-network doctor for information, since only in-network care counts."
        ]

    def test_a_soft_hyphen_goes_at_a_lines_end_and_is_a_hyphen_elsewhere(self) -> None:
        rows = _lines("The new soft\u00ad", "ware is on the self\u00adservice page.")
        assert _blocks(drawn(rows)) == ["The new software is on the self-service page."]

    def test_words_that_are_drawn_one_by_one_make_a_line(self) -> None:
        """As Google Docs writes them; parts of a word, as Word does, make a word."""
        page = [(72, 700, "This"), (96, 700, "page"), (126, 700, "is"), (138, 700, "blank.")]
        assert _blocks(drawn(page)) == ["This page is blank."]

    def test_bullets_make_a_list_whose_items_go_on(self) -> None:
        page = _lines(
            "Bring along:", "• a badge with a photo that is not", "older than a year", "• a pen",
            "1. read", "2. sign",
        )  # fmt: skip
        assert _blocks(drawn(page)) == [
            "Bring along:\n- a badge with a photo that is not older than a year\n- a pen\n"
            "1. read\n2. sign"
        ]

    @pytest.mark.parametrize("words", ["-5 degrees are too cold.", "§ 4 is the rule.", "*) Or so."])
    def test_not_every_sign_is_a_bullet(self, words: str) -> None:
        assert _blocks(drawn(_lines(words))) == [words]

    def test_a_question_stands_with_its_answer(self) -> None:
        page = [
            *_lines("What is balance billing?"),
            *_lines("A bill for the difference between two prices.", top=670),
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
            _lines("You may carry over days if you were ill and could not"),
            _lines("take them. Ask by March."),
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
        sections = _read(drawn(_lines("One."), [], _lines("Three."))).sections
        assert [section.locator for section in sections] == [Page(1), Page(3)]


class TestHeadings:
    def test_tags_say_what_a_heading_is_whatever_it_looks_like(self) -> None:
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

    def test_tags_part_paragraphs_and_leave_artifacts_out(self) -> None:
        data = tagged(
            [
                ("Artifact", "Fernhill", 72, 760),
                ("P", "One paragraph.", 72, 700),
                ("P", "Another one.", 72, 686),
            ]
        )
        assert _blocks(data) == ["One paragraph.", "Another one."]

    def test_without_tags_bookmarks_say(self) -> None:
        writer = PdfWriter()
        pages = [_lines("Trains", "Second class only, please."), _lines("Taxis", "Never, at all.")]
        writer.append(PdfReader(io.BytesIO(drawn(*pages))))
        top = writer.add_outline_item(title="Trains", page_number=0)
        writer.add_outline_item(title="Taxis", page_number=1, parent=top)
        data = io.BytesIO()
        writer.write(data)
        assert [(s.heading_path, s.blocks) for s in _read(data.getvalue()).sections] == [
            (("Trains",), ("Second class only, please.",)),
            (("Trains", "Taxis"), ("Never, at all.",)),
        ]

    def test_without_either_the_size_of_the_type_says(self) -> None:
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

    def test_a_bold_line_over_a_paragraph_is_a_heading(self) -> None:
        story = [text("<b>Trains</b>"), text(LONG), text("<b>Taxis</b>"), text(LONG)]
        assert [section.heading_path for section in _read(flowing(story)).sections] == [
            ("Trains",),
            ("Taxis",),
        ]

    def test_the_title_is_the_one_in_the_properties_if_the_first_pages_show_it(self) -> None:
        story = [text("Travel policy", "Title"), text(LONG)]
        assert _read(flowing(story, title="Travel policy")).title == "Travel policy"
        assert _read(flowing(story, title="Holiday form 2009")).title == "Travel policy"
        assert _read(flowing([text(LONG)], title="Travel policy")).title == "Travel policy"
        assert _read(flowing([text(LONG)], title="Microsoft Word - x.doc")).title is None

    def test_the_title_ends_where_the_first_heading_begins(self) -> None:
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

    def test_a_cover_says_its_title(self) -> None:
        story = [text("Travel policy", "Title"), PageBreak(), text(LONG)]
        assert _read(flowing(story)).sections[0] == Section((), Page(1), ("Travel policy",))


class TestTables:
    ROWS = (("Record", "Kept for", "Then"), ("Invoices", "10 years", "deleted"))

    def test_a_tagged_table_names_its_columns(self) -> None:
        cells = [
            (f"{'TD' if row else 'TH'}:{row}", words, 72 + 150 * column, 700 - 20 * row)
            for row, texts in enumerate(self.ROWS)
            for column, words in enumerate(texts)
        ]
        data = tagged([("P", "Before.", 72, 740), *cells, ("P", "After.", 72, 600)])
        assert _blocks(data) == [
            "Before.",
            "Record: Invoices; Kept for: 10 years; Then: deleted",
            "After.",
        ]

    def test_a_tagged_table_that_goes_on_over_the_page_keeps_its_header(self) -> None:
        first = [("TH:0", "Record", 72, 80), ("TH:0", "Kept", 272, 80),
                 ("TD:1", "Badges", 72, 60), ("TD:1", "a year", 272, 60)]  # fmt: skip
        second = [("TD:2", "Invoices", 72, 700), ("TD:2", "10 years", 272, 700)]
        assert _blocks(tagged(first, second)) == [
            "Record: Badges; Kept: a year",
            "Record: Invoices; Kept: 10 years",
        ]

    def test_without_tags_text_side_by_side_is_a_table(self) -> None:
        rows = [list(row) for row in self.ROWS] + [["Badges", "", "returned"]]
        table = Table(rows, style=[
            ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
            ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
        ])  # fmt: skip
        assert _blocks(flowing([text(LONG), table, text("After it.")]))[1:] == [
            "Record: Invoices; Kept for: 10 years; Then: deleted\nRecord: Badges; Then: returned",
            "After it.",
        ]

    @pytest.mark.parametrize("align", ["TOP", "MIDDLE", "BOTTOM"])
    def test_cells_of_several_lines_stay_together(self, align: str) -> None:
        rows = [
            [text("<b>What</b>"), text("<b>Rule</b>")],
            [text("Contracts with suppliers and all their annexes"), text(LONG[:83] + "Twice.")],
            [text("Photos"), text("Until consent is withdrawn.")],
        ]
        table = Table(rows, colWidths=[120, 200], style=[("VALIGN", (0, 0), (-1, -1), align)])
        assert _blocks(flowing([table])) == [
            "What: Contracts with suppliers and all their annexes; Rule: We keep records only as "
            "long as they are needed, and then we delete them for good. Twice.\n"
            "What: Photos; Rule: Until consent is withdrawn."
        ]

    @pytest.mark.parametrize(("gap", "bold"), [(0, "<b>{}</b>"), (30, "<b>{}</b>"), (30, "{}")])
    def test_tables_that_follow_one_another_keep_their_own_columns(
        self, gap: float, bold: str
    ) -> None:
        """By a header of its own, or by the gap before it."""
        first = (("City", "Limit per night", "Meals"), ("Bonn", "120", "40"), ("Rome", "140", "45"))
        other = (("Country", "Card accepted", "Notes"), ("Germany", "yes", "with pin"))
        style = [("BOTTOMPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 3)]
        tables = [
            Table(
                [[text(bold.format(x)) for x in rows[0]], *(list(row) for row in rows[1:])],
                colWidths=[120] * 3,
                style=style,
            )
            for rows in (first, other)
        ]
        blocks = _blocks(flowing([tables[0], Spacer(1, gap), tables[1]]))
        assert blocks == [
            "City: Bonn; Limit per night: 120; Meals: 40\n"
            "City: Rome; Limit per night: 140; Meals: 45",
            "Country: Germany; Card accepted: yes; Notes: with pin",
        ]

    def test_a_row_in_other_columns_begins_another_table(self) -> None:
        first = (("City", "Limit per night", "Meals"), ("Bonn", "120", "40"), ("Rome", "140", "45"))
        other = (("Country", "Card"), ("Germany", "yes"))
        page = [
            (x, top - 16 * row, words)
            for rows, top, columns in ((first, 700, (72, 200, 340)), (other, 648, (72, 260)))
            for row, texts in enumerate(rows)
            for x, words in zip(columns, texts, strict=True)
        ]
        assert _blocks(drawn(page)) == [
            "City: Bonn; Limit per night: 120; Meals: 40\n"
            "City: Rome; Limit per night: 140; Meals: 45",
            "Country: Card\nGermany: yes",
        ]

    def test_two_columns_of_text_are_no_table(self) -> None:
        left = _lines(*["words of the left column that go"] * 4, "on and end.", x=72)
        right = _lines(*["words of the right column that go"] * 4, "on and end.", x=320)
        assert _blocks(drawn([*left, *right])) == [
            " ".join(["words of the left column that go"] * 4 + ["on and end."]),
            " ".join(["words of the right column that go"] * 4 + ["on and end."]),
        ]


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
        for data in (drawn(_lines("One.")), pdfs.scanned(1), drawn([]), pdfs.scanned(1)):
            writer.append(PdfReader(io.BytesIO(data)))
        mixed = io.BytesIO()
        writer.write(mixed)
        assert _read(mixed.getvalue()).tally == Tally(pages=4, blank=(2, 3, 4), pictured=(2, 4))

    def test_what_was_recognised_stands_for_the_text_of_a_page(self) -> None:
        writer = PdfWriter()
        for data in (drawn(_lines("One.")), pdfs.scanned(1), drawn(_lines("Three."))):
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
            (drawn(_lines("One."))[:300], "damaged, or no PDF"),
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
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn(_lines("Hello there.")))))
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
