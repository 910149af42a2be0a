"""Questions that owners say a place answers, met by a question in the same words or near them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from retrieval.pins.wordings import Key, Wordings
from snapshot.reading import Snapshot

# Cosines of a question and a wording. At the first they only share words or a subject ("how do I
# book a room", "how do I book a flight": 0.46; "laptop stolen", "order a laptop": 0.55); at the
# second they are one question ("vpn not working", "vpn not connecting": 0.92). Between them they
# may be ("days off per year": 0.71; "work from home", "work from abroad": 0.68), and count little.
_FAR, _NEAR = 0.6, 0.9
# A question that holds all words of a wording is near it if they are most of what it says, by their
# idf: "how much pto do I get" is, and "laptop stolen" is not near "laptop".
_LEAST_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Fitting:
    """Passages that a question fits by what their owners say is asked: `rows` (k,), ascending, and
    `fits` (k,), above 0 and at most 1, which is the very question."""

    rows: NDArray[np.int64]
    fits: NDArray[np.float32]


NONE_ASKED = Fitting(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))


class AskedPlaces:
    """The wordings of a snapshot, in memory. Thread-safe."""

    def __init__(self, snapshot: Snapshot) -> None:
        asked = snapshot.manifest.asked_as
        self._vectors = snapshot.asked_as.astype(np.float32)
        self._rows = np.array([row for one in asked for row in one.rows], dtype=np.int64)
        self._numbers = np.repeat(np.arange(len(asked)), [len(one.rows) for one in asked])
        self._owners = snapshot.owners
        readers = [snapshot.resources[snapshot.owners[one.rows[0]]].only_for for one in asked]
        self._stretches = [
            slice(same[0], same[-1] + 1)
            for _, group in groupby(range(len(asked)), readers.__getitem__)
            for same in [list(group)]
        ]
        self._wordings = Wordings(snapshot.lexical.analyze)
        self._by_key: defaultdict[Key, list[int]] = defaultdict(list)
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        telling = [self._wordings.telling(one.question) for one in asked]
        for number, words in enumerate(telling):
            for word in words:
                self._by_word[word].append(number)
        self._lengths = np.array(list(map(len, telling)), dtype=np.int64)
        for number, one in enumerate(asked):
            for key in filter(None, self._wordings.keys_of(one.question)):
                self._by_key[key].append(number)

    def fitting(
        self,
        typed: str,
        text: str,
        vector: NDArray[np.float32],
        idf: Mapping[str, float],
        hidden: NDArray[np.int64],
    ) -> Fitting:
        """`text` is the question as read, and `vector` (dim,) and `idf` (by word) are its own; its
        very words are looked for as `typed`, too. Passages of resources whose numbers are `hidden`
        are left out."""
        if not len(self._rows):
            return NONE_ASKED
        seen = np.flatnonzero(~np.isin(self._owners[self._rows], hidden))
        nearness = (self._cosines(vector, self._numbers[seen]) - _FAR) / (_NEAR - _FAR)
        fits = np.clip(nearness, 0, 1).astype(np.float32) ** 2
        np.maximum(fits, self._shares(text, idf) ** 2, out=fits)
        for said in (typed, text):
            for key in self._wordings.keys_that_meet(said):
                fits[self._by_key.get(key, [])] = 1
        by_row = fits[self._numbers]
        kept = seen[by_row[seen] > 0]
        rows, places = np.unique(self._rows[kept], return_inverse=True)
        best = np.zeros(len(rows), dtype=np.float32)
        np.maximum.at(best, places, by_row[kept])
        return Fitting(rows, best)

    def _cosines(self, vector: NDArray[np.float32], seen: NDArray[np.int64]) -> NDArray[np.float32]:
        """(m,): the cosine of each wording, 0 where no wording for the same people is `seen`. Those
        for the same people are multiplied alone: a product of matrices adds up in an order that
        hangs on how many there are."""
        if len(self._stretches) == 1:
            return self._vectors @ vector
        cosines = np.zeros(len(self._vectors), dtype=np.float32)
        for stretch in self._stretches:
            if np.any((seen >= stretch.start) & (seen < stretch.stop)):
                cosines[stretch] = self._vectors[stretch] @ vector
        return cosines

    def _shares(self, text: str, idf: Mapping[str, float]) -> NDArray[np.float32]:
        """(m,): how much of the question the words of each wording are; 0 if the question lacks one
        of them, or they are little of it."""
        words = self._wordings.telling(text)
        held = np.zeros(len(self._lengths), dtype=np.int64)
        weight = np.zeros(len(self._lengths), dtype=np.float32)
        for word in words:
            numbers = self._by_word.get(word, [])
            held[numbers] += 1
            weight[numbers] += idf.get(word, 0.0)
        share = weight / max(sum(idf.get(word, 0.0) for word in words), 1e-6)
        shares: NDArray[np.float32] = np.where(
            (held == self._lengths) & (share >= _LEAST_SHARE), share, np.float32(0)
        )
        return shares
