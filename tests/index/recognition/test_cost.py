"""What waiting pages would cost, measured on one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from errors import ReadError
from index.content.scan import Scan
from index.content.tree import Tree
from index.readers.scans.recognised import RecognisedPage
from index.recognition.cost import RecognitionCost, cost_of
from index.recognition.recognition import Recognition


@dataclass
class Sampling:
    """Reads any page in that time, unless it cannot."""

    took_s: float = 3.0
    error: ReadError | None = None
    missing: str = ""
    asked: list[tuple[str, int]] = field(default_factory=list)
    limits: Any = field(default_factory=lambda: SimpleNamespace(workers=2))

    def sample(self, path: Path, page: int) -> RecognisedPage:
        self.asked.append((path.name, page))
        if self.error:
            raise self.error
        return RecognisedPage(page, 842, (), self.took_s)


def _cost(
    sampling: Sampling, waiting: dict[str, Sequence[int]], folder: Path
) -> RecognitionCost | None:
    found = Scan(
        (), (), (), (), (), waiting={path: tuple(pages) for path, pages in waiting.items()}
    )
    return cost_of(found, cast(Recognition, sampling), Tree.of(folder))


def test_a_page_in_the_middle_is_the_measure(tmp_path: Path) -> None:
    sampling = Sampling()
    cost = _cost(sampling, {"b.pdf": range(1, 10), "a.pdf": [2], "c.png": [1, 2]}, tmp_path)
    assert sampling.asked == [("b.pdf", 6)]
    assert cost is not None
    assert cost.sentence == (
        "12 pages in 3 files wait for text recognition, about 18 s: 3.0 s for page 6 of b.pdf, "
        "2 at a time"
    )


@pytest.mark.parametrize(
    ("pages", "said"), [(70, "about 105 s"), (90, "about 3 minutes"), (4_000, "about 100 minutes")]
)
def test_long_times_are_told_in_minutes(pages: int, said: str, tmp_path: Path) -> None:
    cost = _cost(Sampling(), {"a.pdf": range(1, pages + 1)}, tmp_path)
    assert cost is not None
    assert said in cost.sentence


def test_a_page_that_cannot_be_read_measures_nothing_and_says_so(tmp_path: Path) -> None:
    cost = _cost(Sampling(error=ReadError("its reader is gone")), {"a.pdf": [1]}, tmp_path)
    assert cost is not None
    assert cost.about_s is None
    assert cost.sentence == (
        "1 page in 1 file waits for text recognition (page 1 of a.pdf was tried, and its reader is "
        "gone)"
    )


def test_nothing_is_tried_if_nothing_waits_or_nothing_could(tmp_path: Path) -> None:
    missing = Sampling(missing="`make install-ocr` installs it")
    assert _cost(missing, {"a.pdf": [1]}, tmp_path) is None
    assert _cost(idle := Sampling(), {}, tmp_path) is None
    assert missing.asked == idle.asked == []
