"""Every sentence that a person reads in Teams, in English, to be changed in one place.

Plain text: cards and messages make sure that it is shown as it stands. What comes from content or
from people is handed in ready to be shown. `say` gives a sentence in the language of who reads it:
each catalogue in `words/` holds every sentence that stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from snapshot.formats.format_row import Kind
from snapshot.models import Fragment, Heading, Locator, Page, Resource, Slide, TimeRange, Whole
from words.catalogue import Words

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
_OPEN = {
    Kind.DOCUMENT: "Open document",
    Kind.PAGE: "Open page",
    Kind.DECK: "Open deck",
    Kind.VIDEO: "Open video",
    Kind.COURSE: "Open course",
    Kind.LINK: "Open link",
}
SEPARATOR = " · "


def about(say: Words, kind: Kind, minutes: int | None, where: str) -> str:
    """One line: what it is, how long it takes, and where in it the answer stands."""
    return SEPARATOR.join(filter(None, [say(_KINDS[kind]), duration(minutes or 0), where]))


def duration(minutes: int) -> str:
    """6 -> "6 min", 75 -> "1 h 15 min", 0 -> nothing."""
    hours, rest = divmod(max(minutes, 0), 60)
    return " ".join(f"{count} {unit}" for count, unit in ((hours, "h"), (rest, "min")) if count)


def place(say: Words, locator: Locator) -> str:
    """Where in a resource something stands; empty for the whole."""
    match locator:
        case TimeRange():
            return say("at {time}", time=locator.label)
        case Heading(_, text):
            return say("“{text}”", text=text) if text else ""
        case Page() | Slide():
            return _numbered(say, locator)
        case Fragment() | Whole():
            return locator.label
        case _ as never:
            assert_never(never)


def _numbered(say: Words, locator: Page | Slide) -> str:
    number = str(locator.number)
    if isinstance(locator, Page):
        return say("page {number}", number=number)
    return say("slide {number}", number=number)


def open_button(say: Words, resource: Resource, locator: Locator) -> str:
    """Names the place only if the link leads there."""
    if not resource.opens_at(locator):
        return say(_OPEN[resource.kind])
    named = _numbered(say, locator) if isinstance(locator, Page | Slide) else locator.label
    return say(locator.opening.button, place=named)


def pictured(say: Words, place: str, title: str) -> str:
    """What a picture of a page shows, for those who do not see it."""
    return say("The passage on {place} of {title}", place=place, title=title)


def validated(say: Words, by: str, on: date) -> str:
    """Who vouched for a resource, and when."""
    return say("Validated by {by} on {day}", by=by, day=say.day(on))


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


def you_asked(say: Words, question: str) -> str:
    """The question of a button, which stands nowhere else in the chat."""
    return say("You asked: “{question}”", question=question)


def answered(say: Words, sentence: str, title: str, where: str) -> str:
    """The answer in one line, for notifications, screen readers and hosts without cards."""
    if where:
        return say(
            "{sentence} (From: {title}, {where})", sentence=sentence, title=title, where=where
        )
    return say("{sentence} (From: {title})", sentence=sentence, title=title)


def closest(say: Words, said: str) -> str:
    """The same of what is not certain."""
    return f"{say(CLOSEST_HEADING)}. {said}"


# Pinned answers.

PINNED_HEADING = "Pinned answer"


def pinned(say: Words, text: str) -> str:
    """A pinned text in one line."""
    return say("Pinned answer: {text}", text=text)


def pinned_by(say: Words, by: str, on: date) -> str:
    """Who fixed the answer for these words."""
    return say("Pinned for this question by {by} on {day}", by=by, day=say.day(on))


def pinned_contact(say: Words, name: str) -> str:
    """Whom a pinned answer names."""
    return say("Ask: {name}", name=name)


def understood_as(say: Words, earlier: str, text: str) -> str:
    """That a question was read together with the one before."""
    return say("Understood as: “{text}” after “{earlier}”", text=text, earlier=earlier)


def searched_for(say: Words, read: str, written: str) -> str:
    """That a word was read as another: a slip, or what the folder calls otherwise."""
    return say("Searched for “{read}” instead of “{written}”", read=read, written=written)


# Nothing validated.

NOTHING_HEADING = "I found nothing validated on this"
NOTHING_NOTED = "I noted your question for the people who make our learning content."
NOTHING_UNDERSTOOD = "You asked:"
TRY_HEADING = "What you can try"
TRY_WHOLE_QUESTION = "Ask a whole question: what do you want to do, and in which tool?"
TRY_ONE_THING = "Ask for one thing at a time, in one sentence."
TRY_TOOL = "Name the tool, form or process that it is about."
TRY_OTHER_WORDS = "Use other words, such as those that your company uses for it."


def try_contact(say: Words, name: str) -> str:
    """Advice to ask somebody."""
    return say("Ask {name}.", name=name)


NEAR_HEADING = "Similar questions that I can answer"
ALSO_ASK = "You can also ask"


def quoted(say: Words, text: str) -> str:
    """Somebody's words."""
    return say("“{text}”", text=text)


def nothing(say: Words, question: str) -> str:
    """The outcome in words, for notifications, screen readers and hosts without cards."""
    found = say("I found nothing validated on this: “{question}”.", question=question)
    return f"{found} {say(NOTHING_NOTED)}"


def ask_contact(say: Words, name: str) -> str:
    """A button that leads to a person."""
    return say("Ask {name}", name=name) if name else say("Ask a person")


