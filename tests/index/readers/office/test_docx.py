"""Word documents."""

import io
from collections.abc import Callable

import docx
import pytest
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.readers.documents import Document, Section
from index.readers.office import docx as reader
from snapshot.models import Heading, Link, Whole
from tests.fakes import hostile

W = nsdecls("w")


def _read(write: Callable[[Word], object]) -> Document:
    word = docx.Document()
    word.core_properties.title = ""
    write(word)
    data = io.BytesIO()
    word.save(data)
    return reader.read(data.getvalue(), "policy.docx")


def _blocks(write: Callable[[Word], object]) -> tuple[str, ...]:
    return tuple(block for section in _read(write).sections for block in section.blocks)


def _append(word: Word, xml: str) -> None:
    word.element.body.insert(-1, parse_xml(xml))


def test_sections_follow_the_heading_styles() -> None:
    def write(word: Word) -> None:
        word.add_paragraph("Travel policy", style="Title")
        word.add_paragraph("Ask before you book.")
        word.add_heading("Trains", 1)
        word.add_paragraph("Second class.")
        word.add_heading("Night trains", 2)
        word.add_paragraph("A bed.")

    assert _read(write) == Document(
        title="Travel policy",
        language="en-US",
        sections=(
            Section((), Whole(), ("Ask before you book.",)),
            Section(("Trains",), Heading("trains", "Trains"), ("Second class.",)),
            Section(
                ("Trains", "Night trains"), Heading("night-trains", "Night trains"), ("A bed.",)
            ),
        ),
    )


def test_without_a_title_style_the_lone_heading_is_the_title_else_the_properties_say() -> None:
    def lone(word: Word) -> None:
        word.add_heading("Travel", 1)
        word.add_paragraph("x")

    def properties(word: Word) -> None:
        word.core_properties.title = "Travel policy"
        word.add_paragraph("x")

    assert _read(lone).title == "Travel"
    assert _read(properties).title == "Travel policy"


def test_a_style_of_ones_own_is_a_heading_by_its_outline_level() -> None:
    def write(word: Word) -> None:
        style = word.styles.add_style("Chapter", 1)
        style.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {W} w:val="0"/>'))
        for text in ("Trains", "Second class.", "Taxis", "Never."):
            word.add_paragraph(text, style=None if text.endswith(".") else "Chapter")

    assert [section.heading_path for section in _read(write).sections] == [("Trains",), ("Taxis",)]


def test_lists_keep_their_signs_numbers_and_depth() -> None:
    def write(word: Word) -> None:
        for text, style in (
            ("a", "List Bullet"),
            ("b", "List Bullet"),
            ("one", "List Number"),
            ("two", "List Number"),
        ):
            word.add_paragraph(text, style=style)
        inner = word.add_paragraph("in two", style="List Number")
        inner.paragraph_format.element.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {W}><w:ilvl w:val="1"/><w:numId w:val="99"/></w:numPr>')
        )
        word.add_paragraph("after")

    assert _blocks(write) == ("- a\n- b\n1. one\n2. two\n  - in two", "after")


def _fill(word: Word, rows: list[list[str]], style: str = "Table Grid") -> None:
    table = word.add_table(len(rows), len(rows[0]), style)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def test_a_table_names_its_columns_in_every_row() -> None:
    rows = [["Grade", "Days"], ["A", "26"], ["B", "28\nor 30"]]
    assert _blocks(lambda word: _fill(word, rows)) == (
        "Grade: A; Days: 26\nGrade: B; Days: 28, or 30",
    )


def test_a_cell_that_reaches_down_is_repeated() -> None:
    def write(word: Word) -> None:
        _fill(word, [["Country", "Days"], ["UK", "26"], ["", "28"]])
        table = word.tables[0]
        table.cell(1, 0).merge(table.cell(2, 0))

    assert _blocks(write) == ("Country: UK; Days: 26\nCountry: UK; Days: 28",)


def test_a_table_of_one_cell_is_a_box_around_text() -> None:
    def write(word: Word) -> None:
        cell = word.add_table(1, 1).cell(0, 0)
        cell.text = "Mind this."
        cell.add_paragraph("And this.")

    assert _blocks(write) == ("Mind this.", "And this.")


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        (f"<w:p {W}><w:r><w:t>now </w:t></w:r><w:ins><w:r><w:t>added</w:t></w:r></w:ins></w:p>",
         ("now added",)),
        (f"<w:p {W}><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r>"
         "</w:del></w:p>", ("kept",)),
        (f"<w:p {W}><w:r><w:t>seen</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t>"
         "</w:r></w:p>", ("seen",)),
        (f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent>"
         "</w:sdt>", ("in a control",)),
        (f"<w:p {W}><w:hyperlink><w:r><w:t>linked</w:t></w:r></w:hyperlink></w:p>", ("linked",)),
        (f"<w:p {W}><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>",
         ("a b\nc",)),
        (f"<w:p {W}><w:r><w:t>text</w:t><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r>"
         "</w:p></w:txbxContent></w:pict></w:r></w:p>", ("text", "boxed")),
        (f'<w:p {W}><w:pPr><w:pStyle w:val="TOC1"/></w:pPr><w:r><w:t>Trains 3</w:t></w:r></w:p>',
         ()),
    ],
)  # fmt: skip
def test_what_a_reader_of_the_page_sees_is_read(xml: str, words: tuple[str, ...]) -> None:
    """Also in content controls, accepted changes and text boxes; and nothing else."""

    def write(word: Word) -> None:
        style = word.styles.add_style("toc 1", 1)
        style.element.set(f"{{{style.element.nsmap['w']}}}styleId", "TOC1")
        _append(word, xml)

    assert _blocks(write) == words


def test_a_footnote_stands_behind_its_paragraph() -> None:
    word_ns = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        '<w:p><w:r><w:t>Said</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
        + hostile.paragraph("after")
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/footnotes" Target="footnotes.xml"/></Relationships>'
    )
    notes = (
        f'<w:footnotes xmlns:w="{word_ns}"><w:footnote w:id="2">'
        f"{hostile.paragraph('By whom.')}</w:footnote></w:footnotes>"
    )
    data = hostile.docx(
        body,
        more={
            "word/_rels/document.xml.rels": relations.encode(),
            "word/footnotes.xml": notes.encode(),
        },
    )
    [section] = reader.read(data, "x.docx").sections
    assert section.blocks == ("Said", "By whom.", "after")


def test_a_document_without_text_has_no_sections() -> None:
    assert _read(lambda word: word.add_paragraph(" ")).sections == ()


def test_links_keep_their_addresses() -> None:
    def write(word: Word) -> None:
        key = word.part.relate_to("https://hr.example/", RT.HYPERLINK, is_external=True)
        paragraph = "<w:p {names}>{list}<w:r><w:t xml:space='preserve'>Ask </w:t></w:r>{link}</w:p>"
        link = f"<w:hyperlink r:id='{key}'><w:r><w:t>people  team</w:t></w:r></w:hyperlink>"
        numbered = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
        for properties in ("", numbered):
            names = nsdecls("w", "r")
            _append(word, paragraph.format(names=names, list=properties, link=link))

    [section] = _read(write).sections
    assert section.text == "Ask people team\n\n- Ask people team"
    assert section.links == (
        Link(4, 15, "https://hr.example/"),
        Link(23, 34, "https://hr.example/"),
    )
