"""The lexical index: BM25 over the words and form numbers of passages, by tantivy.

A form number is a product code, the number of a form, or a version: "SF-50", "4.2.1", "C++". As
words it falls apart ("sf", "50"), and a passage that holds the parts in other places would look as
good as one that holds the number.

A number in groups of three is one word however it is written: "1,500", "1.500", "1 500", "1500".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count as counting
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import ArrayLike, NDArray

from errors import SnapshotDamaged, SnapshotError

_ANALYZER = "signpost"
_WRITER_BYTES = 128_000_000
_LONGEST_WORD = 40
K1, B = 1.2, 0.75  # tantivy's
_OTHER_WORDS = 0.8
# The fields of the index on the disk.
_WORDS, _FORM_NUMBERS, _ROW, _RESOURCE = "words", "codes", "row", "resource"
# A form number is what its question is about, so it counts for this many words, and in full
# wherever it stands once. Asked for 250 rare ones of a handbook, a passage that holds the number
# came first for 56 % without this, for 58 % with BM25 of its own, for 92 % in full, and for 97 %
# doubled.
_FORM_NUMBER = 2.0

# Not by ":" or "/": times, ratios and dates are no form numbers.
_COMPOUND = re.compile(r"[^\W_]+(?:[-._][^\W_]+)*")
# "SF 50" in a text, "sf 50" as people type it.
_APART = re.compile(r"\b([^\W\d_]{1,4}) (\d+)\b")
_LANGUAGE = re.compile(r"(?<!\w)[A-Za-z]{1,2}(?:\+\+|#)(?!\w)")
# What stands between letters and digits is written or left out as people please: SF-50, SF50.
_LOOSE = re.compile(r"(?<=[^\W\d_])[-._](?=\d)|(?<=\d)[-._](?=[^\W\d_])")
_LONGEST_COMPOUND = 40
# Thousands: "1,500", "1'500", and "1,50,000" as in India. No decimals ("1.5", "0.125"), no version
# ("1.500.2"), no telephone number ("555 123 4567").
_HEAD = r"(?<![\w.,:'’])(?<!\d )[1-9]\d{0,2}"
_SURE = r"(?:(?:,\d\d)*(?:,\d{3})+|(?:['’\u00a0\u202f\u2009]\d{3})+)(?!,?\d)"
_UNSURE = r"(?:(?:\.\d{3}){1,2}(?!\.?\d)|(?: \d{3})+(?! ?\d))"
_GROUPED = re.compile(rf"{_HEAD}(?:(?P<sure>{_SURE})|{_UNSURE})")
# An exponent or a footnote's mark is no digit of its number, but would be folded to one.
_RAISED = re.compile(r"(?<=[0-9])(?=[⁰¹²³⁴-⁹])")
NONE = np.empty(0, dtype=np.int64)
# What is one word in a question, or a part of one, as a pattern.
WORD = rf"{_HEAD}{_SURE}|\w+"


def form_numbers(text: str, *, typed: bool = False) -> list[str]:
    """The form numbers in a text, each once, written in one way: "sf50", "4.2.1", "c++".

    Letters and digits with a space between them are one if the letters are capitals; in what a
    person `typed`, always.
    """
    text = with_whole_numbers(text)
    compounds = (match.group() for match in _COMPOUND.finditer(text))
    found = [compound for compound in compounds if _is_form_number(compound)]
    found += [
        letters + digits for letters, digits in _APART.findall(text) if typed or letters.isupper()
    ]
    found += _LANGUAGE.findall(text)
    return list(dict.fromkeys(_LOOSE.sub("", number.lower()) for number in found))


def _is_form_number(compound: str) -> bool:
    """A plain number is a word already, and a compound of letters reads well as its parts."""
    is_short = len(compound) <= _LONGEST_COMPOUND
    return is_short and any(map(str.isdigit, compound)) and not compound.isdigit()


def with_whole_numbers(text: str) -> str:
    """The text with the digits of grouped numbers together: "1,500" becomes "1500".

    A dot and a space group digits in some languages only: "1.500" may be one and a half, and in
    "grade 1 200 hours" stand two numbers. There the whole number follows what is written. A
    raised digit stands apart from its number: 10³ is no 103.
    """
    return _GROUPED.sub(_whole, _RAISED.sub(" ", text))


def _whole(grouped: re.Match[str]) -> str:
    digits = "".join(filter(str.isdigit, grouped[0]))
    return digits if grouped["sure"] else f"{grouped[0]} {digits}"


@dataclass(frozen=True, slots=True)
class Clause:
    """Words of which a passage should hold some, or all words of one of the `others` instead, each
    with the factor that it counts for."""

    words: tuple[str, ...]
    others: tuple[tuple[tuple[str, ...], float], ...] = ()


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Words of a question, and other wordings of which a passage may hold all words instead."""

    words: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]


