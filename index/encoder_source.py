"""Where a build's encoder comes from, and the content's own text, on which an exported model is
compared with its reference."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Protocol

from encoder.exported.making import Sample
from encoder.loading import prepare_encoder
from encoder.model_card import AS_IN_ITS_FILES, ModelSettings
from encoder.protocol import Encoder
from index.golden.questions import GoldenQuestion
from index.material import Material
from index.progress import Progress, silent
from index.readers.documents import Document
from snapshot.models import Locator, TimeRange
from snapshot.sentences import sentences

_PASSAGES = 128
_QUESTIONS = 128
_GOLDEN = 128
_GOLDEN_PASSAGES = 128  # besides the others
_CHARACTERS = 900
_WORDS = range(4, 25)


class EncoderSource(Protocol):
    """Where a build's encoder comes from."""

    def prepare(self, material: Material, tell: Callable[[str], None]) -> Encoder:
        """The encoder for that material. `tell` is called with what an operator should know, if
        there is anything. Raises EncoderError."""


@dataclass(frozen=True, slots=True)
class GivenEncoder:
    """An encoder that is there already."""

    encoder: Encoder

    def prepare(self, material: Material, tell: Callable[[str], None]) -> Encoder:
        return self.encoder


@dataclass(frozen=True, slots=True)
class ExportedModel:
    """The model that settings name. It is exported into `folder` if no build did so before, and
    the export is proven on the material."""

    folder: Path
    model: str
    precision: str
    settings: ModelSettings = AS_IN_ITS_FILES
    progress: Progress = silent

    def prepare(self, material: Material, tell: Callable[[str], None]) -> Encoder:
        def proof() -> Sample:
            # What is for some has no say in which precision serves everyone.
            return sample(material.documents, material.golden.questions)

        self.progress("prepare", 0, 1)
        encoder = prepare_encoder(
            self.folder, self.model, self.precision, proof, tell, self.settings
        )
        self.progress("prepare", 1, 1)
        return encoder


def sample(documents: Mapping[str, Document], golden: Sequence[GoldenQuestion] = ()) -> Sample:
    """What an export is proven on. The same documents, by their paths, and questions give the same
    sample; it is empty if the documents hold no text. Of many golden questions, and of many
    stretches that answer them, some are taken; each question has one such stretch before any has
    two."""
    pieces = [piece for path, document in documents.items() for piece in _pieces(path, document)]
    if not pieces:
        return Sample((), (), ())
    choice = random.Random(0)  # noqa: S311 (no secret)
    drawn = choice.sample(range(len(pieces)), min(_PASSAGES, len(pieces)))
    asked = [
        (choice.choice(fitting), number)
        for number, piece in enumerate(drawn)
        if (fitting := [s for s in sentences(pieces[piece].text) if len(s.split()) in _WORDS])
    ][:_QUESTIONS]
    if len(golden) > _GOLDEN:
        golden = choice.sample(golden, _GOLDEN)
    right = _right(golden, pieces)
    drawn += _in_turn(right, set(drawn))[:_GOLDEN_PASSAGES]
    numbers = {piece: number for number, piece in enumerate(drawn)}
    return Sample(
        tuple(pieces[piece].text for piece in drawn),
        tuple(text for text, _ in asked),
        tuple(number for _, number in asked),
        tuple(question.searched for question in golden),
        tuple(frozenset(numbers[piece] for piece in one if piece in numbers) for one in right),
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of a document, and the places that it has text of."""

    path: str
    text: str
    places: tuple[Locator, ...]


def _pieces(path: str, document: Document) -> Iterator[_Stretch]:
    parts: list[tuple[str, Locator]] = [
        (block, section.locator) for section in document.sections for block in section.blocks
    ]
    parts += [(cue.text, TimeRange(cue.start_s, cue.end_s)) for cue in document.cues]
    piece, places = "", dict[Locator, None]()
    for text, place in parts:
        piece = f"{piece}\n{text}" if piece else text
        places[place] = None
        if len(piece) >= _CHARACTERS:
            yield _Stretch(path, piece[: 2 * _CHARACTERS], tuple(places))
            piece, places = "", {}
    if piece:
        yield _Stretch(path, piece, tuple(places))


def _right(golden: Sequence[GoldenQuestion], pieces: Sequence[_Stretch]) -> list[list[int]]:
    """For each question the numbers of the pieces that answer it, in the folder's order."""
    by_path: dict[str, list[int]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        by_path[piece.path].append(number)
    return [
        sorted(
            number
            for path in question.paths & by_path.keys()
            for number in by_path[path]
            if any(question.is_at(path, place) for place in pieces[number].places)
        )
        for question in golden
    ]


def _in_turn(right: Sequence[Sequence[int]], known: Collection[int]) -> list[int]:
    """The first piece of each question, then the second of each, once and without the known."""
    turns = chain.from_iterable(zip_longest(*right))
    return [piece for piece in dict.fromkeys(turns) if piece is not None and piece not in known]
