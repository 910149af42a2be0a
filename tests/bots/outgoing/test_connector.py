"""What is sent again, what is not, for how long it is tried, and as which JSON."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
from botbuilder.schema import (  # type: ignore[import-untyped]
    Activity,
    ActivityTypes,
    Attachment,
    ChannelAccount,
    TextFormatTypes,
)

from bots.outgoing.connector import Connector, Finished, wire_json
from bots.outgoing.service_url import this_machine
from errors import DeliveryFailed
from tests.fakes.connector import DROP, HANG, Failure, FakeConnector, closed_url, throttled

HELLO = {"type": "message", "text": "Hello"}


@dataclass
class Waits:
    """Takes the place of sleeping."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Sender:
    connector: Connector
    fake: FakeConnector
    waits: Waits

    async def create(self, **changes: Any) -> str | None:
        return await self.connector.create(self.fake.url, "a:1", HELLO, **changes)

    async def update(self) -> str | None:
        return await self.connector.update(self.fake.url, "a:1", "42", HELLO)


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    waits = Waits()
    async with FakeConnector() as fake, aiohttp.ClientSession() as session:
        connector = Connector(lambda: session, None, this_machine, attempt_s=0.3, wait=waits)
        yield Sender(connector, fake, waits)


async def test_a_message_is_posted_as_json_and_its_id_is_told(sender: Sender) -> None:
    assert await sender.create() == "sent-1"
    (sent,) = sender.fake.sent
    assert (sent.method, sent.path) == ("POST", "/v3/conversations/a:1/activities")
    assert sent.activity == HELLO
    assert sent.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "Authorization" not in sent.headers


async def test_a_reply_names_what_it_answers(sender: Sender) -> None:
    await sender.create(reply_to_id="42")
    assert sender.fake.sent[0].path == "/v3/conversations/a:1/activities/42"


async def test_ids_are_no_paths(sender: Sender) -> None:
    """A channel's ids hold characters that mean something in a URL."""
    conversation = "19:a/b?c#d@thread.tacv2;messageid=1"
    await sender.connector.create(sender.fake.url, conversation, HELLO, "x/y")
    (sent,) = sender.fake.sent
    assert (sent.conversation_id, sent.activity_id) == (conversation, "x/y")


async def test_a_message_can_be_replaced(sender: Sender) -> None:
    await sender.update()
    assert [(sent.method, sent.activity_id) for sent in sender.fake.sent] == [("PUT", "42")]


@pytest.mark.parametrize("status", [412, 429])
async def test_a_message_refused_for_now_is_sent_again(sender: Sender, status: int) -> None:
    sender.fake.fail(Failure(status), Failure(status))
    assert await sender.create() == "sent-1"
    assert len(sender.fake.attempts) == 3


async def test_waits_grow_and_are_jittered(sender: Sender) -> None:
    sender.fake.fail_always(Failure(429))
    with pytest.raises(DeliveryFailed):
        await sender.create()
    first, second, third = sender.waits.seconds
    assert 0.125 <= first <= 0.375
    assert 0.25 <= second <= 0.75
    assert 0.5 <= third <= 1.5


async def test_a_wait_is_never_shorter_than_asked_for(sender: Sender) -> None:
    sender.fake.fail(throttled("3"))
    await sender.create()
    assert 3.0 <= sender.waits.seconds[0] <= 3.25


async def test_a_wait_may_be_asked_for_as_a_date(sender: Sender) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True)
    sender.fake.fail(throttled(then))
    await sender.create()
    assert 6.0 <= sender.waits.seconds[0] <= 8.25


@pytest.mark.parametrize("header", ["soon", "", "-5", "1e3", "Mon, 99 Foo 2026"])
async def test_a_wait_that_makes_no_sense_is_not_waited(sender: Sender, header: str) -> None:
    sender.fake.fail(throttled(header))
    assert await sender.create() == "sent-1"
    assert sender.waits.seconds[0] <= 0.375


