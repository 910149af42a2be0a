"""An ordered list within a passage is drawn as steps."""

from __future__ import annotations

import pytest

from bots.cards import answer_card
from retrieval.answer import Outcome
from tests.fakes.answers import result, view
from tests.fakes.cards import Card, bold, elements, lines, violations


def card_of(text: str, sentence: str, outcome: Outcome = Outcome.ANSWERED) -> Card:
    return answer_card(view(result(text=text, sentence=sentence), outcome=outcome))


def steps(card: Card) -> list[list[str]]:
    """Each step's number and words."""
    return [lines(one) for one in elements(card, "ColumnSet")]


def test_each_step_has_its_number_beside_it() -> None:
    card = card_of("Do this:\n1. Open Kestrel.\n2) Press *New*.\n3. Wait.", "Press *New*.")
    assert steps(card) == [["1.", "Open Kestrel."], ["2.", "Press *New*."], ["3.", "Wait."]]
    assert "Do this:" in lines(card)
    assert "Press *New*." in bold(card)
    assert violations(card) == []


def test_a_list_that_begins_later_keeps_its_numbers() -> None:
    card = card_of("4. Sign it.\n5. Send it.", "Send it.")
    assert [number for number, _ in steps(card)] == ["4.", "5."]


@pytest.mark.parametrize(
    "text",
    [
        "24. December is free.\nSo is Easter.",
        "3. Sign it.\n7. Send it.",
        "1.5 days are free.\n2.5 are not.",
    ],
)
def test_numbers_that_do_not_count_on_are_no_steps(text: str) -> None:
    assert steps(card_of(text, text.split("\n")[1])) == []


def test_what_is_merely_close_has_steps_without_bold_words() -> None:
    card = card_of("1. Open it.\n2. Close it.", "Close it.", Outcome.CLOSEST)
    assert [words for _, words in steps(card)] == ["Open it.", "Close it."]
    assert "Close it." not in bold(card)
