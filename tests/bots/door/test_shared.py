from __future__ import annotations

import asyncio

import pytest

from bots.door.shared import Shared


class Slow:
    """Work that ends when it is let."""

    def __init__(self) -> None:
        self.started = 0
        self.go = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self) -> int:
        self.started += 1
        await self.go.wait()
        if self.error:
            raise self.error
        return self.started


async def test_all_who_ask_at_once_share_one_run() -> None:
    work = Slow()
    shared = Shared(work, "test")
    asking = [asyncio.create_task(shared()) for _ in range(3)]
    await asyncio.sleep(0)
    work.go.set()
    assert await asyncio.gather(*asking) == [1, 1, 1]


async def test_who_asks_later_gets_a_run_of_their_own() -> None:
    work = Slow()
    work.go.set()
    shared = Shared(work, "test")
    assert [await shared(), await shared()] == [1, 2]


async def test_who_gives_up_leaves_the_run_to_the_others() -> None:
    work = Slow()
    shared = Shared(work, "test")
    first, second = (asyncio.create_task(shared()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    work.go.set()
    assert await second == 1


async def test_a_failure_reaches_all_who_wait_and_nobody_later() -> None:
    work = Slow()
    work.error = ValueError("no")
    shared = Shared(work, "test")
    asking = [asyncio.create_task(shared()) for _ in range(2)]
    await asyncio.sleep(0)
    work.go.set()
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(result) for result in results] == ["no", "no"]
    work.error = None
    assert await shared() == 2


async def test_closing_stops_a_run_and_is_fine_without_one() -> None:
    work = Slow()
    shared = Shared(work, "test")
    asking = asyncio.create_task(shared())
    await asyncio.sleep(0)
    await shared.close()
    await shared.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
