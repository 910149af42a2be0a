"""Running heads and page numbers go; whatever else stands at an edge of a page stays."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.platypus import PageBreak

from index.readers.documents import Document
from index.readers.pdf import pdf_document
from tests.fakes.pdfs import drawn, flowing, text

TOPICS = ("trains", "taxis", "cars", "ships")


def _read(data: bytes) -> Document:
    return pdf_document.read(data, "policy.pdf")


def _blocks(data: bytes) -> list[str]:
    return [block for section in _read(data).sections for block in section.blocks]


def _row(y: float, *cells: str) -> list[tuple[float, float, str]]:
    return [(72 + 160 * column, y, cell) for column, cell in enumerate(cells)]


def _pages(*furniture: tuple[float, float, str]) -> bytes:
    """Four pages with a sentence each. In the furniture, {n} is the page's number."""
    return drawn(
        *(
            [
                *((x, y, words.format(n=number, left=4 - number)) for x, y, words in furniture),
                (72, 600, f"Rule {7 * number} is about {topic} alone."),
            ]
            for number, topic in enumerate(TOPICS, start=1)
        )
    )


ONLY_TEXT = [f"Rule {7 * number} is about {topic} alone." for number, topic in enumerate(TOPICS, 1)]


@pytest.mark.parametrize(
    "words",
    ["{n}", "- {n} -", "Page {n}", "Seite {n} von 4", "{n}/4", "Fernhill handbook | {n}",
     "Fernhill handbook, page {n} of 4", "3-{n}", "Fernhill handbook"],
)  # fmt: skip
@pytest.mark.parametrize("y", [810, 30])
def test_page_numbers_and_running_heads_go_from_either_edge(words: str, y: float) -> None:
    assert _blocks(_pages((72, y, words))) == ONLY_TEXT


def test_several_rows_of_furniture_go() -> None:
    data = _pages((72, 810, "Fernhill"), (400, 810, "Version 3"), (72, 796, "Handbook, page {n}"))
    assert _blocks(data) == ONLY_TEXT


def test_left_and_right_pages_have_heads_of_their_own() -> None:
    pages = [
        [
            (72, 810, "Fernhill" if number % 2 else "Travel policy"),
            (72, 600, f"Rule about {topic}."),
        ]
        for number, topic in enumerate((*TOPICS, "trams", "bikes", "boats"))
    ]
    assert "Fernhill" not in " ".join(_blocks(drawn(*pages)))
    assert "Travel" not in " ".join(_blocks(drawn(*pages)))


def test_roman_page_numbers_go_if_they_follow_one_another() -> None:
    numbered = [
        [(72, 600, f"Rule about {topic}."), (290, 30, roman)]
        for topic, roman in zip(TOPICS, ("iii", "iv", "v", "vi"), strict=True)
    ]
    graded = [
        [(72, 780, f"Rule about {topic}."), (72, 600, "The grade is:"), (72, 586, grade)]
        for topic, grade in zip(TOPICS, ("C", "D", "C", "LLC"), strict=True)
    ]
    assert _blocks(drawn(*numbered)) == [f"Rule about {topic}." for topic in TOPICS]
    words = " ".join(_blocks(drawn(*graded))).split()
    assert [word for word in words if word.isupper()] == ["C", "D", "C", "LLC"]


@pytest.mark.parametrize("last", ["4400", "C", "LLC", "17", "mix", "II"])
def test_a_short_last_line_is_text(last: str) -> None:
    assert last in " ".join(_blocks(drawn([(72, 780, "Call this:"), (72, 600, last)])))


def test_a_lone_page_says_that_it_is_page_1_in_words() -> None:
    page = [(72, 700, "Wear a helmet."), (290, 30, "Page 1 of 1")]
    assert _blocks(drawn(page)) == ["Wear a helmet."]


def test_the_edge_rows_of_tables_are_kept_on_every_page() -> None:
    """The same figures at the same places, and columns that grow with the pages."""
    pages = [
        [
            *_row(790, "Item", "Box", "Price"),
            *_row(770, f"Bolt {topic}", f"{number}", "15"),
            *_row(750, f"Screw {topic}", f"{number}", "15"),
        ]
        for number, topic in enumerate(TOPICS, start=1)
    ]
    assert _blocks(drawn(*pages)) == [
        f"Item: Bolt {topic}; Box: {number}; Price: 15\n"
        f"Item: Screw {topic}; Box: {number}; Price: 15"
        for number, topic in enumerate(TOPICS, start=1)
    ]


@pytest.mark.parametrize(
    "numbers", [(1, 2, 3, 4), (101, 204, 305, 412), "ABCD", ("I", "II", "III", "IV")]
)
def test_numbered_titles_are_headings(numbers: Sequence[object]) -> None:
    story = [
        part
        for number, topic in zip(numbers, TOPICS, strict=True)
        for part in (text(f"Day {number}", "Title"), text(f"Learn all of {topic}."), PageBreak())
    ]
    document = _read(flowing(story))
    assert document.title is None
    assert [section.heading_path for section in document.sections] == [
        (f"Day {number}",) for number in numbers
    ]


