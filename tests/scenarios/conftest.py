from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.running import Running, running


@pytest.fixture
async def bot() -> AsyncIterator[Running]:
    """A bot that has all the time it wants."""
    async with running() as bot:
        yield bot


@pytest.fixture
async def hurried() -> AsyncIterator[Running]:
    """A bot that must answer at once."""
    async with running(answer_within_s=0.05) as bot:
        yield bot
