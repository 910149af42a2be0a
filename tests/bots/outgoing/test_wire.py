from __future__ import annotations

import copy
from datetime import UTC, datetime

from botbuilder.schema import (  # type: ignore[import-untyped]
    Activity,
    ActivityTypes,
    Attachment,
    ChannelAccount,
    TextFormatTypes,
)

from bots.outgoing.wire import Finished, wire_json


def test_a_model_becomes_the_json_of_its_schema_without_empty_fields() -> None:
    activity = Activity(
        type=ActivityTypes.message,
        text="Hello",
        text_format=TextFormatTypes.plain,
        from_property=ChannelAccount(id="28:bot", aad_object_id="a"),
        timestamp=datetime(2026, 1, 1, 8, tzinfo=UTC),
        attachments=[Attachment(content_type="application/json", content={"a": None, "b": [1]})],
    )
    assert wire_json(activity) == {
        "type": "message",
        "text": "Hello",
        "textFormat": "plain",
        "from": {"id": "28:bot", "aadObjectId": "a"},
        "timestamp": "2026-01-01T08:00:00+00:00",
        "attachments": [
            {"contentType": "application/json", "content": {"a": None, "b": [1]}},
        ],
    }


def test_plain_values_are_themselves_and_models_among_them_are_not_missed() -> None:
    plain = {"a": [1, 2.5, True, None, "x"], "b": {"@type": "Claim"}}
    assert wire_json(plain) == plain
    assert wire_json({"who": (ChannelAccount(id="1"),)}) == {"who": [{"id": "1"}]}


def test_what_a_model_was_given_beyond_its_schema_is_kept() -> None:
    account = ChannelAccount().deserialize({"id": "1", "tenantId": "t"})
    assert wire_json(account) == {"id": "1", "tenantId": "t"}


def test_what_is_finished_is_neither_copied_nor_walked_through() -> None:
    card = Finished({"type": "AdaptiveCard", "body": [{"type": "TextBlock"}]})
    activity = Activity(attachments=[Attachment(content_type="card", content=card)])
    [attachment] = wire_json(copy.deepcopy(activity))["attachments"]
    assert attachment["content"] is card
