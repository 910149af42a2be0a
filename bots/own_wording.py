"""What a person reads in Teams of what is kept of them, as in `bots/wording.py`."""

from __future__ import annotations

from datetime import date

from words.catalogue import Words

OWN_HEADING = "What I keep of you"
OWN_PRIVATE = "I say that to you alone: ask me in our private chat."
OWN_AWAY = "I cannot reach what I keep right now. Please ask me again in a few minutes."
OWN_NOTHING = "No question and no rating of yours."
OWN_LAST = "What we said last, for a day at most, so that you can ask on."
OWN_CODE = (
    "All of it stands under a code instead of your name. Those who run me and those who look after "
    "the content can read it. Whoever holds my secret can tell which code is yours, and needs that "
    "to find what you want erased."
)
OWN_CHAT = "This chat itself is kept by Microsoft Teams. I cannot erase it there."
FORGET_ME = "Forget me"
FORGET_SURE = "Yes, forget me"
FORGET_NOT = "No, keep it"
FORGET_HEADING = "Shall I forget you?"
FORGET_LATER = "That cannot be undone. What you ask afterwards is kept as before."
FORGOTTEN_HEADING = "I have forgotten you"
NOT_FORGOTTEN = "I have erased nothing."
PRIVACY_PAGE = "How data are handled"


def own_questions(say: Words, count: int, since: date, opened: int) -> str:
    """What is kept of somebody's questions."""
    return say(
        "{questions} since {day}, with what I showed you and {openings}.",
        questions=say.several("{count} question", "{count} questions", count),
        day=say.day(since),
        openings=say.several("{count} opening", "{count} openings", opened),
    )


def own_ratings(say: Words, count: int, comments: int) -> str:
    """What is kept of what somebody thought of answers."""
    return say(
        "{ratings} of answers, {comments} with a comment.",
        ratings=say.several("{count} rating", "{count} ratings", count),
        comments=say.number(comments),
    )


def own_reports(say: Words, count: int) -> str:
    """What is kept of what somebody reported on the search page."""
    return say.several(
        "{count} report of what is wrong with a resource.",
        "{count} reports of what is wrong with resources.",
        count,
    )


def own_days(say: Words, texts_days: int, rows_days: int) -> str:
    """How long it is kept."""
    words = say("Your words and the code go after {days} days.", days=str(texts_days))
    rows = say("Everything goes after {days} days.", days=str(rows_days))
    kept = " ".join([*([words] if texts_days else []), *([rows] if rows_days else [])])
    return kept or say("It is kept until you have it erased.")


def to_forget(say: Words, questions: int, ratings: int) -> str:
    """What would be erased."""
    return say(
        "I would erase {questions} of yours with all that belongs to them, and {ratings}.",
        questions=say.several("{count} question", "{count} questions", questions),
        ratings=say.several("{count} rating", "{count} ratings", ratings),
    )


def forgotten(say: Words, questions: int, ratings: int) -> str:
    """What was erased."""
    return say(
        "Erased: {questions} and {ratings}.",
        questions=say.several("{count} question", "{count} questions", questions),
        ratings=say.several("{count} rating", "{count} ratings", ratings),
    )
