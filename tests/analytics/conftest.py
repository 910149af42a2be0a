"""Query logs that the tests write to and read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from analytics.log import Pace, QueryLog
from tests.fakes.query_log import write_log


@pytest.fixture
async def log(log_url: str) -> AsyncIterator[QueryLog]:
    """That log, which the server has open. It waits for nothing."""
    log = await QueryLog.open(log_url, Pace(gather_s=0, retry_first_s=0.01))
    yield log
    await log.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A log with a question at the beginning of each of four days."""
    url = f"sqlite:///{tmp_path}/data/signpost.db"
    asyncio.run(write_log(url, 4))
    return url
