"""The cache of signing keys, with a clock and a source that the test holds; fetching them for real
is in tests/scenarios/test_authentication.py."""

from __future__ import annotations

import pytest

from errors import KeysUnavailable
from identity.signing_keys import MAX_AGE_S, MAX_STALE_S, SigningKey, SigningKeys


class Source:
    """Gives the keys it holds, or fails."""

    def __init__(self, *ids: str) -> None:
        self.keys = {key_id: SigningKey(key_id, frozenset()) for key_id in ids}
        self.failing = False
        self.fetched = 0
        self.now = 0.0

    async def __call__(self) -> dict[str, SigningKey]:
        self.fetched += 1
        if self.failing:
            raise KeysUnavailable("the key server is down")
        return dict(self.keys)

    def publish(self, key_id: str) -> None:
        self.keys[key_id] = SigningKey(key_id, frozenset())


@pytest.fixture
def source() -> Source:
    return Source("k1")


@pytest.fixture
def keys(source: Source) -> SigningKeys:
    return SigningKeys(source, clock=lambda: source.now)


async def test_keys_are_fetched_when_first_needed_and_then_kept(
    keys: SigningKeys, source: Source
) -> None:
    assert source.fetched == 0
    for _ in range(3):
        assert await keys.get("k1") == source.keys["k1"]
    assert source.fetched == 1


async def test_keys_are_fetched_again_after_a_day(keys: SigningKeys, source: Source) -> None:
    await keys.get("k1")
    source.now = MAX_AGE_S + 1
    del source.keys["k1"]
    assert await keys.get("k1") is None
    assert source.fetched == 2


async def test_an_unknown_id_causes_one_fetch_a_minute(keys: SigningKeys, source: Source) -> None:
    await keys.get("k1")
    source.publish("k2")
    assert await keys.get("k2") is None
    source.now = 61.0
    assert await keys.get("k2") == source.keys["k2"]
    for number in range(5):
        assert await keys.get(f"made-up-{number}") is None
    assert source.fetched == 2


async def test_known_keys_serve_on_while_the_server_is_down(
    keys: SigningKeys, source: Source
) -> None:
    await keys.get("k1")
    source.failing = True
    source.now = MAX_AGE_S + 1
    assert await keys.get("k1") == source.keys["k1"]


async def test_but_not_for_more_than_five_days(keys: SigningKeys, source: Source) -> None:
    await keys.get("k1")
    source.failing = True
    source.now = MAX_STALE_S + 1
    with pytest.raises(KeysUnavailable):
        await keys.get("k1")


async def test_an_unknown_id_cannot_be_judged_while_the_server_is_down(
    keys: SigningKeys, source: Source
) -> None:
    await keys.get("k1")
    source.failing = True
    source.now = 61.0
    with pytest.raises(KeysUnavailable):
        await keys.get("k2")


async def test_a_server_that_is_down_is_left_alone_for_a_moment(
    keys: SigningKeys, source: Source
) -> None:
    source.failing = True
    for _ in range(5):
        with pytest.raises(KeysUnavailable):
            await keys.get("k1")
    assert source.fetched == 1
    source.failing = False
    source.now = 3.0
    assert await keys.get("k1") == source.keys["k1"]
