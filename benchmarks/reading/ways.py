"""How a file's text is had: by Signpost, by the library that Signpost reads the format with, called
as its documentation shows, and by markitdown. Runs in processes of its own."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.processes import peak_mb

SIGNPOST, PLAIN, MARKITDOWN = "signpost", "plain", "markitdown"


@dataclass(frozen=True, slots=True)
class Round:
    """All files read once: seconds of the processor, and what the process took at most so far."""

    cpu_s: float
    peak_mb: float
    characters: int


def read_all(way: str, paths: Sequence[Path], plain: str) -> Round:
    """`plain` is what the library of the format is called."""
    reads = (
        _signpost() if way == SIGNPOST else _markitdown() if way == MARKITDOWN else _PLAIN[plain]
    )
    files = [(path.read_bytes(), path.name) for path in paths]
    started = time.process_time()
    characters = sum(reads(data, name) for data, name in files)
    return Round(time.process_time() - started, peak_mb(), characters)


@cache
def _signpost() -> Callable[[bytes, str], int]:
    from index.readers import reader

    def read(data: bytes, name: str) -> int:
        document = reader.read(data, name)
        said = sum(len(block) for section in document.sections for block in section.blocks)
        return said + sum(len(cue.text) for cue in document.cues)

    return read


@cache
def _markitdown() -> Callable[[bytes, str], int]:
    from markitdown import MarkItDown, StreamInfo  # type: ignore[import-not-found]  # a peer

    converter = MarkItDown()

    def read(data: bytes, name: str) -> int:
        info = StreamInfo(extension=Path(name).suffix)
        return len(converter.convert_stream(io.BytesIO(data), stream_info=info).text_content)

    return read


def _markdown(data: bytes, name: str) -> int:
    from markdown_it import MarkdownIt

    return _html(MarkdownIt().enable("table").render(data.decode()).encode(), name)


def _html(data: bytes, name: str) -> int:
    from bs4 import BeautifulSoup

    return len(BeautifulSoup(data, "lxml").get_text())


def _pdf(data: bytes, name: str) -> int:
    from pypdf import PdfReader

    return sum(len(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages)


def _docx(data: bytes, name: str) -> int:
    import docx

    return sum(len(one.text) for one in docx.Document(io.BytesIO(data)).paragraphs)


def _pptx(data: bytes, name: str) -> int:
    import pptx

    shapes = (one for slide in pptx.Presentation(io.BytesIO(data)).slides for one in slide.shapes)
    return sum(len(one.text_frame.text) for one in shapes if one.has_text_frame)


def _xlsx(data: bytes, name: str) -> int:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return sum(len(str(value)) for row in rows for value in row if value is not None)


_PLAIN: dict[str, Callable[[bytes, str], int]] = {
    "markdown-it-py": _markdown,
    "beautifulsoup4": _html,
    "pypdf": _pdf,
    "python-docx": _docx,
    "python-pptx": _pptx,
    "openpyxl": _xlsx,
}
