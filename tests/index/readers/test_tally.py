"""Every reader counts what its files hold besides words."""

from __future__ import annotations

import io

import docx
import odfdo
import pptx
import pytest
from PIL import Image
from pptx.util import Inches

from index.readers import reader
from index.readers.documents import Tally
from tests.fakes.pdfs import drawn


def _picture() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    data.seek(0)
    return data


@pytest.mark.parametrize(
    ("name", "text", "tally"),
    [
        (
            "a.md",
            "| A | B |\n|---|---|\n| 1 | 2 |\n\n![](a.png) ![A plan](b.png) <img src=c alt=''>\n",
            Tally(tables=1, images=3, images_unnamed=1),
        ),
        (
            "a.html",
            "<p>Text.</p><img src=a><img src=b alt=''><img src=c alt='A plan'>"
            "<img src=d role=presentation>"
            "<table><tr><td><table><tr><td>1</td><td>2</td></tr></table></td><td>3</td></tr></table>"
            "<table role=presentation><tr><td>x</td><td>y</td></tr></table>",
            Tally(tables=1, images=3, images_unnamed=1),
        ),
        ("a.csv", "Place,Limit\nLisbon,140\n\nTown,Grade\nPorto,B\n", Tally(tables=2)),
        ("a.csv", "Question,Answer\nWhere?,Here.\n", Tally()),
        ("a.txt", "Text.", Tally()),
    ],
)
def test_of_text_files(name: str, text: str, tally: Tally) -> None:
    assert reader.read(text.encode(), name).tally == tally


def test_of_a_word_file() -> None:
    made = docx.Document()
    made.add_paragraph("Text.")
    table = made.add_table(2, 2)
    for number, cell in enumerate(table._cells):
        cell.text = str(number)
    for described in ("", "A plan", "decoration"):
        made.add_picture(_picture())
        [*_, frame] = made.element.body.xpath("//wp:docPr")
        if described == "decoration":
            frame.append(frame.makeelement(
                "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative",
                {"val": "1"},
            ))  # fmt: skip
        elif described:
            frame.set("descr", described)
    data = io.BytesIO()
    made.save(data)
    tally = reader.read(data.getvalue(), "a.docx").tally
    assert tally == Tally(tables=1, images=2, images_unnamed=1)


def test_of_a_deck() -> None:
    made = pptx.Presentation()
    for title, described in (("Grades", "A plan"), ("", ""), ("", None)):
        slide = made.slides.add_slide(made.slide_layouts[5 if title else 6])
        if title:
            slide.shapes.title.text = title
            table = slide.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(2)).table
            for number, cell in enumerate(table.iter_cells()):
                cell.text = str(number)
        if described is not None:
            picture = slide.shapes.add_picture(_picture(), 0, 0)
            picture._element.nvPicPr.cNvPr.set("descr", described)
    data = io.BytesIO()
    made.save(data)
    tally = reader.read(data.getvalue(), "a.pptx").tally
    assert tally == Tally(3, (2, 3), (2,), tables=1, images=2, images_unnamed=1)


def test_of_an_opendocument_text() -> None:
    made = odfdo.Document("text")
    made.body.clear()
    made.body.append(odfdo.Paragraph("Text."))
    table = odfdo.Table("T")
    table.set_values([["Place", "Limit"], ["Lisbon", 140]])
    made.body.append(table)
    for described in ("", "A plan"):
        frame = odfdo.Frame.image_frame("Pictures/a.png", size=("1cm", "1cm"))
        if described:
            frame.append(odfdo.Element.from_tag(f"<svg:title>{described}</svg:title>"))
        paragraph = odfdo.Paragraph("")
        paragraph.append(frame)
        made.body.append(paragraph)
    data = io.BytesIO()
    made.save(data)
    tally = reader.read(data.getvalue(), "a.odt").tally
    assert tally == Tally(tables=1, images=2, images_unnamed=1)


def test_of_a_pdf() -> None:
    table = [(72, 700, "Place"), (200, 700, "Limit"), (72, 680, "Lisbon"), (200, 680, "140")]
    tally = reader.read(drawn(table, [], [(72, 700, "Text.")]), "a.pdf").tally
    assert tally == Tally(pages=3, blank=(2,), tables=1)
