"""Which language a question is in, and what that means for its answer.

Short questions say little of their language, and a wrong guess costs an answer: where the guess is
not sure the language counts as unknown, which changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.answer import NotUnderstood
from snapshot.models import EVERYONE, Passage
from snapshot.reading import Snapshot

_OF_COMMON = 2  # letters in the codes of ISO 639-1
_COMMON = ("de", "en", "es", "fr", "it", "nl", "pt")
# Of 7,368 English questions, down to one word, none was taken for another language at these, and
# seven in ten of short questions in the others were recognised (docs/models.md).
_SURE, _SURE_OF_ONE_WORD = 0.8, 0.9
# Decides between places that are nearly as good: first and second are often less than this apart.
_PREFERRED = 0.05
# How much of a question, by how telling its words are, a place must hold in so many words to answer
# it if the model does not know the language.
_IN_WORDS = 0.5


class Languages:
    """The languages of a snapshot and of its model. Thread-safe."""

    def __init__(self, snapshot: Snapshot, known: frozenset[str]) -> None:
        """`known` are the languages that the model reads well; empty if it is limited to none."""
        self._lexical = snapshot.lexical
        self._known = known
        self._own = np.array([primary(one.language) for one in snapshot.resources], dtype=np.str_)
        # What is restricted has no say in what everybody is shown.
        open_to_all = [
            primary(one.language) for one in snapshot.resources if EVERYONE in one.audience
        ]
        counted = Counter(open_to_all)
        self._main = counted.most_common(1)[0][0] if counted else ""
        self._detect: Callable[[str], tuple[str, float]] | None = None
        if known or len(counted) > 1:
            self._detect = detector(frozenset((*_COMMON, *counted)))

    def of(self, text: str) -> str:
        """The question's language, as a code such as "en"; empty if that is not sure, or if it
        would make no difference to this snapshot."""
        if self._detect is None:
            return ""
        language, sure = self._detect(text)
        needed = _SURE if len(text.split()) > 1 else _SURE_OF_ONE_WORD
        return language if sure >= needed else ""

    def preference(self, language: str, numbers: NDArray[Any]) -> NDArray[np.float32]:
        """(k,): what is added to the scores of places in the resources of these numbers (k,), for
        being in the question's language. All 0 for the folder's main language."""
        if language in ("", self._main):
            return np.zeros(len(numbers), dtype=np.float32)
        is_own: NDArray[np.bool_] = self._own[numbers] == language
        return is_own * np.float32(_PREFERRED)

    def not_understood(self, language: str) -> NotUnderstood | None:
        """What is said if the model does not know that language; None if it does, or if the
        language is unknown."""
        if not language or not self._known or language in self._known:
            return None
        return NotUnderstood(language, tuple(sorted(self._known)))

    def answers_in_words(
        self, language: str, number: int, passage: Passage, idf: Mapping[str, float]
    ) -> bool:
        """Whether a passage of the resource of that number can answer a question that the model
        does not understand: it is in the same language and holds the question's telling words.
        `idf` says how telling each is."""
        if self._own[number] != language:
            return False
        held = self._lexical.terms(" ".join((*passage.heading_path, passage.text)))
        said = sum(telling for word, telling in idf.items() if word in held)
        return said >= _IN_WORDS * sum(idf.values()) > 0


def primary(tag: str) -> str:
    """The language of a tag: "pt-BR" -> "pt"."""
    return tag.partition("-")[0].lower()


@lru_cache(maxsize=2)  # a snapshot and the one that takes its place
def detector(languages: frozenset[str] = frozenset()) -> Callable[[str], tuple[str, float]]:
    """Tells the likeliest of the languages, and how likely it is, 0 to 1; if none is given, of the
    114 that have a code of two letters, as pidgins and the like have not.
    Takes 0.8 s and 50 MB to make, 0.07 ms to ask. Languages that the library does not know are
    left out."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = {label for label in whole.labels if len(label) == _OF_COMMON}
    whole.set_languages(sorted(languages & set(whole.labels) or known))
    # One of these languages alone: the whole one holds on to 140, which takes 25 MB more.
    found = LanguageIdentifier(
        whole.nb_ptc,
        whole.nb_pc,
        whole.nb_classes,
        whole.tk_nextmove,
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )

    def detect(text: str) -> tuple[str, float]:
        language, sure = found.classify(text)
        return str(language), float(sure)

    return detect
