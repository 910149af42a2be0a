"""The words of a snapshot's own content: what a misspelt word of a question may have meant.

A word that exists elsewhere is no slip, however near it is to one of the content's: "per diem" is
not "per die". So the words of common languages that a slip could make of the content's words are
found when a snapshot is written, by the word lists of pyspellchecker, and kept beside them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Letters, with the apostrophe of "didn't"; numbers and codes are no words to be mended.
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SHORTEST_MENDED = 4
# "acct", "dsar", "ikea": what so short a word is to mean cannot be told from a letter more or less.
_OFTEN_ABBREVIATED = 4
_CONSONANTS = re.compile(r"[b-df-hj-np-tv-xz]+")
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
# Two slips in a long word are rarer than words the folder does not have: of 45 such readings of
# encyclopaedia questions in the words of a handbook four were right ("apathetic", "aesthetic").
_SLIPS = 1
# The best reading must be this many times as frequent as the next best of another stem.
_CLEARLY_MORE = 2


class Vocabulary:
    """Words in lower case, with how many passages hold each, and other words that exist."""

    def __init__(self, counts: Mapping[str, int], others: Collection[str] = ()) -> None:
        """`others` are what `other_words` gave for these."""
        self.counts = dict(counts)
        self._others = frozenset(others)
        self._by_start: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self.counts):
            if len(word) >= SHORTEST_MENDED - 1:
                self._by_start[word[0], len(word)].append(word)

    def __contains__(self, word: str) -> bool:
        return word in self.counts

    def nearest(self, word: str, stem: Callable[[str], str]) -> str | None:
        """The word of the vocabulary that a misspelt one (in lower case) most likely means: one
        slip away; None if none or several could be meant.

        A slip is a letter too many, too few, another, or two that changed places (optimal string
        alignment). The first letter, or the first two swapped, must be right: people seldom
        miss that one. Forms of one word, by `stem`, count as one reading.

        No slip is a word that exists, its plural, or one without a vowel, which abbreviates. One
        of four letters must have all of its letters, two of them swapped.
        """
        if len(word) < SHORTEST_MENDED or self._exists(word) or _CONSONANTS.fullmatch(word):
            return None
        found = self._near(word)
        if len(word) <= _OFTEN_ABBREVIATED:
            found = [candidate for candidate in found if sorted(candidate) == sorted(word)]
        return self._likeliest(found, word[0], stem) if found else None

    def _exists(self, word: str) -> bool:
        """Whether it is a word that exists elsewhere, or a plural."""
        if word in self._others:
            return True
        singular = word.removesuffix("s")
        is_plural = singular != word and not singular.endswith("s")
        return is_plural and (singular in self._others or singular in self.counts)

    def _near(self, word: str) -> list[str]:
        near = (
            candidate
            for first in dict.fromkeys(word[:2])
            for length in range(len(word) - _SLIPS, len(word) + _SLIPS + 1)
            for candidate in self._by_start.get((first, length), ())
        )
        matches = process.extract_iter(word, near, scorer=OSA.distance, score_cutoff=_SLIPS)
        return [
            candidate
            for candidate, _, _ in matches
            if candidate[0] == word[0] or candidate[:2] == word[1::-1]
        ]

    def _likeliest(self, found: list[str], first: str, stem: Callable[[str], str]) -> str | None:
        same = [candidate for candidate in found if candidate[0] == first]
        readings: defaultdict[str, list[str]] = defaultdict(list)
        for candidate in same or found:
            readings[stem(candidate)].append(candidate)
        weights = {key: sum(map(self.counts.__getitem__, own)) for key, own in readings.items()}
        best, *others = sorted(weights, key=lambda key: -weights[key])
        if others and weights[best] < _CLEARLY_MORE * weights[others[0]]:
            return None
        return max(readings[best], key=self.counts.__getitem__)


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """The words of the texts, sorted, each with how many of the texts hold it."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(words(text)))
    return dict(sorted(counts.items()))


def other_words(counts: Iterable[str]) -> list[str]:
    """The words of common languages, sorted, that a slip could make of these and that are none of
    them. Takes about 0.2 ms a word, and two seconds for the first call."""
    own = set(counts)
    existing, letters = _existing_words()
    found: set[str] = set()
    for word in own:
        found.update(existing.intersection(_slips(word, letters)))
    return sorted(found - own)


@cache
def _existing_words() -> tuple[frozenset[str], str]:
    """All words of the languages that could be mended, and the letters they are made of."""
    from spellchecker import SpellChecker  # for builds alone

    existing: set[str] = set()
    for language in _LANGUAGES:
        listed = SpellChecker(language=language).word_frequency.dictionary
        existing.update(word for word in listed if len(word) >= SHORTEST_MENDED)
    return frozenset(existing), "".join(sorted(set().union(*existing)))


def _slips(word: str, letters: str) -> Iterator[str]:
    """Everything one slip away from a word, with its first letter or the first two swapped."""
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + after[1:]
        if after:
            yield before + after[1:]
            yield word[: at - 1] + word[at] + word[at - 1] + after[1:]


def words(text: str) -> Iterator[str]:
    """The words of a text as a vocabulary has them."""
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        yield folded(match.group())


def folded(word: str) -> str:
    """In lower case, as one sequence of letters whatever the keyboard made of them, and without
    apostrophes, which people leave out."""
    return unicodedata.normalize("NFC", word).lower().replace("'", "").replace("’", "")
