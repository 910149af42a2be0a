"""The typing indicator: shown only while somebody really waits."""

from __future__ import annotations

import asyncio

import pytest

from bots.outgoing import typing_indicator
from bots.outgoing.typing_indicator import with_indicator


async def test_the_indicator_is_over_before_the_answer_is_handed_on() -> None:
    order: list[str] = []
    begun = asyncio.Event()

    async def indicate() -> None:
        begun.set()
        await asyncio.sleep(0.02)
        order.append("indicated")

    async def answer() -> str:
        await begun.wait()
        return "answer"

    order.append(await with_indicator(answer(), indicate, 0.0))
    assert order == ["indicated", "answer"]


async def test_an_indicator_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typing_indicator, "SETTLE_S", 0.01)
    begun = asyncio.Event()
    given_up = asyncio.Event()

    async def indicate() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.set()
            raise

    async def answer() -> str:
        await begun.wait()
        return "answer"

    assert await with_indicator(answer(), indicate, 0.0) == "answer"
    assert given_up.is_set()


async def test_an_answer_that_fails_fails_and_leaves_no_indicator_behind() -> None:
    async def indicate() -> None:
        raise AssertionError("nobody waits any more")

    async def answer() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await with_indicator(answer(), indicate, 0.01)
    await asyncio.sleep(0.03)


async def test_an_indicator_that_fails_is_no_failure() -> None:
    begun = asyncio.Event()

    async def indicate() -> None:
        begun.set()
        raise RuntimeError("the connector is down")

    async def answer() -> str:
        await begun.wait()
        return "answer"

    assert await with_indicator(answer(), indicate, 0.0) == "answer"
