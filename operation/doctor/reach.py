"""What stands between Teams and the bot: its address, the clock, the keys of Teams' tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from bots.door.token_check import OPENID_URL
from errors import KeysUnavailable
from identity.signed_token import LEEWAY_S
from identity.signing_keys import fetch_keys
from manifest.details import is_public_host
from operation.doctor.finding import Finding, Subject, fine, note, problem

ADDRESS, CLOCK, KEYS = "Address", "Clock", "Teams' keys"
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_SKEW_TO_NOTE_S = 30.0


async def address(subject: Subject) -> AsyncIterator[Finding]:
    """Whether this server answers at the address that Teams and browsers are told."""
    if subject.is_a_trial:
        return
    url = subject.settings.public_url
    parts = urlsplit(url)
    if parts.scheme != "https" or not is_public_host((parts.hostname or "").lower()):
        yield problem(
            ADDRESS,
            f"SIGNPOST_PUBLIC_URL={url!r} is not an https address of the public DNS: Teams reaches "
            "no other.",
            "put a proxy with a certificate in front of the server, and set its address",
        )
        return
    endpoint = f"{url}/api/messages"
    try:
        async with subject.session.post(endpoint, json={}, timeout=_TIMEOUT) as response:
            status, server = response.status, await _error_code(response)
    except (aiohttp.ClientError, TimeoutError) as error:
        yield problem(
            ADDRESS,
            f"Nothing answers at {endpoint}: {error!r}.",
            "start the server, see that the name leads to it and its certificate is good. If "
            "only this machine cannot reach the address, ask it from another one",
        )
        return
    if status == 401 and server == "BotError":
        yield fine(
            ADDRESS,
            f"{endpoint} is this bot. It must be the messaging endpoint in the Azure Bot's "
            "Configuration, to the letter.",
        )
        return
    yield problem(
        ADDRESS,
        f"{endpoint} answers {status}, not as this bot does (401, without a token): another "
        "program is there, or another Signpost in development mode.",
        "lead the address to this server, path and all, without a sign-in page before it",
    )


async def keys_and_clock(subject: Subject) -> AsyncIterator[Finding]:
    """Whether Teams' tokens can be checked, which takes their keys and the right time."""
    if subject.is_a_trial:
        return
    try:
        keys = await fetch_keys(subject.session, OPENID_URL)
        async with subject.session.get(OPENID_URL, timeout=_TIMEOUT) as response:
            told = parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
    except KeysUnavailable as error:
        yield problem(
            KEYS,
            f"The keys that Teams signs with cannot be fetched: {error}.",
            "let this machine reach https://login.botframework.com",
        )
        return
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as error:
        yield note(CLOCK, f"The clock could not be compared: {error!r}.", "compare it by hand")
        return
    yield fine(KEYS, f"{len(keys)} keys are there.")
    skew_s = (subject.now - told).total_seconds()
    words = f"This machine's clock is {abs(skew_s):.0f} s {'ahead' if skew_s > 0 else 'behind'}"
    to_do = "let a time service (NTP) set it"
    if abs(skew_s) >= LEEWAY_S:
        yield problem(CLOCK, f"{words}: Teams' tokens are refused from {LEEWAY_S:.0f} s.", to_do)
    elif abs(skew_s) >= _SKEW_TO_NOTE_S:
        yield note(CLOCK, f"{words}.", to_do)
    else:
        yield fine(CLOCK, "It is right.")


async def _error_code(response: aiohttp.ClientResponse) -> str:
    try:
        body = await response.json(content_type=None)
    except ValueError:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("code")) if isinstance(error, dict) else ""
