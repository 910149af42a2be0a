"""The whole application with Microsoft Graph beside it: what groups of people may see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from app import make_app
from identity.graph.graph_sign_in import GraphSettings
from settings import Settings
from snapshot.store import SnapshotStore
from tests.fakes import activities
from tests.fakes.activities import ANNA, BEN, TENANT_ID
from tests.fakes.connector import FakeConnector
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_permissions import MANAGERS, membership

MANAGERS_ONLY = "how do I put somebody on a performance improvement plan"


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph() as found:
        found.member_of = {ANNA["aadObjectId"]: [membership(MANAGERS, "Managers")]}
        found.member_of[BEN["aadObjectId"]] = []
        yield found


@pytest.fixture
async def client(
    graph: FakeGraph, sample_snapshots: Path, tmp_path: Path
) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    access = replace(graph.access.graph, tenant_id=TENANT_ID)

    class WithFakeSignIn(Settings):
        """msal signs in over https alone."""

        @property
        def graph(self) -> GraphSettings:
            return access

    (tmp_path / "audiences.yaml").write_text(f"managers: [{MANAGERS}]\n")
    settings = WithFakeSignIn(
        _env_file=None,
        development=True,
        tenant_id=TENANT_ID,
        data_dir=tmp_path,
        snapshots_dir=sample_snapshots,
        audiences_file=tmp_path / "audiences.yaml",
        groups="on",
    )
    async with TestClient(TestServer(await make_app(settings))) as client:
        yield client


async def test_managers_by_a_group_read_what_is_theirs_and_readyz_says_if_graph_refuses(
    client: TestClient[web.Request, web.Application], graph: FakeGraph, sample_snapshots: Path
) -> None:
    resources = SnapshotStore(sample_snapshots).open().resources
    [title] = [one.title for one in resources if one.path == "people/underperformance.md"]
    async with FakeConnector() as connector:

        async def sees(who: dict[str, Any]) -> bool:
            """Whether the one card that answers holds the managers' page."""
            before = len(connector.messages)
            asked = activities.message(MANAGERS_ONLY) | {"from": who, "serviceUrl": connector.url}
            assert (await client.post("/api/messages", json=asked)).status == 200
            [reply] = connector.messages[before:]
            return title in str(reply["attachments"])

        async def readyz() -> tuple[str, str]:
            ready = await (await client.get("/readyz")).json()
            return ready["status"], ready["problems"].get("audiences", "")

        assert await sees(ANNA)
        assert await readyz() == ("ready", "")
        graph.refusals["transitiveMemberOf"] = [(403, "")]
        assert not await sees(BEN)
        status, problem = await readyz()
        assert status == "degraded"
        assert "grant it GroupMember.Read.All" in problem
        assert await sees(ANNA)
