"""Every event is kept; one that nothing would be kept of cannot be made, or is refused and counted.

The events of these tests show what it takes to add one: a class, and a table that is there.
A real one has a migration that builds its table, and stands in `EACH`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, select
from structlog.testing import capture_logs

from analytics import events
from analytics.database import Database
from analytics.events import (
    Asked,
    Event,
    Opened,
    Rated,
    RatingSource,
    Row,
    Shown,
    TopicRaised,
    columns_of,
)
from analytics.log import LogStats, Pace, QueryLog
from analytics.tables import CleanText, Rank, UtcTime, metadata, questions
from tests.fakes.query_log import record

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOWN = (Shown(1, "r", "t", "p", "/u", 0.9, 0.8, 7.0),)
EACH: tuple[Event, ...] = (
    Asked("q1", NOON, "a", "personal", "en", "text", "answered", 0.9, 12.0, "s", SHOWN, "m1"),
    Opened("q1", 1, NOON),
    Rated("a", True, RatingSource.CARD, NOON, query_id="q1"),
    TopicRaised("q2", NOON.replace(hour=0), "violence", "answered"),
)

printings = Table(
    "printings",
    MetaData(),
    Column("query_id", CleanText, primary_key=True),
    Column("rank", Rank, primary_key=True, autoincrement=False),
    Column("printed_at", UtcTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Printed(Event):
    """A result was printed: an event that the product does not have."""

    query_id: str
    rank: int
    printed_at: datetime

    def rows(self) -> Iterable[tuple[Table, Row]]:
        yield printings, columns_of(self)


@dataclass(frozen=True, slots=True)
class Unkept(Event):
    """An event that forgets to say what is kept of it."""

    query_id: str


@dataclass(frozen=True, slots=True)
class Empty(Event):
    query_id: str

    def rows(self) -> Iterable[tuple[Table, Row]]:
        return ()


@dataclass(frozen=True, slots=True)
class Misnamed(Event):
    """One of its fields is no column of its table."""

    query_id: str
    rank: int = 1
    printed_at: datetime = NOON
    printer: str = ""

    def rows(self) -> Iterable[tuple[Table, Row]]:
        yield printings, columns_of(self)


@dataclass(frozen=True, slots=True)
class Partial(Event):
    """Its row lacks most of what its table has."""

    query_id: str

    def rows(self) -> Iterable[tuple[Table, Row]]:
        yield questions, columns_of(self)


@dataclass(frozen=True, slots=True)
class Tableless(Event):
    """It gives its rows without their tables."""

    query_id: str

    def rows(self) -> Iterable[tuple[Table, Row]]:
        yield columns_of(self)  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Broken(Event):
    query_id: str

    def rows(self) -> Iterable[tuple[Table, Row]]:
        raise KeyError(self.query_id)


@dataclass(frozen=True, slots=True)
class Stranger:
    """What happened, but no event."""

    query_id: str


@pytest.fixture
async def log(log_url: str) -> AsyncIterator[QueryLog]:
    """A log with one table more than the product's."""
    database = await Database.open(log_url)
    async with database.writing() as connection:
        await connection.run_sync(printings.create)
    await database.close()
    log = await QueryLog.open(log_url, Pace(gather_s=0, retry_first_s=0.01))
    yield log
    await log.close()


async def read(log_url: str, table: Table) -> Sequence[tuple[Any, ...]]:
    database = await Database.open_to_read(log_url)
    async with database.reading() as connection:
        found = [tuple(row) for row in await connection.execute(select(table).order_by(*table.c))]
    await database.close()
    return found


def test_all_events_there_are_have_an_example_here() -> None:
    """So that the next test is of each."""
    there_are = {
        value
        for value in vars(events).values()
        if isinstance(value, type) and issubclass(value, Event) and value is not Event
    }
    assert there_are == {type(event) for event in EACH}


@pytest.mark.parametrize("event", EACH, ids=lambda event: type(event).__name__)
async def test_each_event_is_kept_in_tables_that_the_migrations_build(
    log: QueryLog, log_url: str, event: Event
) -> None:
    await record(log, event)
    assert log.stats == LogStats(queued=0, written=1, dropped=0, refused=0)
    for table, row in event.rows():
        assert table in metadata.tables.values()
        [found] = await read(log_url, table)
        assert row.items() <= dict(zip(table.c.keys(), found, strict=True)).items()


async def test_an_event_that_is_added_is_kept_once_among_the_others(
    log: QueryLog, log_url: str
) -> None:
    """Also if it is written again, after a commit whose answer was lost."""
    added = (Printed("q1", 1, NOON), Printed("q1", 2, NOON))
    await record(log, EACH[0], added[0], EACH[1])
    await record(log, *added)
    assert await read(log_url, printings) == [("q1", 1, NOON), ("q1", 2, NOON)]
    assert log.stats == LogStats(queued=0, written=5, dropped=0, refused=0)


async def test_an_added_event_s_values_are_checked_as_those_of_others(
    log: QueryLog, log_url: str
) -> None:
    good = Printed("q1\0", 1, NOON)
    with capture_logs() as lines:
        await record(
            log, good, replace(good, rank=0), replace(good, printed_at=datetime(2026, 1, 1))
        )
    assert await read(log_url, printings) == [("q1", 1, NOON)]
    assert log.stats == LogStats(queued=0, written=1, dropped=0, refused=2)
    assert [line["kind"] for line in lines] == ["Printed", "Printed"]


def test_an_event_that_nothing_is_kept_of_cannot_be_made() -> None:
    """mypy says so too: were it silent, it would find the "ignore" unused."""
    with pytest.raises(TypeError, match=r"abstract method '?rows"):
        Unkept("q1")  # type: ignore[abstract]


@pytest.mark.parametrize(
    "happened",
    [
        Stranger("q1"),
        Empty("q1"),
        Misnamed("q1"),
        Partial("q1"),
        Tableless("q1"),
        Broken("q1"),
    ],
    ids=lambda happened: type(happened).__name__,
)
async def test_what_cannot_be_kept_is_refused_and_never_counted_as_written(
    log: QueryLog, log_url: str, happened: Any
) -> None:
    """What is recorded beside it is written."""
    with capture_logs() as lines:
        await record(log, EACH[1], happened, EACH[2])
    assert log.stats == LogStats(queued=0, written=2, dropped=0, refused=1)
    [line] = lines
    assert (line["event"], line["kind"]) == ("log.refused", type(happened).__name__)
    assert line["query_id"] == "q1"
    assert await read(log_url, printings) == []
