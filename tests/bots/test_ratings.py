"""What people say of an answer: a button of its card, or the platform's own thumbs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.events import Rated, RatingSource
from bots import wording
from bots.drawing.rating_part import MAX_COMMENT_CHARS
from bots.memory import ANSWERS_FOR_S, Memory
from bots.messages import CardPress, Thumbs
from retrieval.answer import ChannelKind
from state.state import State
from state.steady_clock import SteadyClock
from tests.fakes.answers import ASKED_AT
from tests.fakes.cards import buttons, lines
from tests.fakes.talk import ALEX, ALEX_ALIAS, CHAT, MEGAN, Talk

GROUP = "19:group@thread.v2"
THREAD = "19:channel@thread.tacv2;messageid=1"


def press(data: Any, **changes: Any) -> CardPress:
    return replace(CardPress(data, ALEX, CHAT), **changes)


def rate(helpful: bool, query_id: str = "q1", **changes: Any) -> CardPress:
    return press({"action": "rate", "query_id": query_id, "helpful": helpful}, **changes)


def comment(said: Any, **changes: Any) -> CardPress:
    return press({"action": "comment", "query_id": "q1", "comment": said}, **changes)


def thumbs(like: bool, reply_to_id: str | None, comment: str = "", **changes: Any) -> Thumbs:
    return replace(Thumbs(like, comment, ALEX, CHAT, reply_to_id=reply_to_id), **changes)


def rated(helpful: bool, source: RatingSource, **names: str) -> Rated:
    return Rated(ALEX_ALIAS, helpful, source, ASKED_AT, **names)  # type: ignore[arg-type]


@pytest.fixture
def talk() -> Talk:
    return Talk()


class TestPresses:
    """Ratings from the card's buttons."""

    @pytest.mark.parametrize(
        ("helpful", "words"), [(True, wording.RATED_HELPFUL), (False, wording.RATED_NOT_HELPFUL)]
    )
    async def test_a_rating_is_recorded_and_the_card_confirms_it(
        self, talk: Talk, helpful: bool, words: str
    ) -> None:
        await talk.ask()
        reply = await talk.it.press(rate(helpful))
        assert talk.recorder.rated == [rated(helpful, RatingSource.CARD, query_id="q1")]
        assert reply.text == words
        assert reply.card is not None
        assert words in lines(reply.card)
        assert "Open at page 4" in buttons(reply.card)

    async def test_twice_is_one(self, talk: Talk) -> None:
        """A retried press comes again, and gets the same card."""
        await talk.ask()
        first, second = await talk.it.press(rate(True)), await talk.it.press(rate(True))
        assert first == second
        assert len(talk.recorder.rated) == 1

    async def test_a_changed_mind_replaces(self, talk: Talk) -> None:
        await talk.ask()
        for helpful in (True, False, True):
            await talk.it.press(rate(helpful))
        assert [event.helpful for event in talk.recorder.rated] == [True, False, True]

    async def test_each_person_has_a_rating_of_their_own(self, talk: Talk) -> None:
        await talk.ask(conversation_id=GROUP, channel_kind=ChannelKind.GROUP)
        for person in (ALEX, MEGAN):
            await talk.it.press(rate(True, sender=person, conversation_id=GROUP))
        assert [event.asker for event in talk.recorder.rated] == [
            ALEX_ALIAS,
            "<tenant|megan-oid>",
        ]

    async def test_in_a_shared_chat_the_card_tells_nobodys_judgement(self, talk: Talk) -> None:
        """Clients without Action.Execute have the card replaced for all who see it."""
        await talk.ask(conversation_id=THREAD, channel_kind=ChannelKind.CHANNEL)
        reply = await talk.it.press(rate(False, conversation_id=THREAD))
        assert reply.text == wording.RATED_SHARED
        assert reply.card is not None
        assert {"Helpful", "Not helpful"} <= buttons(reply.card).keys()
        assert not {wording.RATED_HELPFUL, wording.RATED_NOT_HELPFUL} & set(lines(reply.card))

    async def test_after_a_restart_it_is_recorded_and_confirmed_without_a_card(
        self, talk: Talk
    ) -> None:
        await talk.ask()
        reply = await talk.restarted().press(rate(True))
        assert (reply.text, reply.card) == (wording.RATED_HELPFUL, None)
        assert talk.recorder.rated == [rated(True, RatingSource.CARD, query_id="q1")]

    async def test_old_answers_are_forgotten_and_so_are_the_oldest_of_too_many(self) -> None:
        talk = Talk()
        talk.restarted(memory=Memory(State(clock=SteadyClock(talk.time, talk.time), capacity=2)))
        for _ in range(3):
            await talk.ask()
        assert (await talk.it.press(rate(True, "q1"))).card is None
        assert (await talk.it.press(rate(True, "q3"))).card is not None
        talk.time.seconds += ANSWERS_FOR_S + 1
        assert (await talk.it.press(rate(False, "q3"))).card is None

    async def test_an_answer_does_not_get_into_another_chat(self, talk: Talk) -> None:
        """It may hold what only its asker may see."""
        await talk.ask()
        reply = await talk.it.press(rate(True, sender=MEGAN, conversation_id=GROUP))
        assert (reply.text, reply.card) == (wording.PRESS_UNKNOWN, None)
        assert talk.recorder.rated == []

    async def test_in_a_channel_the_thread_may_be_named_or_not(self, talk: Talk) -> None:
        await talk.ask(conversation_id=THREAD, channel_kind=ChannelKind.CHANNEL)
        channel = THREAD.partition(";")[0]
        reply = await talk.it.press(rate(True, conversation_id=channel))
        assert wording.RATED_SHARED in lines(reply.card or {})
        assert [(one.query_id, one.helpful) for one in talk.recorder.rated] == [("q1", True)]

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"action": "rate"},
            {"action": "rate", "query_id": "q1"},
            {"action": "rate", "query_id": "q1", "helpful": "yes"},
            {"action": "rate", "query_id": "q1", "helpful": 1},
            {"action": "rate", "query_id": None, "helpful": True},
            {"action": "rate", "query_id": ["q1"], "helpful": True},
            {"action": "rate", "query_id": "", "helpful": True},
            {"action": "rate", "query_id": "q" * 65, "helpful": True},
            {"action": "rate", "query_id": "q1\n", "helpful": True},
            {"action": "rate", "query_id": "q\x00", "helpful": True},
            {"action": "delete", "query_id": "q1", "helpful": True},
            {"action": {"rate": 1}, "query_id": "q1", "helpful": True},
            None,
            [],
            "rate",
            7,
        ],
    )
    async def test_foreign_data_get_a_polite_word(self, talk: Talk, data: Any) -> None:
        await talk.ask()
        reply = await talk.it.press(press(data))
        assert (reply.text, reply.card) == (wording.PRESS_UNKNOWN, None)
        assert talk.recorder.rated == []

    @settings(deadline=None, max_examples=50)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    async def test_no_data_raise(self, data: Any) -> None:
        for value in (data, {"action": "rate", "query_id": data, "helpful": data}):
            reply = await Talk().it.press(press(value))
            assert (reply.text, reply.card) == (wording.PRESS_UNKNOWN, None)


