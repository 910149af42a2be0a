from __future__ import annotations

import pytest

from bots.outgoing.bearer import Bearer
from errors import TokenUnavailable


class SignIn:
    """Numbers the tokens it gives; each is good for an hour."""

    def __init__(self) -> None:
        self.asked = 0
        self.failing = False
        self.now = 1000.0

    def __call__(self) -> tuple[str, float]:
        self.asked += 1
        if self.failing:
            raise TokenUnavailable("the sign-in service is down")
        return f"token-{self.asked}", 3600.0


@pytest.fixture
def sign_in() -> SignIn:
    return SignIn()


@pytest.fixture
def bearer(sign_in: SignIn) -> Bearer:
    return Bearer(sign_in, clock=lambda: sign_in.now)


async def test_a_token_is_kept_until_five_minutes_before_its_end(
    bearer: Bearer, sign_in: SignIn
) -> None:
    assert await bearer.token() == "token-1"
    sign_in.now += 3600 - 301
    assert await bearer.token() == "token-1"
    sign_in.now += 1
    assert await bearer.token() == "token-2"


async def test_a_token_that_cannot_be_renewed_serves_to_its_end(
    bearer: Bearer, sign_in: SignIn
) -> None:
    await bearer.token()
    sign_in.failing = True
    sign_in.now += 3599
    assert await bearer.token() == "token-1"
    sign_in.now += 1
    with pytest.raises(TokenUnavailable, match="the sign-in service is down"):
        await bearer.token()


async def test_without_any_token_the_failure_is_told(bearer: Bearer, sign_in: SignIn) -> None:
    sign_in.failing = True
    with pytest.raises(TokenUnavailable):
        await bearer.token()
    sign_in.failing = False
    assert await bearer.token() == "token-2"


async def test_a_token_that_was_refused_is_replaced(bearer: Bearer) -> None:
    bearer.forget(await bearer.token())
    assert await bearer.token() == "token-2"


async def test_a_token_long_replaced_cannot_be_forgotten(bearer: Bearer) -> None:
    """Of two turns that were refused together only the first causes a new token."""
    old = await bearer.token()
    bearer.forget(old)
    await bearer.token()
    bearer.forget(old)
    assert await bearer.token() == "token-2"
