"""Bodies that are no activity: refused with a reason, never an internal error."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.fakes import activities as teams
from tests.fakes.running import Running

URL = "/api/messages"
JSON_TYPE = {"Content-Type": "application/json"}


async def refused(bot: Running, body: bytes, **headers: str) -> tuple[int, str]:
    """The status and the reason that are given for a body."""
    response = await bot.client.post(URL, data=body, headers=JSON_TYPE | headers)
    assert bot.conversation.messages == []
    return response.status, (await response.json())["error"]["message"]


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "text/json", "application/x-www-form-urlencoded", ""]
)
async def test_anything_but_json_is_an_unsupported_media_type(
    bot: Running, content_type: str | None
) -> None:
    """A web page of somebody else's can post plain text without being asked, but no JSON."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    response = await bot.client.post(
        URL,
        data=json.dumps(teams.message()).encode(),
        headers=headers,
        skip_auto_headers=["Content-Type"],
    )
    assert response.status == 415


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nothing", b"\xff\xfe", b'{"a": "\\ud800', b"[" * 100_000, b'{"a":' * 50_000],
    ids=["empty", "cut", "a word", "not text", "cut in an emoji", "deep list", "deep object"],
)
async def test_what_is_not_json_is_a_bad_request(bot: Running, body: bytes) -> None:
    assert await refused(bot, body) == (400, "not an activity: body: not JSON")


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true"])
async def test_json_that_is_no_object_is_a_bad_request(bot: Running, body: bytes) -> None:
    status, reason = await refused(bot, body)
    assert status == 400
    assert reason.startswith("not an activity: body: Input should be")


@pytest.mark.parametrize("field", ["type", "serviceUrl", "from", "recipient", "conversation"])
@pytest.mark.parametrize("value", ["missing", None, 7, [], {}, ""])
async def test_an_activity_must_say_what_it_is_and_whose(
    bot: Running, field: str, value: Any
) -> None:
    activity = teams.message() | {"serviceUrl": bot.connector.url}
    if value == "missing":
        del activity[field]
    else:
        activity[field] = value
    status, reason = await refused(bot, json.dumps(activity).encode())
    assert status == 400
    assert reason.startswith(f"not an activity: {field}")


async def test_the_reason_never_repeats_what_somebody_wrote(bot: Running) -> None:
    activity = teams.message() | {"text": ["my salary"]}
    status, reason = await refused(bot, json.dumps(activity).encode())
    assert (status, reason) == (400, "not an activity: text: Input should be a valid string")


@pytest.mark.parametrize("told", [True, False], ids=["length told", "length not told"])
async def test_a_body_over_256_kb_is_too_large(bot: Running, told: bool) -> None:
    body = json.dumps(teams.message("x" * 300_000)).encode()

    async def chunks() -> Any:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    data = body if told else chunks()
    response = await bot.client.post(URL, data=data, headers=JSON_TYPE)
    assert response.status == 413


async def test_a_small_body_that_unpacks_to_a_large_one_is_too_large(bot: Running) -> None:
    packed = gzip.compress(b" " * 50_000_000)
    assert len(packed) < 100_000
    status, _ = await refused(bot, packed, **{"Content-Encoding": "gzip"})
    assert status == 413


async def test_a_body_that_is_packed_wrongly_is_a_bad_request(bot: Running) -> None:
    status, _ = await refused(bot, b"not gzip", **{"Content-Encoding": "gzip"})
    assert status == 400


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
async def test_a_body_that_is_packed_wrongly_is_logged_once_without_a_trace(
    bot: Running, content_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether it is read, or refused before that; and the next request is served."""
    headers = {"Content-Type": content_type, "Content-Encoding": "gzip"}
    with capture_logs() as logs:
        for _ in range(2):
            response = await bot.client.post(URL, data=b"xx", headers=headers)
            assert response.status in {400, 415}
            await response.read()
        assert (await bot.post(teams.message())).status == 200
    assert [log["event"] for log in logs if log["log_level"] != "info"] == ["request.refused"] * 2
    assert caplog.records == []
