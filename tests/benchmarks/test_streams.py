"""The benchmark and a peer understand each other, and a peer's failure is told."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.peers.streams import PeerFailed, PeerProcess, serve
from tests.fakes.peers import word_peer

READY = {"ok": True, "ready": True, "version": "1.2"}


def replies(*requests: dict[str, Any]) -> list[dict[str, Any]]:
    said = io.StringIO()
    serve(word_peer(), "1.2", [json.dumps(one) for one in requests], said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


def stored(folder: Path) -> list[dict[str, Any]]:
    """What makes a peer hold two texts."""
    (folder / "texts.json").write_text(json.dumps(["claim mileage", "book a taxi"]))
    texts, own = str(folder / "texts.json"), str(folder)
    return [{"do": "index", "texts": texts, "folder": own}, {"do": "open", "folder": own}]


def test_a_peer_indexes_opens_and_answers(tmp_path: Path) -> None:
    """A line for each request, after one that says that it is ready."""
    asked = {"do": "ask", "question": "a taxi", "top_k": 1}
    ranked = {"do": "rank", "question": "a taxi", "top_k": 5}
    assert replies(*stored(tmp_path), asked, ranked, {"do": "stop"}) == [
        READY,
        {"ok": True},
        {"ok": True},
        {"ok": True, "rows": [1]},
        {"ok": True, "rows": [1, 0]},
        {"ok": True},
    ]


def test_nothing_is_answered_after_stop() -> None:
    """Whatever stands behind it."""
    assert replies({"do": "stop"}, {"do": "open", "folder": "."}) == [READY, {"ok": True}]


def test_a_failure_is_told_and_the_next_request_answered(tmp_path: Path) -> None:
    """With its kind, for its words alone may say little."""
    failing = {"do": "ask", "question": "fail", "top_k": 5}
    asked = {"do": "ask", "question": "mileage", "top_k": 1}
    assert replies(*stored(tmp_path), failing, asked)[3:] == [
        {"ok": False, "error": "RuntimeError: no such question"},
        {"ok": True, "rows": [0]},
    ]


def test_an_unknown_request_is_refused() -> None:
    """And named."""
    error = "ValueError: nobody knows how to do 'dance'"
    assert replies({"do": "dance"}) == [READY, {"ok": False, "error": error}]


@contextmanager
def process(name: str, folder: Path, timeout_s: float = 60.0) -> Iterator[PeerProcess]:
    started = PeerProcess(
        name, folder, folder / "log", timeout_s=timeout_s, module="tests.fakes.peer_child"
    )
    with closing(started):
        yield started


def test_a_process_is_asked_over_its_streams(tmp_path: Path) -> None:
    """Its version, rows and memory come back."""
    with process("words", tmp_path) as peer:
        assert peer.wait_ready() == "1.2"
        for request in stored(tmp_path):
            peer.request(request.pop("do"), **request)
        reply, took_s = peer.request("ask", question="book", top_k=1)
        assert reply == {"ok": True, "rows": [1]}
        assert took_s > 0
        assert 1 < peer.memory_mb() < 10_000
        assert 0 < peer.cpu_s() < 60


def test_a_peer_that_fails_raises_what_it_said(tmp_path: Path) -> None:
    """And can be asked again."""
    with process("words", tmp_path) as peer:
        peer.wait_ready()
        for request in stored(tmp_path):
            peer.request(request.pop("do"), **request)
        with pytest.raises(PeerFailed, match="ask: RuntimeError: no such question"):
            peer.request("ask", question="fail", top_k=5)
        assert peer.request("ask", question="taxi", top_k=1)[0]["rows"] == [1]


def test_a_process_that_ends_raises_its_last_words(tmp_path: Path) -> None:
    """They stand in its log."""
    with (
        process("dies", tmp_path) as peer,
        pytest.raises(PeerFailed, match="start: it has ended; the model is missing"),
    ):
        peer.wait_ready()


def test_a_process_that_says_nothing_is_ended(tmp_path: Path) -> None:
    """The benchmark does not wait for ever."""
    with (
        process("hangs", tmp_path, timeout_s=0.2) as peer,
        pytest.raises(PeerFailed, match="start: it has ended; it printed nothing"),
    ):
        peer.wait_ready()
