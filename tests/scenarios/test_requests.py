"""What reaches POST /api/messages and is no activity, or hardly one."""

from __future__ import annotations

import copy
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


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_post_is_allowed(bot: Running, method: str) -> None:
    response = await bot.client.request(method, URL)
    assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_json_may_name_its_encoding(bot: Running) -> None:
    body = json.dumps(teams.message("grüß dich") | {"serviceUrl": bot.connector.url})
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = await bot.client.post(URL, data=body.encode(), headers=headers)
    assert response.status == 200
    assert bot.conversation.messages[0].text == "grüß dich"


async def test_half_an_emoji_does_not_cost_the_question(bot: Running) -> None:
    """Clients cut texts between the two halves of a character; JSON can carry that."""
    body = json.dumps(teams.message("where is it? \ud83d") | {"serviceUrl": bot.connector.url})
    response = await bot.client.post(URL, data=body, headers=JSON_TYPE)
    assert response.status == 200
    assert bot.conversation.messages[0].text == "where is it? ?"


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
            for value in (message.sender.channel_id, message.sender.name, message.sender.tenant_id)
        )
    for press in bot.conversation.presses:
        assert isinstance(press.data, dict)
    for rating in bot.conversation.ratings:
        assert isinstance(rating.like, bool) and isinstance(rating.comment, str)
