"""People's groups as Graph tells them, or a reason why it does not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from errors import GraphUnavailable
from identity.graph.member_of import GraphDirectory
from tests.fakes.graph import FakeGraph, SignIn
from tests.fakes.graph_permissions import MANAGERS, SALES, membership

ANNA = "99999999-aaaa-4bbb-8ccc-dddddddddddd"
ASKED = f"/v1.0/users/{ANNA}/transitiveMemberOf"


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph(page_size=2) as found:
        found.member_of[ANNA] = [membership()]
        yield found


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
async def directory(graph: FakeGraph, waits: list[float]) -> AsyncIterator[GraphDirectory]:
    async def wait(seconds: float) -> None:
        waits.append(seconds)

    found = GraphDirectory(graph.access.graph, wait=wait)
    yield found
    await found.close()


async def test_groups_are_told_over_all_pages_and_nothing_else_somebody_is_in(
    graph: FakeGraph, directory: GraphDirectory
) -> None:
    role = membership("62e90394-69f5-4237-9190-012177145e10", "Admin", "directoryRole")
    unit = membership("0d8a6b9e-0f1c-4c7b-a1a9-6a4b1d7b6f10", "Berlin", "administrativeUnit")
    managers = membership(MANAGERS.upper(), "Managers")
    graph.member_of[ANNA] = [membership(), role, unit, managers, {"@odata.type": 7}]
    assert await directory.groups_of(ANNA) == {SALES: "Sales", MANAGERS: "Managers"}
    assert len(graph.requests) == 3
    assert graph.tokens_given == 1


async def test_names_that_may_not_be_read_are_empty(
    graph: FakeGraph, directory: GraphDirectory
) -> None:
    graph.member_of[ANNA] = [membership() | {"displayName": None}]
    assert await directory.groups_of(ANNA) == {SALES: ""}


async def test_somebody_who_was_deleted_is_nobody(directory: GraphDirectory) -> None:
    assert await directory.groups_of("11111111-aaaa-4bbb-8ccc-dddddddddddd") is None


async def test_an_address_that_is_none_is_not_taken_for_a_deleted_person(
    graph: FakeGraph, directory: GraphDirectory
) -> None:
    graph.refusals[ASKED] = [(404, "")]
    with pytest.raises(GraphUnavailable, match="HTTP 404"):
        await directory.groups_of(ANNA)


async def test_a_short_wait_is_waited(
    graph: FakeGraph, directory: GraphDirectory, waits: list[float]
) -> None:
    graph.refusals[ASKED] = [(429, "1")]
    assert await directory.groups_of(ANNA) == {SALES: "Sales"}
    assert waits == [1.0]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_long_wait_is_handed_on(
    graph: FakeGraph, directory: GraphDirectory, waits: list[float], status: int
) -> None:
    graph.refusals[ASKED] = [(status, "120")]
    with pytest.raises(GraphUnavailable, match=f"HTTP {status}") as raised:
        await directory.groups_of(ANNA)
    assert raised.value.again_in_s == 120.0
    assert waits == []


async def test_a_permission_that_is_missing_is_named(
    graph: FakeGraph, directory: GraphDirectory
) -> None:
    graph.refusals[ASKED] = [(403, "")]
    with pytest.raises(GraphUnavailable, match=r"application app .*GroupMember\.Read\.All") as said:
        await directory.groups_of(ANNA)
    assert said.value.again_in_s == 60.0
    assert ANNA not in str(said.value)


async def test_a_token_that_is_refused_is_renewed_once(
    graph: FakeGraph, directory: GraphDirectory
) -> None:
    graph.refusals[ASKED] = [(401, "")]
    assert await directory.groups_of(ANNA) == {SALES: "Sales"}
    graph.refusals[ASKED] = [(401, ""), (401, "")]
    with pytest.raises(GraphUnavailable, match="secret is right and has not run out"):
        await directory.groups_of(ANNA)


async def test_a_sign_in_that_is_refused_says_why(graph: FakeGraph) -> None:
    service = SignIn(graph)
    service.refusal = {"error": "invalid_client", "error_description": "AADSTS7000222: expired"}
    directory = GraphDirectory(replace(graph.access.graph, http_client=service))
    with pytest.raises(GraphUnavailable, match="no token for app: invalid_client: AADSTS7000222"):
        await directory.groups_of(ANNA)
    await directory.close()


async def test_a_link_to_another_server_is_not_followed(
    graph: FakeGraph, directory: GraphDirectory
) -> None:
    graph.member_of[ANNA] = [membership()] * 3
    graph.url = "https://evil.example"
    with pytest.raises(GraphUnavailable, match=r"a link to evil\.example"):
        await directory.groups_of(ANNA)


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"value": 7}', "{}", "[" * 5000])
async def test_an_answer_that_is_not_graphs_is_none(graph: FakeGraph, body: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=body)

    app = web.Application()
    app.router.add_get("/{any:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        settings = replace(graph.access.graph, url=str(server.make_url("")))
        directory = GraphDirectory(settings)
        with pytest.raises(GraphUnavailable, match="something else than a list of groups"):
            await directory.groups_of(ANNA)
        await directory.close()
