"""Tokens that are not Teams': refused, never an internal error, and nothing is answered."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.fakes import activities as teams
from tests.fakes.guarded import Guarded
from tests.fakes.key_server import private_key, published, token


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token without its signature."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(claims)}"


def claims(service_url: str) -> dict[str, Any]:
    exp = int(time.time()) + 300
    iss = "https://api.botframework.com"
    return {"iss": iss, "aud": teams.APP_ID, "serviceurl": service_url, "exp": exp}


def signed_with_the_public_key(service_url: str) -> str:
    """The oldest trick: the key that everybody knows, taken for a shared secret."""
    public = private_key("k1").public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = unsigned({"alg": "HS256", "kid": "k1", "typ": "JWT"}, claims(service_url))
    digest = hmac.new(pem, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def forgeries(url: str) -> dict[str, str | None]:
    """Authorization headers that must not open the door to a bot that replies to `url`."""
    now = int(time.time())
    good = token(url)
    head, body, signature = good.split(".")
    deep = base64.urlsafe_b64encode(b"[" * 3000).rstrip(b"=").decode()
    other_body = token(url, sub="x").split(".")[1]
    tokens = {
        "garbage": "abc",
        "three parts of garbage": "a.b.c",
        "not even text": "\u00e9.\u00e9.\u00e9",
        "no signature": f"{head}.{body}.",
        "another signature": f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        "other claims under the signature": f"{head}.{other_body}.{signature}",
        "deeply nested": f"{deep}.{body}.{signature}",
        "deeply nested claims": f"{head}.{deep}.{signature}",
        "alg none": unsigned({"alg": "none", "kid": "k1"}, claims(url)) + ".",
        "HS256 with the public key": signed_with_the_public_key(url),
        "RS512": token(url, algorithm="RS512"),
        "expired ten minutes ago": token(url, exp=now - 600, nbf=now - 4000),
        "not yet valid": token(url, nbf=now + 3600),
        "issued in the future": token(url, iat=now + 3600),
        "no exp": token(url, drop=["exp"]),
        "odd exp": unsigned({"alg": "RS256", "kid": "k1"}, claims(url) | {"exp": []}) + ".AAAA",
        "wrong aud": token(url, aud="another-bot"),
        "no aud": token(url, drop=["aud"]),
        "wrong iss": token(url, iss="https://evil.example"),
        "an Emulator's iss": token(
            url, iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", ver="1.0"
        ),
        "no iss": token(url, drop=["iss"]),
        "wrong serviceurl": token("https://evil.example/"),
        "no serviceurl": token(url, drop=["serviceurl"]),
        "odd serviceurl": token(url, serviceurl=[url]),
        "another key under a known id": token(url, signed_by="k2"),
        "unknown key": token(url, key_id="nobody's", signed_by="k2"),
        "no key id": token(url, key_id=None),
        "a key for another channel": token(url, key_id="k2", signed_by="k2"),
    }
    headers: dict[str, str | None] = {name: f"Bearer {value}" for name, value in tokens.items()}
    return headers | {
        "no header": None,
        "empty": "",
        "scheme only": "Bearer",
        "scheme and a space": "Bearer ",
        "basic": "Basic YWJjOmRlZg==",
        "token without scheme": good,
        "another scheme": f"Token {good}",
    }


@pytest.mark.parametrize("name", sorted(forgeries("https://x.example/")))
async def test_whoever_is_not_teams_is_unauthorised_and_gets_nothing(
    guarded: Guarded, name: str
) -> None:
    response = await guarded.post(forgeries(guarded.connector.url)[name])
    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "not from Teams" in await response.text()
    assert guarded.conversation.messages == []
    assert guarded.connector.attempts == []


@pytest.mark.parametrize("channel", [None, "", "directline", "emulator"])
async def test_a_key_speaks_only_for_the_channels_it_is_endorsed_for(
    guarded: Guarded, channel: str | None
) -> None:
    assert (await guarded.post(guarded.bearer(), channelId=channel)).status == 401


async def test_a_key_without_endorsements_speaks_for_nobody(guarded: Guarded) -> None:
    guarded.keys.keys = [published("k1", None)]
    assert (await guarded.post(guarded.bearer())).status == 401


async def test_a_stranger_s_body_is_not_read(guarded: Guarded) -> None:
    response = await guarded.client.post(
        "/api/messages", data=b"{", headers={"Content-Type": "application/json"}
    )
    assert response.status == 401


async def test_clocks_may_differ_by_five_minutes(guarded: Guarded) -> None:
    now = int(time.time())
    response = await guarded.post(guarded.bearer(exp=now - 120, nbf=now - 4000))
    assert response.status == 200


async def test_the_bot_s_own_outbound_token_opens_no_door(guarded: Guarded) -> None:
    """It comes from the sign-in service, for the connector: another issuer, audience and key. Who
    was sent it by mistake cannot come back with it."""
    tenant = f"https://sts.windows.net/{teams.TENANT_ID}/"
    own = token(
        guarded.connector.url,
        key_id="azure-ad",
        signed_by="k2",
        iss=tenant,
        aud="https://api.botframework.com",
        appid=teams.APP_ID,
    )
    for authorization in (f"Bearer {own}", "Bearer bot-token-1"):
        assert (await guarded.post(authorization)).status == 401
    assert guarded.conversation.messages == []


EMULATORS = (
    "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/",
    "https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0",
    "https://sts.windows.net/f8cdef31-a31e-4b4a-93e4-5f571e91255a/",
    "https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a/v2.0",
)


@pytest.mark.parametrize("issuer", EMULATORS)
async def test_the_emulator_s_tokens_open_no_door(guarded: Guarded, issuer: str) -> None:
    """The issuers are those of botframework.connector's EmulatorValidation."""
    response = await guarded.post(guarded.bearer(iss=issuer, azp=teams.APP_ID, ver="2.0"))
    assert response.status == 401
    assert guarded.conversation.messages == []
