"""Texts that databases, encoders and JSON are known to stumble over, typed to the whole server."""

from __future__ import annotations

from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from analytics.tables import questions
from app import make_app
from settings import Settings
from showing.plain_text import shorten
from showing.records import MAX_TEXT
from tests.fakes import activities as teams
from tests.fakes.connector import FakeConnector
from tests.fakes.query_log import rows

LONG = "word " * 5_600
ANSWERED, NO_QUESTION, TOO_LONG = "(From: ", "I did not see a question in that.", "That is longer "
# What is typed, what the reply holds, and the row.
TEXTS = [
    ("travel\0 expenses", ANSWERED, ("travel expenses", "delivered")),
    ("taxi \ud800 receipts", ANSWERED, ("taxi ? receipts", "delivered")),
    ("unused \u202eholiday\u202c?", ANSWERED, ("unused holiday?", "delivered")),
    (LONG, TOO_LONG, (shorten(LONG, MAX_TEXT), "refused")),
    ("", NO_QUESTION, ("", "refused")),
    ("🧾🚕", NO_QUESTION, ("🧾🚕", "refused")),
]


async def test_each_is_answered_or_refused_in_words_and_its_row_is_stored(
    log_url: str, sample_snapshots: Path, tmp_path: Path
) -> None:
    settings = Settings(
        _env_file=None,
        development=True,
        data_dir=tmp_path,
        snapshots_dir=sample_snapshots,
        query_log_url=log_url,
    )
    mention_alone = teams.group_message(""), NO_QUESTION, ("", "refused")
    typed = [(teams.message(text), *rest) for text, *rest in TEXTS] + [mention_alone]
    server = TestServer(await make_app(settings))
    async with FakeConnector() as connector, TestClient(server) as client:
        for activity, reply, _ in typed:
            body = activity | {"serviceUrl": connector.url}
            assert (await client.post("/api/messages", json=body)).status == 200
            assert reply in connector.said[-1]
        assert len(connector.messages) == len(typed)
    stored = await rows(log_url, questions, "asked_at", "text", "delivery")
    assert [tuple(row[1:]) for row in stored] == [row for _, _, row in typed]
