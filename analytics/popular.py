"""What was opened and asked most lately: never by whom, and only what enough people did."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from cachetools import TTLCache
from sqlalchemy import and_, distinct, func, select

from analytics.database import Database
from analytics.tables import openings, questions, results
from errors import LogError

log = structlog.get_logger(__name__)

_KEPT_S = 600.0
_WAIT_S = 0.25
_REMEMBERED = 500  # resources
_MOST_QUESTIONS = 5


class Popular:
    """Asks the query log every ten minutes at most, aside: nobody waits longer than a quarter of a
    second for it. While its database is away, nothing was. All is told, whomever it is for: what
    somebody may not see must not push out what they may. Lives on one event loop."""

    def __init__(
        self,
        database: Database,
        *,
        people: int,
        days: int = 7,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """What fewer than `people` have opened in as many `days` is not told."""
        self._database = database
        self._people = people
        self._days = days
        self._clock = clock
        self._known: tuple[str, ...] = ()
        self._asked_at: float | None = None
        self._asking: asyncio.Task[None] | None = None

    async def ids(self) -> tuple[str, ...]:
        """The ids of resources, the most opened first: by how many people, not how often."""
        is_due = self._asked_at is None or self._clock() - self._asked_at > _KEPT_S
        if is_due and (self._asking is None or self._asking.done()):
            self._asked_at = self._clock()
            self._asking = asyncio.create_task(self._ask(), name="popular.read")
        if self._asking is not None and not self._asking.done():
            await asyncio.wait({self._asking}, timeout=_WAIT_S)
        return self._known

    async def close(self) -> None:
        """Gives up what is under way."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> None:
        try:
            self._known = await self._read()
        except LogError as error:
            log.warning("popular.away", error=str(error))
            self._known = ()

    async def _read(self) -> tuple[str, ...]:
        since = datetime.now(UTC) - timedelta(days=self._days)
        people = func.count(distinct(questions.c.asker))
        shown = and_(results.c.query_id == openings.c.query_id, results.c.rank == openings.c.rank)
        opened = (
            select(results.c.resource_id)
            .select_from(
                openings.join(results, shown).join(
                    questions, questions.c.query_id == openings.c.query_id
                )
            )
            .where(openings.c.opened_at >= since)
            .group_by(results.c.resource_id)
            .having(people >= self._people)
            .order_by(people.desc(), results.c.resource_id)
        )
        async with self._database.reading() as connection:
            return tuple((await connection.execute(opened)).scalars())


class OftenAsked:
    """What people asked lately that a resource answered first, word for word. Each is asked of the
    query log every ten minutes at most, and nobody waits longer than a quarter of a second: what
    comes later is there the next time. Lives on one event loop."""

    def __init__(self, database: Database, *, people: int, days: int = 90) -> None:
        """What fewer than `people` have asked in the same words in as many `days` is not told."""
        self._database = database
        self._people = people
        self._days = days
        self._asking: TTLCache[str, asyncio.Task[tuple[str, ...]]] = TTLCache(_REMEMBERED, _KEPT_S)

    async def questions(self, resource_id: str) -> tuple[str, ...]:
        """At most five, what most people asked first; none while the database is away."""
        asking = self._asking.get(resource_id)
        if asking is None:
            asking = asyncio.create_task(self._ask(resource_id), name="often_asked.read")
            self._asking[resource_id] = asking
        await asyncio.wait({asking}, timeout=_WAIT_S)
        return asking.result() if asking.done() and not asking.cancelled() else ()

    async def close(self) -> None:
        """Gives up what is under way."""
        for asking in (tasks := list(self._asking.values())):
            asking.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, resource_id: str) -> tuple[str, ...]:
        same = func.lower(func.trim(questions.c.text))
        people = func.count(distinct(questions.c.asker))
        asked = (
            select(func.min(func.trim(questions.c.text)))
            .select_from(results.join(questions, questions.c.query_id == results.c.query_id))
            .where(
                results.c.resource_id == resource_id,
                results.c.rank == 1,
                questions.c.outcome == "answered",
                questions.c.asked_at >= datetime.now(UTC) - timedelta(days=self._days),
                questions.c.text != "",
            )
            .group_by(same)
            .having(people >= self._people)
            .order_by(people.desc(), same)
            .limit(_MOST_QUESTIONS)
        )
        try:
            async with self._database.reading() as connection:
                return tuple((await connection.execute(asked)).scalars())
        except LogError as error:
            log.warning("often_asked.away", error=str(error))
            return ()
