"""What was answered, or is being answered, is not answered again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from errors import EncoderError, Overloaded
from retrieval.answer import Answer, ChannelKind, Outcome, Question
from retrieval.serving.repeats import Repeats
from retrieval.stopwatch import Stopwatch

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LEAVE = Question("unused holiday", asked_at=NOON)


class Open:
    """Keeps each question until a test answers it."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.answers: list[asyncio.Future[Answer]] = []

    def __call__(self, asked: tuple[Question, Stopwatch]) -> asyncio.Future[Answer]:
        self.asked.append(asked[0])
        self.answers.append(asyncio.get_running_loop().create_future())
        return self.answers[-1]


async def _answer(repeats: Repeats, ask: Open, question: Question, snapshot: str = "a") -> Answer:
    """The answer to a question; one that has to be asked comes from that snapshot."""
    count = len(ask.asked)
    waiting = asyncio.create_task(repeats.answer(question))
    await asyncio.sleep(0)
    if len(ask.asked) > count:
        ask.answers[-1].set_result(_answered(question, snapshot))
    return await waiting


def _answered(question: Question, snapshot: str = "a") -> Answer:
    return Answer(question, Outcome.NOTHING_VALIDATED, (), 0.25, 1e6, snapshot)


async def test_a_repeated_question_gets_the_answer_as_its_own_with_its_own_time() -> None:
    ask = Open()
    repeats = Repeats(ask)
    first = await _answer(repeats, ask, LEAVE)
    later = replace(LEAVE, asked_at=NOON + timedelta(hours=1), channel_kind=ChannelKind.PORTAL)
    again = await _answer(repeats, ask, later)
    assert ask.asked == [LEAVE]
    assert again == replace(first, question=later, took_ms=again.took_ms, stages_ms=again.stages_ms)
    assert again.took_ms < first.took_ms


@pytest.mark.parametrize(
    "other",
    [
        replace(LEAVE, text="Unused holiday"),
        replace(LEAVE, audience=frozenset({"everyone", "managers"})),
        replace(LEAVE, asked_at=NOON + timedelta(days=1)),
        replace(LEAVE, top_k=3),
        replace(LEAVE, hits_each=1),
    ],
    ids=["words", "audience", "day", "how many", "how many of each"],
)
async def test_a_question_that_may_have_another_answer_is_asked(other: Question) -> None:
    ask = Open()
    repeats = Repeats(ask)
    await _answer(repeats, ask, LEAVE)
    await _answer(repeats, ask, other)
    assert ask.asked == [LEAVE, other]


async def test_the_question_before_counts_only_where_one_leans_on_it() -> None:
    ask = Open()
    repeats = Repeats(ask)
    leaning = replace(LEAVE, text="and for interns?")
    for question in (LEAVE, leaning):
        for context in ("how much holiday", "who pays for travel"):
            await _answer(repeats, ask, replace(question, context=context))
    assert [question.text for question in ask.asked] == [LEAVE.text, leaning.text, leaning.text]


async def test_the_same_question_at_the_same_time_is_asked_once() -> None:
    ask = Open()
    repeats = Repeats(ask)
    waiting = [asyncio.create_task(repeats.answer(replace(LEAVE))) for _ in range(3)]
    await asyncio.sleep(0)
    ask.answers[0].set_result(_answered(ask.asked[0]))
    assert [answer.snapshot_id for answer in await asyncio.gather(*waiting)] == ["a"] * 3
    assert len(ask.asked) == 1


async def test_who_gives_up_takes_the_answer_from_nobody_else() -> None:
    ask = Open()
    repeats = Repeats(ask)
    leaves, stays = (asyncio.create_task(repeats.answer(replace(LEAVE))) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()
    await asyncio.sleep(0)
    assert not ask.answers[0].cancelled()
    ask.answers[0].set_result(_answered(LEAVE))
    assert (await stays).snapshot_id == "a"


async def test_where_all_give_up_the_work_is_cancelled_and_the_next_asks_anew() -> None:
    ask = Open()
    repeats = Repeats(ask)
    for _ in range(2):
        waiting = asyncio.create_task(repeats.answer(LEAVE))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert [answer.cancelled() for answer in ask.answers] == [True, True]


async def test_an_error_is_told_to_all_who_wait_and_not_remembered() -> None:
    ask = Open()
    repeats = Repeats(ask)
    waiting = [asyncio.create_task(repeats.answer(replace(LEAVE))) for _ in range(2)]
    await asyncio.sleep(0)
    ask.answers[0].set_exception(EncoderError("broken"))
    for one in waiting:
        with pytest.raises(EncoderError, match="broken"):
            await one
    assert (await _answer(repeats, ask, LEAVE)).snapshot_id == "a"


async def test_a_refusal_is_told_and_leaves_nothing_behind() -> None:
    ask = Open()

    def refuse(asked: tuple[Question, Stopwatch]) -> asyncio.Future[Answer]:
        if not ask.asked:
            ask.asked.append(asked[0])
            raise Overloaded("full")
        return ask(asked)

    repeats = Repeats(refuse)
    with pytest.raises(Overloaded):
        await repeats.answer(LEAVE)
    assert (await _answer(repeats, ask, LEAVE)).snapshot_id == "a"


async def test_after_clearing_neither_an_old_answer_nor_one_under_way_is_taken() -> None:
    ask = Open()
    repeats = Repeats(ask)
    other = replace(LEAVE, text="taxi form")
    await _answer(repeats, ask, LEAVE)
    under_way = asyncio.create_task(repeats.answer(other))
    await asyncio.sleep(0)
    repeats.clear()
    assert (await _answer(repeats, ask, LEAVE, "b")).snapshot_id == "b"
    assert (await _answer(repeats, ask, other, "b")).snapshot_id == "b"
    ask.answers[1].set_result(_answered(other))
    assert (await under_way).snapshot_id == "a"
    assert (await _answer(repeats, ask, other, "c")).snapshot_id == "b"


async def test_the_answer_not_asked_for_longest_is_forgotten_first() -> None:
    ask = Open()
    repeats = Repeats(ask, capacity=2)
    a, b, c = (replace(LEAVE, text=letter) for letter in "abc")
    for question in (a, b, a, c, a, b):
        await _answer(repeats, ask, question)
    assert ask.asked == [a, b, c, b]
