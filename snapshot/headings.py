"""What passages stand under, and what links to them say: titles, headings and links' words, each
encoded alone.

A question of two or three words names a topic, as titles and headings do, and a passage's own
vector, which mixes both with what is said below, is further from it than they are.

headings.vectors.npy   (m, dim) float16: each distinct title, heading and wording of links; first
                       those of what is for everyone, then those of what is for some
headings.passages.npy  (n,): `title` and `heading` are the numbers of a passage's own (of the title
                       if there is no heading), `section` that of its section, whose `words` are
                       counted, `leads` says whether its resource begins with it (the first that
                       is more than links), and `link_share` how much of it are the words of
                       links, 0 to 1
headings.linked.npy    (l, 2) int32: the row of a passage and the number of what links to it say, by
                       row
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged
from snapshot.linked_as import LinkedAs
from snapshot.models import Fragment, Passage, Resource, Whole

_VECTORS = "headings.vectors.npy"
_PASSAGES = "headings.passages.npy"
_LINKED = "headings.linked.npy"
_STANDS = np.dtype(
    [
        *((name, "i4") for name in ("title", "heading", "section", "words")),
        ("leads", "?"),
        ("link_share", "f4"),
    ]
)
# For whom a text is, as `Resource.only_for` has it, and the text.
Said = tuple[tuple[str, ...], str]
# "Back to", "See the": what says no more beside links only points elsewhere.
_POINTING_WORDS = 3
_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")


@dataclass(frozen=True, slots=True)
class Standing:
    """How some passages (k) stand to a question: the cosines of their titles and headings with
    it, -1 to 1, the words of their sections, and whether their resources begin with them. `linked`
    is the cosine of what comes nearest among the words of links to them, 0 without any."""

    title: NDArray[np.float32]
    heading: NDArray[np.float32]
    words: NDArray[np.int32]
    leads: NDArray[np.bool_]
    linked: NDArray[np.float32]


class HeadingIndex:
    """The titles, headings and links' words of a snapshot's passages, in memory; `vectors` (m, dim)
    belong to what `distinct` gives."""

    def __init__(
        self, vectors: NDArray[np.float16], passages: NDArray[Any], linked: NDArray[np.int32]
    ) -> None:
        self.vectors = vectors
        self._passages = passages
        self._linked = linked

    @property
    def count(self) -> int:
        """How many passages there are."""
        return len(self._passages)

    def sections(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """(k,): passages with the same number stand in one section, page or slide."""
        sections: NDArray[np.int32] = self._passages["section"][rows]
        return sections

    def link_shares(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(k,): how much of each passage are the words of links, 0 to 1."""
        shares: NDArray[np.float32] = self._passages["link_share"][rows]
        return shares

    def standing(self, rows: NDArray[np.int64], vector: NDArray[np.float32]) -> Standing:
        """Compares a question's vector (dim,) with what the passages of these rows stand under."""
        own = self._passages[rows]
        numbers, places = np.unique([own["title"], own["heading"]], return_inverse=True)
        cosines = self.vectors[numbers].astype(np.float32) @ vector
        title, heading = cosines[places.reshape(2, -1)]
        linked = self._nearest_link(rows, vector)
        return Standing(title, heading, own["words"], own["leads"], linked)

    def _nearest_link(
        self, rows: NDArray[np.int64], vector: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        best = np.zeros(len(rows), dtype=np.float32)
        starts, ends = (np.searchsorted(self._linked[:, 0], rows, side) for side in _SIDES)
        for place in np.flatnonzero(ends > starts).tolist():
            numbers = self._linked[starts[place] : ends[place], 1]
            best[place] = (self.vectors[numbers].astype(np.float32) @ vector).max()
        return best


def distinct(
    resources: Sequence[Resource], passages: Sequence[Passage], linked: Sequence[LinkedAs]
) -> list[Said]:
    """Each title, heading and wording of links once for each audience, in the order in which
    vectors of them are written: what is for everyone comes first, so what is for some moves
    nothing of it, not even to another place in a product of matrices."""
    by_id = {one.id: one for one in resources}
    over = [(by_id[one.resource_id].only_for, _over(by_id, one)) for one in passages]
    found = [(readers, text) for readers, texts in over for text in texts]
    found += [(over[row][0], one.words) for one in linked for row in one.rows]
    return sorted(dict.fromkeys(found), key=lambda said: said[0])


def write(
    resources: Sequence[Resource],
    passages: Sequence[Passage],
    linked: Sequence[LinkedAs],
    vectors: NDArray[np.float32],
    folder: Path,
) -> None:
    """Writes all three files. `vectors` (m, dim) belong to what `distinct` gives."""
    by_id = {one.id: one for one in resources}
    readers = [by_id[one.resource_id].only_for for one in passages]
    numbers = {said: number for number, said in enumerate(distinct(resources, passages, linked))}
    words: Counter[object] = Counter()
    for one in passages:
        words[_section(one)] += len(one.text.split())
    sections = {section: number for number, section in enumerate(words)}
    stands = np.empty(len(passages), dtype=_STANDS)
    shares = [_link_share(one) for one in passages]
    leading = _leading(passages, shares)
    for row, one in enumerate(passages):
        title, heading = (numbers[readers[row], text] for text in _over(by_id, one))
        section = _section(one)
        leads = row in leading or isinstance(one.locator, Whole)
        stands[row] = title, heading, sections[section], words[section], leads, shares[row]
    pairs = sorted((row, numbers[readers[row], one.words]) for one in linked for row in one.rows)
    np.save(folder / _LINKED, np.array(pairs, dtype=np.int32).reshape(-1, 2))
    np.save(folder / _VECTORS, vectors.astype(np.float16))
    np.save(folder / _PASSAGES, stands)


def load(folder: Path, dim: int) -> HeadingIndex:
    """Opens what `write` wrote, with vectors of `dim` dimensions. Raises SnapshotDamaged if that
    cannot be read."""
    try:
        vectors = np.load(folder / _VECTORS, allow_pickle=False)
        passages = np.load(folder / _PASSAGES, allow_pickle=False)
        linked = np.load(folder / _LINKED, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"headings cannot be read: {error}") from error
    is_linked = linked.shape[1:] == (2,) and linked.dtype == np.int32
    if passages.dtype != _STANDS or vectors.shape[1:] != (dim,) or not is_linked:
        raise SnapshotDamaged(f"{folder}: its files of headings are of another form")
    return HeadingIndex(vectors, passages, linked)


def _over(by_id: Mapping[str, Resource], passage: Passage) -> tuple[str, str]:
    title = by_id[passage.resource_id].title
    return title, next(filter(None, reversed(passage.heading_path)), title)


def _leading(passages: Sequence[Passage], shares: Sequence[float]) -> set[int]:
    """The rows with which resources begin: their first that is more than links, if one is."""
    first: dict[str, int] = {}
    saying: dict[str, int] = {}
    for row, (one, share) in enumerate(zip(passages, shares, strict=True)):
        first.setdefault(one.resource_id, row)
        if share < 1:
            saying.setdefault(one.resource_id, row)
    return set((first | saying).values())


def _link_share(passage: Passage) -> float:
    """How many of its letters and digits are those of links; 1 if besides them it says no more than
    "See" or "Back to"."""
    said, linked, at = "", 0, 0
    for link in passage.links:
        linked += _size(passage.text[link.start : link.end])
        said += f"{passage.text[at : link.start]} "
        at = link.end
    words = re.findall(r"\w+", said + passage.text[at:])
    if linked and len(words) <= _POINTING_WORDS:
        return 1.0
    return linked / max(_size(passage.text), 1)


def _size(text: str) -> int:
    return sum(map(str.isalnum, text))


def _section(passage: Passage) -> object:
    locator = None if isinstance(passage.locator, Whole | Fragment) else passage.locator
    return passage.resource_id, passage.heading_path, locator
