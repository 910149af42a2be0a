"""The benchmark and a peer understand each other, and a peer's failure is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from benchmarks.peers.peer_process import PeerProcess, PeerRow, ask, index, rank, start
from benchmarks.processes import ChildFailed
from tests.fakes.peers import word_peer


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[PeerProcess]:
    row = PeerRow("words", "pytest", word_peer)
    with closing(PeerProcess(row, tmp_path, tmp_path / "log")) as started:
        yield started


def test_a_peer_indexes_and_answers_in_a_process_of_its_own(
    peer: PeerProcess, tmp_path: Path
) -> None:
    """Its version, rows and memory come back, and how long it took."""
    assert peer.request(start)[0] == version("pytest")
    peer.request(index, tmp_path, ["claim mileage", "book a taxi"])
    rows, took_s = peer.request(ask, tmp_path, "a taxi", 1)
    assert (rows, took_s > 0) == ([1], True)
    assert peer.request(rank, tmp_path, "a taxi", 5)[0] == [1, 0]
    assert 1 < peer.memory_mb() < 10_000
    assert 0 < peer.cpu_s() < 60


def test_a_peer_that_fails_raises_what_it_said(peer: PeerProcess, tmp_path: Path) -> None:
    """With its kind, for its words alone may say little; and it can be asked again."""
    peer.request(index, tmp_path, ["claim mileage", "book a taxi"])
    with pytest.raises(ChildFailed, match=r"^ask: RuntimeError: no such question$"):
        peer.request(ask, tmp_path, "fail", 5)
    assert peer.request(ask, tmp_path, "mileage", 1)[0] == [0]
