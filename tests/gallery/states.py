"""Every state that a card can be in, as the way there: a table with a row a state.

A new card, or a new state of one, is a new row: `make cards` draws it, and
`tests/contract/test_every_card.py` holds it to what each card promises.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from errors import Overloaded
from tests.gallery.chat import ORIGIN, Chat, Shown

EXPENSES = "How do I claim travel expenses?"
COFFEE = "how do I set up the coffee machine"
_DISTRESS = {
    "en": "I want to die",
    "de": "ich will nicht mehr leben",
    "fr": "je veux mourir",
    "es": "quiero morir",
}
_OWN_DATA = {
    "en": "what do you know about me?",
    "de": "Was weißt du über mich?",
    "fr": "que sais-tu de moi ?",
    "es": "¿qué sabes de mí?",
}


@dataclass(frozen=True)
class CardState:
    """`name` is the picture's file, `title` what it shows, `reach` the way there."""

    group: str
    name: str
    title: str
    reach: Callable[[Chat], Awaitable[Shown]]


def _asked(text: str, where: str = "personal") -> Callable[[Chat], Awaitable[Shown]]:
    return lambda chat: chat.type(text, where)


def _pressed(
    text: str, verb: str, where: str = "personal", **data: object
) -> Callable[[Chat], Awaitable[Shown]]:
    async def reach(chat: Chat) -> Shown:
        return await chat.press(await chat.type(text, where), verb, **data)

    return reach


async def _follow_up(chat: Chat) -> Shown:
    await chat.type("How many days of annual leave do I have?")
    return await chat.type("and can I buy more of them?")


async def _alone(chat: Chat) -> Shown:
    return await chat.press(await _follow_up(chat), "offer", offer="alone")


async def _shared(chat: Chat) -> Shown:
    return await chat.press(await chat.type(EXPENSES, "private"), "offer", offer="share")


async def _by_example(chat: Chat) -> Shown:
    return await chat.press(await chat.installs(), "ask", question=EXPENSES)


async def _commented(chat: Chat) -> Shown:
    rated = await chat.press(await chat.type(EXPENSES), "rate", helpful=False)
    return await chat.press(rated, "comment", written={"comment": "And for my own car?"})


async def _own_data(chat: Chat) -> Shown:
    await chat.press(await chat.type(EXPENSES), "rate", helpful=True)
    return await chat.type(_OWN_DATA[chat.language])


async def _own_data_in_group(chat: Chat) -> Shown:
    return await chat.type(_OWN_DATA[chat.language], "group")


async def _distress(chat: Chat) -> Shown:
    return await chat.type(_DISTRESS[chat.language])


async def _menu(chat: Chat) -> Shown:
    return await chat.about("Where do I claim my train to Leeds?")


async def _sure(chat: Chat) -> Shown:
    return await chat.press(await chat.type(_OWN_DATA[chat.language]), "forget", step="asked")


async def _forgotten(chat: Chat) -> Shown:
    return await chat.press(await _sure(chat), "forget", step="sure")


async def _kept(chat: Chat) -> Shown:
    return await chat.press(await _sure(chat), "forget", step="not_sure")


async def _stale(chat: Chat) -> Shown:
    return await chat.press_data({"action": "offer", "query_id": "gone", "offer": "videos"})


async def _failed(chat: Chat) -> Shown:
    with chat.running.failing(RuntimeError("made up")):
        return await chat.type(EXPENSES)


async def _busy(chat: Chat) -> Shown:
    with chat.running.failing(Overloaded("made up")):
        return await chat.type(EXPENSES)


async def _listed(chat: Chat) -> Shown:
    return (await chat.search("claim travel expenses"))[0]


async def _popular(chat: Chat) -> Shown:
    return (await chat.search(""))[0]


async def _inserted(chat: Chat) -> Shown:
    return (await chat.search("claim travel expenses"))[1]


async def _not_found(chat: Chat) -> Shown:
    return (await chat.search("recipe for carbonara"))[0]


async def _unfurled(chat: Chat) -> Shown:
    return (await chat.link(f"{ORIGIN}/content/expenses-and-travel/claim-expenses.md"))[1]


_rated_in_group = _pressed(EXPENSES, "rate", "group", helpful=True)

_START, _ANSWER, _UNSURE = "To begin with", "Answers", "Not certain, and nothing"
_ON, _WRITTEN, _DATA = "Going on from an answer", "Written by a person", "One's own data"
_TOGETHER, _COMPOSE, WORDS = "Groups and channels", "Beside the compose box", "Words alone"

