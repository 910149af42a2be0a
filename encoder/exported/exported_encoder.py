"""The encoder that a server loads: a tokenizer and a graph, without torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from encoder.exported.description import Description, Precision
from encoder.exported.runtimes import Inputs, Runtime, can_run, open_runtime
from encoder.protocol import NO_TOKENS, Encoded, Fingerprint, Tokens
from errors import EncoderError

TOKENIZER = "tokenizer.json"
# Texts of like length in small batches are the fastest on every runtime that was measured.
_BATCH = 8
# Questions differ much in length: eight as they come took 10 to 20 % longer than one by one, fours
# of like length as long or up to 15 % less.
_QUESTIONS = 4


def open_encoder(
    folder: Path, description: Description, questions: Precision, languages: frozenset[str]
) -> ExportedEncoder:
    """Questions in the precision given, passages in the fingerprint's. `languages` are those of
    the model. Raises EncoderError if a
    file is missing or damaged."""
    fingerprint = description.fingerprint
    # OpenVINO's buffers for one more caller take 20 MB, and one encodes 300 questions a second.
    asked = open_runtime(folder, questions, fingerprint.max_tokens, callers=1)

    def load_passages() -> Runtime:
        precision = Precision(fingerprint.precision)
        # Those of another machine can be compared with what this one gives.
        possible = precision if can_run(precision) else Precision.FLOAT32
        return open_runtime(folder, possible, fingerprint.max_tokens, callers=cores(), whole=True)

    return ExportedEncoder(
        fingerprint,
        TextTokenizer(
            folder / TOKENIZER, fingerprint.max_tokens, description.inputs, description.pad_id
        ),
        asked,
        load_passages,
        description.prompts,
        languages,
        # In 8-bit integers a text's vector depends on the texts beside it.
        batches_questions=questions is not Precision.INT8,
    )


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ExportedEncoder:
    """An `encoder.protocol.Encoder`. Questions and passages may be encoded at different precisions:
    `load_passages` opens the graph for passages, which a server never needs. `prompts` are what the
    model wants before a "question" and before a "passage"."""

    def __init__(
        self,
        fingerprint: Fingerprint,
        tokenizer: TextTokenizer,
        questions: Runtime,
        load_passages: Callable[[], Runtime],
        prompts: dict[str, str],
        languages: frozenset[str],
        *,
        batches_questions: bool,
    ) -> None:
        self.fingerprint = fingerprint
        self.batches_questions = batches_questions
        self._tokenizer = tokenizer
        self._questions = questions
        self._load_passages = load_passages
        self._prompts = prompts
        self.languages = languages

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        tokenized = self._tokenizer.tokenize(self._prompts["question"], texts)
        batches = _of_like_length(tokenized, _QUESTIONS if self.batches_questions else 1)
        found = [self._run(self._questions, tokenized, batch) for batch in batches]
        return _in_order(batches, found)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """By all cores, texts of like length together."""
        if not texts:
            return []
        tokenized = self._tokenizer.tokenize(self._prompts["passage"], texts)
        batches = _of_like_length(tokenized, _BATCH)
        runtime = self._passages
        found = self._workers.map(lambda batch: self._run(runtime, tokenized, batch), batches)
        return _in_order(batches, found)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._tokenizer.count(texts)

    def _run(
        self, runtime: Runtime, texts: Sequence[Tokenized], batch: Sequence[int]
    ) -> list[Encoded]:
        """Those of the texts whose indexes are in the batch."""
        chosen = [texts[index] for index in batch]
        outputs = runtime.run(self._tokenizer.inputs(chosen))
        return [
            Encoded(outputs.vectors[row], _tokens(outputs.tokens, row, text))
            for row, text in enumerate(chosen)
        ]

    @cached_property
    def _passages(self) -> Runtime:
        return self._load_passages()

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(cores(), thread_name_prefix="encode")


def _of_like_length(texts: Sequence[Tokenized], at_once: int) -> list[list[int]]:
    """The texts' indexes, longest first, so many at a time."""
    order = sorted(range(len(texts)), key=lambda index: -texts[index].length)
    return [order[start : start + at_once] for start in range(0, len(order), at_once)]


def _in_order(
    batches: Sequence[Sequence[int]], found: Iterable[Sequence[Encoded]]
) -> list[Encoded]:
    """What was found for the batches' texts, in the order of the texts."""
    encoded: dict[int, Encoded] = {}
    for batch, its_own in zip(batches, found, strict=True):
        encoded.update(zip(batch, its_own, strict=True))
    return [encoded[index] for index in range(len(encoded))]


def _tokens(vectors: NDArray[np.float32] | None, row: int, text: Tokenized) -> Tokens:
    if vectors is None:
        return NO_TOKENS
    return Tokens(np.ascontiguousarray(vectors[row, text.indexes]), text.spans[text.indexes])


@dataclass(frozen=True, slots=True)
class Tokenized:
    """A text cut into the model's tokens, its own marks included: `spans` (t, 2) int32 are
    characters of the text, and `indexes` (k,) which of the tokens stand for letters and digits of
    it: no marks, no prompt, no punctuation."""

    encoding: Encoding
    spans: NDArray[np.int32]
    indexes: NDArray[np.int64]

    @property
    def length(self) -> int:
        return len(self.encoding.ids)


class TextTokenizer:
    """Thread-safe: how it cuts is set once."""

    def __init__(self, path: Path, max_tokens: int, inputs: Sequence[str], pad_id: int) -> None:
        """`inputs` are the names that the graph knows of input_ids, attention_mask and
        token_type_ids. Raises EncoderError if the file is no tokenizer."""
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises plain Exceptions
            raise EncoderError(f"{path} is no tokenizer: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._inputs = tuple(inputs)
        self._pad_id = pad_id

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without the model's start and end marks."""
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        # What is cut off is kept beside, and a second tokenizer would take 8 MB.
        return [sum(map(len, (first, *first.overflowing))) for first in found]

    def tokenize(self, prompt: str, texts: Sequence[str]) -> list[Tokenized]:
        """Each text as the model is shown it: behind its prompt, and cut to its window."""
        whole = [prompt + text for text in texts]
        one = self._tokenizer
        found = [one.encode(whole[0])] if len(whole) == 1 else one.encode_batch(whole)
        return [
            _tokenized(encoding, text, len(prompt))
            for encoding, text in zip(found, whole, strict=True)
        ]

    def inputs(self, texts: Sequence[Tokenized]) -> Inputs:
        """Those texts as arrays (b, t), filled up to the longest."""
        shape = (len(texts), max(text.length for text in texts))
        ids = np.full(shape, self._pad_id, dtype=np.int64)
        mask, types = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, text in enumerate(texts):
            ids[row, : text.length] = text.encoding.ids
            mask[row, : text.length] = 1
            types[row, : text.length] = text.encoding.type_ids
        known = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        return {name: known[name] for name in self._inputs}


def _tokenized(encoding: Encoding, text: str, prompt: int) -> Tokenized:
    spans = np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2)
    # A token may begin with the space that ends the prompt.
    spans = np.maximum(spans, np.int32(prompt))
    telling = np.zeros(len(text) + 1, dtype=np.int32)
    np.cumsum([character.isalnum() for character in text], out=telling[1:])
    has_telling = telling[spans[:, 1]] > telling[spans[:, 0]]
    indexes = np.flatnonzero(has_telling)
    return Tokenized(encoding, spans - np.int32(prompt), indexes)
