"""The rows around the one that answers, told from running text."""

import pytest

from retrieval.answer import Span
from showing.tabular import Rows, table_around

ROWS = [f"Years: {number}; Days: {20 + number}" for number in range(12)]
TEXT = "\n".join(["Leave grows with time.", "", *ROWS, "", "Ask in Heron: it knows."])


def _around(sentence: str, text: str = TEXT, *closed: str) -> Rows | None:
    def span(part: str) -> Span:
        return Span(text.index(part), text.index(part) + len(part))

    return table_around(text, span(sentence), [span(one) for one in closed])


def test_four_rows_stand_on_either_side() -> None:
    found = _around(ROWS[6])
    assert found is not None
    assert found.names == ("Years", "Days")
    assert [cells["Years"] for cells, _ in found.rows] == [str(number) for number in range(2, 11)]
    assert [marked for _, marked in found.rows].index(True) == 4
    assert (found.goes_before, found.goes_after) == (True, True)


def test_a_table_ends_where_text_begins() -> None:
    first, last = _around(ROWS[0]), _around(ROWS[11])
    assert first is not None and last is not None
    assert (len(first.rows), first.goes_before, first.goes_after) == (5, False, True)
    assert (len(last.rows), last.goes_before, last.goes_after) == (5, True, False)


@pytest.mark.parametrize("sentence", ["Leave grows with time.", "Ask in Heron: it knows."])
def test_a_sentence_beside_a_table_is_no_row(sentence: str) -> None:
    assert _around(sentence) is None


def test_rows_with_what_must_stay_text_stay_text() -> None:
    assert _around(ROWS[6], TEXT, "Years: 4") is None
    assert _around(ROWS[0], TEXT, ROWS[11]) is not None


def test_the_first_column_may_have_no_name() -> None:
    text = "Opens; Quay: 6; Mill: 8\nCloses; Quay: 22; Mill: 20"
    found = _around("Closes; Quay: 22; Mill: 20", text)
    assert found is not None
    assert found.names == ("", "Quay", "Mill")
    assert found.rows[1] == ({"": "Closes", "Quay": "22", "Mill": "20"}, True)


def test_a_list_in_a_sentence_is_no_row() -> None:
    text = (
        "Ring first. Then come; Monday: at 8; Friday: at 9\nElse write; Monday: early; Friday: late"
    )
    assert _around("Else write", text) is None
