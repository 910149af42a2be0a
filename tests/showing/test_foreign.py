"""What people read whose language the model does not know: on cards, aloud and on the page."""

from dataclasses import replace

import pytest

from bots.cards import answer_card
from bots.drawing.shown import spoken
from retrieval.answer import Answer, NotUnderstood, Outcome
from retrieval.pins.sensitive import Sensitive
from showing.foreign import ForeignLine, foreign_line
from snapshot.manifest import Topic
from tests.fakes.answers import answer, result, view
from tests.fakes.cards import violations

SPANISH = "Por ahora solo entiendo bien las preguntas en inglés. Por favor, pregunte en inglés."


def _asked(language: str, *known: str, outcome: Outcome = Outcome.CLOSEST) -> Answer:
    found = answer(result(), outcome=outcome, question="¿cuántas vacaciones tengo?")
    return replace(found, not_understood=NotUnderstood(language, known))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Bitte fragen Sie auf Englisch."),
        ("fr", "Merci de poser la question en anglais."),
        ("es", "Por favor, pregunte en inglés."),
        ("pt", "Por favor, pergunte em inglês."),
        ("nl", "Stelt u uw vraag in het Engels."),
        ("it", "Per favore, chieda in inglese."),
    ],
)
def test_each_is_told_in_their_language(language: str, said: str) -> None:
    line = foreign_line(_asked(language, "en"))
    assert line is not None
    assert line.language == language
    assert line.text.endswith(said)


def test_whoever_asks_in_a_language_without_words_reads_english() -> None:
    assert foreign_line(_asked("sv", "de", "en", "fr")) == ForeignLine(
        "I only understand questions in German, English or French well so far. "
        "Please ask in German, English or French.",
        "en",
    )


def test_who_is_answered_or_in_distress_is_not_told() -> None:
    assert foreign_line(_asked("es", "en", outcome=Outcome.ANSWERED)) is None
    distressed = replace(_asked("es", "en"), sensitive=Sensitive(Topic.VIOLENCE, "es"))
    assert foreign_line(distressed) is None
    assert foreign_line(answer(result(), outcome=Outcome.CLOSEST)) is None


@pytest.mark.parametrize("outcome", [Outcome.CLOSEST, Outcome.NOTHING_VALIDATED])
def test_the_card_says_it_first_and_aloud(outcome: Outcome) -> None:
    results = [result()] if outcome is Outcome.CLOSEST else []
    shown = view(*results, outcome=outcome)
    shown = replace(
        shown, answer=replace(shown.answer, not_understood=NotUnderstood("es", ("en",)))
    )
    card = answer_card(shown)
    assert violations(card) == []
    assert card["body"][0]["inlines"][0]["text"] == SPANISH
    assert spoken(shown).startswith(SPANISH)
