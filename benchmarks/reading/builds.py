"""What a build takes of memory as its folder grows, and what the worst files take of the limits."""

from __future__ import annotations

import gc
import resource
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.processes import alone, peak_mb, resident_mb
from benchmarks.reading import sample_files
from benchmarks.results import Series
from errors import ReadError
from index.cache import BuildCache
from index.content.scan import scan
from index.readers.extraction import Extraction
from index.splitter import Limits, split
from tests.fakes import hostile

_TODAY = date(2026, 11, 27)


@dataclass(frozen=True, slots=True)
class BuildFigures:
    """Of a build up to its passages, which are not encoded. `text_mb` is what all documents say;
    `again_s` is what a second build takes, whose documents are in the cache."""

    files: int
    served: int
    passages: int
    text_mb: float
    took_s: float
    again_s: float
    before_mb: float
    peak_mb: float
    readers_mb: float

    @property
    def told(self) -> str:
        return (
            f"A build of {self.files:,} mixed files, {self.text_mb:.1f} MB of text in "
            f"{self.passages:,} passages, up to encoding: {self.took_s:.1f} s, again "
            f"{self.again_s:.1f} s; at most {self.peak_mb:.0f} MB, of which {self.before_mb:.0f} "
            f"before it began; its largest reader {self.readers_mb:.0f} MB."
        )


def growth(
    folder: Path, counts: Sequence[int], tell: Callable[[str], None]
) -> Iterator[BuildFigures]:
    """Builds of folders of so many files, each in a process of its own."""
    for count in counts:
        tell(f"{count:,} mixed files")
        shutil.rmtree(folder, ignore_errors=True)
        sample_files.write_mixed(folder / "content", count)
        yield alone(build, folder=folder)
    shutil.rmtree(folder, ignore_errors=True)


def build(folder: Path) -> BuildFigures:
    """In this process: scans the folder and splits what it holds."""
    gc.collect()
    before = resident_mb()
    took, peaks = [], []
    for _ in range(2):
        cache = BuildCache(folder / "cache.sqlite")
        started = time.monotonic()
        found = scan(folder / "content", today=_TODAY, extraction=Extraction(), cache=cache)
        passages = [
            passage
            for entry in found.entries
            for passage in split(entry.resource, entry.document, _count_words, Limits())
        ]
        took.append(time.monotonic() - started)
        cache.close()
        peaks.append(peak_mb())
        text = sum(len(one.text.encode()) for one in passages) / 1e6
        served, count = len(found.entries), len(passages)
        del found, passages
    files = sum(1 for path in (folder / "content").rglob("*.*") if path.name != "_folder.yaml")
    return BuildFigures(
        files, served, count, text, took[0], took[1], before, peaks[0], _most_of_children()
    )


def _count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def _most_of_children() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6


def series(measured: Sequence[BuildFigures]) -> Series:
    lines = {
        "build": [one.peak_mb for one in measured],
        "largest reader": [one.readers_mb for one in measured],
        "text": [one.text_mb for one in measured],
    }
    title = "Memory of a build as the folder grows, at most"
    return Series(title, "MB", "files", [one.files for one in measured], lines)


@dataclass(frozen=True, slots=True)
class WorstFigures:
    """A hostile file: seconds by the clock, the memory of its reader at most, and what was said."""

    name: str
    took_s: float
    memory_mb: float
    outcome: str

    @property
    def told(self) -> str:
        return f"{self.name}: {self.took_s:.1f} s, {self.memory_mb:.0f} MB, {self.outcome}."


def _workbook(rows: int) -> bytes:
    """Of cells that say nothing much, written by hand: no library writes so many in a hurry."""
    cells = b"".join(
        b'<row r="%d">%b</row>' % (row, b"".join(b"<c><v>%d</v></c>" % cell for cell in range(10)))
        for row in range(1, rows + 1)
    )
    return sample_files.with_sheet(cells)


_WORST: Mapping[str, Callable[[], tuple[str, bytes]]] = {
    "a Word file of 1 MB that unpacks to 1 GB": lambda: (".docx", hostile.docx_bomb()),
    "3 million paragraphs": lambda: (
        ".docx", hostile.docx(hostile.paragraph("x") * 3_000_000)
    ),
    "199,000 paragraphs": lambda: (
        ".docx", hostile.docx(hostile.paragraph("some words") * 199_000)
    ),
    "2 million cells": lambda: (".xlsx", _workbook(200_000)),
    "900,000 cells": lambda: (".xlsx", _workbook(90_000)),
    "a PDF stream of 1 GB": lambda: (".pdf", hostile.pdf_bomb()),
    "a PDF whose pages lead in a circle": lambda: (".pdf", hostile.pdf_page_loop()),
    "a page 200,000 elements deep": lambda: (".html", hostile.deep_html(200_000)),
    "200,000 attributes": lambda: (
        ".html", b"<p " + b" ".join(b"a%d=x" % n for n in range(200_000)) + b">Words.</p>"
    ),
    "200,000 openings of an element": lambda: (".html", b"<a " * 200_000),
    "19 MB of paragraphs": lambda: (".html", b"<p>Some words here.</p>" * 830_000),
    "a table of 3,000 columns": lambda: (".md", hostile.wide_table(3_000)),
    "60,000 headings": lambda: (
        ".md", b"".join(b"## Heading %d\n\nSome words.\n\n" % n for n in range(60_000))
    ),
    "19 MB of Markdown": lambda: (".md", b"Some *words* and [more](there.md).\n\n" * 520_000),
    "200,000 cues": lambda: (
        ".vtt",
        b"WEBVTT\n\n" + b"".join(
            b"%02d:%02d:%02d.000 --> %02d:%02d:%02d.900\nWords %d.\n\n"
            % (n // 3600, n // 60 % 60, n % 60, n // 3600, n // 60 % 60, n % 60, n)
            for n in range(200_000)
        ),
    ),
}  # fmt: skip
_FEW = ("a Word file of 1 MB that unpacks to 1 GB", "a table of 3,000 columns")


def worst(folder: Path, tell: Callable[[str], None], *, few: bool) -> Iterator[WorstFigures]:
    """Files made to hurt, each read alone as a build reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _FEW if few else _WORST:
        tell(name)
        extension, data = _WORST[name]()
        path = folder / f"worst{extension}"
        path.write_bytes(data)
        del data
        took, memory, outcome = alone(read_alone, path=path)
        yield WorstFigures(name, took, memory, outcome)
        path.unlink()


def read_alone(path: Path) -> tuple[float, float, str]:
    started = time.monotonic()
    [found] = Extraction(workers=1).extract([path])
    took = time.monotonic() - started
    is_refused = isinstance(found, ReadError)
    return took, _most_of_children(), f"refused: {found}" if is_refused else "read"
