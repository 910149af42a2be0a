"""What says whom it is for is not served to everyone, wherever it says so."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
import openpyxl
import pytest
from pypdf import PdfWriter

from index.readers.reader import read
from index.readers.said_audience import said_in_lines
from tests.fakes.pdfs import drawn


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Audience: managers"], "managers"),
        (["AUDIENCE – HR, managers"], "HR, managers"),
        (["**Target audience:** managers"], "managers"),
        (["Owner: HR; Audience: managers"], "managers"),
        (["Field: Audience; Value: managers"], "managers"),
        (["% Plan % Ann % Audience: managers"], "managers"),
        (["Zielgruppe: Führungskräfte"], "Führungskräfte"),
        (["Audience: all managers"], "all managers"),
        (["Audience: all staff"], ""),
        (["Audience: This guide is for people who are new to the job."], ""),
        (["Course: A; Audience: managers", "Course: B; Audience: drivers"], ""),
        (["Know your audience: managers want numbers."], ""),
        (["Audience-specific notes"], ""),
    ],
)
def test_a_label_is_told_from_a_sentence_and_from_a_column(lines: list[str], said: str) -> None:
    assert said_in_lines(lines) == said


def _word(**properties: str) -> Any:
    document = docx.Document()
    document.add_paragraph("Forty posts go in May.")
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    return document


def _saved(file: Any) -> bytes:
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def _sheet(*rows: Sequence[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return _saved(book)


def test_word_says_it_in_its_text_properties_and_running_heads() -> None:
    headed = _word()
    headed.sections[0].header.paragraphs[0].text = "Audience: managers"
    begun = docx.Document()
    for words in ("Layoffs", "Audience: managers", "Forty posts go."):
        begun.add_paragraph(words)
    custom = io.BytesIO(_saved(_word()))
    with zipfile.ZipFile(custom, "a") as archive:
        archive.writestr(
            "docProps/custom.xml",
            '<Properties><property name="Target Audiences"><v>managers</v></property></Properties>',
        )
    files = [_saved(_word(keywords="layoffs; audience: managers")), _saved(headed), _saved(begun)]
    for data in (*files, custom.getvalue()):
        assert read(data, "a.docx").said_audience == "managers"
    assert read(_saved(_word(keywords="audience research")), "a.docx").said_audience == ""


def test_a_row_of_a_list_of_questions_says_it() -> None:
    restricted = _sheet(["Question", "Answer", "Audience"], ["Who?", "Ann.", "managers"])
    exported = b"question,answer,metadata\nWho?,Ann.,audience:managers\n"
    courses = _sheet(["Course", "Audience"], ["Ladders", "drivers"], ["Budgets", "managers"])
    assert read(restricted, "a.xlsx").said_audience == "managers"
    assert read(exported, "a.csv").said_audience == "managers"
    assert read(courses, "a.xlsx").said_audience == ""


def test_a_pdf_says_it_in_its_properties_and_its_running_heads() -> None:
    pages = [[(72, 810, "Audience: managers"), (72, 600, f"Rule {n}.")] for n in range(4)]
    assert read(drawn(*pages), "a.pdf").said_audience == "managers"
    writer = PdfWriter(clone_from=io.BytesIO(drawn([(72, 600, "A rule.")])))
    writer.add_metadata({"/Audience": "managers"})
    data = io.BytesIO()
    writer.write(data)
    assert read(data.getvalue(), "a.pdf").said_audience == "managers"


def test_a_mail_says_it_in_its_head_and_a_page_in_its_linked_data() -> None:
    mail = b"Subject: Layoffs\nX-Audience: managers\n\nForty posts go.\n"
    page = (
        b'<script type="application/ld+json">{"audience": {"audienceType": "managers"}}</script>'
        b"<p>Forty posts go.</p>"
    )
    assert read(mail, "a.eml").said_audience == "managers"
    assert read(page, "a.html").said_audience == "managers"
