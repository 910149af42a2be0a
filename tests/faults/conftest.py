from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.guarded import Guarded, guarding
from tests.fakes.running import Running, running


@pytest.fixture
async def bot() -> AsyncIterator[Running]:
    """A bot in development, which asks nobody who they are."""
    async with running() as bot:
        yield bot


@pytest.fixture
async def guarded() -> AsyncIterator[Guarded]:
    """A bot as it runs in production."""
    async with guarding() as guarded:
        yield guarded
