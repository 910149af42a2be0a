"""Nobody sees what is not theirs because it cannot be told whose it is, and everybody gets an
answer all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bots.conversation import Conversation
from bots.messages import Reply
from identity.audience_file import LOOK_EACH_S, AudienceFile
from identity.audiences import Audiences
from identity.graph.groups import Groups
from identity.graph.member_of import GraphDirectory
from identity.person import Person
from retrieval.answer import ChannelKind
from retrieval.serving.live import LiveRetriever
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_permissions import MANAGERS, SALES, TENANT, membership
from tests.fakes.parts import FakeTime
from tests.fakes.snapshots import EXPENSES, LEAVE, publish
from tests.fakes.talk import Talk, message

ANNA = Person("29:anna", "Anna", "99999999-aaaa-4bbb-8ccc-dddddddddddd", TENANT)
BEN = Person("29:ben", "Ben", "88888888-aaaa-4bbb-8ccc-dddddddddddd", TENANT)
QUESTION = "unused holiday carries over"
KEEP_S = 600.0


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    """Anna is in Sales, by way of another group; Ben is in no group."""
    with FakeGraph() as found:
        found.member_of = {ANNA.object_id: [membership()], BEN.object_id: []}
        yield found


@dataclass
class Asking:
    """People ask a bot whose page on leave is for Sales alone, which is listed as `hr`."""

    it: Conversation
    audiences: Audiences
    time: FakeTime
    file: Path

    async def sees_leave(self, person: Person = ANNA, text: str = QUESTION) -> bool:
        """Whether the answer holds the page. There is always one."""
        reply = await self.it.message(message(text, sender=person))
        assert reply.text
        return _tells_leave(reply)


def _tells_leave(reply: Reply) -> bool:
    said = f"{reply.text} {reply.card}"
    return LEAVE.title in said or "carries over until March" in said


@pytest.fixture
async def asking(tmp_path: Path, graph: FakeGraph) -> AsyncIterator[Asking]:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, resources=(EXPENSES, replace(LEAVE, audience=("hr", MANAGERS.upper()))))
    live = LiveRetriever(store, WordEncoder)
    await live.start()
    file, time = tmp_path / "audiences.yaml", FakeTime()
    file.write_text(f"hr: [{SALES.upper()}]\n")

    async def wait(seconds: float) -> None:
        time.seconds += seconds

    directory = GraphDirectory(graph.access.graph, wait=wait)
    audiences = Audiences(
        AudienceFile(file, time),
        groups=Groups(directory, tenant_id=TENANT, keep_s=KEEP_S, wait_s=30, clock=time),
        in_use=lambda: live.snapshot.audiences,
        tenants=[TENANT],
    )
    talk = Talk(resources=live.resources)
    it = replace(talk.it, answerer=live, audiences=audiences)
    yield Asking(it, audiences, time, file)
    await audiences.close()
    await live.close()


async def test_a_member_of_a_group_sees_what_is_the_groups_and_nobody_else_does(
    asking: Asking, graph: FakeGraph
) -> None:
    """In answers, further results and lists; never where others read along."""
    assert await asking.sees_leave()
    assert await asking.sees_leave(text="show me all pages")
    for said in (QUESTION, "show me more", "show me all pages", "only pages"):
        assert not await asking.sees_leave(BEN, said)
    shared = message(QUESTION, sender=ANNA, channel_kind=ChannelKind.CHANNEL)
    assert not _tells_leave(await asking.it.message(shared))
    assert len(graph.requests) == 2


async def test_an_audience_called_by_the_id_of_a_group_is_the_groups(
    asking: Asking, graph: FakeGraph
) -> None:
    asking.file.write_text("")
    asking.time.seconds += LOOK_EACH_S
    assert not await asking.sees_leave()
    graph.member_of[BEN.object_id] = [membership(MANAGERS, "Managers")]
    assert await asking.sees_leave(BEN)


@pytest.mark.parametrize(
    ("refusals", "said"),
    [
        ([(503, "120")], "HTTP 503"),
        ([(429, "120")], "HTTP 429"),
        ([(500, ""), (500, "")], "HTTP 500"),
        ([(403, "")], "grant it GroupMember.Read.All"),
        ([(401, ""), (401, "")], "secret is right and has not run out"),
        ([(200, "")], "something else than a list of groups"),
    ],
)
async def test_if_graph_does_not_tell_groups_people_get_what_is_for_everyone(
    asking: Asking, graph: FakeGraph, refusals: list[tuple[int, str]], said: str
) -> None:
    graph.refusals["transitiveMemberOf"] = refusals
    assert not await asking.sees_leave()
    assert said in (asking.audiences.problem or "")
    asking.time.seconds += 120
    assert await asking.sees_leave()
    assert asking.audiences.problem is None


async def test_an_outage_takes_nothing_before_it_expires_and_gives_nothing_after(
    asking: Asking, graph: FakeGraph
) -> None:
    assert await asking.sees_leave()
    graph.is_down = True
    asking.time.seconds += KEEP_S / 2 - 1
    assert await asking.sees_leave()
    asking.time.seconds += KEEP_S / 2 + 1
    assert not await asking.sees_leave()


@pytest.mark.parametrize("leaves", ["the group", "the company"])
async def test_a_membership_that_is_taken_away_is_gone_within_the_time_that_is_set(
    asking: Asking, graph: FakeGraph, leaves: str
) -> None:
    """In what is asked after an earlier answer, too."""
    assert await asking.sees_leave()
    if leaves == "the group":
        graph.member_of[ANNA.object_id] = []
    else:
        del graph.member_of[ANNA.object_id]
    asking.time.seconds += KEEP_S
    for said in (QUESTION, "show me more", "show me all pages"):
        assert not await asking.sees_leave(text=said)


async def test_a_list_of_members_that_changes_while_the_server_runs_counts(asking: Asking) -> None:
    """A broken one leaves the one before in force; one that is gone lets nobody in."""
    told = []
    for text in ("hr: [", f"hr: [{BEN.object_id}]\n", None, f"hr: [{SALES}]\n"):
        if text is None:
            asking.file.unlink()
        else:
            asking.file.write_text(text)
        asking.time.seconds += LOOK_EACH_S
        sees = await asking.sees_leave(), await asking.sees_leave(BEN)
        told.append((*sees, asking.audiences.problem is not None))
    assert told == [
        (True, False, True),
        (False, True, False),
        (False, False, True),
        (True, False, False),
    ]
