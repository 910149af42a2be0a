"""The token that the bot shows Teams' connector: fetched aside, kept, renewed in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from bots.door.shared import Shared
from bots.outgoing.credentials import Acquire
from errors import TokenUnavailable

RENEW_BEFORE_S = 300.0
WAIT_S = 8.0

log = structlog.get_logger(__name__)


class Bearer:
    """A token for whoever asks: one request to the sign-in service, in a thread, however many turns
    wait for it, and none while the token has more than five minutes to live."""

    def __init__(self, acquire: Acquire, clock: Callable[[], float] = time.monotonic) -> None:
        self._acquire = acquire
        self._clock = clock
        self._token = ""
        self._ends_at = 0.0
        self._renew = Shared(self._ask, "bot-token")

    async def token(self) -> str:
        """A token that is good now. Raises TokenUnavailable."""
        if self._remaining_s() <= RENEW_BEFORE_S:
            try:
                async with asyncio.timeout(WAIT_S):
                    await self._renew()
            except (TokenUnavailable, TimeoutError) as error:
                if self._remaining_s() <= 0:
                    raise TokenUnavailable(f"no token to send with: {error!r}") from error
                log.warning("bot_token.not_renewed", error=repr(error))
        return self._token

    def forget(self, token: str) -> None:
        """`token` was refused: get another one next time."""
        if token == self._token:
            self._ends_at = 0.0

    async def close(self) -> None:
        await self._renew.close()

    def _remaining_s(self) -> float:
        return self._ends_at - self._clock() if self._token else 0.0

    async def _ask(self) -> None:
        asked_at = self._clock()
        token, lifetime_s = await asyncio.to_thread(self._acquire)
        self._token, self._ends_at = token, asked_at + lifetime_s
