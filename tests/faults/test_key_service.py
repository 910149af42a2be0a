"""The keys that Teams signs with: unknown ones, and a silent or broken key service."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest

from errors import KeysUnavailable
from identity.signing_keys import fetch_keys
from tests.fakes.guarded import Guarded, until


async def test_keys_are_fetched_once_for_many_requests(guarded: Guarded) -> None:
    guarded.keys.gate.clear()
    waiting = asyncio.gather(*(guarded.post(guarded.bearer()) for _ in range(10)))
    await until(lambda: bool(guarded.keys.requests))
    guarded.keys.gate.set()
    assert {response.status for response in await waiting} <= {200, 202}
    assert guarded.keys.fetches == 1


async def test_made_up_key_ids_cause_one_fetch_and_not_one_each(guarded: Guarded) -> None:
    for number in range(5):
        await guarded.post(guarded.bearer(key_id=f"made-up-{number}", signed_by="k2"))
    assert guarded.keys.fetches == 1


async def test_junk_causes_no_fetch_at_all(guarded: Guarded) -> None:
    for header in ("Bearer a.b.c", guarded.bearer(aud="another-bot"), guarded.bearer(exp=1)):
        await guarded.post(header)
    assert guarded.keys.requests == []


async def test_a_slow_key_server_does_not_hold_up_the_others(guarded: Guarded) -> None:
    """While the keys are fetched the loop is free: what needs no keys is answered at once."""
    guarded.keys.gate.clear()
    waiting = asyncio.create_task(guarded.post(guarded.bearer()))
    await until(lambda: bool(guarded.keys.requests))
    assert (await guarded.post(None)).status == 401
    assert not waiting.done()
    guarded.keys.gate.set()
    assert (await waiting).status == 200


@pytest.mark.parametrize("trouble", ["failing", "garbage", "no keys", "closed"])
async def test_requests_that_cannot_be_verified_are_told_to_come_back(
    guarded: Guarded, trouble: str
) -> None:
    if trouble == "failing":
        guarded.keys.failing = True
    elif trouble == "garbage":
        guarded.keys.garbage = b"<html>"
    elif trouble == "no keys":
        guarded.keys.keys = [{"kty": "EC", "kid": "k1"}]
    else:
        guarded.keys.__exit__()
    response = await guarded.post(guarded.bearer())
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert guarded.conversation.messages == []


class SlowSession:
    """Each request takes two seconds of the loop's clock, which `monkeypatch` turns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._patch = monkeypatch

    def get(self, url: str) -> SlowSession:
        self.asked.append(url)
        return self

    async def __aenter__(self) -> SimpleNamespace:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._patch.setattr(loop, "time", lambda: now + 2.0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return SimpleNamespace(raise_for_status=lambda: None, json=self._json)

    async def __aexit__(self, *_: object) -> None:
        pass

    async def _json(self, **_: Any) -> dict[str, Any]:
        return {"jwks_uri": "https://keys.example/", "keys": []}


async def test_both_requests_for_the_keys_have_three_seconds_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two seconds each are too much, though neither alone is."""
    session = SlowSession(monkeypatch)
    with pytest.raises(KeysUnavailable, match="TimeoutError"):
        await fetch_keys(cast("aiohttp.ClientSession", session), "https://login.example/")
    assert session.asked == ["https://login.example/", "https://keys.example/"]


async def test_while_the_key_service_is_silent_known_keys_let_others_in(guarded: Guarded) -> None:
    """A token with a key that is not known waits for the keys; whoever is known does not."""
    assert (await guarded.post(guarded.bearer())).status == 200
    guarded.adapter._keys._fetched_at -= 61.0  # the floor between two refreshes is behind us
    guarded.keys.gate.clear()
    waiting = asyncio.create_task(guarded.post(guarded.bearer(key_id="new", signed_by="k2")))
    await until(lambda: len(guarded.keys.requests) == 3)
    for number in range(5):
        assert (await guarded.post(guarded.bearer(), id=f"other-{number}")).status == 200
    assert not waiting.done()
    guarded.keys.gate.set()
    assert (await waiting).status == 401
