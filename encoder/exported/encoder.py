"""The encoder that a server loads: a tokenizer and a graph, without torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from encoder.exported.runtime import Outputs, Runtime
from encoder.exported.texts import TextTokenizer, Tokenized
from encoder.protocol import NO_TOKENS, Encoded, Fingerprint, Tokens

# Texts of like length in small batches are the fastest on every runtime that was measured.
_BATCH = 8
# Questions differ much in length: eight as they come took 10 to 20 % longer than one by one, fours
# of like length as long or up to 15 % less.
_QUESTIONS = 4


@dataclass(frozen=True, slots=True)
class Prompts:
    """What the model wants before a text."""

    question: str = ""
    passage: str = ""


class ExportedEncoder:
    """An `encoder.protocol.Encoder`. Questions and passages may be encoded at different precisions:
    `load_passages` opens the graph for passages, which a server never needs."""

    def __init__(
        self,
        fingerprint: Fingerprint,
        tokenizer: TextTokenizer,
        questions: Runtime,
        load_passages: Callable[[], Runtime],
        prompts: Prompts,
        *,
        batches_questions: bool = True,
    ) -> None:
        self.fingerprint = fingerprint
        self.batches_questions = batches_questions
        self._tokenizer = tokenizer
        self._questions = questions
        self._load_passages = load_passages
        self._prompts = prompts

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        if not texts:
            return []
        tokenized = self._tokenizer.tokenize(self._prompts.question, texts)
        encoded: dict[int, Encoded] = {}
        for batch in _of_like_length(tokenized, _QUESTIONS if self.batches_questions else 1):
            found = self._run(self._questions, [tokenized[index] for index in batch])
            encoded.update(zip(batch, found, strict=True))
        return [encoded[index] for index in range(len(texts))]

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """By all cores, texts of like length together."""
        if not texts:
            return []
        tokenized = self._tokenizer.tokenize(self._prompts.passage, texts)
        batches = _of_like_length(tokenized, _BATCH)
        runtime = self._passages
        encoded: dict[int, Encoded] = {}
        for batch, found in zip(
            batches,
            self._workers.map(
                lambda batch: list(self._run(runtime, [tokenized[index] for index in batch])),
                batches,
            ),
            strict=True,
        ):
            encoded.update(zip(batch, found, strict=True))
        return [encoded[index] for index in range(len(texts))]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._tokenizer.count(texts)

    def _run(self, runtime: Runtime, texts: Sequence[Tokenized]) -> Iterator[Encoded]:
        outputs = runtime.run(self._tokenizer.inputs(texts))
        for row, text in enumerate(texts):
            yield Encoded(outputs.vectors[row], _tokens(outputs, row, text))

    @cached_property
    def _passages(self) -> Runtime:
        return self._load_passages()

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(cores(), thread_name_prefix="encode")


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _of_like_length(texts: Sequence[Tokenized], at_once: int) -> list[list[int]]:
    """The texts' indexes, longest first, so many at a time."""
    order = sorted(range(len(texts)), key=lambda index: -texts[index].length)
    return [order[start : start + at_once] for start in range(0, len(order), at_once)]


def _tokens(outputs: Outputs, row: int, text: Tokenized) -> Tokens:
    if outputs.tokens is None:
        return NO_TOKENS
    vectors = np.ascontiguousarray(outputs.tokens[row, text.indexes])
    return Tokens(vectors, text.spans[text.indexes])
