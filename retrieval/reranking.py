"""The first passages of a ranking are read together with the question, and ordered anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from encoder.cross.cross_encoder import CrossEncoder
from encoder.cross.cross_loading import load_cross_encoder
from encoder.files import OwnCopies
from retrieval.ranking import Ranked
from snapshot.models import embedding_text
from snapshot.reading import Snapshot

_FIRST = 10


class Reranker:
    """Has a cross-encoder read the first passages of a ranking, best first, for as long as the
    budget lets. Thread-safe."""

    def __init__(
        self,
        encoder: CrossEncoder,
        budget_ms: float,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`clock` tells seconds."""
        self._encoder = encoder
        self._budget_s = budget_ms / 1000
        self._clock = clock

    def rerank(self, ranked: Ranked, snapshot: Snapshot, language: str) -> Ranked:
        """The ranking with its first ten ordered by the cross-encoder's scores. Those that it has
        no time for keep their places, below, and so does what the owner says answers this very
        question, on top. All stay if it does not read questions in that language."""
        if not self.reads(language):
            return ranked

        def text(row: int) -> str:
            passage = snapshot.passage(row)
            title = snapshot.resources[int(snapshot.owners[row])].title
            return embedding_text(title, passage.heading_path, passage.text)

        places = np.flatnonzero(ranked.candidates.asked[:_FIRST] < 1)
        rows = ranked.candidates.rows[places].tolist()
        scores = self.scores(ranked.text, map(text, rows))
        return ranked.reranked(places[: len(scores)], scores)

    def reads(self, language: str) -> bool:
        """Whether the cross-encoder reads questions in that language, a code, empty if unknown."""
        known = self._encoder.languages
        return not (known and language) or language in known

    def scores(self, question: str, passages: Iterable[str]) -> NDArray[np.float32]:
        """(m,): the scores of the first m passages, higher is better.

        The first is always read. Another is begun only if it would end within the budget at the
        pace so far, which is told by characters, so the budget is exceeded by one passage at most.
        Read one by one they take as long as several at once, and none is filled up to another.
        """
        found: list[float] = []
        began, read = self._clock(), 0
        for passage in passages:
            size = len(question) + len(passage)
            if found and (self._clock() - began) * (1 + size / read) > self._budget_s:
                break
            found.append(self._encoder.score(question, passage))
            read += size
        return np.array(found, dtype=np.float32)


def open_reranker(
    folder: Path,
    name: str,
    precision: str,
    budget_ms: float,
    tell: Callable[[str], None],
    copies: OwnCopies | None = None,
) -> Reranker | None:
    """The reranker that settings name, None if they name none; see `load_cross_encoder`."""
    if not name:
        return None
    return Reranker(load_cross_encoder(folder, name, precision, tell, copies), budget_ms)