class TestComments:
    """What somebody writes below an answer that did not help."""

    async def test_it_is_recorded_with_the_rating_that_it_belongs_to(self, talk: Talk) -> None:
        await talk.ask()
        await talk.it.press(rate(False))
        reply = await talk.it.press(comment("  which\x00 office?  "))
        assert talk.recorder.rated[-1] == rated(
            False, RatingSource.CARD, query_id="q1", comment="which office?"
        )
        assert reply.text == wording.RATED_COMMENTED
        assert reply.card is not None
        assert wording.RATED_COMMENTED in lines(reply.card)

    @pytest.mark.parametrize("said", [None, "", " \n\x00", ["words"], {"a": 1}, 7])
    async def test_without_words_it_says_so_and_takes_nothing(self, talk: Talk, said: Any) -> None:
        await talk.ask()
        reply = await talk.it.press(comment(said))
        assert (reply.text, reply.card) == (wording.COMMENT_EMPTY, None)
        assert talk.recorder.rated == []

    async def test_of_somebody_in_distress_only_the_rating_is_kept(self, talk: Talk) -> None:
        await talk.ask()
        reply = await talk.it.press(comment("useless, I want to die"))
        assert reply.text == wording.RATED_COMMENTED
        assert [(one.helpful, one.comment) for one in talk.recorder.rated] == [(False, "")]

    async def test_in_a_shared_chat_it_is_on_nobodys_card(self, talk: Talk) -> None:
        await talk.ask(conversation_id=GROUP, channel_kind=ChannelKind.GROUP)
        reply = await talk.it.press(comment("too long", conversation_id=GROUP))
        assert (reply.text, "too long" in str(reply.card)) == (wording.RATED_SHARED, False)

    async def test_it_does_not_reach_an_answer_of_another_chat(self, talk: Talk) -> None:
        await talk.ask()
        reply = await talk.it.press(comment("too long", conversation_id=GROUP))
        assert (reply.text, talk.recorder.rated) == (wording.PRESS_UNKNOWN, [])

    async def test_it_has_a_length(self, talk: Talk) -> None:
        await talk.ask()
        await talk.it.press(comment("word " * 5_000))
        assert len(talk.recorder.rated[0].comment) <= MAX_COMMENT_CHARS