# Feedback.

HELPFUL_QUESTION = "Did this help?"
HELPFUL = "Helpful"
NOT_HELPFUL = "Not helpful"
RATED_HELPFUL = "Thanks. You marked this as helpful."
RATED_NOT_HELPFUL = (
    "Thanks. You marked this as not helpful. Try other words, or name the tool or process."
)
RATED_COMMENTED = "Thanks. I noted that for the people who make our learning content."
RATED_SHARED = "Thanks, that is noted. Everybody here can rate this answer."
CHANGE_TO_HELPFUL = "Mark as helpful"
CHANGE_TO_NOT_HELPFUL = "Mark as not helpful"
COMMENT_LABEL = "What was missing or wrong?"
COMMENT_SEND = "Send"
COMMENT_EMPTY = "Write a few words first, then send them."
PRESS_UNKNOWN = "I cannot do anything with this button any more. Ask me the question again."

# Small talk: each says what to do next.

HELLO = "Hello."
COMMAND_UNKNOWN = "I cannot do that here. Search for it, and choose one of the results."
NO_QUESTION = "I did not see a question in that."
THANKS = "Happy to help. Ask me the next question whenever it comes up."
GOODBYE = "Goodbye. Whenever you want to know how something is done, ask me here."
_IN_YOUR_WORDS_SAY = (
    "Ask me a question in your own words: say what you want to do, and name the tool or process."
)
_IN_YOUR_WORDS_LIKE = "Ask me a question in your own words, for example: “{example}”"


def too_long(say: Words, limit: int) -> str:
    """The answer to a message that is longer than a question can be."""
    return say(
        "That is longer than the {limit} characters that I read. "
        "Ask me in one or two sentences, and I will look.",
        limit=say.number(limit),
    )


def inviting(say: Words, opening: str, examples: Sequence[str]) -> str:
    """The opening, followed by how to ask."""
    if not examples:
        return f"{opening} {say(_IN_YOUR_WORDS_SAY)}"
    stop = "" if examples[0].endswith(("?", ".", "!", "…")) else "."
    return f"{opening} {say(_IN_YOUR_WORDS_LIKE, example=examples[0])}{stop}"


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


def more_on(say: Words, question: str) -> str:
    """The heading of further results."""
    return say("More on “{question}”", question=question)


def all_of(say: Words, called: str, count: int) -> str:
    """The heading of a list of resources."""
    if count > 1:
        return say("All {count} {called} that you may see", count=str(count), called=say(called))
    return say("The {called} that you may see", called=say(called))


def none_of(say: Words, called: str) -> str:
    """There are no resources of that kind."""
    return say("I have no {called} that you may see.", called=say(called))


def none_on(say: Words, called: str, question: str) -> str:
    """No resource of that kind is about the question."""
    return say("I found no {called} on “{question}”.", called=say(called), question=question)


def first_of(say: Words, shown: int, count: int) -> str:
    """That a list is longer than what is shown."""
    return say(
        "These are the first {shown} of {count}. Ask a question to find the right one.",
        shown=str(shown),
        count=str(count),
    )


def narrowed(say: Words, question: str, called: str) -> str:
    """That the question before was asked again, for one kind."""
    return say("Understood as: “{question}”, {called} only", question=question, called=say(called))


# What else a card offers: what the button says, and what it is called afterwards.

_OFFERS = {
    "videos": ("Only videos", "videos"),
    "documents": ("Only documents", "documents"),
    "short": ("Five minutes or less", "resources of five minutes or less"),
    "tag": ("Only “{tag}”", ""),
    "more": ("More results", ""),
    "all": ("All results", ""),
    "alone": ("Ask only “{question}”", ""),
    "share": ("Share with everybody here", ""),
}
SHARED = "Everybody here can see it now, without your question."
NOT_SHARED = "I shared nothing: this is not for everybody here."


def offer_button(say: Words, offer: str, *, question: str = "", tag: str = "") -> str:
    """What the button of an offer says; one names the question, one a tag."""
    return say(_OFFERS[offer][0], question=question, tag=tag)


def shared_by(say: Words, name: str) -> str:
    """Who shows something to everybody in a chat."""
    return say("{name} shares this:", name=name) if name else say("Shared here:")


def offered(offer: str) -> str:
    """What an answer is narrowed to by an offer; empty for all."""
    return _OFFERS[offer][1]


# What it is.

WELCOME_HEADING = f"Hello, I am {NAME}"
HELP_HEADING = f"What {NAME} does"
WHAT = (
    "Ask me a question in your own words. I open the exact place that answers it: the page, "
    "the section, the second of a video."
)
ONLY_VALIDATED = (
    "I quote only what somebody in the company has validated. Where nothing answers, I say so, "
    "and the people who make the content learn what is missing."
)
EXAMPLES_HEADING = "For example"
NO_EXAMPLES = "Say what you want to do, and name the tool or process."
IN_SHARED_CHATS = "In a group chat or a channel, mention me and then ask."
PRIVACY = "Questions are kept under a code instead of your name."

# Trouble.

BUSY = "Many people are asking right now. Please ask me again in a moment."


def failure(say: Words, contact_name: str) -> str:
    """What a person reads when something broke."""
    sorry = say("Something went wrong on my side. Please try again in a minute.")
    again = say("If it happens again, ask {name}.", name=contact_name)
    return f"{sorry} {again}" if contact_name else sorry
