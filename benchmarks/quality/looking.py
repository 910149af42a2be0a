"""What the product sees of a question before it ranks, put together from the product's own parts,
so that other rankings can be tried on the same evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from encoder.protocol import Encoded, Encoder, Fingerprint
from evaluation.labelled import GoldKind, LabelledQuestion
from index.golden.places import place_name
from retrieval import late
from retrieval.answer import Question
from retrieval.questions.understanding import QuestionReader, searchable
from retrieval.ranking import Candidates, Weights, weights_for
from retrieval.search import Visibility, search
from snapshot.models import Locator
from snapshot.reading import Snapshot


@dataclass(frozen=True, slots=True)
class Looked:
    """A question with the passages that either search put among its first hundred: parallel
    arrays and lists (k,). `names` are what each is called in a ranking, `starts` where the tokens
    of each begin, `idf` and `match` as the product has them."""

    question: LabelledQuestion
    candidates: Candidates
    late_scores: NDArray[np.float32]
    match: late.Match
    weights: Weights
    idf: dict[str, float]
    names: tuple[str, ...]
    starts: tuple[NDArray[np.int32], ...]


class Looker:
    """Looks questions up in one snapshot, as one whom only what is meant for everyone is for."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder, kind: GoldKind) -> None:
        self.snapshot = snapshot
        self._encoder = encoder
        self._reader = QuestionReader(snapshot, encoder.count_tokens)
        self._kind = kind
        self._visibility = Visibility(snapshot.resources)
        self._places: list[tuple[str, Locator]] = [
            (snapshot.resources[owner].path, snapshot.passage(row).locator)
            for row, owner in enumerate(snapshot.owners.tolist())
        ]

    def look(self, labelled: LabelledQuestion) -> Looked:
        question = Question(labelled.text, context=labelled.context)
        understood = self._reader.read(searchable(question))
        text = understood.text
        [encoded] = self._encoder.encode_questions([text])
        lexical = self.snapshot.lexical
        idf = lexical.idf(text)
        weights = weights_for(text, exact=bool(lexical.known_form_numbers(text)))
        candidates = search(
            self.snapshot,
            understood,
            encoded.vector,
            lexical,
            idf,
            self._visibility.hidden_from(question),
            weights,
        )
        rows = candidates.rows.tolist()
        telling = late.token_weights(text, encoded.tokens, idf, lexical.analyze)
        match = late.match(self.snapshot.tokens, candidates.rows, encoded.tokens, telling)
        return Looked(
            question=labelled,
            candidates=candidates,
            late_scores=late.scores(match) if len(match.weights) else candidates.dense,
            match=match,
            weights=weights,
            idf=idf,
            names=tuple(self._name(row, labelled.gold) for row in rows),
            starts=tuple(self.snapshot.tokens.starts(row) for row in rows),
        )

    def _name(self, row: int, gold: Iterable[str]) -> str:
        path, locator = self._places[row]
        return path if self._kind is GoldKind.DOCUMENTS else place_name(path, locator, gold)


class RememberingEncoder:
    """Encodes each question once, however many rankings ask for it. The product asks first, so
    that its times hold the encoding."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Encoded] = {}

    @property
    def fingerprint(self) -> Fingerprint:
        return self._encoder.fingerprint

    @property
    def languages(self) -> frozenset[str]:
        return self._encoder.languages

    @property
    def batches_questions(self) -> bool:
        return self._encoder.batches_questions

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        return self._encoder.encode_passages(texts)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        for text in dict.fromkeys(texts):
            if text not in self._known:
                [self._known[text]] = self._encoder.encode_questions([text])
        return [self._known[text] for text in texts]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)
