"""Each format read by Signpost and by others, in turns, each in a process of its own."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import environment
from benchmarks.processes import Child, ChildFailed
from benchmarks.reading import sample_files
from benchmarks.reading.ways import MARKITDOWN, PLAIN, SIGNPOST, Round, read_all
from benchmarks.results import Comparison, less_is_better, more_is_better
from benchmarks.runner import rotated

# The library of each format that is measured; markitdown hands Markdown through.
LIBRARIES: Mapping[str, str] = {
    ".md": "markdown-it-py",
    ".html": "beautifulsoup4",
    ".pdf": "pypdf",
    ".docx": "python-docx",
    ".pptx": "python-pptx",
    ".xlsx": "openpyxl",
}
_HANDED_THROUGH = frozenset((".md",))


@dataclass(frozen=True, slots=True)
class FormatFigures:
    """One format: how many pages were read, the rounds of each way, and why one has none."""

    extension: str
    pages: int
    rounds: Mapping[str, Sequence[Round]]
    failed: Mapping[str, str]

    @property
    def told(self) -> str:
        rate = statistics.median(self.pages_a_second(SIGNPOST))
        peak = self.rounds[SIGNPOST][-1].peak_mb
        return f"{self.extension}: {rate:,.0f} pages a second in {peak:.0f} MB."

    def pages_a_second(self, way: str) -> list[float]:
        return [self.pages / one.cpu_s for one in self.rounds[way]]


def measure(
    folder: Path, files: int, pages: int, rounds: int, tell: Callable[[str], None]
) -> Iterator[FormatFigures]:
    """Reads so many files of so many pages of each format."""
    has_peer = environment.has(MARKITDOWN)
    for extension, library in LIBRARIES.items():
        tell(f"reading {extension}")
        place = folder / extension[1:]
        place.mkdir(parents=True, exist_ok=True)
        paths = [place / f"{number}{extension}" for number in range(files)]
        for number, path in enumerate(paths):
            path.write_bytes(sample_files.made(extension, pages, number))
        ways = [SIGNPOST, PLAIN]
        if has_peer and extension not in _HANDED_THROUGH:
            ways.append(MARKITDOWN)
        yield _measure(extension, library, paths, files * pages, ways, rounds)


def _measure(
    extension: str, library: str, paths: list[Path], pages: int, ways: list[str], rounds: int
) -> FormatFigures:
    found: dict[str, list[Round]] = {way: [] for way in ways}
    failed: dict[str, str] = {}
    with ExitStack() as stack:
        children = {way: stack.enter_context(closing(_child(way, paths[0].parent))) for way in ways}
        for turn in range(rounds + 1):
            for way in rotated(ways, turn):
                if way in failed:
                    continue
                try:
                    one = children[way].call(read_all, way, paths, library)
                except ChildFailed as error:
                    failed[way] = str(error)
                    continue
                if turn:  # the first round imports and compiles
                    found[way].append(one)
    return FormatFigures(extension, pages, {way: found[way] for way in ways if found[way]}, failed)


def _child(way: str, folder: Path) -> Child:
    log = folder.with_name(f"{way}.log")
    return Child(log, python=environment.PYTHON) if way == MARKITDOWN else Child(log)


def results(measured: Sequence[FormatFigures]) -> Iterator[Comparison]:
    """Pages of 300 words a second and the process' peak of memory, beside each other way."""
    for one in measured:
        for way, rounds in one.rounds.items():
            if way == SIGNPOST:
                continue
            name = LIBRARIES[one.extension] if way == PLAIN else way
            kind = one.extension[1:]
            ours = one.rounds[SIGNPOST]
            yield more_is_better(
                f"read_{kind}_{way}", "pages/s", one.pages_a_second(SIGNPOST),
                one.pages_a_second(way), name,
            )  # fmt: skip
            yield less_is_better(
                f"read_{kind}_memory_{way}", "MB", [x.peak_mb for x in ours],
                [x.peak_mb for x in rounds], name,
            )  # fmt: skip
