"""Asking a language model, against a server on this machine."""

import aiohttp
import pytest

from errors import EndpointError
from index.suggesting.chat_endpoint import ATTEMPTS, ChatEndpoint
from tests.fakes.chat_server import ChatServer, Refusal


async def _reply(url: str, waits: list[float], key: str = "") -> str:
    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async with aiohttp.ClientSession() as session:
        return await ChatEndpoint(session, url, "small", key, wait=wait).reply("Be brief.", "Taxis")


async def test_the_request_has_the_fields_that_all_such_servers_take() -> None:
    async with ChatServer("cab fare") as server:
        assert await _reply(f"{server.url}/", [], "sk-1") == "cab fare"
    assert server.authorization == ["Bearer sk-1"]
    assert server.requests == [
        {
            "model": "small",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Taxis"},
            ],
        }
    ]


async def test_a_model_that_says_nothing_says_an_empty_text() -> None:
    """As it does if the endpoint's filter took the answer. Without a key none is sent."""
    async with ChatServer(None) as server:
        assert await _reply(server.url, []) == ""
    assert server.authorization == [None]


async def test_a_busy_endpoint_is_asked_again_when_it_says() -> None:
    waits: list[float] = []
    busy = Refusal(429, headers={"Retry-After": "7"})
    for_hours = Refusal(503, headers={"Retry-After": "7200"})
    async with ChatServer(busy, Refusal(500), for_hours, "cab fare") as server:
        assert await _reply(server.url, waits) == "cab fare"
    assert waits == [7.0, 2.0, 60.0]


async def test_one_that_stays_busy_is_given_up() -> None:
    waits: list[float] = []
    async with ChatServer(Refusal(429)) as server:
        with pytest.raises(EndpointError, match=r"HTTP 429.*quota"):
            await _reply(server.url, waits)
    assert len(server.requests) == ATTEMPTS
    assert waits == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal(401, '{"error": {"message": "bad key sk-1"}}'), "bad key .*SIGNPOST_SUGGEST_KEY"),
        (Refusal(404), "'small' one of its models"),
        (Refusal(302, headers={"Location": "/elsewhere"}), "HTTP 302"),
        (Refusal(200, "<html>Sign in</html>"), "does not answer as Chat Completions.*Sign in"),
        (Refusal(200, '{"choices": []}'), "does not answer as Chat Completions"),
    ],
)
async def test_what_will_not_change_is_said_at_once_and_without_the_key(
    refusal: Refusal, said: str
) -> None:
    async with ChatServer(refusal) as server:
        with pytest.raises(EndpointError, match=said) as caught:
            await _reply(server.url, [], "sk-1")
    assert len(server.requests) == 1
    assert "sk-1" not in str(caught.value)


async def test_what_is_no_address_is_told_at_once() -> None:
    waited: list[float] = []
    with pytest.raises(EndpointError, match=r"http://\[/chat/completions is no address"):
        await _reply("http://[", waited)
    assert waited == []


async def test_an_endpoint_that_is_not_there_is_named() -> None:
    async with ChatServer("") as server:
        url = server.url
    with pytest.raises(
        EndpointError, match=rf"{url}/chat/completions cannot be reached: Cannot connect to host"
    ):
        await _reply(url, [])
