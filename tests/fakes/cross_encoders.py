"""Cross-encoders: a tiny real one with random weights, and one that counts common words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

_WORDS = "claim mileage pence taxi form leave holiday march manager the a of in is on what how"
_MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def save_tiny_cross_encoder(folder: Path, *, labels: int = 1) -> str:
    """Saves a BERT of two layers with a window of 64 tokens; returns the folder as a setting takes
    it. The same each time."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = [mark + letter for letter in "abcdefghijklmnopqrstuvwxyz.>" for mark in ("", "##")]
    vocabulary = [*_MARKS, *letters, *_WORDS.split()]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(vocabulary)))
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,  # scores that differ
        num_labels=labels,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


class ListedScores:
    """Gives each passage the score of the first listed words that it holds. Keeps what it read."""

    def __init__(self, scores: dict[str, float], languages: Sequence[str] = ()) -> None:
        self._scores = scores
        self.languages = frozenset(languages)
        self.read: list[tuple[str, str]] = []

    def score(self, question: str, passage: str) -> float:
        self.read.append((question, passage))
        return next(score for words, score in self._scores.items() if words in passage)
