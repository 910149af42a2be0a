"""botbuilder 4.17.1 as shipped beside what Signpost makes of it.

Each test shows one defect on the stock library first. When a later botbuilder mends it, that half
fails: then the mend, named in the test, can go.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from botbuilder.core import (  # type: ignore[import-untyped]
    ActivityHandler,
    TurnContext,
    serializer_helper,
)
from botbuilder.core.teams import TeamsActivityHandler  # type: ignore[import-untyped]
from botbuilder.integration.aiohttp import (  # type: ignore[import-untyped]
    CloudAdapter,
    ConfigurationBotFrameworkAuthentication,
    ConfigurationServiceClientCredentialFactory,
)
from botbuilder.schema import (  # type: ignore[import-untyped]
    Activity,
    ConversationReference,
    InvokeResponse,
)
from botframework.connector.auth import (  # type: ignore[import-untyped]
    AuthenticationConstants,
    ChannelValidation,
    JwtTokenExtractor,
    microsoft_app_credentials,
)
from msrest.universal_http.requests import ClientRetryPolicy

from bots.adapter import TeamsAdapter, bot_routes
from bots.door.signing_keys import SigningKeys, fetch_keys
from bots.incoming.mentions import typed_text
from bots.outgoing.credentials import AppType, Credentials
from bots.teams_bot import TeamsBot
from errors import SettingsError
from tests.fakes import activities as teams
from tests.fakes.connector import Failure, FakeConnector, throttled
from tests.fakes.conversation import FakeConversation
from tests.fakes.key_server import KeyServer, published, token

URL = "/api/messages"
OURS = Credentials(teams.APP_ID, tenant_id=teams.TENANT_ID, password="made up")

Client = TestClient[web.Request, web.Application]


class Open:
    """A stock configuration without an app id."""

    APP_ID = APP_PASSWORD = ""


class Closed:
    """A stock configuration with credentials."""

    APP_ID, APP_PASSWORD, APP_TYPE = teams.APP_ID, "made up", "MultiTenant"


class Answering(ActivityHandler):  # type: ignore[misc]
    """Says what it is told to."""

    def __init__(self, answer: Callable[[], Any] = lambda: "Hello") -> None:
        self.answer = answer
        self.contexts: list[TurnContext] = []

    async def on_message_activity(self, context: TurnContext) -> None:
        self.contexts.append(context)
        await context.send_activity(self.answer())

    async def on_invoke_activity(self, context: TurnContext) -> InvokeResponse:
        return InvokeResponse(status=200, body={"statusCode": 200, "value": "done"})


@asynccontextmanager
async def stock(bot: Any, config: Any = Open) -> AsyncIterator[Client]:
    """A server with botbuilder's own adapter."""
    adapter = CloudAdapter(ConfigurationBotFrameworkAuthentication(config))

    async def messages(request: web.Request) -> web.Response:
        response: web.Response = await adapter.process(request, bot)
        return response

    app = web.Application()
    app.router.add_post(URL, messages)
    async with TestClient(TestServer(app)) as client:
        yield client


