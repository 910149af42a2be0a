"""What the pages that wait for text recognition would cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from errors import ReadError
from index.content.scan import Scan
from index.content.tree import Tree
from index.recognition.recognition import Recognition
from index.recognition.remarks import named


@dataclass(frozen=True, slots=True)
class RecognitionCost:
    """The pages that wait, by file. `page_s` is how long one took now, on this machine, and `basis`
    says which; if it could not be read, it is None, and `basis` says why. `at_once` are read at a
    time."""

    waiting: Mapping[str, tuple[int, ...]]
    page_s: float | None
    basis: str
    at_once: int

    @property
    def pages(self) -> int:
        return sum(map(len, self.waiting.values()))

    @property
    def about_s(self) -> int | None:
        return math.ceil(self.pages * self.page_s / self.at_once) if self.page_s else None

    def as_dict(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "waiting": self.waiting,
            "pages": self.pages,
            "page_s": self.page_s,
            "about_s": self.about_s,
            "basis": self.basis,
        }

    @property
    def sentence(self) -> str:
        pages, files = self.pages, len(self.waiting)
        said = (
            f"{pages} {'page' if pages == 1 else 'pages'} in {files} "
            f"{'file' if files == 1 else 'files'} {'waits' if pages == 1 else 'wait'} for text "
            "recognition"
        )
        if self.about_s is None:
            return f"{said} ({self.basis})"
        return (
            f"{said}, about {_duration(self.about_s)}: {self.page_s:.1f} s for {self.basis}, "
            f"{self.at_once} at a time"
        )


def cost_of(found: Scan, recognition: Recognition, content: Tree) -> RecognitionCost | None:
    """What waits after a scan that recognised nothing, and what it would cost, measured on a page
    of it; None if nothing waits."""
    waiting = dict(found.waiting)
    for entry in found.entries:
        if pages := entry.document.tally.pictured:
            waiting[entry.resource.path] = pages
    if recognition.missing or not waiting:
        return None
    every = [(path, page) for path, pages in sorted(waiting.items()) for page in pages]
    path, page = every[len(every) // 2]  # a first page may be a cover, which takes less
    page_s, basis = None, f"{named([page])} of {path}"
    try:
        page_s = recognition.sample(content.path(path), page).took_s
    except ReadError as error:
        basis = f"{basis} was tried, and {error}"
    return RecognitionCost(waiting, page_s, basis, recognition.limits.workers)


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{math.ceil(seconds / 60)} minutes"
