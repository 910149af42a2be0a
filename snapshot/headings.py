"""What passages stand under: their resource's title and their heading, each encoded alone.

A question of two or three words names a topic, as titles and headings do, and a passage's own
vector, which mixes both with what is said below, is further from it than they are.

headings.vectors.npy   (m, dim) float16: each distinct title and heading
headings.passages.npy  (n,): `title` and `heading` are the numbers of a passage's own (of the title
                       if there is no heading), `section` that of its section, whose `words` are
                       counted, and `leads` says whether its resource begins with it
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged
from snapshot.models import Fragment, Passage, Whole

_VECTORS = "headings.vectors.npy"
_PASSAGES = "headings.passages.npy"
_STANDS = np.dtype(
    [("title", "i4"), ("heading", "i4"), ("section", "i4"), ("words", "i4"), ("leads", "?")]
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How some passages (k) stand to a question: the cosines of their titles and headings with
    it, -1 to 1, the words of their sections, and whether their resources begin with them."""

    title: NDArray[np.float32]
    heading: NDArray[np.float32]
    words: NDArray[np.int32]
    leads: NDArray[np.bool_]


class HeadingIndex:
    """The titles and headings of a snapshot's passages, in memory; `vectors` (m, dim) belong to
    what `distinct` gives."""

    def __init__(self, vectors: NDArray[np.float16], passages: NDArray[Any]) -> None:
        self.vectors = vectors
        self._passages = passages

    @property
    def count(self) -> int:
        """How many passages there are."""
        return len(self._passages)

    def sections(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """(k,): passages with the same number stand in one section, page or slide."""
        sections: NDArray[np.int32] = self._passages["section"][rows]
        return sections

    def standing(self, rows: NDArray[np.int64], vector: NDArray[np.float32]) -> Standing:
        """Compares a question's vector (dim,) with what the passages of these rows stand under."""
        own = self._passages[rows]
        numbers, places = np.unique([own["title"], own["heading"]], return_inverse=True)
        cosines = self.vectors[numbers].astype(np.float32) @ vector
        title, heading = cosines[places.reshape(2, -1)]
        return Standing(title, heading, own["words"], own["leads"])


def distinct(titles: Mapping[str, str], passages: Sequence[Passage]) -> list[str]:
    """Each title and heading once, in the order in which vectors of them are written. `titles` are
    by resource id."""
    return list(dict.fromkeys(text for one in passages for text in _over(titles, one)))


def write(
    titles: Mapping[str, str],
    passages: Sequence[Passage],
    vectors: NDArray[np.float32],
    folder: Path,
) -> None:
    """Writes both files. `vectors` (m, dim) belong to what `distinct` gives."""
    numbers = {text: number for number, text in enumerate(distinct(titles, passages))}
    words: Counter[object] = Counter()
    for one in passages:
        words[_section(one)] += len(one.text.split())
    sections = {section: number for number, section in enumerate(words)}
    stands = np.empty(len(passages), dtype=_STANDS)
    for row, one in enumerate(passages):
        title, heading = (numbers[text] for text in _over(titles, one))
        section = _section(one)
        leads = not one.ordinal or isinstance(one.locator, Whole)
        stands[row] = (title, heading, sections[section], words[section], leads)
    np.save(folder / _VECTORS, vectors.astype(np.float16))
    np.save(folder / _PASSAGES, stands)


def load(folder: Path, dim: int) -> HeadingIndex:
    """Opens what `write` wrote, with vectors of `dim` dimensions. Raises SnapshotDamaged if that
    cannot be read."""
    try:
        vectors = np.load(folder / _VECTORS, allow_pickle=False)
        passages = np.load(folder / _PASSAGES, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"headings cannot be read: {error}") from error
    if passages.dtype != _STANDS or vectors.shape[1:] != (dim,):
        raise SnapshotDamaged(f"{folder}: its files of headings are of another form")
    return HeadingIndex(vectors, passages)


def _over(titles: Mapping[str, str], passage: Passage) -> tuple[str, str]:
    title = titles[passage.resource_id]
    return title, next(filter(None, reversed(passage.heading_path)), title)


def _section(passage: Passage) -> object:
    locator = None if isinstance(passage.locator, Whole | Fragment) else passage.locator
    return passage.resource_id, passage.heading_path, locator
