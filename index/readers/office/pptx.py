"""PowerPoint decks: one section a slide, with tables, charts, diagrams, groups and notes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER

from index.readers import normalise
from index.readers.documents import Document
from index.readers.office import grid, slide_text
from index.readers.office.deck import ReadSlide, from_slides
from index.readers.office.graphics.drawings import described, drawn
from index.readers.office.graphics.paragraphs import a, r
from index.readers.office.graphics.pictures import pictures
from index.readers.office.office_package import check_package, sensible_title
from index.readers.office.package_mending import Program, mended

_FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_PROMPT = re.compile("click |tap |double-tap|klicken|cliquez|haga clic|clique|fare clic", re.I)
_LISTS = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)


def read(data: bytes, name: str) -> Document:
    """One section for each slide that says something, its title as heading. Hidden slides count
    and are left out, as they are when the deck is shown."""
    check_package(data)
    deck = pptx.Presentation(io.BytesIO(mended(data, Program.POWERPOINT)))
    slides = [
        _read_slide(number, slide)
        for number, slide in enumerate(_slides(deck), start=1)
        if slide.element.get("show") not in ("0", "false")
    ]
    title = sensible_title(deck.core_properties.title)
    return from_slides(slides, title, deck.core_properties.language)


def _read_slide(number: int, slide: Any) -> ReadSlide:
    return ReadSlide(
        number,
        _title(slide),
        list(filter(None, _blocks(slide))),
        list(_links(slide)),
        list(pictures(slide.shapes._spTree)),
        sum(1 for _ in slide.element.iter(a("tbl"))),
    )


def _slides(deck: Any) -> Iterator[Any]:
    """The slides that are there; PowerPoint passes over entries without one."""
    listed = deck.element.sldIdLst
    for entry in list(listed) if listed is not None else ():
        if entry.get(r("id")) not in deck.part.rels:
            listed.remove(entry)
    yield from deck.slides


def _links(slide: Any) -> Iterator[tuple[str, str]]:
    """Words and address of its links; those to other slides have none."""
    for run in slide.element.iter(a("r")):
        for link in run.iter(a("hlinkClick")):
            relation = slide.part.rels.get(link.get(r("id")))
            is_outside = relation is not None and relation.is_external
            words = "".join(text.text or "" for text in run.iter(a("t")))
            yield normalise.prose(words), relation.target_ref if is_outside else ""


def _title(slide: Any) -> str:
    shape = slide.shapes.title
    if shape is None or _is_hidden(shape) or _is_prompt(shape):
        return ""
    return slide_text.Texts().prose(shape.text_frame._txBody)


def _blocks(slide: Any) -> Iterator[str]:
    texts = slide_text.Texts()
    for shape in slide.shapes:
        yield from _shape(shape, texts)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        yield from texts.lines(frame._txBody, is_list=False).split("\n")


def _shape(shape: Any, texts: slide_text.Texts) -> Iterator[str]:
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    if kind in _FURNITURE or kind in _TITLES or _is_hidden(shape):
        return
    if hasattr(shape, "shapes"):  # a group is one drawing: its labels belong together
        labels = (block for inner in shape.shapes for block in _shape(inner, texts) if block)
        yield "\n".join(dict.fromkeys(labels))
        yield described(shape._element)
    elif _is_prompt(shape):
        return
    elif shape.has_text_frame and (
        said := texts.lines(shape.text_frame._txBody, is_list=kind in _LISTS)
    ):
        yield said
        yield described(shape._element)
    elif getattr(shape, "has_table", False):
        table = shape.table._tbl
        rows = [list(_cells(row, texts)) for row in table.iterchildren(a("tr"))]
        yield grid.render(rows, head=int(shape.table.first_row or _is_bold_above(table)))
        yield described(shape._element)
    else:
        yield from drawn(shape._element, shape.part)


def _cells(row: Any, texts: slide_text.Texts) -> Iterator[grid.Cell]:
    """The cells of a table's row; what is merged into the cell before it is none."""
    for cell in row.iterchildren(a("tc")):
        if cell.get("hMerge") not in ("1", "true"):
            body = cell.find(a("txBody"))
            said = texts.lines(body, is_list=False) if body is not None else ""
            width = slide_text.number(cell, "gridSpan", 1)
            goes_on = cell.get("vMerge") in ("1", "true")
            yield grid.Cell(normalise.flow(said), max(width, 1), goes_on)


def _is_bold_above(table: Any) -> bool:
    """Whether the first row is bold and the next is not: old decks name their columns so."""
    return [_is_bold(row) for row in table.iterchildren(a("tr"))][:2] == [True, False]


def _is_bold(row: Any) -> bool:
    said = [run for run in row.iter(a("r")) if "".join(run.itertext()).strip()]
    looks = [run.find(a("rPr")) for run in said]
    return bool(said) and all(one is not None and one.get("b") in ("1", "true") for one in looks)


def _is_hidden(shape: Any) -> bool:
    return any(one.get("hidden") in ("1", "true") for one in shape._element.xpath("./*/p:cNvPr"))


def _is_prompt(shape: Any) -> bool:
    """Whether a placeholder says what its layout says where nobody has written yet. A title that
    is worded as the layout's own prompt was written by somebody."""
    said = shape.text_frame.text.strip() if shape.is_placeholder and shape.has_text_frame else ""
    slide = shape.part
    if not said or not any(one.reltype.endswith("/slideLayout") for one in slide.rels.values()):
        return False
    is_title = shape.placeholder_format.type in _TITLES
    for prompt, is_own in _prompts(slide.slide_layout.part).get(shape.placeholder_format.idx, ()):
        if prompt == said:
            return bool(_PROMPT.match(said)) or (is_own and not is_title)
    return False


@lru_cache(maxsize=100)
def _prompts(layout: Any) -> dict[int, list[tuple[str, bool]]]:
    """What a layout's placeholders say, by their numbers, and whether its author worded it. Slides
    of one layout ask the same."""
    found: dict[int, list[tuple[str, bool]]] = {}
    for one in layout.slide_layout.placeholders:
        if one.has_text_frame:
            is_own = bool(one._element.xpath(".//p:ph[@hasCustomPrompt]"))
            prompt = one.text_frame.text.strip()
            found.setdefault(one.placeholder_format.idx, []).append((prompt, is_own))
    return found
