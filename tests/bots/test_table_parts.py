"""Rows of a table within a passage become a table on the card."""

from __future__ import annotations

from typing import Any

import pytest

from bots.cards import answer_card
from retrieval.answer import Outcome
from tests.fakes.answers import result, view
from tests.fakes.cards import elements, lines, violations

ROWS = ["Place: London; Limit: £170", "Place: Lisbon; Limit: €140", "Place: Elsewhere; Limit: €190"]


def _card(text: str, sentence: str, outcome: Outcome = Outcome.ANSWERED) -> dict[str, Any]:
    card = answer_card(view(result(text=text, sentence=sentence), outcome=outcome))
    assert violations(card) == []
    return card


def _tables(card: dict[str, Any]) -> list[list[list[str]]]:
    return [
        [[_said(cell) for cell in row["cells"]] for row in table["rows"]]
        for table in elements(card, "Table")
        if table["type"] == "Table"
    ]


def _said(part: Any) -> str:
    return "".join(run["text"] for run in elements(part, "TextRun"))


def test_rows_are_drawn_under_their_columns_and_the_one_that_answers_is_marked() -> None:
    card = _card("\n".join(["The limits are for one night.", "", *ROWS]), ROWS[1])
    head = ["Place", "Limit"]
    assert _tables(card) == [[head, ["London", "£170"], ["Lisbon", "€140"], ["Elsewhere", "€190"]]]
    [table] = [one for one in elements(card, "Table") if one["type"] == "Table"]
    assert [row.get("style") for row in table["rows"]] == [None, None, "accent", None]
    bold = {run["text"] for run in elements(table, "TextRun") if run.get("weight") == "Bolder"}
    assert bold == {*head, "Lisbon", "€140"}
    assert "The limits are for one night." in lines(card)


def test_what_is_merely_close_marks_no_row() -> None:
    card = _card("\n".join(ROWS), ROWS[1], Outcome.CLOSEST)
    assert [row.get("style") for row in elements(card, "TableRow")] == [None] * 4


def test_a_row_with_an_empty_cell_keeps_its_columns() -> None:
    rows = ["Vehicle: Car; UK: 45p; Portugal: €0.40", "Vehicle: Bicycle; Portugal: €0.20"]
    assert _tables(_card("\n".join(rows), rows[1]))[0][2] == ["Bicycle", "", "€0.20"]


def test_a_table_that_is_cut_says_so_beside_its_rows() -> None:
    rows = [f"Years: {number}; Days: {20 + number}" for number in range(20)]
    card = _card("\n".join(rows), rows[9])
    [cells] = _tables(card)
    assert ["9", "29"] in cells
    assert all("…" not in cell for row in cells for cell in row)
    assert lines(card).count("…") == 2


@pytest.mark.parametrize(
    "text",
    [
        "Place: London; Limit: £170",  # one row alone
        "Note: keep it.\nRemember: twice.",
        "Phone: 4444\nPhone: 5555",  # one column
        "A: 1; B: 2; C: 3; D: 4; E: 5\nA: 1; B: 2; C: 3; D: 4; E: 5",  # too wide for a phone
        "A: 1; B: 2\nA: 1; C: 2",
        "A: 1; A: 2\nA: 1; A: 2",
        "The order: first this; then that: more\nThe order: so",
    ],
)
def test_what_is_no_table_stays_text(text: str) -> None:
    assert _tables(_card(text, text.split("\n")[0])) == []
