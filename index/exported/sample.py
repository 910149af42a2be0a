"""Text of the content folder itself, on which an exported model is compared with its reference."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.documents import Document
from index.sentences import sentence_spans

_PASSAGES = 128
_QUESTIONS = 128
_CHARACTERS = 900
_WORDS = range(4, 25)


@dataclass(frozen=True, slots=True)
class Sample:
    """Stretches of the folder, and sentences out of them to ask: question i is from passage
    `sources[i]`."""

    passages: tuple[str, ...]
    questions: tuple[str, ...]
    sources: tuple[int, ...]


def sample(documents: Iterable[Document]) -> Sample:
    """The same for the same documents. Empty where they hold no text."""
    pieces = [piece for document in documents for piece in _pieces(document)]
    choice = random.Random(0)  # noqa: S311 (no secret)
    passages = choice.sample(pieces, min(_PASSAGES, len(pieces)))
    asked = [
        (choice.choice(sentences), number)
        for number, piece in enumerate(passages)
        if (sentences := _sentences(piece))
    ][:_QUESTIONS]
    return Sample(
        tuple(passages), tuple(text for text, _ in asked), tuple(number for _, number in asked)
    )


def _pieces(document: Document) -> Iterator[str]:
    texts = [block for section in document.sections for block in section.blocks]
    texts += [cue.text for cue in document.cues]
    piece = ""
    for text in texts:
        piece = f"{piece}\n{text}" if piece else text
        if len(piece) >= _CHARACTERS:
            yield piece[: 2 * _CHARACTERS]
            piece = ""
    if piece:
        yield piece


def _sentences(text: str) -> list[str]:
    found = [text[start:end] for start, end in sentence_spans(text)]
    return [sentence for sentence in found if len(sentence.split()) in _WORDS]