@asynccontextmanager
async def ours(
    bot: Any, credentials: Credentials | None = None, **settings: Any
) -> AsyncIterator[Client]:
    """A server with Signpost's adapter."""
    adapter = TeamsAdapter(
        credentials,
        development=credentials is None,
        allowed_tenants=[teams.TENANT_ID] if credentials else [],
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


async def deliver(client: Client, activity: dict[str, Any], connector: FakeConnector) -> int:
    """The status of an activity's delivery."""
    response = await client.post(URL, json=activity | {"serviceUrl": connector.url})
    return response.status


async def test_1_an_invoke_with_a_body_is_answered(connector: FakeConnector) -> None:
    """Stock serialises the body twice. Mended in TeamsAdapter._turn, by wire_json."""
    async with stock(Answering()) as client:
        assert await deliver(client, teams.execute({}), connector) == 500
    async with ours(Answering()) as client:
        response = await client.post(URL, json=teams.execute({}))
        assert (response.status, await response.json()) == (
            200,
            {"statusCode": 200, "value": "done"},
        )


async def test_1_expected_replies_come_back(connector: FakeConnector) -> None:
    """The same defect, and the same mend in TeamsAdapter._process_turn_results."""
    expecting = teams.message(deliveryMode="expectReplies")
    async with stock(Answering()) as client:
        assert await deliver(client, expecting, connector) == 500
    async with ours(Answering()) as client:
        assert await deliver(client, expecting, connector) == 200


CITATION = {
    "type": "https://schema.org/Message",
    "@type": "Message",
    "@context": "https://schema.org",
    "citation": [{"@type": "Claim", "position": 1, "appearance": {"name": "Travel policy"}}],
}


async def test_2_entities_given_as_dicts_stay_whole(connector: FakeConnector) -> None:
    """Stock keeps nothing but the type, so that citations vanish. Mended in wire_json."""

    def cited() -> Activity:
        return Activity(type="message", text="Page 4 [1]", entities=[dict(CITATION)])

    async with stock(Answering(cited)) as client:
        await deliver(client, teams.message(), connector)
    async with ours(Answering(cited)) as client:
        await deliver(client, teams.message(), connector)
    lost, kept = (message["entities"] for message in connector.messages)
    assert lost == [{"type": "https://schema.org/Message"}]
    assert kept == [CITATION]


async def test_3_the_tenant_is_known(connector: FakeConnector) -> None:
    """Stock looks for it under another name than Teams gives. Mended in bots/door/payload.py."""
    bot = Answering()
    async with stock(bot) as client:
        await deliver(client, teams.message(), connector)
    async with ours(bot) as client:
        await deliver(client, teams.message(), connector)
    lost, kept = (context.activity.conversation.tenant_id for context in bot.contexts)
    assert (lost, kept) == (None, teams.TENANT_ID)


async def test_4_without_an_app_id_there_is_no_bot(connector: FakeConnector) -> None:
    """Stock serves anybody then. Mended in TeamsAdapter and Credentials."""
    async with stock(Answering()) as client:
        assert await deliver(client, teams.message(), connector) == 201
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
    """Stock calls it its own. Mended in bots/door/payload.py."""
    for server, expected in ((stock, 500), (ours, status)):
        async with server(Answering()) as client:
            response = await client.post(
                URL, data=body, headers=headers, skip_auto_headers=["Content-Type"]
            )
            assert response.status == expected


def test_6_a_registration_is_of_one_tenant_unless_it_says_otherwise() -> None:
    """Stock takes a missing type for any tenant's and asks for none. Mended in Credentials."""

    class Untyped:
        APP_ID, APP_PASSWORD = teams.APP_ID, "made up"

    factory = ConfigurationServiceClientCredentialFactory(Untyped)
    assert factory._inner.tenant_id is None
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
    shipped = CloudAdapter(ConfigurationBotFrameworkAuthentication(Closed))
    with pytest.raises(Exception, match="Invalid app_id"):
        await shipped.continue_conversation(reference, hello)
    adapter = TeamsAdapter(OURS, allowed_tenants=["t"], acquire=lambda: ("bot-token", 3600.0))
    await adapter.continue_conversation(reference, hello)
    await adapter.close()
    assert connector.said == ["Hello"]


async def test_8_the_platform_s_feedback_has_a_handler(connector: FakeConnector) -> None:
    """Stock implements none. Mended in TeamsBot.on_invoke_activity."""
    async with stock(TeamsActivityHandler()) as client:
        assert await deliver(client, teams.thumbs(), connector) == 501
    async with ours(TeamsBot(FakeConversation())) as client:
        assert await deliver(client, teams.thumbs(), connector) == 200


async def test_8_an_action_s_trigger_can_be_read(connector: FakeConnector) -> None:
    """Stock drops it from the value that it hands to the handler, not from the activity, which is
    what TeamsBot reads."""
    handed: list[Any] = []

    class Handler(ActivityHandler):  # type: ignore[misc]
        async def on_adaptive_card_invoke(self, context: TurnContext, value: Any) -> Any:
            handed.extend((serializer_helper(value), context.activity.value))

    async with stock(Handler()) as client:
        await deliver(client, teams.execute({"helpful": True}), connector)
    assert "trigger" not in handed[0]
    assert handed[1]["trigger"] == "manual"


async def test_9_channel_data_reaches_teams(connector: FakeConnector) -> None:
    """No defect: said here because feedback depends on it."""

    def asking() -> Activity:
        loop = {"feedbackLoop": {"type": "default"}}
        return Activity(type="message", text="Page 4", channel_data=loop)

    async with stock(Answering(asking)) as client:
        await deliver(client, teams.message(), connector)
    async with ours(Answering(asking)) as client:
        await deliver(client, teams.message(), connector)
    assert [m["channelData"]["feedbackLoop"] for m in connector.messages] == [
        {"type": "default"},
        {"type": "default"},
    ]


@pytest.fixture
def shipped_keys(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A key server that the stock adapter, too, is made to ask."""
    with KeyServer() as keys:
        monkeypatch.setattr(ChannelValidation, "open_id_metadata_endpoint", keys.openid_url)
        monkeypatch.setattr(
            AuthenticationConstants, "TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL", keys.openid_url
        )
        monkeypatch.setattr(JwtTokenExtractor, "metadataCache", {})
        monkeypatch.setattr(microsoft_app_credentials, "ConfidentialClientApplication", FakeMsal)
        FakeMsal.asked = 0
        yield keys


class FakeMsal:
    """The sign-in service for the stock adapter."""

    asked = 0

    def __init__(self, **_: Any) -> None:
        self.token: dict[str, str] | None = None

    def acquire_token_silent(self, scopes: list[str], account: Any) -> dict[str, str] | None:
        return self.token

    def acquire_token_for_client(self, scopes: list[str]) -> dict[str, str]:
        FakeMsal.asked += 1
        self.token = {"access_token": "bot-token"}
        return self.token


async def knock(client: Client, connector: FakeConnector, value: str, **fields: Any) -> int:
    activity = teams.message(**fields) | {"serviceUrl": connector.url}
    headers = {"Authorization": f"Bearer {value}"}
    return (await client.post(URL, json=activity, headers=headers)).status


@pytest.mark.parametrize(
    ("name", "changes", "stock_status"),
    [
        ("expired", {"exp": 1_000_000_000}, 500),
        ("not yet valid", {"nbf": 4_000_000_000}, 500),
        ("unknown key", {"key_id": "nobody's"}, 500),
        ("forged", {"signed_by": "k2"}, 500),
        ("no key id", {"key_id": None}, 500),
        ("not endorsed", {"key_id": "k2", "signed_by": "k2"}, 500),
        ("no exp", {"drop": ["exp"]}, 201),
    ],
)
async def test_10_a_bad_token_is_unauthorised(
    connector: FakeConnector,
    shipped_keys: KeyServer,
    name: str,
    changes: dict[str, Any],
    stock_status: int,
) -> None:
    """Stock fails, or lets it in for ever. Mended in bots/door/token_check.py."""
    bad = token(connector.url, **changes)
    async with stock(Answering(), Closed) as client:
        assert await knock(client, connector, bad) == stock_status
    settings = {"openid_url": shipped_keys.openid_url, "acquire": lambda: ("bot-token", 3600.0)}
    async with ours(Answering(), OURS, **settings) as client:
        assert await knock(client, connector, bad) == 401


async def test_10_fetching_keys_leaves_the_loop_free(
    connector: FakeConnector, shipped_keys: KeyServer
) -> None:
    """Stock blocks it, without a timeout. Mended in bots/door/signing_keys.py."""
    settings = {"openid_url": shipped_keys.openid_url, "acquire": lambda: ("bot-token", 3600.0)}
    shipped, mended = stock(Answering(), Closed), ours(Answering(), OURS, **settings)
    for server, blocks in ((shipped, True), (mended, False)):
        async with server as client, ticking() as ticks:
            shipped_keys.requests.clear()
            shipped_keys.gate.clear()
            watch = asyncio.to_thread(
                ticks_while_fetching, shipped_keys, ticks, 0.3 if blocks else 10.0
            )
            ticked, _ = await asyncio.gather(watch, knock(client, connector, token(connector.url)))
            assert (ticked == 0) == blocks


@asynccontextmanager
async def ticking() -> AsyncIterator[list[int]]:
    """Counts how often the loop comes round."""
    ticks = [0]

    async def tick() -> None:
        while True:
            ticks[0] += 1
            await asyncio.sleep(0.005)

    task = asyncio.create_task(tick())
    try:
        yield ticks
    finally:
        task.cancel()


def ticks_while_fetching(keys: KeyServer, ticks: list[int], patience_s: float) -> int:
    """How often the loop came round while the key server kept the adapter waiting: 0 if it did not
    in `patience_s` seconds. For a thread."""
    while not keys.requests:
        time.sleep(0.005)
    before = ticks[0]
    ends_at = time.monotonic() + patience_s
    while time.monotonic() < ends_at and ticks[0] == before:
        time.sleep(0.005)
    ticked = ticks[0] - before
    keys.gate.set()
    return ticked


async def test_10_a_new_key_is_used_at_once(
    connector: FakeConnector, shipped_keys: KeyServer
) -> None:
    """Stock raises on an unknown key before it would ask for new ones. Mended in SigningKeys, which
    asks, once a minute at most."""
    new = token(connector.url, key_id="k3", signed_by="k3")
    async with stock(Answering(), Closed) as client:
        assert await knock(client, connector, token(connector.url)) == 201
        shipped_keys.keys.append(published("k3"))
        shipped = JwtTokenExtractor.get_open_id_metadata(shipped_keys.openid_url)
        shipped.last_updated -= timedelta(hours=2)
        assert await knock(client, connector, new) == 500
    now = [0.0]
    async with aiohttp.ClientSession() as session:
        keys = SigningKeys(
            lambda: fetch_keys(session, shipped_keys.openid_url), clock=lambda: now[0]
        )
        shipped_keys.keys.pop()
        assert await keys.get("k3") is None
        shipped_keys.keys.append(published("k3"))
        assert await keys.get("k3") is None
        now[0] += 61
        assert await keys.get("k3") is not None


async def test_11_many_turns_ask_for_one_token(
    connector: FakeConnector, shipped_keys: KeyServer
) -> None:
    """Stock asks once a turn, on the event loop. Mended in bots/outgoing/bearer.py."""
    asked = 0

    def acquire() -> tuple[str, float]:
        nonlocal asked
        asked += 1
        return "bot-token", 3600.0

    async with stock(Answering(), Closed) as client:
        for _ in range(5):
            assert await knock(client, connector, token(connector.url)) == 201
    settings = {"openid_url": shipped_keys.openid_url, "acquire": acquire}
    async with ours(Answering(), OURS, **settings) as client:
        for _ in range(5):
            assert await knock(client, connector, token(connector.url)) == 200
    assert (FakeMsal.asked, asked) == (5, 1)


async def test_12_replies_share_a_connection(connector: FakeConnector) -> None:
    """Stock opens one for each. Mended in bots/outgoing/connector.py."""
    connections = []
    for server in (stock, ours):
        connector.sent.clear()
        async with server(Answering()) as client:
            for _ in range(5):
                await deliver(client, teams.message(), connector)
        connections.append(len({sent.peer for sent in connector.sent}))
    assert connections == [5, 1]


async def test_13_no_turn_builds_a_client(
    connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stock builds one or two a turn, and each works out its retry policy by 999 searches in a list
    of 500: most of a turn's CPU. Mended by bots/outgoing/connector.py, which has no such client."""
    built = 0
    original = ClientRetryPolicy.__init__

    def counting(self: ClientRetryPolicy) -> None:
        nonlocal built
        built += 1
        original(self)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(ClientRetryPolicy, "__init__", counting)
    counts = []
    for server in (stock, ours):
        built = 0
        async with server(Answering()) as client:
            await deliver(client, teams.message(), connector)
        counts.append(built)
    assert isinstance(ClientRetryPolicy.safe_codes, list)
    assert counts[0] >= 1
    assert counts[1] == 0


async def test_14_a_busy_connector_is_asked_again(connector: FakeConnector) -> None:
    """Stock gives up. Mended in bots/outgoing/connector.py."""
    for server, status, taken in ((stock, 500, 0), (ours, 200, 1)):
        connector.sent.clear()
        connector.fail(throttled())
        async with server(Answering()) as client:
            assert await deliver(client, teams.message(), connector) == status
        assert len(connector.sent) == taken


async def test_14_an_error_handler_cannot_make_it_worse(connector: FakeConnector) -> None:
    """Stock answers 500 if its handler fails too, as it does when it sends. Mended by having no
    handler that sends: TeamsAdapter._turn only logs."""
    connector.fail_always(Failure(400, "<html>not JSON</html>"))
    async with stock(Answering()) as client:
        assert await deliver(client, teams.message(), connector) == 500
    async with ours(TeamsBot(FakeConversation())) as client:
        assert await deliver(client, teams.message(), connector) == 200


def test_15_only_the_mention_is_taken_out_of_the_question() -> None:
    """Stock takes out the bot's name wherever it stands. Mended in bots/incoming/mentions.py."""
    it = {"id": "28:it", "name": "IT"}
    text = "<at>IT</at> how do I submIT this to IT?"
    entities = [teams.mention(it)]
    activity = Activity().deserialize({"text": text, "recipient": it, "entities": entities})
    assert TurnContext.remove_recipient_mention(activity) == " how do I subm this to ?"
    assert typed_text(text, entities, "28:it") == "how do I submIT this to IT?"


def test_15_a_mention_without_a_text_does_no_harm() -> None:
    it = {"id": "28:it", "name": "IT"}
    activity = Activity().deserialize({"recipient": it, "entities": [teams.mention(it)]})
    with pytest.raises(TypeError):
        TurnContext.remove_recipient_mention(activity)
    assert typed_text("", [teams.mention(it)], "28:it") == ""


async def test_16_a_welcome_asks_for_no_profile(connector: FakeConnector) -> None:
    """Stock asks the connector for every member's. Mended in TeamsBot, which derives from the plain
    handler."""

    class Welcoming(TeamsActivityHandler):  # type: ignore[misc]
        async def on_teams_members_added(self, *_: Any) -> None:
            pass

    in_team = {"channelData": {"team": {"id": "t"}, "tenant": {"id": teams.TENANT_ID}}}
    asked = []
    for server, bot in ((stock, Welcoming()), (ours, TeamsBot(FakeConversation()))):
        connector.sent.clear()
        async with server(bot) as client:
            await deliver(client, teams.members_added(teams.ANNA), connector)
            await deliver(client, teams.members_added(teams.ANNA, **in_team), connector)
        asked.append([sent.method for sent in connector.sent if sent.method == "GET"])
    assert asked[0]
    assert asked[1] == []


async def test_17_a_turn_that_went_well_is_a_200(connector: FakeConnector) -> None:
    for server, status in ((stock, 201), (ours, 200)):
        async with server(Answering()) as client:
            assert await deliver(client, teams.message(), connector) == status