STATES: tuple[CardState, ...] = (
    CardState(_START, "welcome", "At install", lambda chat: chat.installs()),
    CardState(_START, "help", "“help”", _asked("help")),
    CardState(_ANSWER, "answered", "A section of a page", _asked(EXPENSES)),
    CardState(
        _ANSWER, "table", "A row of a table", _asked("how many weeks of notice during probation")
    ),
    CardState(_ANSWER, "video", "A second of a video", _asked(COFFEE)),
    CardState(
        _ANSWER, "pdf", "A page of a PDF", _asked("How long do we keep applicants' documents?")
    ),
    CardState(_ANSWER, "misspelt", "Misspelt words", _asked("how do i calim travle expnses?")),
    CardState(
        _ANSWER, "wording", "The company's own wording", _asked("how many vacation days do I have")
    ),
    CardState(_ANSWER, "follow-up", "A follow-up", _follow_up),
    CardState(_ANSWER, "alone", "A follow-up, asked by itself", _alone),
    CardState(_ANSWER, "example", "An example, pressed", _by_example),
    CardState(_UNSURE, "closest", "The closest", _asked("can I bring my dog to work")),
    CardState(
        _UNSURE, "closest-table", "The closest, in a table", _asked("business class to Singapore")
    ),
    CardState(_UNSURE, "nothing", "Nothing validated", _asked("recipe for carbonara")),
    CardState(
        _UNSURE, "foreign", "A language that is not known", _asked("Jak zgłosić kradzież laptopa?")
    ),
    CardState(_ON, "narrowed", "Only videos", _pressed(EXPENSES, "offer", offer="videos")),
    CardState(_ON, "more", "More results", _pressed(EXPENSES, "offer", offer="more")),
    CardState(_ON, "helpful", "Rated helpful", _pressed(EXPENSES, "rate", helpful=True)),
    CardState(_ON, "not-helpful", "Rated not helpful", _pressed(EXPENSES, "rate", helpful=False)),
    CardState(_ON, "commented", "Said what was missing", _commented),
    CardState(_ON, "all-videos", "A list", _asked("list all videos")),
    CardState(_ON, "person", "A person, please", _asked("can I talk to a human?")),
    CardState(_WRITTEN, "pinned", "A pinned text", _asked("guest wifi")),
    CardState(_WRITTEN, "pinned-place", "A pinned place", _asked("nearly had an accident")),
    CardState(_WRITTEN, "distress", "Somebody in distress", _distress),
    CardState(
        _WRITTEN, "emergency", "An emergency", _asked("my colleague is unconscious, what do I do")
    ),
    CardState(_DATA, "own-data", "What is kept", _own_data),
    CardState(_DATA, "sure", "Before it is erased", _sure),
    CardState(_DATA, "forgotten", "Erased", _forgotten),
    CardState(_DATA, "kept", "Kept after all", _kept),
    CardState(_TOGETHER, "group", "In a group chat", _asked(EXPENSES, "group")),
    CardState(_TOGETHER, "channel", "In a channel", _asked(COFFEE, "channel")),
    CardState(_TOGETHER, "private", "Seen by the asker alone", _asked(EXPENSES, "private")),
    CardState(_TOGETHER, "shared", "Shared with all", _shared),
    CardState(_TOGETHER, "group-rated", "Rated in a group", _rated_in_group),
    CardState(_COMPOSE, "search", "A search", _listed),
    CardState(_COMPOSE, "popular", "Before anything is typed", _popular),
    CardState(_COMPOSE, "inserted", "The card of a result", _inserted),
    CardState(_COMPOSE, "search-nothing", "Nothing found", _not_found),
    CardState(_COMPOSE, "dialog", "A message's menu", _menu),
    CardState(_COMPOSE, "dialog-empty", "A message without words", lambda chat: chat.about("")),
    CardState(_COMPOSE, "link", "A link", _unfurled),
    CardState(WORDS, "hello", "“hi”", _asked("hi")),
    CardState(WORDS, "long", "Too long", _asked("expenses " * 1000)),
    CardState(WORDS, "own-data-group", "One's own data, in a group", _own_data_in_group),
    CardState(WORDS, "stale", "A button of long ago", _stale),
    CardState(WORDS, "busy", "Too many at once", _busy),
    CardState(WORDS, "failed", "Something broke", _failed),
)
