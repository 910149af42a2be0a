"""Whose words a follow-up is read after: its asker's own, in the same place, whatever others say
and press in between, and whichever process answers."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.database import Database
from bots.actions import OFFER, Offer, Offered
from bots.memory import Memory
from bots.messages import CardPress
from identity.person import Person
from retrieval.answer import Answer, ChannelKind, Question
from state.state import State
from tests.fakes.parts import FakeAnswerer
from tests.fakes.talk import Talk

PEOPLE = [Person(f"29:{name}", name, f"{name}-oid", "tenant") for name in ("ann", "bob", "cem")]
PLACES = {
    "group": ("19:group", ChannelKind.GROUP),
    "thread 1": ("19:channel;messageid=1", ChannelKind.CHANNEL),
    "thread 2": ("19:channel;messageid=2", ChannelKind.CHANNEL),
    "personal": ("a:{name}", ChannelKind.PERSONAL),
}
NUMBERS = itertools.count()
WHO, WHERE = st.sampled_from(PEOPLE), st.sampled_from(sorted(PLACES))
SAYS = st.tuples(st.just("says"), WHO, WHERE)
PRESSES = st.tuples(st.just("presses"), WHO, WHERE, st.sampled_from(Offer), st.integers(0, 20))
RESTART = st.tuples(st.just("restart"))


class JoiningAnswerer(FakeAnswerer):
    """Reads every question after the one before it, if there is one."""

    async def answer(self, question: Question) -> Answer:
        return replace(await super().answer(question), earlier=question.context or "")


class Several:
    """People in several places, and a bot that may be started anew at any moment."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.talk = Talk()
        self.talk.answerer = JoiningAnswerer()
        self.state: State | None = None
        self.run = next(NUMBERS)  # one log for all runs: their places are others
        self.typed: dict[str, tuple[str, str]] = {}
        self.cards: dict[str, list[str]] = {}

    async def start(self) -> None:
        await self.stop()
        self.state = await State.open(self.url, b"secret", wait_s=10.0)
        self.talk.restarted(memory=Memory(self.state))

    async def stop(self) -> None:
        if self.state:
            await self.state.close()

    def where(self, who: Person, place: str) -> tuple[str, ChannelKind]:
        name, kind = PLACES[place]
        return f"{self.run}:{name.format(name=who.name)}", kind

    async def says(self, who: Person, place: str) -> None:
        chat, kind = self.where(who, place)
        text = f"how does thing {next(NUMBERS)} work?"
        self.typed[text] = (who.channel_id, chat)
        changes = {"sender": who, "conversation_id": chat, "channel_kind": kind}
        reply = await self.talk.ask(text, **changes)
        self.cards.setdefault(chat, []).append(reply.query_id or "")
        context = self.talk.answerer.questions[-1].context
        assert context is None or self.typed[context] == (who.channel_id, chat)

    async def presses(self, who: Person, place: str, offer: Offer, number: int) -> None:
        chat, kind = self.where(who, place)
        if cards := self.cards.get(chat):
            data = OFFER.data(Offered(cards[number % len(cards)], offer))
            await self.talk.it.press(CardPress(data, who, chat, kind))


@pytest.fixture(scope="module")
def log_at(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("log") / "signpost.db"
    url = f"sqlite:///{path}"

    async def make() -> None:
        await (await Database.open(url)).close()

    asyncio.run(make())
    return url


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.one_of(SAYS, SAYS, PRESSES, RESTART), min_size=4, max_size=16))
def test_nobody_elses_words_become_context(log_at: str, steps: list[tuple[object, ...]]) -> None:
    async def play() -> None:
        several = Several(log_at)
        await several.start()
        try:
            for name, *values in steps:
                if name == "restart":
                    await several.start()
                else:
                    await getattr(several, str(name))(*values)
        finally:
            await several.stop()

    asyncio.run(play())
