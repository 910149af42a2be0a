"""What botbuilder 4.17.1 does wrong as shipped does not happen here.

The numbers are those of the defects; the docstrings say what stock does and where it is mended.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from botbuilder.core import TurnContext  # type: ignore[import-untyped]
from botbuilder.schema import (  # type: ignore[import-untyped]
    Activity,
    ConversationReference,
    InvokeResponse,
)
from msrest.universal_http.requests import ClientRetryPolicy

from bots.adapter import TeamsAdapter, bot_routes
from bots.door.payload import IncomingActivity
from bots.incoming.incoming import typed_text
from bots.outgoing.credentials import AppType, Credentials
from bots.outgoing.service_url import this_machine
from bots.teams_bot import TeamsBot
from errors import SettingsError
from identity.signing_keys import SigningKeys, fetch_keys
from tests.fakes import activities as teams
from tests.fakes.connector import Failure, FakeConnector, throttled
from tests.fakes.conversation import FakeConversation
from tests.fakes.key_server import KeyServer, published, token

URL = "/api/messages"
OURS = Credentials(teams.APP_ID, tenant_id=teams.TENANT_ID, password="made up")

Client = TestClient[web.Request, web.Application]


class Answering:
    """Says what it is told to."""

    def __init__(self, answer: Callable[[], Any] = lambda: "Hello") -> None:
        self.answer = answer
        self.activities: list[IncomingActivity] = []

    async def on_turn(self, activity: IncomingActivity, context: TurnContext) -> None:
        self.activities.append(activity)
        if activity.type == "invoke":
            done = InvokeResponse(status=200, body={"statusCode": 200, "value": "done"})
            await context.send_activity(Activity(type="invokeResponse", value=done))
        else:
            await context.send_activity(self.answer())


@asynccontextmanager
async def serving(
    bot: Any, credentials: Credentials | None = None, **settings: Any
) -> AsyncIterator[Client]:
    """A server with the adapter."""
    adapter = TeamsAdapter(
        credentials,
        development=credentials is None,
        allowed_tenants=[teams.TENANT_ID] if credentials else [],
        services=this_machine,
        **settings,
    )
    app = web.Application()
    app.add_routes(bot_routes(adapter, bot))
    async with TestClient(TestServer(app)) as client:
        yield client
        await adapter.close()


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as fake:
        yield fake


@pytest.fixture
def keys() -> Any:
    with KeyServer() as keys:
        yield keys


async def deliver(client: Client, activity: dict[str, Any], connector: FakeConnector) -> int:
    """The status of an activity's delivery."""
    response = await client.post(URL, json=activity | {"serviceUrl": connector.url})
    return response.status


async def knock(client: Client, connector: FakeConnector, value: str) -> int:
    """The status of a message's delivery with that token."""
    activity = teams.message() | {"serviceUrl": connector.url}
    headers = {"Authorization": f"Bearer {value}"}
    return (await client.post(URL, json=activity, headers=headers)).status


async def test_1_an_invoke_with_a_body_is_answered() -> None:
    """Stock serialises the body twice and answers 500. Mended in TeamsAdapter._turn."""
    async with serving(Answering()) as client:
        response = await client.post(URL, json=teams.execute({}))
        answer = response.status, await response.json()
    assert answer == (200, {"statusCode": 200, "value": "done"})


async def test_1_expected_replies_come_back(connector: FakeConnector) -> None:
    """The same defect. Mended in TeamsAdapter._process_turn_results."""
    async with serving(Answering()) as client:
        expecting = teams.message(deliveryMode="expectReplies")
        response = await client.post(URL, json=expecting | {"serviceUrl": connector.url})
        answer = await response.json()
    assert [reply["text"] for reply in answer["activities"]] == ["Hello"]


async def test_2_entities_given_as_dicts_stay_whole(connector: FakeConnector) -> None:
    """Stock keeps nothing but the type, so that citations vanish. Mended in wire_json."""
    citation = {
        "type": "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "citation": [{"@type": "Claim", "position": 1, "appearance": {"name": "Travel policy"}}],
    }

    def cited() -> Activity:
        return Activity(type="message", text="Page 4 [1]", entities=[dict(citation)])

    async with serving(Answering(cited)) as client:
        await deliver(client, teams.message(), connector)
    assert [message["entities"] for message in connector.messages] == [[citation]]


