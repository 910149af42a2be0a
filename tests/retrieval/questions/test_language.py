"""What the language of a question does to its answer."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answer import NotUnderstood, Outcome, Question
from retrieval.answer_report import Explanation
from retrieval.retriever import Retriever
from snapshot.manifest import Calibration
from snapshot.models import Resource
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish

ENGLISH = [resource("en/leave.md"), resource("en/travel.md")]
GERMAN = resource("de/homeoffice.md", language="de-AT", title="Regelung")
SPANISH = resource("es/permisos.md", language="es", title="Permisos")
PORTUGUESE = resource("pt/politica.md", language="pt-BR", title="Permisos")
TEXTS = {
    ENGLISH[0].id: "Unused holiday carries over until March.",
    ENGLISH[1].id: "Claim the train by the form.",
    GERMAN.id: "Von zu Hause darf man an zwei Tagen arbeiten.",
    SPANISH.id: "Las vacaciones se piden en el portal con dos semanas.",
    PORTUGUESE.id: "Os dias de vacaciones piden, se no portal com a chefia.",
}
EVERYTHING = Calibration(answered=0.0, closest=0.0)
EN = frozenset({"en"})
Ask = Callable[..., Retriever]


@pytest.fixture
def serving(tmp_path: Path) -> Ask:
    def serving(
        *resources: Resource,
        known: frozenset[str] = frozenset(),
        calibration: Calibration = EVERYTHING,
        text: str = "",
    ) -> Retriever:
        """English content and these; `text` is what each of them says instead of its own."""
        store = SnapshotStore(tmp_path / secrets.token_hex(4))
        every = (*ENGLISH, *resources)
        texts = TEXTS | ({one.id: text for one in resources} if text else {})
        passages = [passage(one, texts[one.id]) for one in every]
        publish(store, resources=every, passages=passages, calibration=calibration)
        return Retriever(store.open(), WordEncoder(languages=known))

    return serving


QUESTION = Question("¿cómo se piden las vacaciones en el portal?")


def test_a_third_language_never_answers_what_the_model_does_not_understand(serving: Ask) -> None:
    answer = serving(PORTUGUESE, known=EN).answer(QUESTION)
    assert answer.results[0].resource == PORTUGUESE
    assert answer.outcome is Outcome.CLOSEST
    assert answer.not_understood == NotUnderstood("es", ("en",))


def test_a_model_that_knows_the_language_answers_as_ever(serving: Ask) -> None:
    for known in (frozenset[str](), frozenset({"en", "es"})):
        answer = serving(PORTUGUESE, known=known).answer(QUESTION)
        assert answer.outcome is Outcome.ANSWERED
        assert answer.not_understood is None


def test_the_question_s_own_language_answers_by_its_words(serving: Ask) -> None:
    answer = serving(SPANISH, known=EN).answer(QUESTION)
    assert answer.results[0].resource == SPANISH
    assert answer.outcome is Outcome.ANSWERED


def test_the_question_s_own_language_does_not_answer_in_other_words(serving: Ask) -> None:
    asked = Question("¿cuántos días de descanso me corresponden en el año?")
    answer = serving(SPANISH, known=EN).answer(asked)
    assert answer.results[0].resource == SPANISH
    assert answer.outcome is Outcome.CLOSEST


def test_what_is_too_little_sure_stays_nothing(serving: Ask) -> None:
    strict = Calibration(answered=1.1, closest=1.1)
    answer = serving(PORTUGUESE, known=EN, calibration=strict).answer(QUESTION)
    assert answer.outcome is Outcome.NOTHING_VALIDATED
    assert answer.not_understood is not None


@pytest.mark.parametrize(
    "text",
    [
        "unused holiday until March",
        "laptop stolen",
        "pension plan",
        "per diem",
        "sabbatical",
        "blizzard",
        "SF-72",
        "vpn",
        "2026",
        "email signiture",
    ],
)
def test_english_is_not_taken_for_another_language(serving: Ask, text: str) -> None:
    answer = serving(GERMAN, known=EN).answer(Question(text))
    assert answer.not_understood is None
    assert answer.outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("darf ich zu Hause arbeiten", "de"),
        ("combien de jours de congé ai-je", "fr"),
        ("cómo pido vacaciones", "es"),
        ("quantos dias de férias tenho", "pt"),
        ("mag ik thuis werken", "nl"),
        ("quanti giorni di ferie ho", "it"),
        ("Kündigungsfrist", "de"),
    ],
)
def test_short_questions_are_recognised(serving: Ask, text: str, language: str) -> None:
    answer = serving(known=EN).answer(Question(text))
    assert answer.not_understood == NotUnderstood(language, ("en",))


def test_a_follow_up_is_in_the_language_of_the_question_before(serving: Ask) -> None:
    asked = Question("y en Portugal?", context="¿cuántos días de vacaciones tengo?")
    answer = serving(known=EN).answer(asked)
    assert answer.not_understood == NotUnderstood("es", ("en",))


def test_near_equals_in_the_question_s_language_come_first(serving: Ask) -> None:
    """The Portuguese page has the same words and stands before the Spanish one."""
    same = "Las vacaciones se piden en el portal."
    hits = serving(PORTUGUESE, SPANISH, text=same).rank(QUESTION)
    assert hits[0].passage.resource_id == SPANISH.id
    assert hits[0].parts["language"] > hits[1].parts["language"] == 0
    assert sum(hits[0].parts.values()) == pytest.approx(hits[0].score, abs=1e-6)


def test_the_folder_s_main_language_and_an_unknown_one_change_nothing(serving: Ask) -> None:
    several, alone = serving(SPANISH), serving(replace(SPANISH, language="en"))
    for text in ("how is unused holiday carried over until March", "portal"):
        hits = several.rank(Question(text))
        assert [hit.score for hit in hits] == [hit.score for hit in alone.rank(Question(text))]
        assert "language" not in hits[0].parts


def test_the_explanation_says_why_nothing_is_claimed(serving: Ask) -> None:
    retriever = serving(PORTUGUESE, known=EN)
    answer = retriever.answer(QUESTION)
    explained = Explanation.of(answer, retriever.rank(QUESTION), retriever.snapshot)
    assert "does not know the question's language (es)" in explained.reasons[-1]
