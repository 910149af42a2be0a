"""botbuilder's adapter made safe: who may talk to the bot, once, and how its answers get out.

What botbuilder 4.17.1 does wrong, and where it is put right. `tests/bots/test_stock_defects.py`
tests each mend.

- Invokes that answer with a body end in 500: `TeamsAdapter._turn` writes them with `wire_json`.
- Entities given as dicts lose all but their type: `wire_json` keeps dicts as they are.
- The tenant is lost, and malformed requests are a 500: `bots/door/payload.py` reads requests.
- Bad tokens are a 500, one without an end is good for ever, and keys are fetched on the event
  loop: `bots/door/token_check.py`. Any tenant is served: `bots/door/admission.py`.
- Without an app id anybody is served, and any tenant's app will do: `bots/outgoing/credentials.py`.
- Proactive messages need the app id once more: `_Authentication` does not.
- Each reply costs a token request, a TCP connection and 10 ms of set-up, and has neither deadline
  nor retry: `bots/outgoing/credentials.py`, `bots/outgoing/connector.py`.
- An error handler that fails turns the error into a 500: `TeamsAdapter` has none to fail.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol

import aiohttp
import structlog
from aiohttp import web
from botbuilder.core import InvokeResponse, TurnContext  # type: ignore[import-untyped]
from botbuilder.integration.aiohttp import CloudAdapter  # type: ignore[import-untyped]
from botbuilder.schema import (  # type: ignore[import-untyped]
    Activity,
    ChannelAccount,
    ConversationAccount,
    ResourceResponse,
)
from botframework.connector.auth import (  # type: ignore[import-untyped]
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
)

from bots.door.admission import Admission, error_json, refusal
from bots.door.dedup import CAPACITY, WINDOW_S, Once, delivery_of
from bots.door.payload import EXPECT_REPLIES, Account, ActivityType, IncomingActivity, let_go
from bots.door.token_check import OPENID_URL, TokenCheck
from bots.outgoing.connector import Connector, wire_json
from bots.outgoing.credentials import Acquire, Bearer, Credentials, token_source
from bots.outgoing.service_url import (
    SERVICE_HOSTS,
    ServiceUrlCheck,
    listed_hosts,
    this_machine,
)
from errors import ChannelError, KeysUnavailable, RequestRefused, SettingsError
from identity.signing_keys import SigningKeys, fetch_keys
from state.kinds import Kind
from state.state import State

KEEPALIVE_S = 30.0  # shorter than the connector's: a connection it has closed loses a message

log = structlog.get_logger(__name__)


class TargetedActivity(Activity):  # type: ignore[misc]
    """One that only its recipient sees, in a conversation of several."""


class Bot(Protocol):
    """What the adapter hands its turns to."""

    async def on_turn(self, activity: IncomingActivity, context: TurnContext) -> None:
        """Acts on the activity; `context` sends what it has to say. May raise anything."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The HTTP answer to a turn, which a repeated delivery gets again. `body` is JSON."""

    status: int
    body: Any = None

    def response(self) -> web.Response:
        if self.body is None:
            return web.Response(status=self.status)
        return web.json_response(self.body, status=self.status)


async def _at_once() -> None:
    """Nothing is recorded that would have to be kept."""


_OUTCOMES = Kind.of("outcome.1", _Outcome, lifetime_s=WINDOW_S, capacity=CAPACITY)