async def test_3_the_tenant_is_known(connector: FakeConnector) -> None:
    """Stock looks for it under another name than Teams gives. Mended in bots/door/payload.py."""
    bot = Answering()
    async with serving(bot) as client:
        await deliver(client, teams.message(), connector)
    assert [activity.tenant_id for activity in bot.activities] == [teams.TENANT_ID]


def test_4_without_an_app_id_there_is_no_bot() -> None:
    """Stock serves anybody then. Mended in TeamsAdapter and Credentials."""
    with pytest.raises(SettingsError, match="app id"):
        TeamsAdapter(None)
    with pytest.raises(SettingsError, match="app id"):
        Credentials("", tenant_id=teams.TENANT_ID, password="made up")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b"[]", {"Content-Type": "application/json"}, 400),
        (b'"x"', {"Content-Type": "application/json"}, 400),
        (b'{"type": "message"}', {"Content-Type": "application/json"}, 400),
        (b"{}", {}, 415),
    ],
    ids=["malformed", "list", "string", "nothing in it", "no content type"],
)
async def test_5_what_is_no_activity_is_the_sender_s_fault(
    body: bytes, headers: dict[str, str], status: int
) -> None:
    """Stock calls it its own: 500. Mended in bots/door/payload.py."""
    async with serving(Answering()) as client:
        response = await client.post(
            URL, data=body, headers=headers, skip_auto_headers=["Content-Type"]
        )
        assert response.status == status


def test_6_a_registration_is_of_one_tenant_unless_it_says_otherwise() -> None:
    """Stock takes a missing type for any tenant's and asks for none. Mended in Credentials."""
    assert OURS.app_type is AppType.SINGLE_TENANT
    with pytest.raises(SettingsError, match="tenant id"):
        Credentials(teams.APP_ID, password="made up")


async def test_7_a_proactive_message_needs_no_app_id_from_its_sender(
    connector: FakeConnector,
) -> None:
    """Stock cannot sign in without it. Mended in the adapter's _Authentication."""

    async def hello(context: TurnContext) -> None:
        await context.send_activity("Hello")

    account = {"id": teams.PERSONAL_ID}
    reference = ConversationReference().deserialize(
        {"serviceUrl": connector.url, "conversation": account, "user": teams.ANNA}
    )
    adapter = TeamsAdapter(
        OURS,
        allowed_tenants=["t"],
        services=this_machine,
        acquire=lambda: ("bot-token", 3600.0),
    )
    await adapter.continue_conversation(reference, hello)
    await adapter.close()
    assert connector.said == ["Hello"]


async def test_8_the_platform_s_feedback_has_a_handler(connector: FakeConnector) -> None:
    """Stock implements none: 501. Mended in TeamsBot."""
    async with serving(TeamsBot(FakeConversation())) as client:
        assert await deliver(client, teams.thumbs(), connector) == 200


async def test_8_an_action_s_trigger_can_be_read(connector: FakeConnector) -> None:
    """Stock drops it from the value that it hands to the handler."""
    bot = Answering()
    async with serving(bot) as client:
        await deliver(client, teams.execute({"helpful": True}), connector)
    assert [activity.value["trigger"] for activity in bot.activities] == ["manual"]


async def test_9_channel_data_reaches_teams(connector: FakeConnector) -> None:
    """No defect: said here because feedback depends on it."""
    loop = {"feedbackLoop": {"type": "default"}}

    def asking() -> Activity:
        return Activity(type="message", text="Page 4", channel_data=loop)

    async with serving(Answering(asking)) as client:
        await deliver(client, teams.message(), connector)
    assert [message["channelData"] for message in connector.messages] == [loop]


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_000_000_000},
        {"nbf": 4_000_000_000},
        {"key_id": "nobody's"},
        {"signed_by": "k2"},
        {"key_id": None},
        {"key_id": "k2", "signed_by": "k2"},
        {"drop": ["exp"]},
    ],
    ids=["expired", "early", "unknown key", "forged", "no key id", "not endorsed", "no exp"],
)
async def test_10_a_bad_token_is_refused(
    connector: FakeConnector, keys: KeyServer, changes: dict[str, Any]
) -> None:
    """Stock fails with 500, or lets it in for ever. Mended in bots/door/token_check.py."""
    async with serving(Answering(), OURS, openid_url=keys.openid_url) as client:
        assert await knock(client, connector, token(connector.url, **changes)) == 401


