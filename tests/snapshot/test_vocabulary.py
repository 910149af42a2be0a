"""A misspelt word is read as the word that the content has."""

import random
import time

import pytest

from snapshot.vocabulary import Vocabulary, count_words

WORDS = {
    "reimbursement": 9,
    "vacation": 4,
    "form": 20,
    "from": 90,
    "year": 30,
    "renew": 2,
    "renewed": 3,
    "renewal": 1,
    "cat": 5,
    "doesnt": 3,
    "überstunden": 2,
    "tax": 9,
}


def _stem(word: str) -> str:
    return word.removesuffix("ed").removesuffix("al")


def _nearest(word: str) -> str | None:
    return Vocabulary(WORDS).nearest(word, _stem)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("reimbursment", "reimbursement"),  # a letter too few
        ("reimburssement", "reimbursement"),  # too many
        ("reimbursemant", "reimbursement"),  # another
        ("riembursement", "reimbursement"),  # two that changed places
        ("yaer", "year"),
        ("eyar", "year"),
        ("bear", None),  # the first letter
        ("axcation", None),
        ("ernewed", "renewed"),  # the first two swapped
        ("dosnt", "doesnt"),
        ("überstuden", "überstunden"),
        ("cet", None),  # too short to tell
        ("reimbursmant", None),  # two slips
    ],
)
def test_one_slip_is_mended(written: str, read: str | None) -> None:
    assert _nearest(written) == read


def test_forms_of_one_word_are_one_reading_and_the_most_frequent_is_taken() -> None:
    assert _nearest("renewd") == "renewed"


def test_the_far_more_frequent_word_is_meant_and_of_like_ones_none() -> None:
    assert _nearest("fom") is None
    assert _nearest("frorm") == "from"
    assert Vocabulary({"form": 50, "from": 90}).nearest("frorm", _stem) is None


def test_words_are_counted_once_a_passage() -> None:
    counts = count_words(
        ["The tax, the TAX doesn't", "Tax form SF-50 of 2024", "u\u0308ber über ü"]
    )
    assert counts == {
        "doesnt": 1, "form": 1, "of": 1, "sf": 1, "tax": 2, "the": 1, "ü": 1, "über": 1,
    }  # fmt: skip


def test_a_large_vocabulary_is_fast() -> None:
    """Under 2 ms a word among 50,000; measured: 0.3 ms."""
    letters = random.Random(1)  # noqa: S311 - made-up words
    words = {
        "".join(letters.choices("abcdefghijkl", k=letters.randint(4, 12))) for _ in range(50_000)
    }
    vocabulary = Vocabulary(dict.fromkeys(words, 1))
    asked = ["abcdefgh", "reimbursment", "ccommodations", "lkjihg"]
    took = []
    for _ in range(5):
        started = time.perf_counter()
        for word in asked:
            vocabulary.nearest(word, _stem)
        took.append((time.perf_counter() - started) / len(asked))
    assert min(took) < 0.002, f"measured: {min(took) * 1000:.2f} ms"
