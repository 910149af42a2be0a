"""Every sentence that a person reads in Teams, to be changed or translated in one place.

Plain text: cards and messages make sure that it is shown as it stands. What comes from content or
from people is handed in ready to be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from snapshot.formats.format_row import Kind
from snapshot.models import Fragment, Heading, Locator, Page, Resource, Slide, TimeRange, Whole

NAME = "Signpost"

# What there is to open.

_KINDS = {
    Kind.DOCUMENT: "Document",
    Kind.PAGE: "Page",
    Kind.DECK: "Deck",
    Kind.VIDEO: "Video",
    Kind.COURSE: "Course",
    Kind.LINK: "Link",
}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
SEPARATOR = " · "


def about(kind: Kind, minutes: int | None, where: str) -> str:
    """One line: what it is, how long it takes, and where in it the answer stands."""
    return SEPARATOR.join(filter(None, [_KINDS[kind], duration(minutes or 0), where]))


def duration(minutes: int) -> str:
    """6 -> "6 min", 75 -> "1 h 15 min", 0 -> nothing."""
    hours, rest = divmod(max(minutes, 0), 60)
    return " ".join(f"{count} {unit}" for count, unit in ((hours, "h"), (rest, "min")) if count)


def place(locator: Locator) -> str:
    """Where in a resource something stands; empty for the whole."""
    match locator:
        case TimeRange():
            return f"at {locator.label}"
        case Heading(_, text):
            return f"“{text}”" if text else ""
        case Page() | Slide() | Fragment() | Whole():
            return locator.label
        case _ as never:
            assert_never(never)


def open_button(resource: Resource, locator: Locator) -> str:
    """Names the place only if the link leads there."""
    if not resource.opens_at(locator):
        return f"Open {_KINDS[resource.kind].lower()}"
    return locator.opening.button.format(place=locator.label)


def validated(by: str, on: date) -> str:
    """Who vouched for a resource, and when."""
    return f"Validated by {by} on {day(on)}"


def day(on: date) -> str:
    """2026-11-02 -> "2 Nov 2026"."""
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


# Answers.

CLOSEST_HEADING = "Not certain: the closest I found"
CLOSEST_NOTE = "This may not answer your question. Check before you rely on it."
FURTHER_HEADING = "Also relevant"
CLOSEST_FURTHER_HEADING = "Also close"
NO_LINK = "I have no link to this place. Look for the resource by its title."
SHORTENED = "There was more, too long for one card."
FILES_IGNORED = "I do not read files or pictures, only what you type."


ANSWERS_IT = "This answers it:"
ANSWERED_BELOW = "The answer stands below."


def you_asked(question: str) -> str:
    """The question of a button, which stands nowhere else in the chat."""
    return f"You asked: “{question}”"


def answered(sentence: str, title: str, where: str) -> str:
    """The answer in one line, for notifications, screen readers and hosts without cards."""
    return f"{sentence} (From: {title}, {where})" if where else f"{sentence} (From: {title})"


def closest(said: str) -> str:
    """The same of what is not certain."""
    return f"{CLOSEST_HEADING}. {said}"


# Pinned answers.

PINNED_HEADING = "Pinned answer"


def pinned(text: str) -> str:
    """A pinned text in one line."""
    return f"{PINNED_HEADING}: {text}"


def pinned_by(by: str, on: date) -> str:
    """Who fixed the answer for these words."""
    return f"Pinned for this question by {by} on {day(on)}"


def pinned_contact(name: str) -> str:
    """Whom a pinned answer names."""
    return f"Ask: {name}"


def understood_as(earlier: str, text: str) -> str:
    """That a question was read together with the one before."""
    return f"Understood as: {quoted(text)} after {quoted(earlier)}"


def searched_for(read: str, written: str) -> str:
    """That a word was read as another: a slip, or what the folder calls otherwise."""
    return f"Searched for {quoted(read)} instead of {quoted(written)}"


# Nothing validated.

NOTHING_HEADING = "I found nothing validated on this"
NOTHING_NOTED = "I noted your question for the people who make our learning content."
NOTHING_UNDERSTOOD = "You asked:"
TRY_HEADING = "What you can try"
TRY_WHOLE_QUESTION = "Ask a whole question: what do you want to do, and in which tool?"
TRY_ONE_THING = "Ask for one thing at a time, in one sentence."
TRY_TOOL = "Name the tool, form or process that it is about."
TRY_OTHER_WORDS = "Use other words, such as those that your company uses for it."


def try_contact(name: str) -> str:
    """Advice to ask somebody."""
    return f"Ask {name}."


def quoted(text: str) -> str:
    """Somebody's words."""
    return f"“{text}”"


def nothing(question: str) -> str:
    """The outcome in words, for notifications, screen readers and hosts without cards."""
    return f"{NOTHING_HEADING}: {quoted(question)}. {NOTHING_NOTED}"


def ask_contact(name: str) -> str:
    """A button that leads to a person."""
    return f"Ask {name}" if name else "Ask a person"


# Feedback.

HELPFUL_QUESTION = "Did this help?"
HELPFUL = "Helpful"
NOT_HELPFUL = "Not helpful"
RATED_HELPFUL = "Thanks. You marked this as helpful."
RATED_NOT_HELPFUL = (
    "Thanks. You marked this as not helpful. Try other words, or name the tool or process."
)
RATED_SHARED = "Thanks, that is noted. Everybody here can rate this answer."
CHANGE_TO_HELPFUL = "Mark as helpful"
CHANGE_TO_NOT_HELPFUL = "Mark as not helpful"
PRESS_UNKNOWN = "I cannot do anything with this button any more. Ask me the question again."

