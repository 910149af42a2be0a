"""Teams gets in, and its replies carry the bot's token. Who is refused: `tests/faults`."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.guarded import Guarded, guarding


@pytest.fixture
async def guarded() -> AsyncIterator[Guarded]:
    async with guarding() as guarded:
        yield guarded


async def test_teams_is_let_in_and_the_reply_carries_the_bot_s_own_token(
    guarded: Guarded,
) -> None:
    response = await guarded.post(guarded.bearer())
    assert response.status == 200
    (sent,) = guarded.connector.sent
    assert sent.headers["Authorization"] == "Bearer bot-token-1"


async def test_the_scheme_is_read_whatever_its_case(guarded: Guarded) -> None:
    response = await guarded.post(guarded.bearer().replace("Bearer", "bearer"))
    assert response.status == 200
