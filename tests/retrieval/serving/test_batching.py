"""Shares are fair, bounded, and leave out what nobody waits for. No threads, so no chance."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from structlog.testing import capture_logs

from errors import Overloaded
from retrieval.serving.batching import Job, Shares
from tests.fakes.executors import LaterExecutor

Jobs = Sequence[Job[str, str]]


class Shouting:
    """Answers in capitals, keeps which questions came together, and does `meanwhile` first."""

    def __init__(self) -> None:
        self.shares: list[list[str]] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, jobs: Jobs) -> None:
        self.shares.append([job.asked for job in jobs])
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        for job in jobs:
            job.answer(job.asked.upper())


async def test_a_lone_question_is_begun_at_once_and_alone() -> None:
    executor, work = LaterExecutor(), Shouting()
    answered = Shares(executor, work).ask("a")
    executor.run_next()
    assert await answered == "A"
    assert work.shares == [["a"]]


async def test_two_free_workers_take_half_of_what_waits_each() -> None:
    executor, work = LaterExecutor(), Shouting()
    shares = Shares(executor, work)
    answers = [shares.ask(letter) for letter in "abcdefg"]
    work.meanwhile = executor.run_next  # the second comes while the first is at work
    executor.run_next()
    assert work.shares == [["a", "b", "c", "d"], ["e", "f", "g"]]
    assert await asyncio.gather(*answers) == list("ABCDEFG")


async def test_a_share_has_a_limit_and_a_worker_takes_the_next_when_it_is_done() -> None:
    executor, work = LaterExecutor(), Shouting()
    shares = Shares(executor, work, share=lambda: 2)
    answers = [shares.ask(letter) for letter in "abcde"]
    executor.run_next()
    assert work.shares == [["a", "b"], ["c", "d"], ["e"]]
    assert await asyncio.gather(*answers) == list("ABCDE")


async def test_no_more_workers_are_started_than_there_are() -> None:
    executor = LaterExecutor()
    shares = Shares(executor, Shouting(), workers=2)
    for letter in "abcde":
        shares.ask(letter)
    assert len(executor.handed) == 2


async def test_a_worker_that_ended_is_started_again() -> None:
    executor = LaterExecutor()
    shares = Shares(executor, Shouting(), workers=1)
    for letter in "ab":
        answered = shares.ask(letter)
        executor.run_next()
        assert await answered == letter.upper()


async def test_what_is_given_up_is_never_begun_and_makes_room() -> None:
    executor, work = LaterExecutor(), Shouting()
    shares = Shares(executor, work, capacity=2)
    given_up, kept = shares.ask("a"), shares.ask("b")
    given_up.cancel()
    await asyncio.sleep(0)
    another = shares.ask("c")
    executor.run_next()
    executor.run_next()
    assert await asyncio.gather(kept, another) == ["B", "C"]
    assert work.shares == [["b"], ["c"]]


async def test_what_is_given_up_within_a_share_is_not_wanted_and_does_no_harm() -> None:
    executor = LaterExecutor()
    wanted: list[bool] = []

    def work(jobs: Jobs) -> None:
        answered.cancel()
        wanted.extend(job.wanted for job in jobs)
        jobs[0].answer("too late")

    answered = Shares(executor, work).ask("a")
    executor.run_next()
    await asyncio.sleep(0)
    assert wanted == [False]
    assert answered.cancelled()


async def test_too_many_are_refused_with_one_warning_until_all_are_answered() -> None:
    executor = LaterExecutor()
    shares = Shares(executor, Shouting(), capacity=1, workers=1)
    with capture_logs() as logs:
        for _ in range(2):
            first = shares.ask("a")
            for _ in range(3):
                with pytest.raises(Overloaded, match="1 questions wait already"):
                    shares.ask("b")
            executor.run_next()
            assert await first == "A"
    assert [log["event"] for log in logs] == ["questions.overloaded"] * 2


async def test_a_share_that_breaks_is_told_to_those_not_answered_and_the_worker_goes_on() -> None:
    executor = LaterExecutor()

    def work(jobs: Jobs) -> None:
        jobs[0].answer("fine")
        if len(jobs) > 1:
            raise RuntimeError("broken")

    shares = Shares(executor, work, workers=1, share=lambda: 2)
    answers = [shares.ask(letter) for letter in "abc"]
    executor.run_next()
    first, second, third = await asyncio.gather(*answers, return_exceptions=True)
    assert (first, repr(second), third) == ("fine", "RuntimeError('broken')", "fine")


async def test_the_loop_is_woken_once_for_answers_that_come_together() -> None:
    executor = LaterExecutor()
    shares = Shares(executor, Shouting(), workers=1)
    answers = [shares.ask(letter) for letter in "abc"]
    executor.run_next()
    assert [answered.done() for answered in answers] == [False] * 3
    await asyncio.sleep(0)
    assert [answered.done() for answered in answers] == [True] * 3


async def test_real_threads_answer_each_question_once() -> None:
    work = Shouting()
    with ThreadPoolExecutor(2) as threads:
        shares = Shares(threads, work, capacity=1000)
        asked = [str(number) for number in range(1000)]
        assert await asyncio.gather(*map(shares.ask, asked)) == asked
    assert sorted(chain.from_iterable(work.shares), key=int) == asked
    assert max(map(len, work.shares)) <= 8
