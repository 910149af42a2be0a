"""Texts become what an exported graph takes, by the model's own tokenizer and without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from errors import EncoderError

# Arrays by the name that a graph knows them by.
Inputs = dict[str, NDArray[Any]]


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
        token_type_ids. Raises EncoderError where the file is no tokenizer."""
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
    telling = np.zeros(len(text) + 1, dtype=np.int32)
    np.cumsum([character.isalnum() for character in text], out=telling[1:])
    has_telling = telling[spans[:, 1]] > telling[spans[:, 0]]
    indexes = np.flatnonzero(has_telling & (spans[:, 0] >= prompt))
    return Tokenized(encoding, spans - np.int32(prompt), indexes)
