"""A source as a PDF: title page, running header and footer, bookmarks, tables."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, white  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase.pdfmetrics import stringWidth  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    ListFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as PdfParagraph
from reportlab.platypus import Table as PdfTable
from source import Aside, Block, Heading, Items, Paragraph, Source, Table, Text, plain

GREEN, PALE, GREY = HexColor("#1f4d3a"), HexColor("#e8f0ea"), HexColor("#5b6660")
MARGIN = 24 * mm
WIDTH = A4[0] - 2 * MARGIN
CELL_PADDING = 14
CHAPTER_ROOM, SECTION_ROOM = 85 * mm, 40 * mm  # a heading with less below it starts a new page

BODY = ParagraphStyle(
    "body",
    fontName="Helvetica",
    fontSize=10.5,
    leading=15,
    spaceAfter=7,
    allowWidows=0,
    allowOrphans=0,
)
CELL = ParagraphStyle("cell", BODY, fontSize=9.5, leading=12.5, spaceAfter=0)
HEAD_CELL = ParagraphStyle("head cell", CELL, fontName="Helvetica-Bold", textColor=white)
ASIDE = ParagraphStyle("aside", BODY, spaceAfter=4)
HEADINGS = {
    1: ParagraphStyle(
        "chapter",
        fontName="Helvetica-Bold",
        fontSize=17,
        leading=21,
        spaceBefore=16,
        spaceAfter=8,
        textColor=GREEN,
        keepWithNext=True,
    ),
    2: ParagraphStyle(
        "section",
        fontName="Helvetica-Bold",
        fontSize=12,
        leading=15,
        spaceBefore=9,
        spaceAfter=4,
        keepWithNext=True,
    ),
}


def as_pdf(source: Source) -> bytes:
    """The file's bytes, the same on every call. Laid out twice: "page 3 of 8" needs the 8 first."""
    pages = _build(source, BytesIO(), last_page=0)
    out = BytesIO()
    _build(source, out, last_page=pages)
    return out.getvalue()


def _build(source: Source, out: BytesIO, *, last_page: int) -> int:
    """Writes the document to `out`. Returns the number of its last page."""
    doc = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        title=source.title,
        author="Fernhill",
        subject=source.subtitle,
        lang="en-GB",
        invariant=1,
    )
    frame = Frame(MARGIN, 24 * mm, WIDTH, A4[1] - 52 * mm, leftPadding=0, rightPadding=0)
    doc.addPageTemplates(
        [
            PageTemplate("title", [frame], onPage=partial(_draw_title_page, source)),
            PageTemplate("text", [frame], onPage=partial(_draw_running_lines, source, last_page)),
        ]
    )
    doc.build(
        [
            NextPageTemplate("text"),
            PageBreak(),
            *(flowable for block in source.blocks for flowable in _flowables(block)),
        ]
    )
    return int(doc.page)


def _draw_title_page(source: Source, canvas: Any, _doc: Any) -> None:
    canvas.setFillColor(GREEN)
    canvas.rect(0, A4[1] * 0.45, A4[0], A4[1] * 0.55, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(MARGIN, A4[1] - 28 * mm, "Fernhill")
    style = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=30, leading=36)
    title = PdfParagraph(f'<font color="white">{escape(source.title)}</font>', style)
    _, height = title.wrap(WIDTH, A4[1])
    title.drawOn(canvas, MARGIN, A4[1] * 0.45 + 18 * mm)
    canvas.rect(MARGIN, A4[1] * 0.45 + 24 * mm + height, 22 * mm, 1.2 * mm, stroke=0, fill=1)
    subtitle = PdfParagraph(escape(source.subtitle), ParagraphStyle("subtitle", BODY, fontSize=14))
    _, height = subtitle.wrap(WIDTH, A4[1])
    subtitle.drawOn(canvas, MARGIN, A4[1] * 0.45 - 12 * mm - height)
    canvas.setFillColor(GREY)
    canvas.setFont("Helvetica", 10)
    dated = f"{source.dated.day} {source.dated:%B %Y}"
    for line, text in enumerate((source.owner, f"Version {source.version}", dated)):
        canvas.drawString(MARGIN, 44 * mm - line * 6 * mm, text)


