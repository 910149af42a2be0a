"""What the turn benchmark counts as a turn, and how it sums turns up."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.passages import extended
from benchmarks.turn import comparison
from benchmarks.turn.comparison import faults, results, series
from benchmarks.turn.measure import SMOKE, BotFigures, Plan, by_size, kb_per_passage, percentiles
from benchmarks.turn.served import only
from benchmarks.turn.servers import BotCommand
from benchmarks.turn.traffic import Turns, traffic
from snapshot.store import SnapshotStore
from tests.fakes.snapshots import publish

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
        measured = await people.closed(url, 1, seconds=0.2, cards=True)
    assert asked[:4] == ["a", "b", "c", "a"]
    assert len(measured.took_ms) == len(asked)
    assert (measured.refused, measured.lost) == (0, 0)


async def test_so_many_turns_are_shared_by_the_clients() -> None:
    """Each question is asked once, however many ask at a time."""
    asked: list[str] = []

    async def reply(activity: dict[str, Any]) -> dict[str, Any]:
        asked.append(activity["text"])
        return await _card(activity)

    questions = [f"question {number}" for number in range(30)]
    async with traffic(questions) as people, _bot(reply) as url:
        measured = await people.closed(url, 8, turns=20, cards=True)
    assert sorted(asked) == sorted(questions[:20])
    assert (len(measured.took_ms), measured.refused, measured.lost) == (20, 0, 0)


async def test_words_alone_are_a_refusal_where_an_answer_is_a_card() -> None:
    async def reply(activity: dict[str, Any]) -> dict[str, Any]:
        return {"type": "message", "text": "try again in a moment"}

    async with traffic(["a"]) as people, _bot(reply) as url:
        refused = await people.closed(url, 1, seconds=0.05, cards=True)
        echoed = await people.closed(url, 1, seconds=0.05, cards=False)
    assert (refused.took_ms, refused.lost) == ([], 0)
    assert refused.refused > 0
    assert echoed.refused == 0


async def test_a_turn_without_a_reply_is_lost_and_a_typing_indicator_is_none() -> None:
    async def reply(activity: dict[str, Any]) -> dict[str, Any]:
        return {"type": "typing"}

    async with traffic(["a"], reply_within_s=0.2) as people, _bot(reply) as url:
        measured = await people.closed(url, 2, seconds=0.01, cards=True)
    assert (measured.took_ms, measured.lost) == ([], 2)


def test_a_percentile_is_a_value_that_was_seen() -> None:
    assert percentiles([5, 1, 4, 2, 3])[0] == 3
    assert percentiles(range(100))[1] == 99
    assert percentiles([7])[1] == 7


def _figures(factor: float) -> BotFigures:
    found = BotFigures(turns=4)
    found.add("{}_bot", start=factor, memory=100 * factor)
    for load in SMOKE.clients:
        of_load = 10 * factor * load
        found.add(f"{{}}_{load}", turns_per_s=of_load, turn_cpu=of_load)
        found.add(f"turn_{{}}_{load}", p50=of_load, p99=of_load)
    found.add("loop_lag_{}_8", p50=3 * factor, p99=3 * factor, max=3 * factor)
    found.add("loop_lag_{}", swap=10.0)
    return found


def test_ours_stands_beside_both_bots_and_a_ratio_above_one_is_better() -> None:
    found = {"ours": _figures(1), "echo": _figures(0.5), "plain": _figures(4)}
    made = {one.metric: one for one in results(found, "ours", "echo", "plain", [7.0], SMOKE)}
    assert (made["turn_cpu"].other_name, made["turn_cpu"].ratio) == ("plain", 4)
    assert (made["turn_cpu_vs_echo"].other_name, made["turn_cpu_vs_echo"].ratio) == ("echo", 0.5)
    assert made["turns_per_s_8"].ratio == 0.25
    assert made["turn_cpu_vs_floor"].other == 15.0
    assert (made["loop_lag_swap"].ours, made["loop_lag_swap"].ratio) == (10.0, 2.0)
    assert (made["loop_lag_p99_8"].ratio, made["loop_lag_p99_8_vs_echo"].ratio) == (4, 0.5)
    assert made["memory_bot"].ratio == 4


def test_a_plot_has_a_line_for_each_bot() -> None:
    [by_clients, *_] = series({"ours": _figures(1), "plain": _figures(4)}, SMOKE)
    assert by_clients.x == (1, 8)
    assert by_clients.series == {"ours": [10, 80], "plain": [40, 320]}


def test_what_was_not_answered_is_said() -> None:
    figures = BotFigures(turns=3)
    figures.count(Turns([1.0], refused=2, lost=1))
    assert faults({"ours": figures}) == ["ours: 4 turns answered, 2 refused in words, 1 lost"]


def _sized(start_s: float, *resident_mb: float) -> BotFigures:
    found = BotFigures(turns=400)
    found.samples |= {"start_bot": [start_s], "memory_bot": [*resident_mb]}
    return found


BY_SIZE = {
    10_000: {"ours": _sized(1.0, 200, 202, 240), "plain": _sized(4.0, 600, 600, 600)},
    24_000: {"ours": _sized(1.5, 228, 230, 254), "plain": _sized(4.5, 642, 656, 656)},
}


def test_start_and_memory_are_told_by_size() -> None:
    """With the number of passages in the name, unlike those of the usual content."""
    made = {one.metric: one for one in comparison.results_by_size(BY_SIZE, "ours", "plain")}
    assert (made["start_bot_10000"].ours, made["start_bot_10000"].ratio) == (1.0, 4.0)
    assert (made["memory_bot_10000"].ours, made["memory_bot_10000"].other) == (202, 600)
    assert (made["memory_bot_24000"].ours, made["memory_bot_24000"].other) == (230, 656)
    assert made["start_bot_24000"].ratio == 3.0


def test_what_a_passage_adds_to_memory_is_the_slope_between_the_sizes() -> None:
    """28, 28 and 14 MB for 14,000 passages are 2, 2 and 1 kB for each."""
    assert kb_per_passage(BY_SIZE, "ours") == [2.0, 2.0, 1.0]
    made = {one.metric: one for one in comparison.results_by_size(BY_SIZE, "ours", "plain")}
    growth = made["memory_per_passage"]
    assert (growth.ours, growth.other, growth.unit, growth.ratio) == (2.0, 4.0, "kB", 2.0)
    one_size = {10_000: BY_SIZE[10_000]}
    assert [one.metric for one in comparison.results_by_size(one_size, "ours", "plain")] == [
        "start_bot_10000",
        "memory_bot_10000",
    ]


def test_start_and_memory_are_plotted_by_size() -> None:
    start, memory = comparison.series_by_size(BY_SIZE)
    assert start.x == memory.x == [10_000, 24_000]
    assert start.series == {"ours": [1.0, 1.5], "plain": [4.0, 4.5]}
    assert memory.series == {"ours": [202, 230], "plain": [600, 656]}


def test_turns_that_were_not_answered_are_told_by_size() -> None:
    assert comparison.faults_by_size(BY_SIZE)[0] == (
        "10,000 passages: ours: 400 turns answered, 0 refused in words, 0 lost"
    )


def test_notes_say_at_which_sizes_and_after_what_memory_was_read() -> None:
    _, by_size = comparison.notes(7_164, "688 labelled questions", [10_000, 24_000], Plan())
    assert by_size.startswith("Start and memory at 10,000 and 24,000 passages, ")
    assert "its memory read after 400 questions by 8 clients" in by_size
    assert len(comparison.notes(7_164, "688 labelled questions", [], Plan())) == 1
    assert comparison.series_by_size({}) == comparison.results_by_size({}, "ours", "plain") == []


def test_goals_have_their_sizes_and_a_try_builds_nothing_large() -> None:
    assert Plan().sizes == (10_000, 24_000)
    assert max(SMOKE.sizes) <= 1_000


async def test_each_bot_is_alone_while_it_is_measured_at_a_size(tmp_path: Path) -> None:
    """All sizes in turns, another bot first in the next round, each started anew and asked the
    same."""
    log = tmp_path / "log"
    bots = {
        count: [_logging_bot(f"{name} {count}", log) for name in ("ours", "plain")]
        for count in (10, 20)
    }
    plan = Plan(size_rounds=2, size_clients=2, size_turns=3)
    found = await by_size(bots, ["a", "b", "c", "d"], plan)
    assert log.read_text().split("\n") == [
        *("begin ours 10", "end ours 10", "begin plain 10", "end plain 10"),
        *("begin ours 20", "end ours 20", "begin plain 20", "end plain 20"),
        *("begin plain 10", "end plain 10", "begin ours 10", "end ours 10"),
        *("begin plain 20", "end plain 20", "begin ours 20", "end ours 20", ""),
    ]
    for by_bot in found.values():
        for one in by_bot.values():
            assert [len(one.samples[name]) for name in ("start_bot", "memory_bot")] == [2, 2]
            assert min(one.samples["memory_bot"]) > 1
            assert (one.turns, one.refused, one.lost) == (6, 0, 0)


def _logging_bot(name: str, log: Path) -> BotCommand:
    return BotCommand(name, ("-m", "tests.fakes.bot_server", "{port}", name, str(log)), {})


def test_a_snapshot_is_served_alone_from_where_it_lies(tmp_path: Path) -> None:
    """With the encoders of the folder that it was extended from."""
    base = SnapshotStore(tmp_path / "base")
    publish(base)
    base.encoders.mkdir()
    (base.encoders / "exported").write_text("a model")
    snapshot = extended(base.open(), 7, tmp_path)
    store = only(snapshot, base.encoders, tmp_path / "served")
    assert store.ids() == [snapshot.folder.name]
    assert store.open().manifest.counts.passages == 7
    assert (store.encoders / "exported").read_text() == "a model"
