"""One run for all who want its result, and another when they want it anew."""

from __future__ import annotations

import asyncio

import pytest

from retrieval.serving.flight import Flight, Renewal


class Slow:
    """Work that ends when it is let."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.error: Exception | None = None
        self.ended = False

    async def __call__(self) -> int:
        await self.go.wait()
        if self.error:
            raise self.error
        self.ended = True
        return 7

    def begin(self, *, goes_on: bool = False) -> Flight[int]:
        return Flight(asyncio.create_task(self()), goes_on=goes_on)


async def asking(flight: Flight[int], count: int) -> list[asyncio.Task[int]]:
    """So many who wait for the flight's result by now."""
    tasks = [asyncio.create_task(flight.result()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def test_all_who_ask_get_the_one_result_and_later_ones_too() -> None:
    work = Slow()
    flight = work.begin()
    waiting = await asking(flight, 3)
    assert not flight.done
    work.go.set()
    assert await asyncio.gather(*waiting) == [7, 7, 7]
    assert (flight.done, flight.failed) == (True, False)
    assert await flight.result() == 7


async def test_who_gives_up_leaves_the_run_to_the_others() -> None:
    work = Slow()
    flight = work.begin()
    first, second = await asking(flight, 2)
    first.cancel()
    await asyncio.sleep(0)
    assert not flight.failed
    work.go.set()
    assert await second == 7


async def test_a_run_that_nobody_waits_for_is_cancelled_and_failed_at_once() -> None:
    """Nobody may join it, though it has not ended yet."""
    work = Slow()
    flight = work.begin()
    [only] = await asking(flight, 1)
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    assert flight.failed
    work.go.set()
    await asyncio.sleep(0)
    assert (flight.done, work.ended) == (True, False)


async def test_a_run_that_goes_on_ends_though_nobody_waits() -> None:
    work = Slow()
    flight = work.begin(goes_on=True)
    [only] = await asking(flight, 1)
    only.cancel()
    await asyncio.sleep(0)
    work.go.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (flight.failed, work.ended) == (False, True)


async def test_a_failure_reaches_all_who_wait() -> None:
    work = Slow()
    work.error = ValueError("no")
    flight = work.begin()
    waiting = await asking(flight, 2)
    work.go.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [str(result) for result in results] == ["no", "no"]
    assert flight.failed


async def test_a_failure_that_nobody_sees_is_not_complained_of() -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    work = Slow()
    work.error = ValueError("no")
    flight = work.begin(goes_on=True)
    [only] = await asking(flight, 1)
    only.cancel()
    work.go.set()
    await asyncio.sleep(0.01)
    assert flight.done
    del flight, only, work  # asyncio complains when the run is taken down
    assert complaints == []


async def test_stopping_ends_a_run_and_is_fine_after_its_end() -> None:
    flight = Slow().begin()
    [only] = await asking(flight, 1)
    await flight.stop()
    await flight.stop()
    with pytest.raises(asyncio.CancelledError):
        await only
    assert flight.failed


async def test_a_renewal_is_joined_while_it_runs_and_begun_anew_after_its_end() -> None:
    runs: list[asyncio.Event] = []

    async def work() -> None:
        runs.append(asyncio.Event())
        await runs[-1].wait()

    renewal = Renewal(work, "renewal")
    await renewal.close()  # there is nothing to cancel yet
    for number in (1, 2):
        first, second = (asyncio.create_task(renewal.run()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        assert len(runs) == number
        runs[-1].set()
        await second
    third = asyncio.create_task(renewal.run())
    await asyncio.sleep(0)
    await renewal.close()
    with pytest.raises(asyncio.CancelledError):
        await third
