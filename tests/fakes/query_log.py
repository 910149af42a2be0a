"""What people ask and what becomes of it, recorded in a query log, read back, and exported."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from analytics.database import Database
from analytics.events import Asked, Rated, RatingSource, Shown
from analytics.log import QueryLog

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
SHOWN = Shown(1, "expenses", "Travel expenses", "page 4", "https://x.example/e#4", 0.9, 0.7, 12.5)
ASKED = Asked(
    query_id="q1",
    asked_at=NOON,
    asker="a" * 32,
    channel_kind="personal",
    locale="en-GB",
    text="How do I claim\ntravel expenses? 旅費 🧾",
    outcome="answered",
    top_score=0.93,
    took_ms=41.5,
    snapshot_id="s1",
    shown=(SHOWN, replace(SHOWN, rank=2, resource_id="per-diem", dense_score=-0.1)),
    reply_key="c|m",
)
RATED = Rated("a" * 32, True, RatingSource.CARD, NOON, query_id="q1")
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
CLOSEST = (Shown(1, "r", "Résumé", "page 4", "https://x.example/#4", 0.9, 0.8, 7.0),)


async def record(log: QueryLog, *events: Any) -> None:
    for event in events:
        log.record(event)
    await log.flush()


async def rows(log_url: str, table: Table, *columns: str) -> Sequence[tuple[Any, ...]]:
    """What the table holds, ordered by its columns, read as another process would."""
    database = await Database.open_to_read(log_url)
    picked = [table.c[name] for name in columns] or list(table.c)
    async with database.reading() as connection:
        found = [tuple(row) for row in await connection.execute(select(*picked).order_by(*picked))]
    await database.close()
    return found


async def write_log(url: str, days: int) -> None:
    log = await QueryLog.open(url)
    for day in range(days):
        at = FIRST + timedelta(days=day)
        log.record(
            Asked(f"q{day}", at, "a", "group", "fr", "Où ?", "closest", 0.4, 9.5, "s", CLOSEST)
        )
    await log.close()


def environment(url: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if "SIGNPOST_" not in name}
    return others | {"SIGNPOST_QUERY_LOG_URL": url, "LC_ALL": "C", "COLUMNS": "200"}


def ids(table: bytes) -> list[str]:
    rows = csv.DictReader(io.StringIO(table.decode(), newline=""))
    return [row["query_id"] for row in rows]