class LexicalIndex:
    """Finds passages by their words, and says how telling words are. Row i is passage i of the
    snapshot. `foreign` are the numbers of resources that are not in it."""

    def __init__(self, index: tantivy.Index, foreign: NDArray[np.int64] = NONE) -> None:
        self.index = index
        self.foreign = foreign
        self._searcher = index.searcher()
        self._schema = index.schema
        self._analyze = analyzer()

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        question: str,
        top_k: int,
        excluded: ArrayLike = (),
        alternatives: Sequence[Alternatives] = (),
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """BM25 scores (k,) in descending order and their rows (k,), at most `top_k` of them.

        Rows of resources whose numbers are `excluded` are not considered. If no passage holds a
        word of the question, there are none. The words of each of `alternatives` score by
        themselves or by the best of their other wordings, whichever gives a passage more; other
        wordings count for less.
        """
        clauses = list(self._clauses(question, alternatives))
        if not clauses:
            return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
        query = _any_of([*map(self._query, clauses), *self._number_queries(question)])
        # Without those that are not there: a query that excludes nothing adds up in another order.
        numbers = np.asarray(excluded, dtype=np.int64)
        if len(numbers) and len(self.foreign):
            numbers = numbers[~np.isin(numbers, self.foreign)]
        if banned := numbers.tolist():
            query = query.and_must_not_match(
                tantivy.Query.term_set_query(self._schema, _RESOURCE, banned)
            )
        hits = self._searcher.search(query, top_k, count=False).hits
        rows = self._searcher.fast_field_values(_ROW, [address for _, address in hits])
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        return scores, np.array(rows, dtype=np.int64)

    def _clauses(self, question: str, alternatives: Sequence[Alternatives]) -> Iterator[Clause]:
        words = list(dict.fromkeys(self.analyze(question)))
        for group in alternatives:
            own = [word for word in dict.fromkeys(group.words) if word in words]
            others = [tuple(dict.fromkeys(other)) for other in group.others if other]
            if not own or not others:
                continue
            words = [word for word in words if word not in own]
            most = self._total_idf(own)
            # Never more than the question's own words could give.
            weighed = (
                (other, _OTHER_WORDS * min(1.0, most / self._total_idf(other))) for other in others
            )
            yield Clause(tuple(own), tuple(weighed))
        yield from (Clause((word,)) for word in words)

    def _query(self, clause: Clause) -> tantivy.Query:
        if not clause.others:
            return self._term(*clause.words)
        others = (
            tantivy.Query.boost_query(_all_of(map(self._term, other)), factor)
            for other, factor in clause.others
        )
        return tantivy.Query.disjunction_max_query(
            [_any_of(map(self._term, clause.words)), *others]
        )

    def _number_queries(self, question: str) -> Iterator[tantivy.Query]:
        for number, weight in self._numbers(question):
            yield tantivy.Query.const_score_query(
                tantivy.Query.term_query(self._schema, _FORM_NUMBERS, number), weight
            )

    def _numbers(self, question: str) -> list[tuple[str, float]]:
        """The question's form numbers, with what each gives a passage that holds it."""
        known = self.known_form_numbers(question)
        return [(number, (K1 + 1) * self._number_idf(number)) for number in known]

    def known_form_numbers(self, question: str) -> list[str]:
        """The question's form numbers that are worth searching for: some passage holds them, and
        they are no plain words of the question that find the same. Others would only make their
        parts look worse."""
        count, words = self.holding, set(self.analyze(question))
        return [
            number
            for number in form_numbers(question, typed=True)
            if count(f"={number}") > (count(number) if number in words else 0)
        ]

    def _term(self, word: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, _WORDS, word)

    def _total_idf(self, words: Iterable[str]) -> float:
        return sum(map(self.idf_of, words))

    def analyze(self, text: str) -> list[str]:
        """The words of a text as they are compared; see `analyzer`."""
        return self._analyze(text)

    def idf(self, text: str) -> dict[str, float]:
        """How telling each word of the text is: BM25's ln(1 + (N - n + 0.5) / (n + 0.5)), for N
        passages of which n hold the word (Robertson and Zaragoza, 2009). A form number that
        passages hold counts besides its parts; it has "=" before it here, which no word has."""
        telling = {word: self.idf_of(word) for word in dict.fromkeys(self.analyze(text))}
        numbers = self.known_form_numbers(text)
        return telling | {f"={number}": self._number_idf(number) for number in numbers}

    def terms(self, text: str) -> set[str]:
        """The words and form numbers of a text, as `idf` calls them."""
        return {*self.analyze(text), *(f"={number}" for number in form_numbers(text))}

    def holding(self, term: str) -> int:
        """How many passages hold a word or a form number, called as by `terms`."""
        number = term.removeprefix("=")
        field = _WORDS if number == term else _FORM_NUMBERS
        return int(self._searcher.doc_freq(field, number))

    def idf_of(self, term: str) -> float:
        """How telling one word or form number is; see `idf`."""
        n = self.holding(term)
        return math.log1p((self.count - n + 0.5) / (n + 0.5))

    def _number_idf(self, number: str) -> float:
        return _FORM_NUMBER * self.idf_of(f"={number}")

    def holds(self, word: str) -> bool:
        """Whether any passage holds a word that is compared as this one."""
        return any(map(self.holding, self.analyze(word)))

    def most(self, idf: dict[str, float]) -> float:
        """What BM25 could give a question of these words at the very most: every word in every
        place of an endless passage. `idf` is what `idf` gave for the question."""
        return (K1 + 1) * sum(idf.values())


