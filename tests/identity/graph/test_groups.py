"""What a directory says of people's groups holds for a while, and is not asked for in between."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from errors import GraphUnavailable, SettingsError
from identity.graph.graph_sign_in import GraphSettings
from identity.graph.groups import Groups, open_groups
from identity.person import Person
from tests.fakes.directory import FakeDirectory
from tests.fakes.graph_permissions import MANAGERS, SALES, TENANT
from tests.fakes.parts import FakeTime

ANNA = Person(object_id="99999999-AAAA-4bbb-8ccc-dddddddddddd", tenant_id=TENANT)
BEN = Person(object_id="88888888-aaaa-4bbb-8ccc-dddddddddddd", tenant_id=TENANT)
BOTH = frozenset({SALES, MANAGERS})


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def directory() -> FakeDirectory:
    return FakeDirectory()


@pytest.fixture
def groups(directory: FakeDirectory, time: FakeTime) -> Groups:
    return Groups(directory, tenant_id=TENANT, keep_s=600, wait_s=30, clock=time)


@pytest.fixture
def impatient(directory: FakeDirectory) -> Groups:
    """Gives up whatever is not there at once."""
    directory.may_answer.clear()
    return Groups(directory, tenant_id=TENANT, wait_s=0)


async def _settle(groups: Groups) -> None:
    """What is asked aside has been answered."""
    while groups._flights:
        await asyncio.sleep(0)


async def test_those_of_the_groups_asked_for_that_somebody_is_in(
    groups: Groups, directory: FakeDirectory
) -> None:
    assert await groups.among(ANNA, BOTH) == {SALES}
    assert await groups.among(ANNA, frozenset({MANAGERS})) == set()
    assert directory.asked == [ANNA.object_id.lower()]


async def test_other_groups_than_before_are_asked_for(
    groups: Groups, directory: FakeDirectory
) -> None:
    assert await groups.among(ANNA, frozenset({MANAGERS})) == set()
    assert await groups.among(ANNA, BOTH) == {SALES}
    assert len(directory.asked) == 2


async def test_what_is_asked_at_the_same_time_is_one_request(
    groups: Groups, directory: FakeDirectory
) -> None:
    found = await asyncio.gather(*(groups.among(ANNA, BOTH) for _ in range(20)))
    assert found == [{SALES}] * 20
    assert len(directory.asked) == 1


async def test_a_membership_that_is_taken_away_holds_until_it_expires_and_no_longer(
    groups: Groups, directory: FakeDirectory, time: FakeTime
) -> None:
    await groups.among(ANNA, BOTH)
    directory.groups = {}
    time.seconds += 299
    assert await groups.among(ANNA, BOTH) == {SALES}
    time.seconds += 301
    assert await groups.among(ANNA, BOTH) == set()


async def test_who_asks_often_never_waits(
    groups: Groups, directory: FakeDirectory, time: FakeTime
) -> None:
    """After half of the time the directory is asked aside."""
    await groups.among(ANNA, BOTH)
    directory.groups = {}
    directory.may_answer.clear()
    time.seconds += 300
    assert await groups.among(ANNA, BOTH) == {SALES}
    directory.may_answer.set()
    await _settle(groups)
    assert await groups.among(ANNA, BOTH) == set()
    assert len(directory.asked) == 2


async def test_an_outage_takes_nothing_away_before_it_expires_and_everything_then(
    groups: Groups, directory: FakeDirectory, time: FakeTime
) -> None:
    await groups.among(ANNA, BOTH)
    directory.error = GraphUnavailable("it is away", again_in_s=5)
    time.seconds += 599
    assert await groups.among(ANNA, BOTH) == {SALES}
    await _settle(groups)
    time.seconds += 1
    with pytest.raises(GraphUnavailable, match="it is away"):
        await groups.among(ANNA, BOTH)


async def test_while_it_is_away_nobody_asks_until_it_is_worth_it(
    groups: Groups, directory: FakeDirectory, time: FakeTime
) -> None:
    directory.error = GraphUnavailable("it is busy", again_in_s=30)
    with capture_logs() as logs:
        for person in (ANNA, BEN, ANNA):
            with pytest.raises(GraphUnavailable, match="it is busy"):
                await groups.among(person, BOTH)
    assert len(directory.asked) == 1
    assert groups.problem == "it is busy"
    assert [entry["event"] for entry in logs] == ["groups.unknown"]
    directory.error = None
    time.seconds += 30
    assert await groups.among(ANNA, BOTH) == {SALES}
    assert groups.problem is None


async def test_a_slow_answer_is_not_waited_for_and_counts_from_when_it_comes(
    impatient: Groups, directory: FakeDirectory
) -> None:
    with pytest.raises(GraphUnavailable, match="takes longer than"):
        await impatient.among(ANNA, BOTH)
    assert impatient.problem
    with pytest.raises(GraphUnavailable):
        await impatient.among(BEN, BOTH)
    directory.may_answer.set()
    await _settle(impatient)
    assert directory.asked == [ANNA.object_id.lower()]
    assert impatient.problem is None
    assert await impatient.among(ANNA, BOTH) == {SALES}
    assert len(directory.asked) == 1


async def test_somebody_unknown_is_in_no_group_and_soon_asked_for_again(
    groups: Groups, directory: FakeDirectory, time: FakeTime
) -> None:
    """They may have been taken on a minute ago."""
    directory.groups = None
    assert await groups.among(ANNA, BOTH) == set()
    assert groups.problem is None
    directory.groups = {SALES: "Sales"}
    time.seconds += 60
    assert await groups.among(ANNA, BOTH) == {SALES}


async def test_what_breaks_while_asking_is_told_and_counts_as_not_known(
    groups: Groups, directory: FakeDirectory
) -> None:
    directory.groups_of = None  # type: ignore[assignment, method-assign]
    with capture_logs() as logs, pytest.raises(GraphUnavailable, match="broke: TypeError"):
        await groups.among(ANNA, BOTH)
    assert [entry["event"] for entry in logs] == ["groups.failed", "groups.unknown"]
    assert groups.problem


@pytest.mark.parametrize(
    "person",
    [
        Person(object_id=ANNA.object_id, tenant_id="11111111-7777-4888-8999-000000000000"),
        Person(object_id=ANNA.object_id),
        Person(object_id="29:anna", tenant_id=TENANT),
        Person(object_id="", tenant_id=TENANT),
    ],
)
async def test_people_of_another_tenant_and_what_is_no_id_are_not_asked_for(
    groups: Groups, directory: FakeDirectory, person: Person
) -> None:
    assert await groups.among(person, BOTH) == set()
    assert directory.asked == []


async def test_what_is_under_way_ends_with_it(impatient: Groups, directory: FakeDirectory) -> None:
    with pytest.raises(GraphUnavailable):
        await impatient.among(ANNA, BOTH)
    await impatient.close()
    assert directory.is_closed
    assert impatient._flights == {}


COMPLETE = GraphSettings(tenant_id=TENANT, client_id="app", client_secret="word")


async def test_graph_is_asked_with_settings_that_lack_nothing() -> None:
    opened = open_groups(COMPLETE, 600, required=True)
    assert opened
    await opened.close()


def test_settings_that_lack_something_are_told_and_stop_the_start_if_graph_must_be_asked() -> None:
    lacking = GraphSettings(tenant_id=TENANT, client_id="app")
    with capture_logs() as logs:
        assert open_groups(lacking, 600) is None
    assert logs[0]["event"] == "groups.not_asked"
    assert "SIGNPOST_GRAPH_CLIENT_SECRET" in logs[0]["reason"]
    with pytest.raises(SettingsError, match=r"SIGNPOST_GROUPS=on needs .*GRAPH_CLIENT_SECRET"):
        open_groups(lacking, 600, required=True)
