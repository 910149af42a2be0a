"""What reaches POST /api/messages and is no activity, or hardly one."""

from __future__ import annotations

import copy
import gzip
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from tests.fakes import activities as teams
from tests.fakes.connector import Failure
from tests.fakes.running import Running

URL = "/api/messages"
JSON_TYPE = {"Content-Type": "application/json"}


async def refused(bot: Running, body: bytes, **headers: str) -> tuple[int, str]:
    """The status and the reason that are given for a body."""
    response = await bot.client.post(URL, data=body, headers=JSON_TYPE | headers)
    assert bot.conversation.messages == []
    return response.status, (await response.json())["error"]["message"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_post_is_allowed(bot: Running, method: str) -> None:
    response = await bot.client.request(method, URL)
    assert (response.status, response.headers["Allow"]) == (405, "POST")


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


async def test_json_may_name_its_encoding(bot: Running) -> None:
    body = json.dumps(teams.message("grüß dich") | {"serviceUrl": bot.connector.url})
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = await bot.client.post(URL, data=body.encode(), headers=headers)
    assert response.status == 200
    assert bot.conversation.messages[0].text == "grüß dich"


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


async def test_half_an_emoji_does_not_cost_the_question(bot: Running) -> None:
    """Clients cut texts between the two halves of a character; JSON can carry that."""
    body = json.dumps(teams.message("where is it? \ud83d") | {"serviceUrl": bot.connector.url})
    response = await bot.client.post(URL, data=body, headers=JSON_TYPE)
    assert response.status == 200
    assert bot.conversation.messages[0].text == "where is it? ?"


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


@pytest.mark.parametrize("host", ["evil.example", "signpost.evil.example:3978", "10.0.0.1"])
async def test_in_development_a_request_must_name_this_machine(bot: Running, host: str) -> None:
    """Else a web page whose name was made to lead here could talk to the bot."""
    activity = teams.message() | {"serviceUrl": bot.connector.url}
    response = await bot.client.post(URL, json=activity, headers={"Host": host})
    assert response.status == 403
    assert bot.connector.attempts == []


@pytest.mark.parametrize(
    "service_url",
    [
        "http://evil.example/",
        "https://smba.trafficmanager.net/emea/",
        "http://127.0.0.1@evil.example/",
        "http://127.0.0.1.evil.example/",
        "http://10.0.0.1/",
        "http://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "//127.0.0.1/",
        "127.0.0.1",
        "http://[",
        "nonsense",
    ],
)
async def test_in_development_replies_go_to_this_machine_only(
    bot: Running, service_url: str
) -> None:
    """Nobody is authenticated, so nobody may say where else the bot should post."""
    response = await bot.client.post(URL, json=teams.message() | {"serviceUrl": service_url})
    assert response.status == 403
    assert bot.conversation.messages == []


async def test_in_development_replies_follow_no_redirect(bot: Running) -> None:
    bot.connector.fail_always(Failure(307, headers={"Location": bot.connector.url + "elsewhere"}))
    await bot.post(teams.message())
    assert len(bot.connector.attempts) == 1


@pytest.mark.parametrize("conversation", ["..", "."])
async def test_a_conversation_id_cannot_lead_out_of_the_connector_s_paths(
    bot: Running, conversation: str
) -> None:
    response = await bot.post(teams.message(conversation={"id": conversation}))
    assert response.status == 200
    assert bot.connector.attempts == []


async def test_a_service_url_cannot_swallow_the_path_that_is_posted_to(bot: Running) -> None:
    activity = teams.message() | {"serviceUrl": f"{bot.connector.url}shutdown?now="}
    response = await bot.client.post(URL, json=activity)
    assert response.status == 200
    assert bot.connector.attempts == []


ACTIVITIES = [
    teams.message(),
    teams.group_message(),
    teams.channel_message(),
    teams.sticker(),
    teams.file_message(),
    teams.submit({"action": "rate"}),
    teams.execute({"action": "rate"}),
    teams.thumbs("dislike", '{"feedbackText": "too short"}'),
    teams.search(),
    teams.installed(),
    teams.members_added(),
    teams.reaction(),
    teams.edited(),
]
NEW_IDS = itertools.count()
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "expectReplies", "\x00", "..", "<at>", "personal", 10**400, "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(["id", "text", "type"]), inner)
    ),
    max_leaves=6,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a JSON value."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A real activity with some of its values changed, or gone."""
    activity = copy.deepcopy(draw(st.sampled_from(ACTIVITIES)))
    activity["id"] = activity["replyToId"] = str(next(NEW_IDS))  # or it would be a repetition
    activity["serviceUrl"] = "<connector>"
    for _ in range(draw(st.integers(1, 2))):
        *way, last = draw(st.sampled_from(list(paths(activity)) or [("type",)]))
        holder = activity
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            holder[last] = draw(ODD)
        elif isinstance(holder, dict):
            del holder[last]
    return activity


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mutated())
async def test_no_activity_however_odd_is_an_internal_error(
    bot: Running, activity: dict[str, Any]
) -> None:
    """Nor does it break the turn, and what gets through has the types that were promised."""
    body = json.dumps(activity).replace("<connector>", bot.connector.url)
    with capture_logs() as logs:
        response = await bot.client.post(URL, data=body, headers=JSON_TYPE)
    assert response.status in {200, 400, 403, 413, 501}
    assert [log for log in logs if log["event"].endswith(".failed")] == []
    for message in bot.conversation.messages:
        told = (message.id, message.text, message.locale, message.conversation_id)
        assert all(isinstance(value, str) for value in (*told, *message.attachments))
        assert all(
            isinstance(value, str)
            for value in (message.sender.id, message.sender.name, message.sender.tenant_id)
        )
    for press in bot.conversation.presses:
        assert isinstance(press.data, dict)
    for rating in bot.conversation.ratings:
        assert isinstance(rating.like, bool) and isinstance(rating.comment, str)
