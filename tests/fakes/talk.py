"""The bot's own conversation with fakes around it, and two people to talk to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analytics.erasing.retention import Keep
from bots.conversation import Conversation
from bots.memory import Memory
from bots.messages import Message, Reply
from identity.audience_file import Listed
from identity.audiences import Audiences
from identity.person import Person
from showing.ports import Contact
from state.state import State
from state.steady_clock import SteadyClock
from tests.fakes.answers import ASKED_AT, QUESTION
from tests.fakes.parts import (
    FakeAnswerer,
    FakeLinks,
    FakeOwnData,
    FakePseudonyms,
    FakeRecorder,
    FakeTime,
)

ALEX = Person("29:alex", "Alex Wilber", "alex-oid", "tenant")
MEGAN = Person("29:megan", "Megan Bowen", "megan-oid", "tenant")
ALEX_ALIAS = "<tenant|alex-oid>"
CHAT = "19:chat"
PRIVACY_URL = "https://example.com/privacy"
EXAMPLES = ["Who signs contracts?", " ", "Where is\nthe form?", "Third?", "Fourth?"]


class Talk:
    """A conversation with fakes around it, and short ways to talk to it."""

    def __init__(self, **changes: Any) -> None:
        self.answerer = FakeAnswerer()
        self.recorder = FakeRecorder()
        self.audiences = Audiences(Listed({"managers": frozenset({"alex-oid", ""})}))
        self.own_data = FakeOwnData()
        self.time = FakeTime()
        self.ids = iter(f"q{number}" for number in range(1, 10_000))
        self.sent_as = iter(f"activity-{number}" for number in range(1, 10_000))
        self.it = self.restarted(**changes)

    def restarted(self, **changes: Any) -> Conversation:
        """A new conversation on the same parts: nothing is remembered."""
        self.it = Conversation(
            self.answerer,
            self.recorder,
            FakeLinks(),
            FakePseudonyms(),
            self.audiences,
            **{
                "own_data": self.own_data.parts(keep=Keep(180, 730), privacy_url=PRIVACY_URL),
                "contact": Contact("the Learning team", "https://help.example.com"),
                "examples": lambda: EXAMPLES,
                "new_id": lambda: next(self.ids),
                "clock": lambda: ASKED_AT,
                "memory": Memory(State(clock=SteadyClock(self.time, self.time))),
                **changes,
            },
        )
        return self.it

    async def ask(self, text: str = QUESTION, **changes: Any) -> Reply:
        """The reply, after it was sent."""
        reply = await self.it.message(message(text, **changes))
        self.it.sent(reply, next(self.sent_as))
        return reply


def message(text: str, **changes: Any) -> Message:
    return replace(Message("m1", text, ALEX, CHAT), **changes)
