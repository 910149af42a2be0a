"""The encoder that a server loads: a tokenizer and a graph, without torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index.encoder import NO_TOKENS, Encoded, Fingerprint, Tokens
from index.exported.runtime import Outputs, Runtime
from index.exported.texts import TextTokenizer, Tokenized

# Texts of like length in small batches are the fastest on every runtime that was measured.
_BATCH = 8


@dataclass(frozen=True, slots=True)
class Prompts:
    """What the model wants before a text."""

    question: str = ""
    passage: str = ""


class ExportedEncoder:
    """An `index.encoder.Encoder`. Questions and passages may be encoded at different precisions:
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
        at_once = _BATCH if self.batches_questions else 1
        tokenized = self._tokenizer.tokenize(self._prompts.question, texts) if texts else []
        return [
            encoded
            for start in range(0, len(tokenized), at_once)
            for encoded in self._run(self._questions, tokenized[start : start + at_once])
        ]

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """By all cores, texts of like length together."""
        if not texts:
            return []
        tokenized = self._tokenizer.tokenize(self._prompts.passage, texts)
        order = sorted(range(len(texts)), key=lambda index: -tokenized[index].length)
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
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


def _tokens(outputs: Outputs, row: int, text: Tokenized) -> Tokens:
    if outputs.tokens is None:
        return NO_TOKENS
    vectors = np.ascontiguousarray(outputs.tokens[row, text.indexes])
    return Tokens(vectors, text.spans[text.indexes])
