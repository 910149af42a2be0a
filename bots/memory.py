"""What the conversation remembers: the answers that were given lately, and what was made of them.

Nothing here outlives the process, and everything is bounded: what is forgotten costs a person an
updated card or a follow-up, never an answer or a rating.
"""

from __future__ import annotations

import pickle
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TTLCache

from analytics.events import Rated
from bots.drawing.shown import ShownAnswer

ANSWERS_FOR_S = 24 * 60 * 60.0
FOLLOW_UP_FOR_S = 5 * 60.0
CAPACITY = 5_000
# Answers that may just be on their way to a person are kept as they are; older ones, which few
# people come back to, packed into a fifth.
_FRESH_FOR_S = 60.0
_FRESH = 64


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, in which chat, and to whom (a pseudonym)."""

    view: ShownAnswer
    chat: str
    asker: str


class Memory:
    """Recent answers by id, by the message that carried them, and by who asked where.

    A `chat` is a conversation as a whole; a `thread` is one thread of a channel, or the chat.
    """

    def __init__(
        self, capacity: int = CAPACITY, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fresh: TTLCache[str, Given] = TTLCache(min(_FRESH, capacity), _FRESH_FOR_S, clock)
        self._packed: TTLCache[str, bytes] = TTLCache(capacity, ANSWERS_FOR_S, clock)
        self._by_message: TTLCache[tuple[str, str], str] = TTLCache(capacity, ANSWERS_FOR_S, clock)
        self._last: TTLCache[tuple[str, str], str] = TTLCache(capacity, ANSWERS_FOR_S, clock)
        self._rated: TTLCache[tuple[str | None, ...], tuple[bool, str]] = TTLCache(
            capacity, ANSWERS_FOR_S, clock
        )
        self._recent: TTLCache[tuple[str, str], str] = TTLCache(capacity, FOLLOW_UP_FOR_S, clock)
        self._seen: TTLCache[str, int] = TTLCache(capacity, FOLLOW_UP_FOR_S, clock)

    def previous_question(self, thread: str, asker: str) -> str | None:
        """What this person asked in this thread within the last minutes: of a follow-up, the
        question that it was read after."""
        given = self.previous(thread, asker)
        if given is None:
            return None
        return given.view.answer.earlier or given.view.answer.question.text

    def previous(self, thread: str, asker: str) -> Given | None:
        """The answer that this person got in this thread within the last minutes."""
        query_id = self._recent.get((thread, asker))
        return self.given(query_id) if query_id else None

    def seen(self, given: Given) -> int:
        """How many of the answer's results the person has been shown, on whichever cards."""
        return self._seen.get(given.view.query_id, len(given.view.results))

    def remember_seen(self, given: Given, count: int) -> None:
        """That many have been shown now."""
        self._seen[given.view.query_id] = count

    def remember(self, given: Given, thread: str) -> None:
        """An answer that is about to be sent."""
        self._fresh[given.view.query_id] = given
        self._packed[given.view.query_id] = _pack(given)
        if given.view.answer.sensitive:
            # What somebody in distress said is quoted nowhere, and goes with no later question.
            self._recent.pop((thread, given.asker), None)
        else:
            self._recent[thread, given.asker] = given.view.query_id

    def remember_message(self, given: Given, message_id: str | None) -> None:
        """The answer is out, in that message if its id is known."""
        self._last[given.chat, given.asker] = given.view.query_id
        if message_id:
            self._by_message[given.chat, message_id] = given.view.query_id

    def given(self, query_id: str) -> Given | None:
        """The answer of that id."""
        if fresh := self._fresh.get(query_id):
            return fresh
        packed = self._packed.get(query_id)
        return _unpack(packed) if packed else None

    def query_in_message(self, chat: str, message_id: str) -> str | None:
        """The id of the answer that the message carried."""
        return self._by_message.get((chat, message_id))

    def last_query(self, chat: str, asker: str) -> str | None:
        """The id of the last answer that this person got in this chat."""
        return self._last.get((chat, asker))

    def remember_rating(self, rated: Rated) -> bool:
        """Whether it says anything else than the person's last rating of that answer."""
        about = (rated.query_id, rated.reply_key, rated.asker, rated.source)
        said = (rated.helpful, rated.comment)
        if self._rated.get(about) == said:
            return False
        self._rated[about] = said
        return True


def _pack(given: Given) -> bytes:
    return zlib.compress(pickle.dumps(given, pickle.HIGHEST_PROTOCOL), zlib.Z_BEST_SPEED)


def _unpack(packed: bytes) -> Given:
    given: Given = pickle.loads(zlib.decompress(packed))  # noqa: S301 (this process packed it)
    return given
