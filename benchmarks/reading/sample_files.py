"""Files of each format with the same text, as many as are wanted, no two alike."""

from __future__ import annotations

import io
import random
import re
import textwrap
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx

WORDS_A_PAGE = 300
_PARAGRAPHS_A_PAGE = 6
_VARIED = "Kestrel000000"  # its number differs from file to file, which leaves its length
_SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo wa ze".split()
_MIX = {
    ".md": 60, ".html": 10, ".pdf": 10, ".docx": 8, ".pptx": 4, ".xlsx": 4, ".txt": 2, ".vtt": 2
}  # fmt: skip
_FOLDER = "base_url: https://intranet.example.com/\nvalidated_by: A\nvalidated_on: 2026-01-15\n"

Page = tuple[str, list[str]]  # its heading, its paragraphs


def pages(count: int) -> list[Page]:
    """The same ones each time, in words that no language has; the first word of each is varied."""
    chance = random.Random(count)  # noqa: S311 (no secrets)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(2_000)]
    size = WORDS_A_PAGE // _PARAGRAPHS_A_PAGE

    def paragraph() -> str:
        return f"{_VARIED} {' '.join(chance.choices(words, k=size - 1))}."

    return [
        (" ".join(chance.choices(words, k=3)).capitalize(),
         [paragraph() for _ in range(_PARAGRAPHS_A_PAGE)])
        for _ in range(count)
    ]  # fmt: skip


def made(extension: str, count: int, number: int) -> bytes:
    """A file of so many pages, the one with that number."""
    name = f"Kestrel{number:06}".encode()
    data = _template(extension, count)
    if not data.startswith(b"PK"):
        return data.replace(_VARIED.encode(), name)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(out, "w", 8) as written:
        for member in read.namelist():
            written.writestr(member, read.read(member).replace(_VARIED.encode(), name))
    return out.getvalue()


def write_mixed(folder: Path, count: int, a_file: int = 2) -> None:
    """That many files of all formats, most of them Markdown, of `a_file` pages."""
    folder.mkdir(parents=True)
    (folder / "_folder.yaml").write_text(_FOLDER)
    kinds = [extension for extension, share in _MIX.items() for _ in range(share)]
    random.Random(1).shuffle(kinds)  # noqa: S311 (no secrets)
    for number in range(count):
        extension = kinds[number % len(kinds)]
        place = folder / f"{number // 100:03}"
        place.mkdir(exist_ok=True)
        (place / f"{number:06}{extension}").write_bytes(made(extension, a_file, number))


@cache
def _template(extension: str, count: int) -> bytes:
    return _MAKERS[extension](pages(count))


def _markdown(text: list[Page]) -> bytes:
    parts = (f"## {heading}\n\n" + "\n\n".join(said) for heading, said in text)
    return "\n\n".join(parts).encode()


def _html(text: list[Page]) -> bytes:
    body = "".join(
        f"<h2>{heading}</h2>" + "".join(f"<p>{one}</p>" for one in said) for heading, said in text
    )
    return f"<!DOCTYPE html><html lang=en><title>Pages</title><body>{body}".encode()


def _plain(text: list[Page]) -> bytes:
    return "\n\n".join(one for heading, said in text for one in (heading, *said)).encode()


def _webvtt(text: list[Page]) -> bytes:
    said = [line for _, page in text for one in page for line in textwrap.wrap(one, 80)]
    cues = (
        f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.000 --> "
        f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.900\n{line}"
        for s, line in enumerate(said)
    )
    return ("WEBVTT\n\n" + "\n\n".join(cues)).encode()


def _rows(text: list[Page]) -> Iterator[list[str | int]]:
    yield ["Name", "What", "Number"]
    for _, said in text:
        for number, one in enumerate(said):
            for part in textwrap.wrap(one, 60):
                yield [_VARIED, part, number]


def _xlsx(text: list[Page]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Pages", 0)
    for row in _rows(text):
        sheet.append(row)
    return _saved(book)


def _docx(text: list[Page]) -> bytes:
    document = docx.Document()
    for heading, said in text:
        document.add_heading(heading, 2)
        for one in said:
            document.add_paragraph(one)
    return _saved(document)


def _pptx(text: list[Page]) -> bytes:
    deck = pptx.Presentation()
    for heading, said in text:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = heading
        slide.placeholders[1].text = "\n".join(said)
    return _saved(deck)


def with_sheet(rows: bytes) -> bytes:
    """A workbook whose one sheet has these rows, as XML."""
    out = io.BytesIO()
    sheet = re.compile(rb"<sheetData ?/>|<sheetData>.*</sheetData>", re.DOTALL)
    empty = io.BytesIO(_saved(openpyxl.Workbook()))
    with zipfile.ZipFile(empty) as read, zipfile.ZipFile(out, "w", 8) as written:
        for member in read.namelist():
            part = read.read(member)
            if member.endswith("sheet1.xml"):
                part = sheet.sub(lambda _: b"<sheetData>" + rows + b"</sheetData>", part)
            written.writestr(member, part)
    return out.getvalue()


def _saved(document: Any) -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _pdf(text: list[Page]) -> bytes:
    """A page a page, a line of text an operator, as most programs write it."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    kids = []
    for heading, said in text:
        lines = [line for one in said for line in (*textwrap.wrap(one, 90), "")]
        drawn = "".join(f"({line}) Tj 0 -13 Td\n" for line in lines)
        stream = f"BT /F 18 Tf 72 740 Td ({heading}) Tj /F 10 Tf 0 -26 Td\n{drawn}ET"
        objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {len(objects)} 0 R>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    body, places = "%PDF-1.7\n", ""
    for number, one in enumerate(objects, 1):
        places += f"{len(body):010} 00000 n \n"
        body += f"{number} 0 obj\n{one}\nendobj\n"
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{places}trailer<</Root 1 0 R/Size {size}>>\n"
    return f"{body}{table}startxref\n{len(body)}\n%%EOF".encode()


_MAKERS: Mapping[str, Callable[[list[Page]], bytes]] = {
    ".md": _markdown,
    ".html": _html,
    ".txt": _plain,
    ".pdf": _pdf,
    ".docx": _docx,
    ".pptx": _pptx,
    ".xlsx": _xlsx,
    ".vtt": _webvtt,
}