def _draw_running_lines(source: Source, last_page: int, canvas: Any, doc: Any) -> None:
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(GREY)
    canvas.setStrokeColor(GREEN)
    canvas.drawString(MARGIN, A4[1] - 16 * mm, "Fernhill")
    canvas.drawRightString(A4[0] - MARGIN, A4[1] - 16 * mm, source.title)
    canvas.line(MARGIN, A4[1] - 18.5 * mm, A4[0] - MARGIN, A4[1] - 18.5 * mm)
    canvas.drawString(MARGIN, 14 * mm, f"{source.owner} · version {source.version}")
    canvas.drawRightString(A4[0] - MARGIN, 14 * mm, f"Page {doc.page} of {last_page}")


class _Bookmark(Flowable):  # type: ignore[misc]
    """Takes no room; puts a heading into the reader's outline, at the place where it is drawn."""

    def __init__(self, heading: Heading) -> None:
        super().__init__()
        self.heading = heading
        self.keepWithNext = True

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        key = f"{self.heading.level}:{self.heading.text}"
        self.canv.bookmarkHorizontal(key, 0, 20)
        self.canv.addOutlineEntry(self.heading.text, key, level=self.heading.level - 1)


def _flowables(block: Block) -> list[Any]:
    match block:
        case Heading(level, text):
            room = CHAPTER_ROOM if level == 1 else SECTION_ROOM
            return [
                CondPageBreak(room),
                _Bookmark(block),
                PdfParagraph(escape(text), HEADINGS[level]),
            ]
        case Paragraph(text):
            return [PdfParagraph(_markup(text), BODY)]
        case Items(first, items):
            return [_list(items, first), Spacer(0, 5)]
        case Table(rows):
            return [_table(rows), Spacer(0, 10)]
        case Aside(paragraphs):
            return [_box(paragraphs), Spacer(0, 10)]


def _list(items: tuple[Text, ...], first: int | None) -> Any:
    style = ParagraphStyle("item", BODY, spaceAfter=3)
    if first is None:
        marks = {"bulletType": "bullet", "start": "•"}
    else:
        marks = {"bulletType": "1", "bulletFormat": "%s.", "start": str(first)}
    return ListFlowable(
        [PdfParagraph(_markup(item), style) for item in items],
        leftIndent=18,
        bulletColor=GREEN,
        bulletFontSize=10.5,
        **marks,
    )


def _table(rows: tuple[tuple[Text, ...], ...]) -> Any:
    return PdfTable(
        [
            [PdfParagraph(_markup(cell), CELL if number else HEAD_CELL) for cell in row]
            for number, row in enumerate(rows)
        ],
        colWidths=_column_widths(rows),
        repeatRows=1,
        style=[
            ("BACKGROUND", (0, 0), (-1, 0), GREEN),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, PALE]),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, GREEN),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ],
    )


def _column_widths(rows: tuple[tuple[Text, ...], ...]) -> list[float]:
    """No word is broken; what is left goes to the columns with the longest cells."""
    columns = [[plain(cell) for cell in column] for column in zip(*rows, strict=True)]
    words = [
        max((word for cell in column for word in cell.split()), key=_width) for column in columns
    ]
    least = [_width(word) + CELL_PADDING for word in words]
    shares = [min(max(map(len, column)), 60) for column in columns]
    return [
        width + (WIDTH - sum(least)) * share / sum(shares)
        for width, share in zip(least, shares, strict=True)
    ]


def _width(word: str) -> float:
    return float(stringWidth(word, HEAD_CELL.fontName, HEAD_CELL.fontSize))


def _box(paragraphs: tuple[Text, ...]) -> Any:
    return KeepTogether(
        PdfTable(
            [[[PdfParagraph(_markup(paragraph), ASIDE) for paragraph in paragraphs]]],
            colWidths=[WIDTH],
            style=[
                ("BACKGROUND", (0, 0), (-1, -1), PALE),
                ("LINEBEFORE", (0, 0), (0, -1), 3, GREEN),
                ("LEFTPADDING", (0, 0), (-1, -1), 10),
            ],
        )
    )


def _markup(text: Text) -> str:
    return "".join(f"<b>{escape(run.text)}</b>" if run.bold else escape(run.text) for run in text)
