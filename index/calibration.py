"""How confident an answer must be, learnt from the content without labels.

If many pages of a folder say much the same, even a question that none of them answers finds
passages that look near. So each folder needs a threshold of its own. It is found by asking
sentences of the folder as questions, each with its own resource hidden. Nothing should answer
them, so the threshold is the confidence that most of them do not reach. A few are rightly answered
by another resource, which makes that too strict: the mean of it and the usual threshold is taken.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import islice

import numpy as np

from encoder.protocol import Encoder
from retrieval.answer import Question
from retrieval.confidence import confidence
from retrieval.retriever import Retriever
from snapshot.manifest import Calibration
from snapshot.reading import Snapshot
from snapshot.sentences import sentences

# What a snapshot has before its own text is asked.
DEFAULT_CALIBRATION = Calibration(answered=0.65, closest=0.083)
_SENTENCES = 150
_FEWEST = 30
_WORDS = range(5, 31)
# The share of unanswered sentences that may pass for answered.
_PASSING = 0.2
# Log odds of what is answered, usually (chosen on the half of the labelled sets' documents that
# weights were tuned on); the folder's own are kept within these bounds.
_USUAL = 0.6
_BOUNDS = (0.4, 1.2)
# Log odds below which nothing is near: one in twenty answerable questions lies there.
_CLOSEST = -2.4


def calibrate(snapshot: Snapshot, encoder: Encoder) -> Calibration:
    """The thresholds for a snapshot whose own are not yet known. The same snapshot gives the
    same; takes a few seconds."""
    retriever = Retriever(snapshot, encoder)
    judged = [
        0.0 if evidence is None else confidence(evidence)
        for text, number in islice(_sentences(snapshot), _SENTENCES)
        for evidence in [retriever.judge(Question(text), hidden=[number])]
    ]
    answered = _odds_to_share(_answered(judged))
    return Calibration(answered, _odds_to_share(_CLOSEST), _false_answers(judged, answered))


def _answered(judged: list[float]) -> float:
    """Log odds from which an answer is one, given the confidence of unanswered sentences."""
    if len(judged) < _FEWEST:
        return _USUAL
    passing = float(np.quantile(judged, 1 - _PASSING))
    own = math.log(max(passing, 1e-9) / max(1 - passing, 1e-9))
    return min(max((own + _USUAL) / 2, _BOUNDS[0]), _BOUNDS[1])


def _false_answers(judged: list[float], answered: float) -> float:
    """The conformal bound (Vovk, Gammerman and Shafer, 2005): of n + 1 questions in any order, the
    chance that the last reaches what k of the others reach is at most (k + 1) / (n + 1)."""
    reached = sum(value >= answered for value in judged)
    return (reached + 1) / (len(judged) + 1)


def _sentences(snapshot: Snapshot) -> Iterator[tuple[str, int]]:
    """Sentences from all over the folder, one a passage, with the number of their resource."""
    # what is meant for some must not move what others are answered
    rows = np.flatnonzero(~np.isin(snapshot.owners, snapshot.restricted)).tolist()
    # the same every time, so that equal content gets equal thresholds; nothing here is secret
    choice = random.Random(0)  # noqa: S311 (no secret)
    choice.shuffle(rows)
    for row in rows:
        said = sentences(snapshot.passage(row).text)
        if fitting := [one for one in said if len(one.split()) in _WORDS]:
            yield choice.choice(fitting), int(snapshot.owners[row])


def _odds_to_share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
