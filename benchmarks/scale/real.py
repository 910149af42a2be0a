"""Real vectors and texts: of snapshots of real content, and of its sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.sets import load_sets
from encoder.protocol import Encoder
from encoder.reference import SentenceTransformerEncoder
from snapshot.reading import Snapshot
from snapshot.sentences import sentence_spans
from snapshot.store import SnapshotStore

_LEAST_SENTENCE = 31  # characters: shorter ones are headings, numbers and names
_AT_ONCE = 512
_MOST_QUESTIONS = 2_000


@dataclass(frozen=True, slots=True)
class Real:
    """Vectors (n, dim) of passages and then of sentences, the passages' texts; labelled questions
    as vectors (q, dim) and as texts."""

    vectors: NDArray[np.float32]
    texts: tuple[str, ...]
    questions: NDArray[np.float32]
    question_texts: tuple[str, ...]


def read_real(stores: Sequence[Path], evaluation: Path, kept: Path) -> Real | None:
    """All that the active snapshots of these stores hold, and the questions of the evaluation
    sets; None where there are no snapshots. What has to be encoded is kept in the folder `kept`,
    and takes minutes the first time."""
    snapshots = [SnapshotStore(store).open() for store in stores]
    if not snapshots:
        return None
    passages = np.concatenate(
        [snapshot.vectors.vectors(np.arange(snapshot.vectors.count)) for snapshot in snapshots]
    )
    texts = [text for snapshot in snapshots for text in _texts(snapshot)]
    sentences = list(dict.fromkeys(part for text in texts for part in _sentences(text)))
    labelled = [one.text for labelled in load_sets(evaluation) for one in labelled.questions]
    questions = list(dict.fromkeys(labelled))
    random = np.random.default_rng(0)
    random.shuffle(questions)
    questions = questions[:_MOST_QUESTIONS]
    encode = _Encoding(snapshots[0].manifest.encoder.model, kept)
    return Real(
        np.concatenate([passages, encode("sentences", sentences)]),
        tuple(texts),
        encode("questions", questions),
        tuple(questions),
    )


def _texts(snapshot: Snapshot) -> Iterator[str]:
    return (snapshot.passage(row).text for row in range(snapshot.vectors.count))


def _sentences(text: str) -> Iterator[str]:
    for start, end in sentence_spans(text):
        if end - start >= _LEAST_SENTENCE:
            yield text[start:end]


class _Encoding:
    """Encodes texts once; the model is loaded when there is something to encode."""

    def __init__(self, model: str, kept: Path) -> None:
        self._model, self._kept = model, kept
        self._encoder: Encoder | None = None

    def __call__(self, name: str, texts: Sequence[str]) -> NDArray[np.float32]:
        digest = hashlib.sha256("\0".join([self._model, *texts]).encode()).hexdigest()
        path = self._kept / f"{name}-{digest[:12]}.npy"
        if not path.exists():
            self._encoder = self._encoder or SentenceTransformerEncoder(self._model)
            # Texts of like length share a batch.
            order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
            vectors = np.empty((len(texts), self._encoder.fingerprint.dim), dtype=np.float32)
            for start in range(0, len(order), _AT_ONCE):
                rows = order[start : start + _AT_ONCE]
                encoded = self._encoder.encode_questions([texts[row] for row in rows])
                vectors[rows] = [one.vector for one in encoded]
            self._kept.mkdir(parents=True, exist_ok=True)
            np.save(path, vectors)
        return np.asarray(np.load(path), dtype=np.float32)
