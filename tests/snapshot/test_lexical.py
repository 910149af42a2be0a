"""The lexical index finds passages by their words, and scores them as BM25 does."""

import math
from pathlib import Path

import numpy as np
import pytest

from errors import SnapshotDamaged, SnapshotError
from snapshot import lexical
from snapshot.lexical import LexicalIndex, form_numbers, with_whole_numbers
from tests.fakes.disk import no_file_over

TEXTS = [
    (0, "Claiming travel expenses takes a receipt"),
    (0, "The form SF-50 records a change"),
    (1, "Travel needs a booking and travel needs approval"),
    (2, "Überstunden werden am Monatsende abgerechnet"),
]


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    lexical.build(TEXTS, tmp_path / "lexical")
    return lexical.load(tmp_path / "lexical")


def _rows(index: LexicalIndex, question: str, excluded: tuple[int, ...] = ()) -> list[int]:
    return index.search(question, 10, excluded)[1].tolist()


def test_words_match_whatever_their_ending_case_or_accent(index: LexicalIndex) -> None:
    assert _rows(index, "CLAIM an expense") == [0]
    assert _rows(index, "uberstunden") == [3]


def test_form_numbers_are_found(index: LexicalIndex) -> None:
    assert _rows(index, "sf-50") == [1]


def test_scores_are_bm25(index: LexicalIndex) -> None:
    """k1 = 1.2, b = 0.75; lengths are 6, 7, 8 and 5 words."""
    scores, rows = index.search("booking", 10)
    idf = math.log1p((4 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 8 / 6.25))
    assert rows.tolist() == [2]
    np.testing.assert_allclose(scores, [expected], rtol=0.02)


def test_a_form_number_counts_in_full_wherever_it_stands_once(tmp_path: Path) -> None:
    texts = [(0, "SF-50"), (0, "SF50 " + "and more " * 50), (0, "SF has 50 desks"), (0, "desks")]
    lexical.build(texts, tmp_path / "lexical")
    index = lexical.load(tmp_path / "lexical")
    scores, rows = index.search("sf 50", 10)
    assert sorted(rows[:2].tolist()) == [0, 1]
    idf = math.log1p((4 - 2 + 0.5) / (2 + 0.5))
    assert index.idf("sf 50")["=sf50"] == pytest.approx(2 * idf)
    assert scores[1] == pytest.approx(2.2 * 2 * idf, rel=0.01)
    assert set(index.idf("sf 51")) == {"sf", "51"}


def test_excluded_resources_are_not_found(index: LexicalIndex) -> None:
    assert _rows(index, "travel") == [2, 0]
    assert _rows(index, "travel", (1,)) == [0]
    assert _rows(index, "travel", (0, 1)) == []


@pytest.mark.parametrize("question", ["", "   ", "?!", "xylophone", "*", '"', "+ -"])
def test_a_question_without_known_words_finds_nothing(index: LexicalIndex, question: str) -> None:
    assert _rows(index, question) == []


@pytest.mark.parametrize("question", ["booking AND (", "booking^2", "words:booking", '"booking'])
def test_nothing_in_a_question_is_syntax(index: LexicalIndex, question: str) -> None:
    assert _rows(index, question) == [2]


def test_rare_words_tell_more(index: LexicalIndex) -> None:
    weights = index.idf("travel receipt")
    assert weights["receipt"] > weights["travel"] > 0


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    lexical.build(TEXTS, tmp_path / "lexical")
    (tmp_path / "lexical" / "meta.json").write_text("{")
    with pytest.raises(SnapshotDamaged, match="lexical"):
        lexical.load(tmp_path / "lexical")


def test_a_full_disk_is_told_with_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    with no_file_over(100), pytest.raises(SnapshotError, match=f"{folder} cannot be written"):
        lexical.build(TEXTS, folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The form SF-50 records it", ["sf50"]),
        ("sf50, SF_50 and SF.50", ["sf50"]),
        ("Version 4.2.1 follows v4.2", ["4.2.1", "v4.2"]),
        ("written in C++, not C#.", ["c++", "c#"]),
        ("ISO-27001-2 at the end.", ["iso27001-2"]),
        ("in 2024 we had 50 or 1000 people", []),
        ("at 10:30, 24/7, on-the-job", []),
        ("", []),
        ("x" * 41 + "1", []),
        ("1,500km or EUR 1,500", ["1500km", "eur1500"]),
    ],
)
def test_a_form_number_is_written_in_one_way(text: str, expected: list[str]) -> None:
    assert form_numbers(text) == expected


def test_letters_apart_from_digits_are_a_form_number_in_capitals_or_as_people_type() -> None:
    assert form_numbers("See OGE 450 in 30 days") == ["oge450"]
    assert form_numbers("when is my oge 450 due", typed=True) == ["oge450"]
    assert form_numbers("when is my oge 450 due") == []


@pytest.mark.parametrize(
    "written", ["1,500 euro", "1500", "1.500 Euro", "1 500 €", "1\u00a0500", "1\u202f500", "1'500"]
)
@pytest.mark.parametrize("asked", ["1500", "1,500", "1.500", "1 500", "1\u00a0500", "1’500"])
def test_a_number_is_found_however_its_digits_are_grouped(
    written: str, asked: str, tmp_path: Path
) -> None:
    lexical.build([(0, "up to 15 or 1.5"), (1, f"up to {written}.")], tmp_path / "lexical")
    assert _rows(lexical.load(tmp_path / "lexical"), asked)[0] == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12,345,678 and 1,50,000", ["12345678", "and", "150000"]),
        ("1,500.50", ["1500", "50"]),
        ("1.234,50", ["1", "234", "1234", "50"]),
        ("grade 1 200 hours", ["grade", "1", "200", "1200", "hour"]),
        ("1,000-1,500", ["1000", "1500"]),
        ("30¹ days, 10³ m²", ["30", "1", "day", "10", "3", "m2"]),
    ],
)
def test_a_grouped_number_is_one_word(text: str, words: list[str], index: LexicalIndex) -> None:
    assert index.analyze(text) == words


@pytest.mark.parametrize(
    "text",
    ["1.5", "1,5", "10,50", "0.125", "0,125", "1,2345", "1.500.2", "4.2.100", "192.168.100.200",
     "555 123 4567", "020 123 456", "in 2024 500 came", "10:30 500 came", "v1.500"],
)  # fmt: skip
def test_other_numbers_stay_as_they_are_written(text: str) -> None:
    assert with_whole_numbers(text) == text


def test_a_code_written_as_one_word_is_found_by_its_parts(tmp_path: Path) -> None:
    texts = [(0, "Error 1024 of the bus e"), (0, "E1024 ends it, " + "and more " * 30)]
    texts += [(1, "Error of the bus")] * 8
    lexical.build(texts, tmp_path / "lexical")
    index = lexical.load(tmp_path / "lexical")
    assert _rows(index, "error e-1024")[0] == 1
    assert _rows(index, "E 1024")[0] == 1
    assert "=e1024" not in index.idf("e1024")
