"""A language model behind an endpoint with the fields of OpenAI's Chat Completions.

The request and its answer: https://platform.openai.com/docs/api-reference/chat/create. Only fields
that all such servers take are sent. Refusals: https://platform.openai.com/docs/guides/error-codes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from errors import EndpointError

ATTEMPTS = 5
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_TIMEOUT = aiohttp.ClientTimeout(total=120.0, sock_connect=10.0)
_ANSWER_BYTES = 1 << 20
_FOR_NOW = frozenset({408, 429, 500, 502, 503, 504})
_SHOWN = 200


class ChatEndpoint:
    """One model at `POST {url}/chat/completions`. `wait` sleeps."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        model: str,
        key: str = "",
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Without a key no credentials are sent."""
        self._session = session
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._key = key
        self._wait = wait

    async def reply(self, instructions: str, text: str) -> str:
        """What the model says to the text; empty if it says nothing. What is refused for now, or
        fails, is sent again, after the time that the endpoint asks for. Raises EndpointError."""
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": text}]
        request = {"model": self._model, "messages": messages}
        for attempt in range(ATTEMPTS):
            try:
                status, raw, retry_after = await self._post(request)
            except aiohttp.InvalidURL as error:
                raise EndpointError(f"{self._url} is no address of a server") from error
            except (aiohttp.ClientError, TimeoutError) as error:
                said = str(error) or f"no answer in {_TIMEOUT.total:.0f} s"
                problem, retry_after = f"{self._url} cannot be reached: {said}", ""
            else:
                if status == 200:
                    return self._content(raw)
                problem = self._refusal(status, raw)
                if status not in _FOR_NOW:
                    raise EndpointError(problem)
            if attempt + 1 < ATTEMPTS:
                await self._wait(_wait_s(attempt, retry_after))
        raise EndpointError(f"{problem} (tried {ATTEMPTS} times)")

    async def _post(self, request: dict[str, Any]) -> tuple[int, bytes, str]:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        async with self._session.post(
            self._url,
            json=request,
            headers=headers,
            timeout=_TIMEOUT,
            allow_redirects=False,  # the text is for this address
        ) as response:
            raw = b""
            while chunk := await response.content.read(_ANSWER_BYTES - len(raw)):
                raw += chunk
            return response.status, raw, response.headers.get("Retry-After", "")

    def _content(self, raw: bytes) -> str:
        try:
            content = json.loads(raw)["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise EndpointError(
                f"{self._url} does not answer as Chat Completions do: {self._shown(raw)}"
            ) from error
        return content if isinstance(content, str) else ""

    def _refusal(self, status: int, raw: bytes) -> str:
        todo = {
            401: "; set SIGNPOST_SUGGEST_KEY to a key that it takes",
            403: "; set SIGNPOST_SUGGEST_KEY to a key that may use the model",
            404: f"; see that the address is the API's base and {self._model!r} one of its models",
            429: "; it is throttled, or its quota is used up",
        }.get(status, "")
        return f"{self._url} refuses with HTTP {status}: {self._shown(raw)}{todo}"

    def _shown(self, raw: bytes) -> str:
        """The beginning of an answer for a message, never with the key."""
        text = " ".join(raw.decode(errors="replace").split())
        return repr((text.replace(self._key, "***") if self._key else text)[:_SHOWN])


def _wait_s(attempt: int, retry_after: str) -> float:
    """The seconds that the endpoint asks for, within reason; else twice as many each time."""
    asked = float(retry_after) if retry_after.isascii() and retry_after.isdecimal() else None
    return min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**attempt if asked is None else asked)