class TestThumbs:
    """The platform's own feedback, below messages of an earlier release."""

    async def test_it_rates_the_answer_in_the_message(self, talk: Talk) -> None:
        await talk.ask()
        await talk.ask()
        await talk.it.thumbs(thumbs(False, "activity-1", "  too\x00 long  "))
        assert talk.recorder.rated == [
            rated(False, RatingSource.THUMBS, query_id="q1", comment="too long")
        ]

    async def test_twice_is_one_and_a_changed_mind_replaces(self, talk: Talk) -> None:
        await talk.ask()
        for like, comment in ((True, ""), (True, ""), (True, "good"), (False, "good")):
            await talk.it.thumbs(thumbs(like, "activity-1", comment))
        assert [(event.helpful, event.comment) for event in talk.recorder.rated] == [
            (True, ""),
            (True, "good"),
            (False, "good"),
        ]

    async def test_card_and_thumbs_are_two_sources(self, talk: Talk) -> None:
        await talk.ask()
        await talk.it.press(rate(True))
        await talk.it.thumbs(thumbs(True, "activity-1"))
        assert [event.source for event in talk.recorder.rated] == ["card", "thumbs"]

    async def test_a_message_from_before_a_restart_is_named_by_its_key(self, talk: Talk) -> None:
        """The log knows the key from when the answer was recorded."""
        await talk.ask()
        await talk.restarted().thumbs(thumbs(True, "activity-1"))
        [rating] = talk.recorder.rated
        assert (rating.query_id, rating.reply_key) == (None, "<reply:19:chat|activity-1>")
        assert rating.reply_key == talk.recorder.asked[0].reply_key

    async def test_the_key_is_the_same_whether_the_thread_is_named_or_not(self, talk: Talk) -> None:
        await talk.ask(conversation_id=THREAD, channel_kind=ChannelKind.CHANNEL)
        channel = THREAD.partition(";")[0]
        await talk.restarted().thumbs(thumbs(True, "activity-1", conversation_id=channel))
        assert talk.recorder.rated[0].reply_key == talk.recorder.asked[0].reply_key

    async def test_without_a_message_it_rates_the_persons_last_answer_in_the_chat(
        self, talk: Talk
    ) -> None:
        """Some clients do not name the message."""
        await talk.ask()
        await talk.ask()
        await talk.ask(sender=MEGAN)
        await talk.ask(conversation_id="19:other")
        await talk.it.thumbs(thumbs(True, None))
        assert talk.recorder.rated == [rated(True, RatingSource.THUMBS, query_id="q2")]

    async def test_without_a_message_and_an_answer_there_is_nothing_to_rate(
        self, talk: Talk
    ) -> None:
        await talk.it.thumbs(thumbs(True, None))
        assert talk.recorder.events == []

    async def test_a_comment_has_a_length(self, talk: Talk) -> None:
        await talk.ask()
        await talk.it.thumbs(thumbs(True, "activity-1", "word " * 5_000))
        comment = talk.recorder.rated[0].comment
        assert comment == "word " * (MAX_COMMENT_CHARS // 5 - 1) + "word…"
