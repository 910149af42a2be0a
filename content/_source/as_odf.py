"""A source as an OpenDocument file: a text, a spreadsheet with a sheet for each chapter, or a
presentation with a slide for each."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from itertools import pairwise

import odfdo
from source import Heading, Items, Paragraph, Source, plain
from source import Table as SourceTable


def as_odf(source: Source, kind: str) -> bytes:
    """The file's bytes; `kind` is "text", "spreadsheet" or "presentation". The zip's own time
    stamps are not yet settled (see `make_files`)."""
    made = odfdo.Document(kind)
    made.body.clear()
    made.meta.title = source.title
    made.meta.creation_date = made.meta.date = datetime.combine(source.dated, time())
    made.meta.generator = "Fernhill"
    made.language = "en-GB"
    for level in made.styles.root.get_elements("//text:outline-level-style"):
        level.set_attribute("style:num-format", "")  # the library's template numbers headings
    for element in _ELEMENTS[kind](source):
        made.body.append(element)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _text(source: Source) -> list[odfdo.Element]:
    elements: list[odfdo.Element] = [odfdo.Header(1, source.title)]
    for block in source.blocks:
        match block:
            case Heading(level, text):
                elements.append(odfdo.Header(level + 1, text))
            case Paragraph(text):
                elements.append(odfdo.Paragraph(plain(text)))
            case Items(_, items):
                elements.append(odfdo.List([plain(item) for item in items]))
            case SourceTable():
                elements.append(_table(block, f"Table{len(elements)}"))
            case _:
                raise ValueError(f"{source.file}: no paragraph is made of {block!r}")
    return elements


def _spreadsheet(source: Source) -> list[odfdo.Element]:
    tables: list[odfdo.Element] = []
    name = ""
    for block in source.blocks:
        match block:
            case Heading(_, text):
                name = text
            case SourceTable():
                tables.append(_table(block, name))
            case _:
                raise ValueError(f"{source.file}: no cells are made of {block!r}")
    return tables


def _presentation(source: Source) -> list[odfdo.Element]:
    pages: list[odfdo.Element] = []
    starts = [n for n, block in enumerate(source.blocks) if isinstance(block, Heading)]
    for number, (start, end) in enumerate(pairwise([*starts, len(source.blocks)]), start=1):
        heading, *blocks = source.blocks[start:end]
        page = odfdo.DrawPage(f"page{number}", name=heading.text)
        page.append(
            odfdo.Frame.text_frame(
                heading.text,
                size=("24cm", "3cm"),
                position=("2cm", "1cm"),
                presentation_class="title",
            )
        )
        lines = [
            plain(one) for block in blocks for one in getattr(block, "items", None) or [block.text]
        ]
        page.append(
            odfdo.Frame.text_frame(
                lines, size=("24cm", "12cm"), position=("2cm", "5cm"), presentation_class="outline"
            )
        )
        pages.append(page)
    return pages


def _table(block: SourceTable, name: str) -> odfdo.Table:
    table = odfdo.Table(name)
    table.set_values([[plain(cell) for cell in row] for row in block.rows])
    return table


_ELEMENTS = {"text": _text, "spreadsheet": _spreadsheet, "presentation": _presentation}
