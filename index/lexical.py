"""The lexical index: BM25 over the words of passages, by tantivy."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from errors import SnapshotDamaged, SnapshotError

_ANALYZER = "signpost"
_WRITER_BYTES = 128_000_000
_LONGEST_WORD = 40
_K1 = 1.2  # tantivy's


class LexicalIndex:
    """Finds passages by their words. Row i is passage i of the snapshot."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._searcher = index.searcher()
        self._schema = index.schema
        self._analyzer = _analyzer()

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, question: str, top_k: int, excluded: Iterable[int] = ()
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """BM25 scores (k,) in descending order and their rows (k,), at most `top_k` of them.

        Rows of resources whose numbers are `excluded` are not considered. A question none of
        whose words is known gives none.
        """
        words = list(dict.fromkeys(self.analyze(question)))
        if not words:
            return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "words", word))
                for word in words
            ]
        )
        if banned := list(excluded):
            query = query.and_must_not_match(
                tantivy.Query.term_set_query(self._schema, "resource", banned)
            )
        hits = self._searcher.search(query, top_k, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        return scores, np.array(rows, dtype=np.int64)

    def analyze(self, text: str) -> list[str]:
        """The words of a text as they are compared: lower case, accents folded, stemmed."""
        words: list[str] = self._analyzer.analyze(text)
        return words

    def idf(self, text: str) -> dict[str, float]:
        """How telling each word of the text is: BM25's ln(1 + (N - n + 0.5) / (n + 0.5)), for N
        passages of which n hold the word (Robertson and Zaragoza, 2009)."""
        total = self.count
        return {
            word: math.log1p((total - n + 0.5) / (n + 0.5))
            for word in dict.fromkeys(self.analyze(text))
            for n in [self._searcher.doc_freq("words", word)]
        }

    def most(self, idf: dict[str, float]) -> float:
        """What BM25 could give a question of these words at the very most: every word in every
        place of an endless passage. `idf` is what `idf` gave for the question."""
        return (_K1 + 1) * sum(idf.values())


def build(passages: Iterable[tuple[int, str]], folder: Path) -> None:
    """Writes an index of (resource number, text with title and headings), in row order."""
    folder.mkdir()
    try:
        _write(passages, folder)
    except ValueError as error:  # what tantivy raises for every file that cannot be written
        raise SnapshotError(f"the lexical index {folder} cannot be written: {error}") from error
    for lock in folder.glob(".*.lock"):
        lock.unlink()


def _write(passages: Iterable[tuple[int, str]], folder: Path) -> None:
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer(_ANALYZER, _analyzer())
    # One thread keeps the rows in one order, so that equal scores fall the same way every time.
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    for row, (resource, text) in enumerate(passages):
        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_unsigned("resource", resource)
        document.add_text("words", text)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def load(folder: Path) -> LexicalIndex:
    """Opens what `build` wrote. Raises SnapshotDamaged where that cannot be read."""
    try:
        index = tantivy.Index.open(str(folder))
        index.register_tokenizer(_ANALYZER, _analyzer())
        return LexicalIndex(index)
    except (ValueError, OSError) as error:
        raise SnapshotDamaged(f"the lexical index {folder} cannot be read: {error}") from error


def _schema() -> tantivy.Schema:
    return (
        tantivy.SchemaBuilder()
        .add_text_field("words", stored=False, tokenizer_name=_ANALYZER, index_option="freq")
        .add_unsigned_field("row", stored=False, indexed=False, fast=True)
        .add_unsigned_field("resource", stored=False, indexed=True)
        .build()
    )


def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST_WORD))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
