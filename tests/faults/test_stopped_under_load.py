"""The server is told to stop (SIGTERM) while people ask."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import aiohttp

from benchmarks.durability import Crowd, Kept, kept_rows
from benchmarks.turn.servers import Server, signpost
from tests.fakes.connector import FakeConnector

UNFINISHED = b"POST /api/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"


async def test_what_was_acknowledged_is_kept_and_the_server_ends_by_itself_in_ten_seconds(
    sample_snapshots: Path, tmp_path: Path
) -> None:
    """Also if somebody never comes to the end of a request."""
    kept = Kept()
    async with FakeConnector() as connector, aiohttp.ClientSession() as session:
        server = await asyncio.to_thread(Server, signpost(sample_snapshots, tmp_path))
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            writer.write(UNFINISHED)
            crowd = Crowd(40, session, connector.url)
            turns = await crowd.ask(server.url, 2.0, kept)
            stop = asyncio.to_thread(server.stop, signal.SIGTERM, within_s=10.0)
            ended = asyncio.create_task(stop)
            turns += await crowd.ask(server.url, 0.5, kept)
            assert await ended == 0
        finally:
            server.kill()
            writer.close()
        await asyncio.gather(*turns)
    kept.rows = kept_rows(tmp_path / "signpost.db")
    assert len(kept.acknowledged) > 40
    assert (kept.lost, kept.doubled) == (0, 0)