def analyzer() -> Callable[[str], list[str]]:
    """Gives the words of a text as they are compared: lower case, accents folded, stemmed, the
    digits of a grouped number together."""
    analyze = _analyzer().analyze

    def words_of(text: str) -> list[str]:
        words: list[str] = analyze(with_whole_numbers(text))
        return words

    return words_of


def _any_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _all_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def build(
    passages: Iterable[tuple[int, str]], folder: Path, rows: Iterable[int] | None = None
) -> None:
    """Writes an index of (resource number, text with title and headings), in row order. `rows` are
    theirs if they are some of a snapshot's passages."""
    folder.mkdir()
    try:
        _write(zip(counting() if rows is None else rows, passages, strict=False), folder)
    except ValueError as error:  # what tantivy raises for every file that cannot be written
        raise SnapshotError(f"the lexical index {folder} cannot be written: {error}") from error
    for lock in folder.glob(".*.lock"):
        lock.unlink()


def _write(passages: Iterable[tuple[int, tuple[int, str]]], folder: Path) -> None:
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer(_ANALYZER, _analyzer())
    # One thread keeps the rows in one order, so that equal scores fall the same way every time.
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    for row, (resource, text) in passages:
        document = tantivy.Document()
        document.add_unsigned(_ROW, row)
        document.add_unsigned(_RESOURCE, resource)
        document.add_text(_WORDS, with_whole_numbers(text))
        for number in form_numbers(text):
            document.add_text(_FORM_NUMBERS, number)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def load(folder: Path, foreign: NDArray[np.int64] = NONE) -> LexicalIndex:
    """Opens what `build` wrote. Raises SnapshotDamaged if that cannot be read."""
    try:
        index = tantivy.Index.open(str(folder))
        index.register_tokenizer(_ANALYZER, _analyzer())
        return LexicalIndex(index, foreign)
    except (ValueError, OSError) as error:
        raise SnapshotDamaged(f"the lexical index {folder} cannot be read: {error}") from error


def _schema() -> tantivy.Schema:
    return (
        tantivy.SchemaBuilder()
        .add_text_field(_WORDS, stored=False, tokenizer_name=_ANALYZER, index_option="freq")
        .add_text_field(_FORM_NUMBERS, stored=False, tokenizer_name="raw", index_option="basic")
        .add_unsigned_field(_ROW, stored=False, indexed=False, fast=True)
        .add_unsigned_field(_RESOURCE, stored=False, indexed=True)
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
