"""Wishes are told from questions: whole messages alone, and no labelled question among them."""

import pytest

from bots.incoming.wishes import Other, WishKind, other_wish
from retrieval.questions.narrowing import Narrowing
from tests.fakes.labelled import labelled_texts

WISHES = {
    WishKind.MORE: [
        "show me more", "More please", "more results", "what else?", "tell me more", "next",
        "zeig mir mehr", "mehr davon", "montre-moi plus de résultats", "muéstrame más", "Más",
    ],
    WishKind.WRONG: [
        "that's wrong", "That is not what I asked", "wrong answer", "this isn't right",
        "that didn't help", "das stimmt nicht", "c'est faux", "eso está mal", "no, that's wrong!",
    ],
    WishKind.HUMAN: [
        "speak to a human", "Can I talk to a real person please?", "I want to speak with someone",
        "human", "who can I contact?", "ich möchte mit einem Menschen sprechen",
        "je voudrais parler à quelqu'un", "quiero hablar con una persona",
    ],
    WishKind.WHO: [
        "who made you", "what are you?", "Are you a bot?", "are you human", "wer bist du",
        "qui es-tu ?", "¿quién eres?", "who built you",
    ],
    WishKind.KNOWN: [
        "What do you know about me?", "what data do you store about me", "What is stored about me?",
        "do you keep my questions?", "Was weißt du über mich?", "Welche Daten hast du über mich?",
        "Was hast du über mich gespeichert", "Que sais-tu sur moi ?", "¿Qué sabes de mí?",
        "Quelles données avez-vous sur moi", "¿Qué datos guardas sobre mí?",
    ],
    WishKind.FORGET: [
        "Forget me", "please forget me", "delete my data", "Erase everything you know about me",
        "Vergiss mich bitte", "Lösche meine Daten", "Meine Fragen löschen", "oublie-moi",
        "Supprime mes données", "olvídame", "Borra todos mis datos",
    ],
}  # fmt: skip

KINDS = {
    "only videos": Other(WishKind.ONLY, Narrowing(frozenset({"video"})), "videos"),
    "Only PDFs please": Other(WishKind.ONLY, Narrowing(frozenset({".pdf"})), "PDFs"),
    "just the slides": Other(WishKind.ONLY, Narrowing(frozenset({"deck"})), "decks"),
    "videos only": Other(WishKind.ONLY, Narrowing(frozenset({"video"})), "videos"),
    "is there a video on this?": Other(WishKind.ONLY, Narrowing(frozenset({"video"})), "videos"),
    "nur Videos": Other(WishKind.ONLY, Narrowing(frozenset({"video"})), "videos"),
    "solo vídeos": Other(WishKind.ONLY, Narrowing(frozenset({"video"})), "videos"),
    "list all videos": Other(WishKind.LIST, Narrowing(frozenset({"video"})), "videos"),
    "show me all documents": Other(WishKind.LIST, Narrowing(frozenset({"document"})), "documents"),
    "what courses do you have?": Other(WishKind.LIST, Narrowing(frozenset({"course"})), "courses"),
    "alle Videos": Other(WishKind.LIST, Narrowing(frozenset({"video"})), "videos"),
    "toutes les vidéos": Other(WishKind.LIST, Narrowing(frozenset({"video"})), "videos"),
}

QUESTIONS = [
    "more holidays", "only fans wrong invoice", "how do I show more rows in the report",
    "show me more about travel", "is the invoice wrong", "wrong invoice", "human resources",
    "talk to my manager about pay", "who made the budget", "video conference room",
    "list all public holidays", "documents for a visa", "how do I list all videos in Stream",
    "what is wrong with my laptop", "pdf editor", "only managers", "next payday",
    "what do you know about mentoring", "what data do we store about customers",
    "forget my password", "forgot my password", "delete my data from the old laptop",
    "how do I delete my data", "delete my account", "remove me from the mailing list",
    "what does HR know about me",
    "Was weißt du über Mentoring?", "how long is my personal data kept", "who keeps data about me",
    "who can I contact about payroll", "are you allowed to record a call", "links in emails",
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "text"), [(a, text) for a, all_ in WISHES.items() for text in all_]
)
def test_a_wish_is_told(asked: WishKind, text: str) -> None:
    assert other_wish(text) == Other(asked)


@pytest.mark.parametrize("text", KINDS)
def test_kinds_are_told(text: str) -> None:
    assert other_wish(text) == KINDS[text]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_none(text: str) -> None:
    assert other_wish(text) is None


def test_no_labelled_question_is_taken_for_a_wish() -> None:
    texts = labelled_texts()
    assert {text: found for text in texts if (found := other_wish(text))} == {}
