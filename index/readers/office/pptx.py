"""PowerPoint decks: one section a slide, with tables, charts, diagrams, groups and notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pptx
from lxml import etree  # type: ignore[import-untyped]  # the library ships no types
from pptx.enum.shapes import PP_PLACEHOLDER

from index.readers import normalise, table_rows
from index.readers.documents import BETWEEN_BLOCKS, Document, Section, placed
from index.readers.markup.html_blocks import is_sentence
from index.readers.office.office_package import check_package, sensible_title
from index.readers.office.package_mending import Kind, mended
from index.readers.outline import fold
from snapshot.models import Slide

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_BULLETS = tuple(f"{_DRAWING}{name}" for name in ("buChar", "buAutoNum", "buBlip"))
_MACHINE_MADE = "automatically generated"
_FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_LISTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)
_MAX_CHART_ROWS = 60


def read(data: bytes, name: str) -> Document:
    """One section for each slide that says something, its title as heading. Hidden slides count
    and are left out, as they are when the deck is shown."""
    check_package(data)
    deck = pptx.Presentation(io.BytesIO(mended(data, Kind.POWERPOINT)))
    slides = [
        (number, _title(slide), [block for block in _blocks(slide) if block], list(_links(slide)))
        for number, slide in enumerate(_slides(deck), start=1)
        if slide.element.get("show") not in ("0", "false")
    ]
    first = slides[0][1] if slides else ""
    title = first or sensible_title(deck.core_properties.title)
    return Document(
        title=title or None,
        language=deck.core_properties.language or None,
        sections=tuple(
            Section(
                () if not heading or fold(heading) == fold(title or "") else (heading,),
                Slide(number),
                tuple(blocks or [heading]),
                tuple(placed(BETWEEN_BLOCKS.join(blocks or [heading]), links)),
            )
            for number, heading, blocks, links in slides
            if heading or blocks
        ),
    )


def _slides(deck: Any) -> Iterator[Any]:
    """The slides that are there; PowerPoint passes over entries without one."""
    listed = deck.element.sldIdLst
    for entry in list(listed) if listed is not None else ():
        if entry.get(f"{_RELATION}id") not in deck.part.rels:
            listed.remove(entry)
    yield from deck.slides


def _links(slide: Any) -> Iterator[tuple[str, str]]:
    """Words and address of its links; those to other slides have none."""
    for run in slide.element.iter(f"{_DRAWING}r"):
        for link in run.iter(f"{_DRAWING}hlinkClick"):
            relation = slide.part.rels.get(link.get(f"{_RELATION}id"))
            is_outside = relation is not None and relation.is_external
            words = "".join(text.text or "" for text in run.iter(f"{_DRAWING}t"))
            yield normalise.prose(words), relation.target_ref if is_outside else ""


def _title(slide: Any) -> str:
    shape = slide.shapes.title
    return normalise.prose(shape.text_frame.text) if shape is not None else ""


def _blocks(slide: Any) -> Iterator[str]:
    for shape in slide.shapes:
        yield from _shape(shape)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        for paragraph in frame.paragraphs:
            yield normalise.prose(paragraph.text)


def _shape(shape: Any) -> Iterator[str]:
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    if kind in _FURNITURE or kind in _TITLES:
        return
    if hasattr(shape, "shapes"):  # a group is one drawing: its labels belong together
        labels = (block for inner in shape.shapes for block in _shape(inner) if block)
        yield "\n".join(dict.fromkeys(labels))
    elif shape.has_text_frame:
        yield _text(shape.text_frame, is_list=kind in _LISTS)
    elif getattr(shape, "has_table", False):
        rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
        yield table_rows.render(rows, header=shape.table.first_row)
    elif getattr(shape, "has_chart", False):
        yield _chart(shape.chart)
    else:
        yield _diagram(shape)
        described = shape._element.xpath(".//p:cNvPr/@descr")
        if described and is_sentence(described[0]) and _MACHINE_MADE not in described[0]:
            yield normalise.prose(described[0])


def _text(frame: Any, *, is_list: bool) -> str:
    said = [
        (paragraph, text)
        for paragraph in frame.paragraphs
        if (text := normalise.flow(paragraph.text.replace("\v", "\n")))
    ]
    rows = []
    for paragraph, text in said:
        properties = paragraph._p.pPr
        has_bullet = properties is not None and any(
            properties.find(name) is not None for name in _BULLETS
        )
        is_item = has_bullet or (is_list and len(said) > 1)
        rows.append(f"{'  ' * paragraph.level}- {text}" if is_item else text)
    return "\n".join(rows)


def _chart(chart: Any) -> str:
    """The chart's title and its figures, a line for each category."""
    plot = next(iter(chart.plots), None)
    categories = [str(category) for category in plot.categories] if plot is not None else []
    series = list(plot.series) if plot is not None else []
    rows = [["", *(str(entry.name) for entry in series)]]
    for number, category in enumerate(categories[:_MAX_CHART_ROWS]):
        values = [entry.values[number : number + 1] for entry in series]
        rows.append([category, *(f"{v[0]:g}" if v and v[0] is not None else "" for v in values)])
    title = chart.chart_title.text_frame.text if chart.has_title else ""
    figures = table_rows.render(rows, header=True) if len(rows) > 1 else ""
    return "\n".join(filter(None, (normalise.prose(title), figures)))


def _diagram(shape: Any) -> str:
    """The texts of SmartArt, which lie in a part of their own."""
    found = shape._element.xpath(".//*[local-name()='relIds']")
    if not found:
        return ""
    part = shape.part.related_part(found[0].get(f"{_RELATION}dm"))
    root = etree.fromstring(part.blob, _PARSER)
    texts = ("".join(text.itertext(f"{_DRAWING}t")) for text in root.iter(f"{_DIAGRAM}t"))
    return "\n".join(filter(None, map(normalise.prose, texts)))
