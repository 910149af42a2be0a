"""Teams delivers an activity again when it believes it lost: also to another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from analytics.database import Database
from analytics.tables import questions, ratings
from tests.fakes import activities as teams
from tests.fakes.connector import FakeConnector
from tests.fakes.conversation import Gate
from tests.fakes.hours import Hours
from tests.fakes.processes import Process, doomed_process, process
from tests.fakes.query_log import rows

YES = {"action": "rate", "query_id": "q", "helpful": True}
NO = YES | {"helpful": False}


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


@pytest.fixture
async def two(
    log_url: str, connector: FakeConnector, hours: Hours
) -> AsyncIterator[tuple[Process, Process]]:
    async with (
        process(log_url, connector, hours=hours) as one,
        process(log_url, connector, hours=hours) as other,
    ):
        yield one, other


async def test_the_same_activity_twenty_times_at_once_is_one_answer_and_one_row(
    two: tuple[Process, Process], connector: FakeConnector, log_url: str
) -> None:
    activity = teams.message()
    responses = await asyncio.gather(*(two[0].post(activity) for _ in range(20)))
    assert {response.status for response in responses} == {200}
    await two[0].settle()
    assert len(connector.messages) == 1
    assert len(await rows(log_url, questions, "query_id")) == 1


async def test_so_it_is_if_they_reach_two_processes(
    two: tuple[Process, Process], connector: FakeConnector, log_url: str
) -> None:
    activity = teams.message()
    responses = await asyncio.gather(*(one.post(activity) for one in two * 10))
    assert {response.status for response in responses} == {200}
    for one in two:
        await one.settle()
    assert len(connector.messages) == 1
    assert len(await rows(log_url, questions, "query_id")) == 1
    assert sum(len(one.answerer.questions) for one in two) == 1


async def test_a_press_again_after_30_seconds_under_a_new_id_is_one_row_and_gets_the_same_answer(
    two: tuple[Process, Process], hours: Hours, log_url: str
) -> None:
    """An unanswered invoke is repeated so, and may reach another process."""
    first = await two[0].post(teams.execute(YES, id="1"))
    await two[0].settle()
    hours.pass_by(30.0)
    again = await two[1].post(teams.execute(YES, id="2"))
    assert (first.status, await first.json()) == (again.status, await again.json())
    for one in two:
        await one.settle()
    assert await rows(log_url, ratings, "query_id", "helpful") == [("q", True)]


async def test_a_changed_mind_is_heard_at_whichever_process(
    two: tuple[Process, Process], log_url: str
) -> None:
    said = []
    for one, data in zip((*two, *two), (YES, NO, YES, NO), strict=True):
        answer = await (await one.post(teams.execute(data))).json()
        said.append(answer["value"])
        await one.settle()
    assert said[0] != said[1]
    assert said == said[:2] * 2
    assert await rows(log_url, ratings, "helpful") == [(False,)]


async def test_an_install_is_welcomed_once_though_two_processes_hear_of_it(
    two: tuple[Process, Process], connector: FakeConnector
) -> None:
    """Teams tells of an install in two events."""
    await two[0].post(teams.installed())
    await two[0].settle()
    await two[1].post(teams.members_added())
    assert len(connector.messages) == 1


async def test_an_edit_that_leaves_the_words_is_known_to_another_process(
    two: tuple[Process, Process], connector: FakeConnector
) -> None:
    await two[0].post(teams.message("taxi?", id="7"))
    await two[0].settle()
    await two[1].post(teams.edited("taxi?", id="7"))
    assert len(connector.messages) == 1
    await two[1].post(teams.edited("taxis?", id="7"))
    assert len(connector.messages) == 2


async def test_a_crash_between_taking_and_answering_is_followed_by_an_answer(
    log_url: str, connector: FakeConnector
) -> None:
    """The claim of a process that was killed runs out before Teams delivers again. A delivery that
    comes even sooner waits for that."""
    await (await Database.open(log_url)).close()
    activity = teams.message()
    lease_s = 1.0
    with doomed_process(log_url, lease_s) as doomed:
        await doomed.post(activity, connector.url)
        doomed.kill()
    async with process(log_url, connector, lease_s=lease_s) as other:
        response = await other.post(activity)
        assert response.status == 200
        assert len(connector.messages) == 1
        await other.settle()
    assert len(await rows(log_url, questions, "query_id")) == 1


async def test_a_delivery_counts_as_answered_only_when_what_it_recorded_is_kept(
    log_url: str, connector: FakeConnector, hours: Hours
) -> None:
    """Else a process that dies in between would lose the row: Teams delivers again, and is told
    that all is done."""
    activity, gate = teams.message(), Gate()
    async with process(log_url, connector, hours=hours, kept=gate) as one:
        first = asyncio.create_task(one.post(activity))
        await gate.reached.wait()
        await one.settle()
        async with process(log_url, connector, hours=hours) as other:
            again = asyncio.create_task(other.post(activity))
            done, _ = await asyncio.wait({first, again}, timeout=0.5)
            assert done == set()
            gate.open()
            assert {(await each).status for each in (first, again)} == {200}
    assert len(connector.messages) == 1
