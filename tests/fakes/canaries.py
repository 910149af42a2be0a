"""Words that no log line may hold: every test plants them, and `tests/conftest.py` looks for them.

Whatever a test sends as a header, or asks, is planted by itself; `planted` plants anything else.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import structlog

from operation.logs import library_formatter

_SHORTEST = 12  # a shorter text stands in log lines by chance
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key"})
_CANARIES: set[str] = set()


def planted(text: str) -> str:
    """The text; from now on no log line may hold it."""
    if len(text) >= _SHORTEST:
        _CANARIES.add(text)
    return text


class LogWatch(logging.Handler):
    """Sees every line of every logger, as the server would write it, whatever captures it. `leaks`
    are those with a canary in them."""

    def __init__(self) -> None:
        super().__init__(level=0)
        self.setFormatter(library_formatter("json"))
        self.leaks: list[str] = []

    def install(self) -> None:
        logging.getLogger().addHandler(self)
        structlog.configure(wrapper_class=_watched(self))
        _plant_what_is_sent()

    def emit(self, record: logging.LogRecord) -> None:
        # A copy: the formatter takes the arguments out, and other handlers come after.
        self.look(self.format(logging.makeLogRecord(record.__dict__)))

    def look(self, line: str) -> None:
        """Notes the line if it holds a canary."""
        if found := [canary for canary in _CANARIES if canary in line]:
            self.leaks.append(f"{line[:2000]!r} holds {found}")

    def take(self) -> list[str]:
        """What leaked since the last time."""
        taken, self.leaks = self.leaks, []
        return taken


WATCH = LogWatch()


def _watched(watch: LogWatch) -> type[Any]:
    """structlog's logger, which tells the watch of each event before anything renders it, or a
    test captures it."""

    class Watched(structlog.make_filtering_bound_logger(0)):  # type: ignore[misc]
        def _proxy_to_logger(self, method: str, event: str | None = None, **keys: Any) -> Any:
            line = f"{event} {self._context} {keys}"
            if error := keys.get("exc_info"):
                line += traceback.format_exc() if error is True else repr(error)
            watch.look(line)
            return super()._proxy_to_logger(method, event, **keys)

    return Watched


def _plant_what_is_sent() -> None:
    """Headers that hold secrets, and what is asked, of every request of a test or of the bot."""
    request = aiohttp.ClientSession._request

    async def planting(
        self: aiohttp.ClientSession, method: str, url: Any, **sent: Any
    ) -> aiohttp.ClientResponse:
        for name, value in dict(sent.get("headers") or {}).items():
            if str(name).lower() in _SECRET_HEADERS:
                planted(str(value).rpartition(" ")[2])
        body, asked = sent.get("json"), sent.get("params")
        for fields in (
            body,
            asked,
            {k: v[0] for k, v in parse_qs(str(url).partition("?")[2]).items()},
        ):
            if isinstance(fields, Mapping):
                for name in ("text", "q"):
                    if isinstance(text := fields.get(name), str):
                        planted(text)
        return await request(self, method, url, **sent)

    aiohttp.ClientSession._request = planting  # type: ignore[method-assign, assignment]
