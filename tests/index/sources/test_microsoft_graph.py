"""Graph as an HTTP service: how long it is waited for, and whom it may send elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from identity.graph.graph_client import ATTEMPTS
from identity.graph.graph_sign_in import token_source
from index.sources import ItemUnreadable, SourceUnreachable
from index.sources.microsoft_graph import Graph
from tests.fakes.graph import FakeGraph

HERE: frozenset[str] = frozenset()


@pytest.fixture
def service() -> Iterator[FakeGraph]:
    with FakeGraph() as found:
        found.put("a.md", b"0123456789")
        yield found


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
async def graph(service: FakeGraph, waits: list[float]) -> AsyncIterator[Graph]:
    async def wait(seconds: float) -> None:
        waits.append(seconds)

    found = Graph(service.url, token_source(service.access.graph), wait=wait)
    yield found
    await found.close()


def _file(service: FakeGraph) -> str:
    return f"/drives/b!drive/items/{service.find('a.md').id}"


async def test_it_waits_as_long_as_it_is_asked_to(
    service: FakeGraph, graph: Graph, waits: list[float]
) -> None:
    service.refusals["/drive"] = [(429, "17"), (503, "")]
    assert (await graph.found("/sites/x/drive"))["name"] == "Documents"
    assert waits == [17.0, 2.0]


async def test_it_gives_up_in_the_end(service: FakeGraph, graph: Graph, waits: list[float]) -> None:
    service.refusals["/drive"] = [(429, "1")] * 99
    with pytest.raises(SourceUnreachable, match=f"made up by the test.*tried {ATTEMPTS} times"):
        await graph.found("/sites/x/drive")
    assert len(waits) == ATTEMPTS - 1


async def test_of_a_batch_only_what_was_refused_is_asked_again(
    service: FakeGraph, graph: Graph, waits: list[float]
) -> None:
    ids = [service.put(f"{number}.md").id for number in range(25)]
    service.refusals[f"{ids[3]}/permissions"] = [(429, "5")]
    service.refusals[f"{ids[22]}/permissions"] = [(429, "9")]
    replies = await graph.batch([f"/drives/b!drive/items/{id_}/permissions" for id_ in ids])
    assert [reply.status for reply in replies] == [200] * 25
    assert waits == [9.0]
    assert len(service.batched) == 27


async def test_a_batch_that_never_ends_is_given_up(
    service: FakeGraph, graph: Graph, waits: list[float]
) -> None:
    path = f"{_file(service)}/permissions"
    service.refusals[path] = [(429, "3")] * 99
    with pytest.raises(SourceUnreachable, match="is busy"):
        await graph.batch([path])
    assert waits == [3.0] * ATTEMPTS


async def test_a_file_over_the_limit_is_refused_though_its_size_was_said_to_be_less(
    service: FakeGraph, graph: Graph
) -> None:
    where = f"{_file(service)}/content"
    assert await graph.download(where, HERE, 10) == b"0123456789"
    with pytest.raises(ItemUnreadable, match="more than 0 MB"):
        await graph.download(where, HERE, 9)


async def test_a_link_to_another_server_is_not_followed(graph: Graph) -> None:
    with pytest.raises(SourceUnreachable, match=r"a link to evil.example, which is not itself"):
        await graph.get("https://evil.example/v1.0/drives/x/root/delta?token=1")


async def test_a_server_that_is_not_there_is_a_fault_of_the_source(
    service: FakeGraph, waits: list[float]
) -> None:
    async def wait(seconds: float) -> None:
        waits.append(seconds)

    graph = Graph("http://127.0.0.1:9", token_source(service.access.graph), wait=wait)
    with pytest.raises(SourceUnreachable, match="cannot be reached"):
        await graph.found("/sites/x")
    await graph.close()
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0]
