"""The query log's database goes away while people ask, and comes back: nothing is lost or doubled,
also if the server is killed in between."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from analytics.tables import questions
from benchmarks.durability import Kept, measure
from tests.analytics.spool.test_spool import folder, locked, open_log, until, url
from tests.fakes.query_log import ASKED, rows

__all__ = ["folder", "url"]  # fixtures


async def test_what_is_asked_meanwhile_is_on_disk_at_once_and_in_the_database_once(
    url: str, folder: Path
) -> None:
    many = [replace(ASKED, query_id=f"q{number:03}", reply_key=None) for number in range(100)]
    log = await open_log(url, folder)
    with locked(url):
        for asked in many:
            log.record(asked)
            await asyncio.wait_for(log.durable(), 2)
        assert log.stats.spooled.rows == len(many)
        assert log.problem
    await log.flush()
    await until(lambda: not log.stats.spooled.rows)
    assert [row[0] for row in await rows(url, questions, "query_id")] == [
        one.query_id for one in many
    ]
    assert not log.problem
    await log.close()


async def test_a_server_that_is_killed_again_and_again_loses_and_doubles_nothing(
    sample_snapshots: Path,
) -> None:
    """SIGKILL to the real server, with turns in flight; then the same with the database locked. As
    `python -m benchmarks.durability` does it a hundred times."""
    found: dict[str, Kept] = {}
    await measure(sample_snapshots, kills=3, rate=20.0, seconds=1.0, found=found)
    for name, kept in found.items():
        assert kept.acknowledged, name
        assert (kept.lost, kept.doubled) == (0, 0), kept.line(name)
    assert found.keys() == {"database free", "database locked"}
