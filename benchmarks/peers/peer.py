"""What a peer can be asked to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path


class Peer(ABC):
    """Something that finds passages. A passage is told by its row: its number in the texts."""

    @abstractmethod
    def __init__(self, model: Path) -> None:
        """Loads the sentence-transformers model in that folder; ours, what lies with snapshots."""

    @abstractmethod
    def index(self, texts: Sequence[str], folder: Path) -> None:
        """Encodes the texts and stores all that `open` needs in the empty folder."""

    @abstractmethod
    def open(self, folder: Path) -> None:
        """Makes ready to be asked, from what `index` stored."""

    @abstractmethod
    def ask(self, question: str, top_k: int) -> list[int]:
        """Rows of the passages that a user would be shown, best first, `top_k` at most."""

    def rank(self, question: str, top_k: int) -> list[int]:
        """Rows by the ranking alone: what a measure of quality looks at."""
        return self.ask(question, top_k)
