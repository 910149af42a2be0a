"""A message that nobody asked for just now, to somebody who talked to the bot before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from botbuilder.schema import ConversationReference  # type: ignore[import-untyped]

from bots.adapter import TeamsAdapter
from bots.outgoing.credentials import Credentials
from bots.outgoing.service_url import this_machine
from errors import DeliveryFailed
from tests.fakes import activities as teams
from tests.fakes.connector import Failure, FakeConnector


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as fake:
        yield fake


@pytest.fixture
async def adapter() -> AsyncIterator[TeamsAdapter]:
    adapter = TeamsAdapter(
        Credentials(teams.APP_ID, tenant_id=teams.TENANT_ID, password="made up"),
        allowed_tenants=[teams.TENANT_ID],
        services=this_machine,
        acquire=lambda: ("bot-token", 3600.0),
    )
    yield adapter
    await adapter.close()


def reference(connector: FakeConnector) -> Any:
    """What a digest would have kept of Anna's first message."""
    return ConversationReference().deserialize(
        {
            "bot": teams.BOT,
            "user": teams.ANNA,
            "conversation": {"id": teams.PERSONAL_ID, "conversationType": "personal"},
            "channelId": "msteams",
            "serviceUrl": connector.url,
        }
    )


async def hello(context: Any) -> None:
    await context.send_activity("Two new answers to what you asked.")


async def test_it_needs_nothing_but_where_the_conversation_was(
    adapter: TeamsAdapter, connector: FakeConnector
) -> None:
    """The adapter knows its own app id: stock, whoever forgets it cannot sign in."""
    await adapter.continue_conversation(reference(connector), hello)
    (sent,) = connector.sent
    assert sent.conversation_id == teams.PERSONAL_ID
    assert sent.activity["text"] == "Two new answers to what you asked."
    assert sent.headers["Authorization"] == "Bearer bot-token"


async def test_who_left_is_told_by_the_error(
    adapter: TeamsAdapter, connector: FakeConnector
) -> None:
    """So that the caller can stop writing to them."""
    body = '{"error": {"code": "MessageWritesBlocked", "message": "blocked by the user"}}'
    connector.fail(Failure(403, body))
    with pytest.raises(DeliveryFailed) as raised:
        await adapter.continue_conversation(reference(connector), hello)
    assert (raised.value.status, raised.value.code) == (403, "MessageWritesBlocked")