async def test_10_fetching_keys_leaves_the_loop_free(
    connector: FakeConnector, keys: KeyServer
) -> None:
    """Stock blocks it, without a timeout. Mended in identity/signing_keys.py."""
    settings = {"openid_url": keys.openid_url, "acquire": lambda: ("bot-token", 3600.0)}
    keys.gate.clear()
    async with serving(Answering(), OURS, **settings) as client, asyncio.timeout(10):
        knocking = asyncio.create_task(knock(client, connector, token(connector.url)))
        while not keys.requests:  # the loop comes round here while the key server keeps it waiting
            await asyncio.sleep(0.005)
        assert not knocking.done()
        keys.gate.set()
        assert await knocking == 200


async def test_10_a_new_key_is_used_at_once(keys: KeyServer) -> None:
    """Stock raises on an unknown key before it would ask for new ones. Mended in SigningKeys, which
    asks, once a minute at most."""
    now = [0.0]
    async with aiohttp.ClientSession() as session:
        known = SigningKeys(lambda: fetch_keys(session, keys.openid_url), clock=lambda: now[0])
        assert await known.get("k3") is None
        keys.keys.append(published("k3"))
        assert await known.get("k3") is None
        now[0] += 61
        assert await known.get("k3") is not None


async def test_11_many_turns_ask_for_one_token(connector: FakeConnector, keys: KeyServer) -> None:
    """Stock asks once a turn, on the event loop. Mended in Bearer."""
    asked = 0

    def acquire() -> tuple[str, float]:
        nonlocal asked
        asked += 1
        return "bot-token", 3600.0

    async with serving(Answering(), OURS, openid_url=keys.openid_url, acquire=acquire) as client:
        for _ in range(5):
            assert await knock(client, connector, token(connector.url)) == 200
    assert asked == 1


async def test_12_replies_share_a_connection(connector: FakeConnector) -> None:
    """Stock opens one for each. Mended in bots/outgoing/connector.py."""
    async with serving(Answering()) as client:
        for _ in range(5):
            await deliver(client, teams.message(), connector)
    assert len(connector.sent) == 5
    assert len({sent.peer for sent in connector.sent}) == 1


async def test_13_no_turn_builds_a_client(
    connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stock builds one or two a turn, and each works out its retry policy by 999 searches in a list
    of 500: most of a turn's CPU. Mended by bots/outgoing/connector.py, which has no such client."""

    def build(self: ClientRetryPolicy) -> None:
        raise AssertionError("botbuilder's own client is built")

    monkeypatch.setattr(ClientRetryPolicy, "__init__", build)
    async with serving(Answering()) as client:
        assert await deliver(client, teams.message(), connector) == 200
    assert connector.said == ["Hello"]


async def test_14_a_busy_connector_is_asked_again(connector: FakeConnector) -> None:
    """Stock gives up. Mended in bots/outgoing/connector.py."""
    connector.fail(throttled())
    async with serving(Answering()) as client:
        assert await deliver(client, teams.message(), connector) == 200
    assert connector.said == ["Hello"]


async def test_14_an_error_handler_cannot_make_it_worse(connector: FakeConnector) -> None:
    """Stock answers 500 if its handler fails too, as it does when it sends. Mended by having no
    handler that sends: TeamsAdapter._turn only logs."""
    connector.fail_always(Failure(400, "<html>not JSON</html>"))
    async with serving(TeamsBot(FakeConversation())) as client:
        assert await deliver(client, teams.message(), connector) == 200


def test_15_only_the_mention_is_taken_out_of_the_question() -> None:
    """Stock takes out the bot's name wherever it stands, and raises if there is no text. Mended in
    bots/incoming/incoming.py."""
    entities = [teams.mention({"id": "28:it", "name": "IT"})]
    text = "<at>IT</at> how do I submIT this to IT?"
    assert typed_text(text, entities, "28:it") == "how do I submIT this to IT?"
    assert typed_text("", entities, "28:it") == ""


async def test_16_a_welcome_asks_for_no_profile(connector: FakeConnector) -> None:
    """Stock asks the connector for every member's. Mended in TeamsBot."""
    in_team = {"channelData": {"team": {"id": "t"}, "tenant": {"id": teams.TENANT_ID}}}
    async with serving(TeamsBot(FakeConversation())) as client:
        await deliver(client, teams.members_added(teams.ANNA), connector)
        await deliver(client, teams.members_added(teams.ANNA, **in_team), connector)
    assert [sent.method for sent in connector.sent if sent.method == "GET"] == []
