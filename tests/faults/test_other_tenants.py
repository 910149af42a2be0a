"""Somebody of another tenant is refused: nothing is looked up and nothing said."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.fakes import activities as teams
from tests.fakes.guarded import Guarded


@pytest.mark.parametrize(
    "channel_data",
    [
        {"tenant": {"id": "00000000-0000-4000-8000-000000000000"}},
        {"tenant": {"id": ""}},
        {"tenant": {"id": None}},
        {"tenant": "x"},
        {},
        None,
    ],
)
async def test_other_tenants_and_none_are_forbidden(
    guarded: Guarded, channel_data: dict[str, Any] | None
) -> None:
    conversation = {"id": teams.PERSONAL_ID, "conversationType": "personal"}
    response = await guarded.post(
        guarded.bearer(), channelData=channel_data, conversation=conversation
    )
    assert response.status == 403
    assert guarded.conversation.messages == []
    assert guarded.connector.attempts == []


@pytest.mark.parametrize("name", ["query", "queryLink", "fetchTask", "selectItem"])
async def test_the_message_extension_is_for_no_other_tenant(guarded: Guarded, name: str) -> None:
    foreign = {"tenant": {"id": "00000000-0000-4000-8000-000000000000"}}
    asked = {"type": "invoke", "name": f"composeExtension/{name}", "value": {"url": "https://x"}}
    response = await guarded.post(guarded.bearer(), channelData=foreign, **asked)
    assert response.status == 403


async def test_the_channel_s_word_on_the_tenant_counts_before_the_conversation_s(
    guarded: Guarded,
) -> None:
    foreign = {"tenant": {"id": "00000000-0000-4000-8000-000000000000"}}
    assert (await guarded.post(guarded.bearer(), channelData=foreign)).status == 403
    assert (await guarded.post(guarded.bearer(), channelData={})).status == 200


async def test_another_tenant_s_people_are_counted_and_nothing_else_is_kept(
    guarded: Guarded,
) -> None:
    """The log names the tenant, for the day it is to be let in, and neither person nor words."""
    foreign = {"tenant": {"id": "00000000-0000-4000-8000-000000000000"}}
    with capture_logs() as logs:
        for number in range(3):
            await guarded.post(guarded.bearer(), channelData=foreign, id=str(number))
    refused = [entry for entry in logs if entry["event"] == "request.refused"]
    assert [entry["times"] for entry in refused] == [1, 2, 3]
    assert {*refused[0]} == {"event", "log_level", "status", "reason", "times"}
    assert refused[0]["reason"] == f"tenant {foreign['tenant']['id']!r} is not allowed"
