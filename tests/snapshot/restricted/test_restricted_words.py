"""Whoever may see more than everyone has words counted over what they see, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from errors import SnapshotDamaged
from snapshot import lexical
from snapshot.lexical import Alternatives, LexicalIndex
from snapshot.restricted import restricted_words
from snapshot.restricted.restricted_words import SeenWords

# By row: the resource's number and the text. Resources 1 and 2 are for some.
TEXTS = (
    (0, "holiday and leave for all"),
    (1, "merger of project falke and form SF-50 and leave"),
    (2, "the board meets falke falke falke"),
    (0, "claim mileage for a taxi"),
    (2, "salary of the board"),
)
RESTRICTED = np.array([1, 2])


def _seen(folder: Path, *granted: int, texts: tuple[tuple[int, str], ...] = TEXTS) -> LexicalIndex:
    folder.mkdir()
    open_rows = [row for row, (number, _) in enumerate(texts) if number not in RESTRICTED]
    lexical.build([texts[row] for row in open_rows], folder / "lexical", open_rows)
    restricted_words.build(
        [(row, *one) for row, one in enumerate(texts) if row not in open_rows], folder
    )
    for_all = lexical.load(folder / "lexical", RESTRICTED)
    return SeenWords(for_all, restricted_words.load(folder), np.array(granted))


def _rows(index: LexicalIndex, question: str, excluded: tuple[int, ...] = ()) -> list[int]:
    return [*map(int, index.search(question, 10, excluded)[1])]


def test_words_are_counted_over_what_somebody_sees(tmp_path: Path) -> None:
    first, second = _seen(tmp_path / "1", 1), _seen(tmp_path / "2", 2)
    assert (first.count, second.count) == (3, 4)
    assert [first.holding(word) for word in ("leav", "falk", "=sf50", "board")] == [2, 1, 1, 0]
    assert [second.holding(word) for word in ("leav", "falk", "=sf50", "board")] == [1, 1, 0, 2]
    assert first.holds("merger") and not second.holds("merger")
    assert first.known_form_numbers("sf 50") == ["sf50"]


def test_only_what_somebody_sees_is_found(tmp_path: Path) -> None:
    first = _seen(tmp_path / "1", 1)
    assert set(_rows(first, "falke board leave mileage")) == {0, 1, 3}
    assert _rows(first, "falke board") == [1]
    assert _rows(first, "falke", excluded=(1,)) == []
    assert _rows(first, "leave", excluded=(0, 2)) == [1]


def test_scores_are_those_of_an_index_of_just_that(tmp_path: Path) -> None:
    """Words of lists that nobody else has weigh as tantivy weighs them, but for the lengths, which
    it rounds, and of which the average is over what is for some."""
    texts = tuple((1, f"{text} all the same words") for _, text in TEXTS)
    seen = _seen(tmp_path / "seen", 1, texts=texts)
    lexical.build(texts, tmp_path / "all")
    whole = lexical.load(tmp_path / "all")
    for question in ("falke leave", "board", "SF-50 form", "same words"):
        scores, rows = seen.search(question, 10)
        expected = dict(zip(*map(list, reversed(whole.search(question, 10))), strict=True))
        assert dict(zip(rows.tolist(), scores.tolist(), strict=True)) == pytest.approx(
            {int(row): float(score) for row, score in expected.items()}, rel=0.1
        )
    assert seen.idf("falke leave SF-50") == pytest.approx(whole.idf("falke leave SF-50"))


def test_what_may_stand_instead_of_a_word_is_searched_for(tmp_path: Path) -> None:
    seen = _seen(tmp_path / "1", 1, 2)
    others = [
        Alternatives(("m&a",), (("merger", "project"),)),
        Alternatives(("pay",), (("salari",),)),
    ]
    assert _rows(seen, "pay") == []
    assert [*map(int, seen.search("pay", 10, (), others)[1])] == [4]


def test_what_is_for_others_moves_no_score(tmp_path: Path) -> None:
    more = (*TEXTS, *((2, f"falke merger leave {n} taxi") for n in range(5)))
    one, other = _seen(tmp_path / "1", 1), _seen(tmp_path / "2", 1, texts=more)
    for question in ("falke merger", "leave for taxi", "SF-50"):
        for found, expected in zip(
            other.search(question, 9, (2,)), one.search(question, 9), strict=True
        ):
            assert found.tolist() == expected.tolist()


@pytest.mark.parametrize(
    "name", ["words.json", "words.offsets.npy", "words.lists.npy", "passages.npy"]
)
def test_lists_that_cannot_be_read_are_told_with_their_folder(tmp_path: Path, name: str) -> None:
    _seen(tmp_path / "made", 1)
    (tmp_path / "made" / "restricted" / name).write_bytes(b"[" if name == "words.json" else b"?")
    with pytest.raises(SnapshotDamaged, match="restricted"):
        restricted_words.load(tmp_path / "made")
