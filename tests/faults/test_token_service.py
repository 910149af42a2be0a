"""The sign-in service that gives the bot its token: slow, down, or its token refused."""

from __future__ import annotations

import asyncio
import threading

from structlog.testing import capture_logs

from tests.fakes.connector import Failure
from tests.fakes.guarded import Guarded, until


async def test_many_waiting_turns_ask_for_one_token_and_hold_up_nobody(
    guarded: Guarded,
) -> None:
    """botbuilder asks once a turn, on the event loop."""
    guarded.sign_in.gate.clear()
    turns = asyncio.gather(*(guarded.post(guarded.bearer(), id=str(n)) for n in range(5)))
    await until(lambda: len(guarded.conversation.messages) == 5)
    assert (await guarded.post(None)).status == 401
    guarded.sign_in.gate.set()
    assert [response.status for response in await turns] == [200] * 5
    assert guarded.sign_in.given == ["bot-token-1"]
    assert threading.get_ident() not in guarded.sign_in.threads
    assert len(guarded.connector.sent) == 5


async def test_a_token_that_the_connector_refuses_is_renewed_once(guarded: Guarded) -> None:
    guarded.connector.fail(Failure(401))
    await guarded.post(guarded.bearer())
    assert [sent.headers["Authorization"] for sent in guarded.connector.attempts] == [
        "Bearer bot-token-1",
        "Bearer bot-token-2",
    ]
    assert len(guarded.connector.messages) == 1


async def test_while_the_token_service_is_down_the_token_that_is_there_is_used_up(
    guarded: Guarded,
) -> None:
    """Then an alert says plainly that nothing can be sent, and the turn still ends."""
    guarded.sign_in.lifetime_s = 200.0  # less than the five minutes before which one is renewed
    assert (await guarded.post(guarded.bearer())).status == 200
    guarded.sign_in.down = True
    with capture_logs() as logs:
        assert (await guarded.post(guarded.bearer(), id="second")).status == 200
    assert len(guarded.connector.messages) == 2
    assert [entry["event"] for entry in logs] == ["bot_token.not_renewed"]

    guarded.connector.fail(Failure(401))  # it has run out, says the connector
    with capture_logs() as logs:
        assert (await guarded.post(guarded.bearer(), id="third")).status == 200
    assert len(guarded.connector.messages) == 2
    alerts = [entry["event"] for entry in logs if entry["log_level"] == "error"]
    assert alerts[0] == "bot_token.unavailable"
    assert len(guarded.conversation.undelivered) == 1  # the question is logged as that

    guarded.sign_in.down = False
    assert (await guarded.post(guarded.bearer(), id="fourth")).status == 200
    assert len(guarded.connector.messages) == 3
