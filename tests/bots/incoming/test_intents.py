"""Small talk is told from questions, and a greeting does not get into the search."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.incoming.intents import MAX_QUESTION_CHARS, Intent, Wish, wish

FILE = "application/vnd.microsoft.teams.file.download.info"


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        *(
            (Intent.GREETING, text)
            for text in ("hi", "Hello!", "HEY", "hello there", "good morning")
        ),
        *(
            (Intent.GREETING, text)
            for text in ("Hallo", "Guten Morgen zusammen", "Grüß Gott", "moin")
        ),
        *(
            (Intent.GREETING, text)
            for text in ("Bonjour !", "salut", "¡Hola!", "Buenos días", "ciao")
        ),
        *(
            (Intent.GREETING, text)
            for text in ("Hi, how are you?", "Hallo, wie geht's?", "👋", "hi!!")
        ),
        *(
            (Intent.HELP, text)
            for text in ("help", "Help!", "What can you do?", "?", "??", "hi, help")
        ),
        *(
            (Intent.HELP, text)
            for text in ("Hilfe", "Was kannst du?", "Aide", "¿Qué puedes hacer?")
        ),
        (Intent.HELP, "Qu’est-ce que tu peux faire ?"),
        *((Intent.THANKS, text) for text in ("thanks", "Thank you very much!", "ok great, thanks")),
        *(
            (Intent.THANKS, text)
            for text in ("Danke schön", "merci beaucoup", "gracias", "👍", "ok")
        ),
        (Intent.THANKS, "Thanks for your help :)"),
        *((Intent.GOODBYE, text) for text in ("bye", "Tschüss!", "au revoir", "See you later")),
        *((Intent.UNCLEAR, text) for text in ("", "  \n ", "…", "🤷", "\u202e\x00", "yes", "nein")),
    ],
)
def test_small_talk_is_understood(intent: Intent, text: str) -> None:
    assert wish(text) == Wish(intent)


@pytest.mark.parametrize(
    "text",
    [
        "How do I claim travel expenses?",
        "help with payroll",
        "Thank you letter template",
        "Hello World in Python",
        "Hi-Vis jackets",
        "hello.py does not start",
        "Good morning meeting etiquette",
        "vpn",
        "42",
        "ok?!x",
        "is this good",
        "休暇の申請方法",
    ],
)
def test_a_question_is_searched_for_as_it_is(text: str) -> None:
    """Words of small talk inside a question are part of it."""
    assert wish(text) == Wish(Intent.QUESTION, text)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Hi, how do I claim expenses?", "how do I claim expenses?"),
        ("hi how do i claim expenses", "how do i claim expenses"),
        ("Hello 👋\nWhere is the travel policy?", "Where is the travel policy?"),
        ("Good morning! VPN on a phone", "VPN on a phone"),
        ("Hey Signpost, where is the policy?", "where is the policy?"),
        ("Guten Tag - wo finde ich den Urlaubsantrag?", "wo finde ich den Urlaubsantrag?"),
        ("Bonjour, comment poser un congé ?", "comment poser un congé ?"),
        ("Hola. ¿Cómo pido vacaciones?", "¿Cómo pido vacaciones?"),
        ("Thanks, and how do I book leave?", "and how do I book leave?"),
        ("Hi! Hello! What is SSO?", "What is SSO?"),
        ("hi: https://intranet.example.com/x", "https://intranet.example.com/x"),
    ],
)
def test_a_greeting_before_a_question_is_taken_off(text: str, question: str) -> None:
    """It would be noise in the search, in the log and in the quoted question."""
    assert wish(text) == Wish(Intent.QUESTION, question)


def test_a_question_becomes_one_clean_line() -> None:
    assert wish("How\r\n do\tI\x00 \u202eask?").question == "How do I ask?"


@pytest.mark.parametrize("attachment", [FILE, "image/png", "image/*", "application/pdf"])
def test_a_file_without_words_is_a_file(attachment: str) -> None:
    """Stickers and GIFs come as images."""
    for text in ("", "👍", "?", "please"):
        assert wish(text, [attachment]) == Wish(Intent.FILE, has_file=True)


def test_a_file_with_a_question_is_a_question() -> None:
    assert wish("What does this form mean?", [FILE]) == Wish(
        Intent.QUESTION, "What does this form mean?", has_file=True
    )


@pytest.mark.parametrize(
    "attachment", ["messageReference", "application/vnd.microsoft.card.adaptive", ""]
)
def test_quoted_messages_and_previews_are_no_files(attachment: str) -> None:
    """Teams attaches them by itself."""
    assert wish("What is SSO?", [attachment]) == Wish(Intent.QUESTION, "What is SSO?")
    assert wish("", [attachment]) == Wish(Intent.UNCLEAR)


def test_a_question_can_be_2000_characters_long_and_no_longer() -> None:
    text = ("word " * 400).strip() + "?"
    assert len(text) == MAX_QUESTION_CHARS
    assert wish(text).intent is Intent.QUESTION
    assert wish(text + "?").intent is Intent.TOO_LONG


def test_somebody_in_distress_is_heard_at_any_length() -> None:
    told = wish("I want to kill myself. " + "It has been so for a long time. " * 200)
    assert told.intent is Intent.QUESTION
    assert told.question.startswith("I want to kill myself.")
    assert wish(" " * 5000 + "What is SSO?").intent is Intent.QUESTION


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["hi", "thanks", " ", ",", "!", "-", "?", "👋", "how", "x", "\n", "."])
    ).map("".join)
)
def test_a_question_is_never_empty(text: str) -> None:
    wanted = wish(text)
    assert bool(wanted.question) is (wanted.intent is Intent.QUESTION)


@pytest.mark.parametrize("unit", ["hi ", "hi, ", "! ", "👋", "thanks ", "hi there, ", "- "])
def test_no_message_takes_long(unit: str) -> None:
    """Patterns that back-track would take seconds on these."""
    start = time.process_time()
    wish("hi" + unit * (MAX_QUESTION_CHARS // len(unit)) + "x")
    assert time.process_time() - start < 0.2
