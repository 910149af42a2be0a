"""What the turn benchmark counts as a turn, and how it sums turns up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.turn.measure import Figures, percentile
from benchmarks.turn.report import faults, results, series
from benchmarks.turn.traffic import Measured, traffic

Reply = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]


@asynccontextmanager
async def _bot(reply: Reply) -> AsyncIterator[str]:
    """A bot that posts what `reply` makes of an activity; its address."""

    async def messages(request: web.Request) -> web.Response:
        activity = json.loads(await request.read())
        if (made := await reply(activity)) is not None:
            chat = activity["conversation"]["id"]
            url = f"{activity['serviceUrl']}v3/conversations/{chat}/activities/{activity['id']}"
            async with aiohttp.ClientSession() as session, session.post(url, json=made):
                pass
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def _card(activity: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "attachments": [{"content": {}}]}


async def test_clients_ask_one_question_after_the_other_and_cards_are_answers() -> None:
    asked: list[str] = []

    async def reply(activity: dict[str, Any]) -> dict[str, Any]:
        asked.append(activity["text"])
        return await _card(activity)

    async with traffic(["a", "b", "c"]) as people, _bot(reply) as url:
        measured = await people.closed(url, 1, 0.2, cards=True)
    assert asked[:4] == ["a", "b", "c", "a"]
    assert len(measured.took_ms) == len(asked)
    assert (measured.refused, measured.lost) == (0, 0)


async def test_words_alone_are_a_refusal_where_an_answer_is_a_card() -> None:
    async def reply(activity: dict[str, Any]) -> dict[str, Any]:
        return {"type": "message", "text": "try again in a moment"}

    async with traffic(["a"]) as people, _bot(reply) as url:
        refused = await people.closed(url, 1, 0.05, cards=True)
        echoed = await people.closed(url, 1, 0.05, cards=False)
    assert (refused.took_ms, refused.lost) == ([], 0)
    assert refused.refused > 0
    assert echoed.refused == 0


async def test_a_turn_without_a_reply_is_lost_and_a_typing_indicator_is_none() -> None:
    async def reply(activity: dict[str, Any]) -> dict[str, Any]:
        return {"type": "typing"}

    async with traffic(["a"], reply_within_s=0.2) as people, _bot(reply) as url:
        measured = await people.closed(url, 2, 0.01, cards=True)
    assert (measured.took_ms, measured.lost) == ([], 2)


async def test_a_wait_counts_from_when_somebody_came_not_from_when_the_server_took_them() -> None:
    """Ten come within a fraction of a second to a bot that serves one at a time."""
    one_at_a_time = asyncio.Lock()

    async def reply(activity: dict[str, Any]) -> dict[str, Any]:
        async with one_at_a_time:
            await asyncio.sleep(0.05)
        return await _card(activity)

    async with traffic(["a"]) as people, _bot(reply) as url:
        measured = await people.open(url, 1000, 0.02, cards=True)
    turns = len(measured.took_ms)
    assert turns > 5
    assert max(measured.took_ms) >= 0.9 * 50 * (turns - 1)


def test_a_percentile_is_a_value_that_was_seen() -> None:
    assert percentile([5, 1, 4, 2, 3], 50) == 3
    assert percentile(range(100), 99) == 99
    assert percentile([7], 99) == 7


def _figures(factor: float) -> Figures:
    def by(*keys: Any) -> dict[Any, list[float]]:
        return {key: [10 * factor * key] for key in keys}

    lag = [3 * factor]
    return Figures(
        [factor], [100 * factor], by(1, 8), by(1, 8), by(1, 8), by(1, 8), by(5.0), by(5.0),
        lag, lag, lag, swap_lag_ms=[10.0], turns=4,
    )  # fmt: skip


def test_ours_stands_beside_both_bots_and_a_ratio_above_one_is_better() -> None:
    found = {"ours": _figures(1), "echo": _figures(0.5), "plain": _figures(4)}
    made = {one.metric: one for one in results(found, "ours", "echo", "plain", [7.0])}
    assert (made["turn_cpu"].other_name, made["turn_cpu"].ratio) == ("plain", 4)
    assert (made["turn_cpu_vs_echo"].other_name, made["turn_cpu_vs_echo"].ratio) == ("echo", 0.5)
    assert made["turns_per_s_8"].ratio == 0.25
    assert made["turn_cpu_vs_floor"].other == 15.0
    assert (made["loop_lag_swap"].ours, made["loop_lag_swap"].ratio) == (10.0, 2.0)
    assert (made["loop_lag_p99_8"].ratio, made["loop_lag_p99_8_vs_echo"].ratio) == (4, 0.5)
    assert made["memory_bot"].ratio == 4


def test_a_plot_has_a_line_for_each_bot() -> None:
    [by_clients, *_] = series({"ours": _figures(1), "plain": _figures(4)})
    assert by_clients["x"] == [1, 8]
    assert by_clients["series"] == {"ours": [10, 80], "plain": [40, 320]}


def test_what_was_not_answered_is_said() -> None:
    figures = Figures(turns=3)
    figures.count(Measured([1.0], refused=2, lost=1))
    assert faults({"ours": figures}) == ["ours: 4 turns answered, 2 refused in words, 1 lost"]