class TeamsAdapter(CloudAdapter):  # type: ignore[misc]
    """Takes requests from Teams to a bot, and the bot's messages to Teams.

    With `credentials` only Teams gets in, and only from `allowed_tenants`; replies go where
    `services` lets them. Without credentials, which `development` must allow, whoever reaches the
    port gets in; then requests must come for this machine, and replies go to this machine alone.
    Raises SettingsError for anything between.
    `state` knows which deliveries were answered; without one, this process knows its own. `kept`
    returns when what a turn recorded is on disk.
    """

    def __init__(
        self,
        credentials: Credentials | None,
        *,
        allowed_tenants: Collection[str] = (),
        development: bool = False,
        services: ServiceUrlCheck = listed_hosts(SERVICE_HOSTS),  # noqa: B008 (it keeps no state)
        state: State | None = None,
        kept: Callable[[], Awaitable[None]] = _at_once,
        openid_url: str = OPENID_URL,
        acquire: Acquire | None = None,
    ) -> None:
        if credentials is None and not development:
            raise SettingsError(
                "the bot has no credentials: name its app id and how it proves itself, or set the "
                "development switch to serve this machine only, without authentication"
            )
        if credentials is not None and not allowed_tenants:
            raise SettingsError("no tenant may talk to the bot: list the allowed tenants' ids")
        self._shared_session: aiohttp.ClientSession | None = None
        self._trusts_proxy_settings = credentials is not None
        self._keys = SigningKeys(lambda: fetch_keys(self._session(), openid_url))
        tokens = TokenCheck(credentials.app_id, self._keys) if credentials else None
        services = services if credentials else this_machine
        self._admission = Admission(tokens, allowed_tenants, services)
        self._bearer = Bearer(acquire or token_source(credentials)) if credentials else None
        self._once = Once(_OUTCOMES, state)
        self._kept = kept
        self._authentication = _Authentication(Connector(self._session, self._bearer, services))
        super().__init__(self._authentication)

    async def process(
        self, request: web.Request, bot: Bot, ws_response: web.WebSocketResponse | None = None
    ) -> web.Response:
        """The answer to a request from Teams, whatever it is, after the bot's turn."""
        try:
            incoming = await self._admission.admit(request)
        except (RequestRefused, KeysUnavailable) as error:
            response = refusal(error)
            let_go(request, response)
            return response
        delivery = delivery_of(incoming)
        if delivery in self._once:
            log.info("turn.repeated", type=incoming.type)
        try:
            outcome = await self._once.run(delivery, lambda: self._kept_turn(incoming, bot))
        except TimeoutError:
            log.warning("turn.elsewhere", type=incoming.type)
            return web.Response(status=202)
        return outcome.response()

    async def close(self) -> None:
        """Give up what is under way and close all connections."""
        await self._once.close()
        await self._keys.close()
        if self._bearer:
            await self._bearer.close()
        if self._shared_session:
            await self._shared_session.close()

    async def _kept_turn(self, incoming: IncomingActivity, bot: Bot) -> _Outcome:
        """One turn, over when what it recorded is kept. If the process dies before, the turn is
        one that was never answered, for Teams and for other processes."""
        outcome = await self._turn(incoming, bot)
        await self._kept()
        return outcome

    async def _turn(self, incoming: IncomingActivity, bot: Bot) -> _Outcome:
        """One turn. Nothing that goes wrong in it leaves here."""
        try:
            response = await self.process_activity(
                self._authentication.admitted(),
                _addressed(incoming),
                lambda context: bot.on_turn(incoming, context),
            )
        except ChannelError as error:
            log.error("turn.undelivered", type=incoming.type, error=repr(error))  # noqa: TRY400
        except Exception:  # the platform can do nothing about it: the log is told, not Teams
            log.exception("turn.failed", type=incoming.type)
        else:
            if response is not None:
                body = wire_json(response.body)
                return _Outcome(int(response.status), {} if body is None else body)
            return _Outcome(200)
        if incoming.type == ActivityType.INVOKE:
            return _Outcome(500, error_json("the bot could not answer"))
        return _Outcome(200)

    def _process_turn_results(self, context: TurnContext) -> InvokeResponse | None:
        """As in the base, but `wire_json` writes expected replies: the base's serialiser loses what
        stands in their entities."""
        if context.activity.delivery_mode == EXPECT_REPLIES:
            replies = [wire_json(reply) for reply in context.buffered_reply_activities]
            return InvokeResponse(status=200, body={"activities": replies})
        return super()._process_turn_results(context)

    def _session(self) -> aiohttp.ClientSession:
        """The one session, opened within the loop that uses it."""
        if self._shared_session is None:
            self._shared_session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(keepalive_timeout=KEEPALIVE_S),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=self._trusts_proxy_settings,
            )
        return self._shared_session


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """What botbuilder asks about identities. Requests are checked before, and `connector` signs
    the replies: all that is left is to hand the connector out, as the factory that botbuilder gets
    its client from."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def admitted(self) -> AuthenticateRequestResult:
        """The result for a request that was let in."""
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity({}, is_authenticated=True)
        result.connector_factory = self
        return result

    async def create(self, service_url: str, audience: str | None = None) -> SimpleNamespace:
        """As much of botbuilder's connector client as its adapter uses."""
        return SimpleNamespace(conversations=_Conversations(self._connector, service_url))

    async def authenticate_request(self, activity: Activity, auth_header: str) -> None:
        raise PermissionError("requests come in by TeamsAdapter.process only")

    async def authenticate_streaming_request(self, auth_header: str, channel_id: str) -> None:
        raise PermissionError("Teams does not stream")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> _Authentication:
        return self

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in to the bot."""


@dataclass(frozen=True, slots=True)
class _Conversations:
    connector: Connector
    service_url: str

    async def send_to_conversation(self, conversation_id: str, activity: Any) -> ResourceResponse:
        return await self.reply_to_activity(conversation_id, None, activity)

    async def reply_to_activity(
        self, conversation_id: str, activity_id: str | None, activity: Any
    ) -> ResourceResponse:
        """A targeted message answers none: nobody else sees what it would stand below. In a
        channel the conversation's id names the thread."""
        targeted = isinstance(activity, TargetedActivity)
        below = None if targeted else activity_id
        posted = self.connector.create(
            self.service_url, conversation_id, activity, below, targeted=targeted
        )
        return ResourceResponse(id=await posted)

    async def update_activity(
        self, conversation_id: str, activity_id: str, activity: Any
    ) -> ResourceResponse:
        targeted = isinstance(activity, TargetedActivity)
        if targeted:  # whose it is cannot be changed, and Teams refuses to be told again
            activity.recipient = None
        put = self.connector.update(
            self.service_url, conversation_id, activity_id, activity, targeted=targeted
        )
        return ResourceResponse(id=await put)


def bot_routes(adapter: TeamsAdapter, bot: Bot) -> list[web.RouteDef]:
    """Where Teams reaches the bot: POST /api/messages, and nothing else."""

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    return [web.post("/api/messages", messages)]


def _addressed(incoming: IncomingActivity) -> Activity:
    """As much of an activity in botbuilder's own type as its turn needs: which kind it is, and
    where a reply to it goes. The bot gets the activity as it came in."""
    conversation = incoming.conversation
    return Activity(
        type=incoming.type,
        id=incoming.id,
        service_url=incoming.service_url,
        channel_id=incoming.channel_id,
        from_property=_account(incoming.from_),
        recipient=_account(incoming.recipient),
        conversation=ConversationAccount(
            id=conversation.id,
            name=conversation.name,
            is_group=conversation.is_group,
            conversation_type=conversation.conversation_type,
            tenant_id=incoming.tenant_id or None,
        ),
        locale=incoming.locale,
        delivery_mode=incoming.delivery_mode,
    )


def _account(account: Account) -> ChannelAccount:
    return ChannelAccount(id=account.id, name=account.name, aad_object_id=account.aad_object_id)
