"""A source as a Word document: heading styles, real lists and tables, header and footer."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from source import Aside, Heading, Items, Paragraph, Source, Table, Text

GREEN, WHITE = RGBColor(0x1F, 0x4D, 0x3A), RGBColor(0xFF, 0xFF, 0xFF)


def as_docx(source: Source) -> bytes:
    """The file's bytes; the zip's own time stamps are not yet settled (see `make_files`)."""
    document = Document()
    _set_styles(document)
    _set_properties(document, source)
    document.add_heading(source.title, level=0)
    document.add_paragraph(source.subtitle, style="Subtitle")
    for block in source.blocks:
        match block:
            case Heading(level, text):
                document.add_heading(text, level=level)
            case Paragraph(text):
                _add_runs(document.add_paragraph(), text)
            case Items(first, items):
                _add_list(document, items, first)
            case Table(rows):
                _add_table(document, rows)
            case Aside(paragraphs):
                for paragraph in paragraphs:
                    _add_runs(document.add_paragraph(style="Intense Quote"), paragraph)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _set_styles(document: Any) -> None:
    for name, size in (("Normal", 11), ("Title", 26), ("Heading 1", 16), ("Heading 2", 13)):
        style: ParagraphStyle = document.styles[name]
        style.font.size = Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[attribute]
        style.font.name = "Calibri"
        if name != "Normal":
            style.font.color.rgb = GREEN
    for name in ("Subtitle", "Intense Quote"):
        document.styles[name].font.color.rgb = GREEN
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)


def _set_properties(document: Any, source: Source) -> None:
    moment = datetime.combine(source.dated, time())
    properties = document.core_properties
    properties.title, properties.subject = source.title, source.subtitle
    properties.author = properties.last_modified_by = "Fernhill"
    properties.comments, properties.language = "", "en-GB"
    properties.created = properties.modified = moment
    section = document.sections[0]
    section.header.paragraphs[0].text = f"Fernhill · {source.owner}"
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    footer.add_run(f"Version {source.version} · page ")
    _add_page_number(footer)


def _add_page_number(paragraph: Any) -> None:
    """A field that Word fills in: begin, instruction, end."""
    for kind in ("begin", "instruction", "end"):
        run = paragraph.add_run()
        if kind == "instruction":
            instruction = OxmlElement("w:instrText")
            instruction.text = "PAGE"
            run._r.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _add_list(document: Any, items: tuple[Text, ...], first: int | None) -> None:
    style = "List Bullet" if first is None else "List Number"
    number_id = None if first is None else _add_numbering(document, first)
    for item in items:
        paragraph = document.add_paragraph(style=style)
        _add_runs(paragraph, item)
        if number_id is not None:
            numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            numbering.get_or_add_ilvl().val = 0
            numbering.get_or_add_numId().val = number_id


def _add_numbering(document: Any, first: int) -> int:
    """The id of a new numbering. Without one of its own, Word counts on from the list before."""
    style = document.styles["List Number"].element
    numbering = document.part.numbering_part.element
    used = style.pPr.numPr.numId.val
    abstract = next(num for num in numbering.num_lst if num.numId == used).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(first)
    return int(number.numId)


def _add_table(document: Any, rows: tuple[tuple[Text, ...], ...]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, text in zip(row.cells, cells, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = Pt(3)
            paragraph.paragraph_format.space_after = Pt(3)
            _add_runs(paragraph, text)
            _shade(cell, "1F4D3A" if number == 0 else "FFFFFF" if number % 2 else "E8F0EA")
            for run in paragraph.runs if number == 0 else ():
                run.bold, run.font.color.rgb = True, WHITE
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    document.add_paragraph()


def _shade(cell: Any, colour: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shading)


def _add_runs(paragraph: Any, text: Text) -> None:
    for run in text:
        paragraph.add_run(run.text).bold = run.bold or None
