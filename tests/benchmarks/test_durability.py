"""What the durability run counts, with servers that keep well and badly."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from benchmarks.durability import Crowd, killed_again_and_again
from benchmarks.turn.servers import BotCommand


@pytest.mark.parametrize(
    ("how", "loses", "doubles"),
    [("before", False, False), ("after", True, False), ("twice", False, True)],
)
async def test_it_finds_what_is_lost_and_what_is_doubled(
    tmp_path: Path, how: str, loses: bool, doubles: bool
) -> None:
    log = tmp_path / "signpost.db"
    bot = BotCommand(how, ("-m", "tests.fakes.keeping_bot", "{port}", str(log), how))
    async with aiohttp.ClientSession() as session:
        crowd = Crowd(40, session, "http://127.0.0.1:9/")
        kept = await killed_again_and_again(bot, log, crowd, 2, 0.7, locked=False)
    assert kept.kills == 2
    assert kept.acknowledged
    assert (kept.lost > 0, kept.doubled > 0) == (loses, doubles)
