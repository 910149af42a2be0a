"""A source as a PowerPoint deck: a slide for each chapter, block quotes as the speaker's notes."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from itertools import pairwise
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Cm, Pt
from source import Aside, Block, Heading, Items, Source, Table, Text, plain

GREEN, PALE, INK, WHITE = (
    RGBColor.from_string(colour)  # type: ignore[no-untyped-call]
    for colour in ("1F4D3A", "E8F0EA", "222B26", "FFFFFF")
)
WIDTH, HEIGHT, MARGIN = Cm(33.87), Cm(19.05), Cm(1.9)
TITLE_SLIDE, TITLE_AND_CONTENT, TITLE_ONLY = 0, 1, 5  # layouts of python-pptx's own template


def as_pptx(source: Source) -> bytes:
    """The file's bytes; the zip's own time stamps are not yet settled (see `make_files`)."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _set_properties(deck, source)
    _add_title_slide(deck, source)
    starts = [n for n, block in enumerate(source.blocks) if isinstance(block, Heading)]
    for start, end in pairwise([*starts, len(source.blocks)]):
        _add_slide(deck, source.blocks[start:end])
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def _set_properties(deck: Any, source: Source) -> None:
    properties = deck.core_properties
    properties.title, properties.subject = source.title, source.subtitle
    properties.author = properties.last_modified_by = "Fernhill"
    properties.language = "en-GB"
    properties.created = properties.modified = datetime.combine(source.dated, time())


def _add_title_slide(deck: Any, source: Source) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_SLIDE])
    _add_band(slide, Cm(0), Cm(0), WIDTH, Cm(11.5))
    title, subtitle = slide.placeholders[0], slide.placeholders[1]
    _place(title, MARGIN, Cm(4.5), WIDTH - 2 * MARGIN, Cm(5.5))
    _place(subtitle, MARGIN, Cm(12.5), WIDTH - 2 * MARGIN, Cm(3))
    title.text, subtitle.text = (
        source.title,
        f"{source.subtitle}\n{source.owner}, {source.dated:%B %Y}",
    )
    _set_font(title, size=40, colour=WHITE, bold=True)
    _set_font(subtitle, size=20, colour=INK)


def _add_slide(deck: Any, blocks: tuple[Block, ...]) -> None:
    heading, *body = blocks
    tables = [block for block in body if isinstance(block, Table)]
    lines = [line for block in body for line in _lines(block)]
    layout = TITLE_AND_CONTENT if lines else TITLE_ONLY
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    _add_band(slide, Cm(0), Cm(0), Cm(0.6), HEIGHT)
    title = slide.shapes.title
    title.text = heading.text if isinstance(heading, Heading) else ""
    _place(title, MARGIN, Cm(0.9), WIDTH - 2 * MARGIN, Cm(2.4))
    _set_font(title, size=32, colour=GREEN, bold=True)
    top: int = Cm(3.6)
    if lines:
        height = Cm(1.55) * len(lines) if tables else HEIGHT - top - MARGIN
        _fill_lines(slide.placeholders[1], lines, top, height)
        top += height
    for table in tables:
        _add_table(slide, table.rows, top)
    for block in body:
        if isinstance(block, Aside):
            notes = slide.notes_slide.notes_text_frame
            notes.text = "\n".join(plain(paragraph) for paragraph in block.paragraphs)


def _lines(block: Block) -> list[tuple[Text, dict[str, str]]]:
    """The items that a block puts on the slide, each with the mark that goes before it."""
    match block:
        case Items(first, items) if first is None:
            return [(item, {}) for item in items]
        case Items(first, items):
            mark = {"type": "arabicPeriod", "startAt": str(first)}
            return [(item, mark) for item in items]
    return []


def _fill_lines(
    shape: Any, lines: list[tuple[Text, dict[str, str]]], top: int, height: int
) -> None:
    _place(shape, MARGIN, top, WIDTH - 2 * MARGIN, height)
    frame = shape.text_frame
    for number, (text, mark) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(12)
        if mark:
            properties = paragraph._p.get_or_add_pPr()
            properties.append(properties.makeelement(_NUMBERED, mark))
        for run in text:
            added = paragraph.add_run()
            added.text, added.font.bold = run.text, run.bold or None
            added.font.size, added.font.name, added.font.color.rgb = Pt(22), "Calibri", INK


_NUMBERED = "{http://schemas.openxmlformats.org/drawingml/2006/main}buAutoNum"


def _add_table(slide: Any, rows: tuple[tuple[Text, ...], ...], top: int) -> None:
    width = WIDTH - 2 * MARGIN
    frame = slide.shapes.add_table(
        len(rows), len(rows[0]), MARGIN, top, width, Cm(1.35) * len(rows)
    )
    longest = [max(len(plain(cell)) for cell in column) for column in zip(*rows, strict=True)]
    shares = [min(max(length, 18), 50) for length in longest]
    for column, share in zip(frame.table.columns, shares, strict=True):
        column.width = width * share // sum(shares)
    for number, cells in enumerate(rows):
        for cell, text in zip(frame.table.rows[number].cells, cells, strict=True):
            cell.text, cell.vertical_anchor = plain(text), MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = GREEN if number == 0 else PALE if number % 2 else WHITE
            colour = WHITE if number == 0 else INK
            _set_font(cell, size=18, colour=colour, bold=number == 0)


def _add_band(slide: Any, left: int, top: int, width: int, height: int) -> None:
    """A green area behind everything else on the slide."""
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, left, top, width, height)
    band.fill.solid()
    band.fill.fore_color.rgb = GREEN
    band.line.fill.background()
    band.shadow.inherit = False
    tree = band._element.getparent()
    tree.remove(band._element)
    tree.insert(2, band._element)  # after the group's two property elements


def _place(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def _set_font(shape: Any, *, size: int, colour: RGBColor, bold: bool = False) -> None:
    shape.text_frame.word_wrap = True
    for paragraph in shape.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT  # the template centres titles
        for run in paragraph.runs:
            run.font.size, run.font.name, run.font.bold = Pt(size), "Calibri", bold
            run.font.color.rgb = colour