def test_numbered_titles_in_the_size_of_the_text_are_text() -> None:
    blocks = _blocks(_pages((72, 700, "Step {n}")))
    assert [f"Step {number}" in " ".join(blocks) for number in (1, 2, 3, 4)] == [True] * 4


def test_what_repeats_within_the_text_stays() -> None:
    blocks = _blocks(_pages((72, 790, "Room {left}0{n}"), (72, 760, "What it has:")))
    assert sum("What it has:" in block for block in blocks) == 4


def test_a_sentence_that_every_page_ends_with_is_text() -> None:
    blocks = _blocks(_pages((72, 800, "Room {left}0{n}"), (72, 560, "Ask your mentor about it.")))
    assert sum("Ask your mentor about it." in block for block in blocks) == 4


@pytest.mark.parametrize("words", ["202{n}", "440{n}"])
def test_years_and_telephone_numbers_in_sequence_are_no_page_numbers(words: str) -> None:
    said = " ".join(_blocks(_pages((72, 810, words))))
    assert [words.format(n=number) in said for number in (1, 2, 3, 4)] == [True] * 4


def test_a_page_turned_on_its_side_has_its_furniture_where_it_is_seen() -> None:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(_pages((72, 810, "Fernhill"), (290, 30, "{n}")))))
    for page in writer.pages:
        page.rotate(90).transfer_rotation_to_content()
        page.rotate(270)
    data = io.BytesIO()
    writer.write(data)
    assert _blocks(data.getvalue()) == ONLY_TEXT


def _two_pages(*furniture: tuple[float, float, str]) -> list[str]:
    return _blocks(
        drawn(*([*furniture, (72, 600, f"Rule about {topic}.")] for topic in TOPICS[:2]))
    )


def test_two_pages_have_running_heads_at_their_very_edge() -> None:
    assert _two_pages((72, 810, "Fernhill handbook")) == [f"Rule about {x}." for x in TOPICS[:2]]
    said = " ".join(_two_pages((72, 700, "What it has:"), (72, 586, "Ask your mentor.")))
    assert said.count("What it has:") == said.count("Ask your mentor.") == 2


def test_what_announces_something_is_no_running_head() -> None:
    pages = [
        [(72, 800, "Grade:"), (200, 800, grade), (72, 600, f"Rule about {topic}.")]
        for topic, grade in zip(TOPICS, "ABCD", strict=True)
    ]
    assert " ".join(_blocks(drawn(*pages))).count("Grade:") == 4


def test_whom_to_call_is_said_once_if_every_page_says_it() -> None:
    for words in ("Emergency: 4400", "help@fernhill.example", "Call 0800 123 4567"):
        assert " ".join(_blocks(_pages((72, 30, words)))).count(words) == 1
    for words in ("Fernhill policy 2026", "HR-0417", "1/12/2026", "ISO 9001:2015"):
        assert _blocks(_pages((72, 30, words))) == ONLY_TEXT


def test_words_with_figures_that_grow_are_text_unless_they_are_small() -> None:
    assert "Risk level 3" in " ".join(_blocks(_pages((72, 30, "Risk level {n}"))))


def test_figures_one_below_the_other_are_no_page_numbers() -> None:
    pages = [
        [(72, 700, f"Rule about {topic}."), *((72, 90 - 14 * n, f"{page + n}") for n in range(4))]
        for page, topic in enumerate(TOPICS)
    ]
    said = " ".join(" ".join(_blocks(drawn(*pages))).split())
    assert all(f"{n} {n + 1} {n + 2} {n + 3}" in said for n in range(4))


class TestDots:
    def test_dots_that_lead_to_pages_of_the_document_are_its_contents(self) -> None:
        contents = [(72, 700, "Trains ............ 2"), (72, 680, "Taxis . . . . . . . . 3")]
        pages = [
            [(72, 700, "1 Trains"), (72, 670, "Book early.")],
            [(72, 700, "2 Taxis"), (72, 670, "Never.")],
        ]
        said = " ".join(_blocks(drawn(contents, *pages)))
        assert "..." not in said
        assert said.count("Trains") == said.count("Taxis") == 1

    def test_dots_that_lead_to_what_stands_nowhere_else_are_kept(self) -> None:
        prices = [(72, 700, "Soup ............ 1"), (72, 680, "Salad ............ 2")]
        said = " ".join(_blocks(drawn(prices, [(72, 700, "Pay at the desk.")])))
        assert "Soup: 1" in said
        assert "Salad: 2" in said

    def test_other_dots_lead_to_what_is_said(self) -> None:
        page = [(72, 700, "Reception ........ 4400"), (72, 670, "Coffee ........ 1"),
                (72, 640, "Name ............................")]  # fmt: skip
        said = "\n".join(_blocks(drawn(page)))
        assert "Reception: 4400" in said
        assert "Coffee: 1" in said
        assert "Name" in said
        assert ".." not in said
