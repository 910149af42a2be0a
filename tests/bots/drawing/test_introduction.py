"""Welcome and help say what Signpost is, what to ask and whom to turn to."""

from bots import wording
from bots.drawing.introduction import introduction_card
from bots.drawing.views import Contact
from tests.fakes.cards import buttons, headings, lines, violations

EXAMPLES = ["How do I claim travel expenses?", "Who *signs* contracts?"]


def test_examples_are_lines_to_read() -> None:
    """No buttons: they would do nothing in some hosts, or answer without a question."""
    card = introduction_card(wording.WELCOME_HEADING, EXAMPLES, Contact(), "Hello.")
    assert "• “How do I claim travel expenses?”" in lines(card)
    assert "• “Who *signs* contracts?”" in lines(card)
    assert buttons(card) == {}
    assert headings(card) == [wording.WELCOME_HEADING, wording.EXAMPLES_HEADING]
    assert violations(card) == []


def test_without_examples_it_says_how_to_ask() -> None:
    card = introduction_card(wording.HELP_HEADING, [], Contact(), "Help.")
    assert f"• {wording.NO_EXAMPLES}" in lines(card)


def test_it_leads_to_a_person_where_there_is_one() -> None:
    contact = Contact("the Learning team", "https://help.example.com")
    card = introduction_card(wording.HELP_HEADING, [], contact, "Help.")
    assert buttons(card)["Ask the Learning team"]["url"] == "https://help.example.com"


def test_it_fits_teams_whatever_the_examples() -> None:
    card = introduction_card(
        "Help", ["👍🏽" * 60] * 3, Contact("x" * 9_000, "mailto:a@b.c"), "Help."
    )
    assert violations(card) == []