# Small talk: each says what to do next.

HELLO = "Hello."
NO_QUESTION = "I did not see a question in that."
THANKS = "Happy to help. Ask me the next question whenever it comes up."
GOODBYE = "Goodbye. Whenever you want to know how something is done, ask me here."
_IN_YOUR_WORDS = "Ask me a question in your own words"
_FALLBACK_EXAMPLE = "say what you want to do, and name the tool or process"


def too_long(limit: int) -> str:
    """The answer to a message that is longer than a question can be."""
    return (
        f"That is longer than the {limit:,} characters that I read. "
        "Ask me in one or two sentences, and I will look."
    )


def inviting(opening: str, examples: Sequence[str]) -> str:
    """The opening, followed by how to ask."""
    if not examples:
        return f"{opening} {_IN_YOUR_WORDS}: {_FALLBACK_EXAMPLE}."
    stop = "" if examples[0].endswith(("?", ".", "!", "…")) else "."
    return f"{opening} {_IN_YOUR_WORDS}, for example: {quoted(examples[0])}{stop}"


# Wishes that are no question.

WHO = (
    f"I am {NAME}, a program and no person: I find the place in what your company has validated, "
    "and write no answer of my own."
)
HUMAN = "A person can help you better with this."
NOBODY_NAMED = "I have nobody to name. Ask your manager, or whoever runs this for you."
MORE_OF_WHAT = "I have no recent question of yours to show more of."
NO_MORE = "That was all I found on this."
WRONG = "Thank you, I noted that this answer is wrong."
WRONG_NEXT = "Ask it in other words, or name the tool or process."
WRONG_OF_WHAT = "I have no recent answer of mine to correct."


def more_on(question: str) -> str:
    """The heading of further results."""
    return f"More on {quoted(question)}"


def all_of(called: str, count: int) -> str:
    """The heading of a list of resources."""
    return (
        f"All {count} {called} that you may see" if count > 1 else f"The {called} that you may see"
    )


def none_of(called: str) -> str:
    """There are no resources of that kind."""
    return f"I have no {called} that you may see."


def none_on(called: str, question: str) -> str:
    """No resource of that kind is about the question."""
    return f"I found no {called} on {quoted(question)}."


def first_of(shown: int, count: int) -> str:
    """That a list is longer than what is shown."""
    return f"These are the first {shown} of {count}. Ask a question to find the right one."


def narrowed(question: str, called: str) -> str:
    """That the question before was asked again, for one kind."""
    return f"Understood as: {quoted(question)}, {called} only"


# What else a card offers: what the button says, and what it is called afterwards.

_OFFERS = {
    "videos": ("Only videos", "videos"),
    "documents": ("Only documents", "documents"),
    "short": ("Five minutes or less", "resources of five minutes or less"),
    "more": ("More results", ""),
    "all": ("All results", ""),
}


def offer_button(offer: str) -> str:
    """What the button of an offer says."""
    return _OFFERS[offer][0]


def offered(offer: str) -> str:
    """What an answer is narrowed to by an offer; empty for all."""
    return _OFFERS[offer][1]


# What it is.

WELCOME_HEADING = f"Hello, I am {NAME}"
HELP_HEADING = f"What {NAME} does"
WHAT = (
    f"{_IN_YOUR_WORDS}. I open the exact place that answers it: the page, the section, "
    "the second of a video."
)
ONLY_VALIDATED = (
    "I quote only what somebody in the company has validated. Where nothing answers, I say so, "
    "and the people who make the content learn what is missing."
)
EXAMPLES_HEADING = "For example"
NO_EXAMPLES = "Say what you want to do, and name the tool or process."
IN_SHARED_CHATS = "In a group chat or a channel, mention me and then ask."
PRIVACY = "Questions are kept under a code instead of your name."

# What is kept of somebody.

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


def own_questions(count: int, since: date, opened: int) -> str:
    """What is kept of somebody's questions."""
    asked, opened_of = _number(count, "question"), _number(opened, "opening")
    return f"{asked} since {day(since)}, with what I showed you and {opened_of}."


def own_ratings(count: int, comments: int) -> str:
    """What is kept of what somebody thought of answers."""
    return f"{_number(count, 'rating')} of answers, {comments} with a comment."


def own_days(texts_days: int, rows_days: int) -> str:
    """How long it is kept."""
    words = f"Your words and the code go after {texts_days} days." if texts_days else ""
    rows = f"Everything goes after {rows_days} days." if rows_days else ""
    return " ".join(filter(None, [words, rows])) or "It is kept until you have it erased."


def to_forget(questions: int, ratings: int) -> str:
    """What would be erased."""
    asked, rated = _number(questions, "question"), _number(ratings, "rating")
    return f"I would erase {asked} of yours with all that belongs to them, and {rated}."


def forgotten(questions: int, ratings: int) -> str:
    """What was erased."""
    return f"Erased: {_number(questions, 'question')} and {_number(ratings, 'rating')}."


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


# Trouble.

BUSY = "Many people are asking right now. Please ask me again in a moment."


def failure(contact_name: str) -> str:
    """What a person reads when something broke."""
    sorry = "Something went wrong on my side. Please try again in a minute."
    return f"{sorry} If it happens again, ask {contact_name}." if contact_name else sorry
