"""Wishes have an answer of their own, and are never searched for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.events import Rated, RatingSource
from bots import wording
from retrieval.answer import ChannelKind, Question
from retrieval.questions.narrowing import ALL, Narrowing
from showing.ports import NOBODY
from snapshot.formats.format_row import Kind
from snapshot.models import EVERYONE, Resource
from tests.fakes.answers import ASKED_AT, QUESTION, answer, policy, result
from tests.fakes.cards import lines, urls, violations
from tests.fakes.content import resource
from tests.fakes.talk import ALEX_ALIAS, MEGAN, Talk
from words.catalogue import words_for

SAY = words_for("en")

SEVEN = tuple(
    result(policy(id=f"r{rank}", title=f"Title {rank}"), rank=rank) for rank in range(1, 8)
)


async def test_more_shows_what_comes_after_and_then_says_that_it_was_all() -> None:
    talk = Talk()
    talk.answerer.answer_given = answer(*SEVEN)
    await talk.ask()
    more = await talk.ask("show me more")
    assert more.card is not None
    assert violations(more.card) == []
    assert wording.more_on(SAY, QUESTION) in lines(more.card)
    assert urls(more.card) == [f"https://bot.example.com/o/q1.{rank}" for rank in (4, 5, 6, 7)]
    assert [one.text for one in talk.answerer.questions] == [QUESTION, QUESTION]
    assert (await talk.ask("more please")).text == wording.NO_MORE
    assert len(talk.recorder.asked) == 1


@pytest.mark.parametrize("who", ["Megan", "another chat", "later"])
async def test_more_knows_nothing_of_other_people_chats_and_hours(who: str) -> None:
    talk = Talk()
    talk.answerer.answer_given = answer(*SEVEN)
    await talk.ask()
    changes: dict[str, object] = {"Megan": {"sender": MEGAN}}.get(who, {})  # type: ignore[assignment]
    if who == "another chat":
        changes = {"conversation_id": "19:other"}
    if who == "later":
        talk.time.seconds += 3600
    reply = await talk.ask("show me more", **changes)
    assert reply.text.startswith(wording.MORE_OF_WHAT)
    assert len(talk.answerer.questions) == 1


async def test_only_videos_narrows_the_last_question() -> None:
    talk = Talk()
    await talk.ask()
    reply = await talk.ask("only videos")
    assert reply.card is not None
    asked = talk.answerer.questions[-1]
    assert (asked.text, asked.only) == (QUESTION, Narrowing(frozenset({"video"})))
    assert wording.narrowed(SAY, QUESTION, "videos") in lines(reply.card)


async def test_no_video_on_it_is_said_and_is_no_gap() -> None:
    talk = Talk()
    await talk.ask()
    talk.answerer.answer_given = answer()
    assert (await talk.ask("only videos")).text == wording.none_on(SAY, "videos", QUESTION)
    assert len(talk.recorder.asked) == 1


def _resources(asked: Question) -> list[Resource]:
    """As the index would give them."""
    every = [
        resource("a.vtt", title="Zoom", kind=Kind.VIDEO),
        resource("b.vtt", title="Pay talk", kind=Kind.VIDEO, audience=("managers",)),
        resource("c.pdf", title="Guide", kind=Kind.DOCUMENT),
    ]
    seen = asked.audience | {EVERYONE}
    return [one for one in every if asked.only.takes(one) and seen & set(one.audience)]


@pytest.mark.parametrize("text", ["list all videos", "only videos", "show me the videos"])
async def test_videos_are_listed_as_the_asker_may_see_them(text: str) -> None:
    talk = Talk(resources=_resources)
    mine = await talk.ask(text)
    hers = await talk.ask(text, sender=MEGAN)
    shared = await talk.ask(text, channel_kind=ChannelKind.CHANNEL)
    assert "Pay talk" in mine.text
    for reply in (hers, shared):
        assert "Pay talk" not in reply.text
        assert reply.card is not None
        assert len(urls(reply.card)) == 1
        assert violations(reply.card) == []
    assert talk.answerer.questions == []


async def test_a_long_list_says_how_much_there_is() -> None:
    many = [resource(f"{n}.vtt", title=f"Talk {n}", kind=Kind.VIDEO) for n in range(40)]
    talk = Talk(resources=lambda _: many)
    reply = await talk.ask("list all videos")
    assert reply.card is not None
    assert wording.first_of(SAY, 15, 40) in lines(reply.card)
    assert wording.all_of(SAY, "videos", 40) in lines(reply.card)


async def test_nothing_of_a_kind_is_said() -> None:
    assert (await Talk().ask("list all courses")).text == wording.none_of(SAY, "courses")


async def test_that_s_wrong_rates_the_last_answer() -> None:
    talk = Talk()
    await talk.ask()
    reply = await talk.ask("that's wrong")
    assert talk.recorder.rated == [
        Rated(ALEX_ALIAS, False, RatingSource.CARD, ASKED_AT, query_id="q1")
    ]
    assert reply.text == f"{wording.WRONG} {wording.WRONG_NEXT}"
    assert reply.card is not None
    assert urls(reply.card) == ["https://help.example.com"]
    assert len(talk.answerer.questions) == 1


async def test_that_s_wrong_rates_nobody_else_s_answer() -> None:
    talk = Talk()
    await talk.ask()
    reply = await talk.ask("that's wrong", sender=MEGAN)
    assert reply.text.startswith(wording.WRONG_OF_WHAT)
    assert talk.recorder.rated == []


async def test_who_wants_a_person_is_told_whom() -> None:
    reply = await Talk().ask("speak to a human")
    assert "the Learning team" in reply.text
    assert reply.card is not None
    assert urls(reply.card) == ["https://help.example.com"]
    assert (await Talk(contact=NOBODY).ask("speak to a human")).text == wording.NOBODY_NAMED


async def test_who_made_it_is_told_in_one_sentence() -> None:
    talk = Talk()
    assert (await talk.ask("who made you?")).text == wording.WHO
    assert talk.answerer.questions == []


async def test_more_asks_as_the_asker_may_see_now() -> None:
    """In a channel everybody reads along, whatever the question was asked as before."""
    talk = Talk()
    talk.answerer.answer_given = answer(*SEVEN)
    await talk.ask()
    await talk.ask("more", channel_kind=ChannelKind.CHANNEL)
    assert [one.audience for one in talk.answerer.questions] == [
        frozenset({EVERYONE, "managers"}), frozenset({EVERYONE}),
    ]  # fmt: skip
    assert talk.answerer.questions[1].top_k > 3
    assert replace(talk.answerer.questions[1], only=ALL).text == QUESTION
