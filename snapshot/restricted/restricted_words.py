"""The words of what is meant for some, and the lexical index as one of those sees it.

Which words tell, and how long a passage is beside others, hangs on what is counted. So each asker
has counts of their own, over what is for everyone and what is for them; the inverted lists to count
and score by are kept here, since tantivy counts over all that an index holds.

restricted/words.json          words and form numbers, as `LexicalIndex.terms` calls them, sorted
restricted/words.offsets.npy   (t + 1,) int64: where the list of each begins, and the end
restricted/words.lists.npy     (p,): the places of the passages that hold it, each with how often
restricted/passages.npy        (r,): row, resource number and words of each passage, by row
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import ArrayLike, NDArray

from errors import SnapshotDamaged
from snapshot.lexical import K1, Alternatives, B, LexicalIndex, analyzer, form_numbers
from snapshot.manifest import damage_named
from snapshot.restricted.parted_vectors import FOLDER

_WORDS, _OFFSETS, _LISTS = "words.json", "words.offsets.npy", "words.lists.npy"
_PASSAGES = "passages.npy"
_LISTED = np.dtype([("place", "<i4"), ("times", "<u2")])
_PASSAGE = np.dtype([("row", "<i4"), ("resource", "<i4"), ("words", "<i4")])
_MOST_TIMES = np.iinfo(np.uint16).max


@dataclass(frozen=True, slots=True)
class RestrictedWords:
    """Inverted lists over the passages (r,) that are not for everyone."""

    numbers: dict[str, int]
    offsets: NDArray[np.int64]
    lists: NDArray[Any]
    passages: NDArray[Any]

    @property
    def count(self) -> int:
        return len(self.passages)

    def listed(self, term: str) -> NDArray[Any]:
        """Where the term stands, and how often."""
        number = self.numbers.get(term)
        return self.lists[:0] if number is None else self.lists[slice(*self.offsets[number:][:2])]


def build(passages: Iterable[tuple[int, int, str]], folder: Path) -> None:
    """Writes the words of (row, resource number, text with title and headings), in row order."""
    analyze = analyzer()
    lists: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    lengths: list[tuple[int, int, int]] = []
    for place, (row, resource, text) in enumerate(passages):
        words = analyze(text)
        lengths.append((row, resource, len(words)))
        for term, times in Counter(words).items():
            lists[term].append((place, min(times, _MOST_TIMES)))
        for number in form_numbers(text):
            lists[f"={number}"].append((place, 1))
    terms = sorted(lists)
    folder = folder / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / _WORDS).write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
    np.save(folder / _OFFSETS, np.cumsum([0, *(len(lists[term]) for term in terms)]))
    np.save(folder / _LISTS, np.array([p for term in terms for p in lists[term]], dtype=_LISTED))
    np.save(folder / _PASSAGES, np.array(lengths, dtype=_PASSAGE))


def load(folder: Path) -> RestrictedWords:
    """Opens what `build` wrote. Raises SnapshotDamaged if that cannot be read."""
    folder = folder / FOLDER
    with damage_named(folder):
        terms = json.loads((folder / _WORDS).read_text(encoding="utf-8"))
        offsets, lists, passages = (
            np.load(folder / name, allow_pickle=False) for name in (_OFFSETS, _LISTS, _PASSAGES)
        )
    if lists.dtype != _LISTED or passages.dtype != _PASSAGE or len(offsets) != len(terms) + 1:
        raise SnapshotDamaged(f"{folder}: its lists of words are of another form")
    return RestrictedWords({one: n for n, one in enumerate(terms)}, offsets, lists, passages)


class SeenWords(LexicalIndex):
    """The lexical index of somebody who may see more than everyone. All counts are over what they
    may see, however much else there is."""

    def __init__(
        self, for_all: LexicalIndex, for_some: RestrictedWords, granted: NDArray[np.int64]
    ) -> None:
        """`granted` are the numbers of the resources not for everyone that they may see."""
        super().__init__(for_all.index, for_all.foreign)
        self._for_all = for_all
        self._for_some = for_some
        self._seen: NDArray[np.bool_] = np.isin(for_some.passages["resource"], granted)
        lengths = for_some.passages["words"][self._seen]
        self._length = max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
        self._holding: dict[str, int] = {}

    @property
    def count(self) -> int:
        return self._for_all.count + int(self._seen.sum())

    def holding(self, term: str) -> int:
        if term not in self._holding:
            own = self._seen[self._for_some.listed(term)["place"]].sum()
            self._holding[term] = self._for_all.holding(term) + int(own)
        return self._holding[term]

    def search(
        self,
        question: str,
        top_k: int,
        excluded: ArrayLike = (),
        alternatives: Sequence[Alternatives] = (),
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        scores, rows = super().search(question, top_k, excluded, alternatives)
        passages = self._for_some.passages
        own = self._own_scores(question, alternatives)
        own[~self._seen | np.isin(passages["resource"], np.asarray(excluded, np.int64))] = 0
        places = np.flatnonzero(own)
        scores = np.concatenate([scores, own[places]])
        rows = np.concatenate([rows, passages["row"][places].astype(np.int64)])
        best = np.lexsort((rows, -scores))[:top_k]
        return scores[best], rows[best]

    def _own_scores(
        self, question: str, alternatives: Sequence[Alternatives]
    ) -> NDArray[np.float32]:
        """(r,): the BM25 scores of the passages that are not for everyone."""
        total = np.zeros(len(self._seen), dtype=np.float32)
        for clause in self._clauses(question, alternatives):
            best, _ = self._sum(clause.words)
            for other, factor in clause.others:
                score, held = self._sum(other)
                np.maximum(best, factor * score * (held == len(other)), out=best)
            total += best
        for number, weight in self._numbers(question):
            total[self._for_some.listed(f"={number}")["place"]] += np.float32(weight)
        return total

    def _sum(self, words: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """(r,): what these words give each passage, and how many of them it holds."""
        lengths = self._for_some.passages["words"]
        score = np.zeros(len(lengths), dtype=np.float32)
        held = np.zeros(len(lengths), dtype=np.int64)
        for word in words:
            listed = self._for_some.listed(word)
            places, times = listed["place"], listed["times"].astype(np.float32)
            norm = K1 * (1 - B + B * lengths[places] / self._length)
            weight = self.idf_of(word) * (K1 + 1)
            score[places] += (weight * times / (times + norm)).astype(np.float32)
            held[places] += 1
        return score, held

    def _term(self, word: str) -> tantivy.Query:
        """Weighed by the asker's own counts: tantivy knows only those of what is for everyone."""
        of_all = self._for_all.idf_of(word)
        return tantivy.Query.boost_query(super()._term(word), self.idf_of(word) / of_all)