async def test_who_is_asked_to_wait_too_long_gives_up_at_once(sender: Sender) -> None:
    sender.fake.fail(throttled("60"))
    with pytest.raises(DeliveryFailed) as raised:
        await sender.create()
    assert (raised.value.status, sender.waits.seconds) == (429, [])


async def test_in_the_end_it_is_given_up(sender: Sender) -> None:
    sender.fake.fail_always(Failure(429))
    with pytest.raises(DeliveryFailed, match="HTTP 429"):
        await sender.create()
    assert len(sender.fake.attempts) == 4


@pytest.mark.parametrize(
    "failure",
    [Failure(500), Failure(502), Failure(503), Failure(504), HANG, DROP],
    ids=["500", "502", "503", "504", "silence", "dropped"],
)
async def test_a_message_that_may_have_been_posted_is_not_sent_again(
    sender: Sender, failure: Failure
) -> None:
    """The same answer twice is worse than an answer that failed."""
    sender.fake.fail(failure)
    with pytest.raises(DeliveryFailed):
        await sender.create()
    assert len(sender.fake.attempts) == 1


@pytest.mark.parametrize("failure", [Failure(429), Failure(502), Failure(503), HANG, DROP], ids=str)
async def test_a_replacement_can_be_repeated_after_anything(
    sender: Sender, failure: Failure
) -> None:
    sender.fake.fail(failure)
    assert await sender.update() == "sent-1"


@pytest.mark.parametrize("status", [307, 400, 401, 403, 404, 413])
async def test_what_is_refused_for_good_is_not_repeated(sender: Sender, status: int) -> None:
    sender.fake.fail(Failure(status))
    with pytest.raises(DeliveryFailed) as raised:
        await sender.update()
    assert (raised.value.status, len(sender.fake.attempts)) == (status, 1)


async def test_the_platform_s_reason_is_told(sender: Sender) -> None:
    sender.fake.fail(Failure(403, '{"error": {"code": "MessageWritesBlocked", "message": "x"}}'))
    with pytest.raises(DeliveryFailed, match="HTTP 403 MessageWritesBlocked") as raised:
        await sender.create()
    assert raised.value.code == "MessageWritesBlocked"


@pytest.mark.parametrize(
    "body",
    ["", "<html>Bad gateway</html>", "[1]", '{"error": "text"}', '{"error": {}}', "[" * 9999],
)
async def test_a_refusal_in_any_words_is_a_failure_and_nothing_worse(
    sender: Sender, body: str
) -> None:
    sender.fake.fail(Failure(400, body))
    with pytest.raises(DeliveryFailed) as raised:
        await sender.create()
    assert (raised.value.status, raised.value.code) == (400, "")


@pytest.mark.parametrize("body", ["", "null", "{}", '{"id": 7}', '{"id": ""}', "<html>"])
async def test_a_message_taken_without_an_id_is_taken(sender: Sender, body: str) -> None:
    sender.fake.fail(Failure(200, body))
    assert await sender.create() is None


async def test_an_endless_answer_is_not_read_to_its_end(sender: Sender) -> None:
    sender.fake.fail(Failure(200, '{"id": "42", "padding": "' + "x" * 1_000_000 + '"}'))
    assert await sender.create() is None


async def test_a_connection_that_never_came_about_is_tried_again(sender: Sender) -> None:
    """Nothing was sent: nothing can be there twice."""
    with pytest.raises(DeliveryFailed) as raised:
        await sender.connector.create(closed_url(), "a:1", HELLO)
    assert raised.value.status is None
    assert len(sender.waits.seconds) == 3
    assert sum(sender.waits.seconds) < 3


@pytest.mark.parametrize(
    "url", ["http://[", "http://127.0.0.1:99999", "http://x/?a=", "http://x/#a", "x", ""]
)
async def test_an_impossible_address_is_a_failure(sender: Sender, url: str) -> None:
    with pytest.raises(DeliveryFailed):
        await sender.connector.create(url, "a:1", HELLO)


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
