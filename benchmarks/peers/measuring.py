"""The run: every peer does each piece of work in turn, so that what else the machine does meets
them all alike."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from benchmarks.peers.adapters import OURS
from benchmarks.peers.peer_process import PeerProcess, ask, index, rank, start
from benchmarks.peers.work import RANKED, Work, digest
from benchmarks.processes import ChildFailed
from benchmarks.runner import rotated

T = TypeVar("T")
TOP_K = 5
# No question is asked before its time is taken: somebody may remember answers.
_WARM_UP = tuple(f"Where do I find number {number}?" for number in range(5))
_FEW = 3
_FIRST = "Where do I begin?"


@dataclass(slots=True)
class PeerFigures:
    """What was measured of one peer. `question_cpu_ms` is a mean; `ranked` are the rows of its
    ranking for each question; `failed` says why it was left out, if it was."""

    name: str
    version: str = ""
    index_s: list[float] = field(default_factory=list)
    start_s: list[float] = field(default_factory=list)
    question_ms: list[float] = field(default_factory=list)
    question_cpu_ms: float = 0.0
    memory_mb: float = 0.0
    ranked: list[list[int]] = field(default_factory=list)
    failed: str = ""


class Start(Protocol):
    """Starts a peer's process: to build, or to be asked."""

    def __call__(self, name: str, *, builds: bool) -> PeerProcess: ...


class PeersRun:
    """Measures those peers on that work; `start` starts a peer's process, `folder` is where the
    peers store what they build. A peer that fails is left out of what follows."""

    def __init__(
        self,
        names: Sequence[str],
        work: Work,
        start: Start,
        folder: Path,
        tell: Callable[[str], None],
    ) -> None:
        self.measured = {name: PeerFigures(name) for name in names}
        self._work = work
        self._start = start
        self._folder = folder
        self._whole = folder / digest(work.texts)
        self._tell = tell
        self._processes: dict[str, PeerProcess] = {}

    def index(self, texts: Sequence[str], rounds: int) -> None:
        """Times how long each takes to encode and store the texts, its model being loaded; then
        has each store the whole folder from known vectors, unless it did so in a run before."""
        timed = self._folder / "timed"
        shutil.rmtree(timed, ignore_errors=True)
        with ExitStack() as stack:
            self._each(self._begin, stack, True)
            # what is loaded or compiled at first
            self._each(self._time_indexing, texts[:_FEW], timed / "few")
            for one in self.measured.values():
                one.index_s.clear()
            for round_ in range(rounds):
                self._tell(f"index {len(texts)} passages: {round_ + 1} of {rounds}")
                self._each(self._time_indexing, texts, timed / str(round_), turn=round_)
            shutil.rmtree(timed)
            self._each(self._store_whole)

    def ask(self, rounds: int) -> None:
        """Times so many starts of each, then every question of each in turn; then reads how large
        they have grown, and asks for their rankings."""
        for round_ in range(rounds - 1):
            self._each(self._start_once, turn=round_)
        with ExitStack() as stack:
            self._each(self._time_start, stack, turn=rounds - 1)
            self._ask_all([question.text for question in self._work.questions])

    def _each(self, work: Callable[..., None], *arguments: Any, turn: int = 0) -> None:
        """Has all do it that have not failed, another one first at each turn."""
        present = [one for one in self.measured.values() if not one.failed]
        for one in rotated(present, turn):
            try:
                work(one, *arguments)
            except ChildFailed as failure:
                one.failed = str(failure)

    def _begin(self, one: PeerFigures, stack: ExitStack, builds: bool) -> None:
        process = stack.enter_context(closing(self._start(one.name, builds=builds)))
        self._processes[one.name] = process
        one.version = process.request(start)[0]

    def _time_indexing(self, one: PeerFigures, texts: Sequence[str], folder: Path) -> None:
        own = folder / one.name
        own.mkdir(parents=True)
        one.index_s.append(self._request(one, index, own, texts)[1])

    def _store_whole(self, one: PeerFigures) -> None:
        own = self._stored_by(one)
        done = own.with_name(f"{own.name}.done")
        if one.name == OURS or done.exists():
            return
        self._tell(f"store all {len(self._work.texts)} passages: {one.name}")
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir(parents=True)
        vectors = self._work.snapshot.vectors
        known = vectors.vectors(np.arange(vectors.count))
        self._request(one, index, own, self._work.texts, known)
        done.touch()

    def _start_once(self, one: PeerFigures) -> None:
        with ExitStack() as stack:
            self._time_start(one, stack)

    def _time_start(self, one: PeerFigures, stack: ExitStack) -> None:
        """From nothing to the first answer."""
        self._begin(one, stack, False)
        self._request(one, ask, self._stored_by(one), _FIRST, TOP_K)
        one.start_s.append(time.perf_counter() - self._processes[one.name].started)
        self._tell(f"start: {one.name} {one.start_s[-1]:.1f} s")

    def _ask_all(self, questions: Sequence[str]) -> None:
        self._tell(f"ask {len(questions)} questions")
        for number, text in enumerate(_WARM_UP):
            self._each(self._time_question, text, turn=number)
        before = {one.name: self._processes[one.name].cpu_s() for one in self._present()}
        for one in self._present():
            one.question_ms.clear()
        for number, text in enumerate(questions):
            self._each(self._time_question, text, turn=number)
        for one in self._present():
            process = self._processes[one.name]
            one.question_cpu_ms = 1000 * (process.cpu_s() - before[one.name]) / len(questions)
            one.memory_mb = process.memory_mb()
        for text in questions:
            self._each(self._rank, text)

    def _time_question(self, one: PeerFigures, text: str) -> None:
        took_s = self._request(one, ask, self._stored_by(one), text, TOP_K)[1]
        one.question_ms.append(1000 * took_s)

    def _rank(self, one: PeerFigures, text: str) -> None:
        one.ranked.append(self._request(one, rank, self._stored_by(one), text, RANKED)[0])

    def _request(self, one: PeerFigures, do: Callable[..., T], *arguments: Any) -> tuple[T, float]:
        return self._processes[one.name].request(do, *arguments)

    def _present(self) -> list[PeerFigures]:
        return [one for one in self.measured.values() if not one.failed]

    def _stored_by(self, one: PeerFigures) -> Path:
        if one.name == OURS:
            return self._work.snapshots
        return self._whole / f"{one.name}-{one.version}"
