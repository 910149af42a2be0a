"""What the conversation remembers: the answers that were given lately, and what was made of them.

Everything is bounded and expires: what is forgotten costs a person an updated card or a follow-up,
never an answer or a rating.
"""

from __future__ import annotations

from cachetools import TTLCache

from analytics.events import Rated
from bots.drawing.kept_answer import Given, pack, unpack
from state.kinds import DAY_S, Kind
from state.state import State

ANSWERS_FOR_S = DAY_S
FOLLOW_UP_FOR_S = 5 * 60.0
_SENDING_FOR_S = 60.0
_SENDING = 1_000
_RATED = 5_000

_ANSWERS = Kind("answer.3", pack, unpack, ANSWERS_FOR_S, written_once=True)
_MESSAGES = Kind.of("message.1", str, ANSWERS_FOR_S, written_once=True)
_LAST = Kind.of("last.1", str, ANSWERS_FOR_S)
_RECENT = Kind.of("recent.1", str, FOLLOW_UP_FOR_S)
_SEEN = Kind.of("seen.1", int, FOLLOW_UP_FOR_S)


class Memory:
    """Recent answers by id, by the message that carried them, and by who asked where.

    A `chat` is a conversation as a whole; a `thread` is one thread of a channel, or the chat.
    """

    def __init__(self, state: State | None = None) -> None:
        """What is remembered outlives the process as far as the `state` does."""
        self._state = state or State()
        self._rated: TTLCache[tuple[str | None, ...], tuple[bool, str]] = TTLCache(
            _RATED, ANSWERS_FOR_S
        )
        # What somebody in distress said is kept nowhere, and at hand only until it is answered.
        self._sensitive: TTLCache[str, Given] = TTLCache(_SENDING, _SENDING_FOR_S)

    async def previous_question(self, thread: str, asker: str) -> str | None:
        """What this person asked in this thread within the last minutes: of a follow-up, the
        question that it was read after."""
        given = await self.previous(thread, asker)
        if given is None:
            return None
        return given.view.answer.earlier or given.view.answer.question.text

    async def previous(self, thread: str, asker: str) -> Given | None:
        """The answer that this person got in this thread within the last minutes."""
        query_id = await self._state.get(_RECENT, thread, asker)
        return await self.given(query_id) if query_id else None

    async def seen(self, given: Given) -> int:
        """How many of the answer's results the person has been shown, on whichever cards."""
        seen = await self._state.get(_SEEN, given.view.query_id)
        return len(given.view.results) if seen is None else seen

    def remember_seen(self, given: Given, count: int) -> None:
        """That many have been shown now."""
        self._state.put(_SEEN, (given.view.query_id,), count, given.asker)

    def remember(self, given: Given, thread: str | None) -> None:
        """An answer that is about to be sent. Without a `thread` it leaves what the person spoke
        of last as it is: they have asked nothing."""
        query_id, asker = given.view.query_id, given.asker
        if given.view.answer.sensitive:  # and goes with no later question
            self._sensitive[query_id] = given
            if thread is not None:
                self._state.forget(_RECENT, thread, asker)
        else:
            self._state.put(_ANSWERS, (query_id,), given, asker)
            if thread is not None:
                self._state.put(_RECENT, (thread, asker), query_id, asker)

    def remember_message(self, given: Given, message_id: str | None) -> None:
        """The answer is out, in that message if its id is known."""
        query_id, asker = given.view.query_id, given.asker
        self._state.put(_LAST, (given.chat, asker), query_id, asker)
        if message_id:
            self._state.put(_MESSAGES, (given.chat, message_id), query_id, asker)

    async def given(self, query_id: str) -> Given | None:
        """The answer of that id."""
        if given := self._sensitive.get(query_id):
            return given
        return await self._state.get(_ANSWERS, query_id)

    def just_given(self, query_id: str) -> Given | None:
        """The answer of that id, which this process gave a moment ago."""
        return self._sensitive.get(query_id) or self._state.here(_ANSWERS, query_id)

    async def query_in_message(self, chat: str, message_id: str) -> str | None:
        """The id of the answer that the message carried."""
        return await self._state.get(_MESSAGES, chat, message_id)

    async def last_query(self, chat: str, asker: str) -> str | None:
        """The id of the last answer that this person got in this chat."""
        return await self._state.get(_LAST, chat, asker)

    def remember_rating(self, rated: Rated) -> bool:
        """Whether it says anything else than the person's last rating of that answer. Another
        process does not know: what it records again leaves the query log as it is."""
        about = (rated.query_id, rated.reply_key, rated.asker, rated.source)
        said = (rated.helpful, rated.comment)
        if self._rated.get(about) == said:
            return False
        self._rated[about] = said
        return True

    async def forget(self, asker: str) -> None:
        """Forgets all that a person asked and said. DatabaseAway if that cannot be known."""
        for about in [about for about in self._rated if asker in about]:
            del self._rated[about]
        await self._state.forget_owner(asker)
