"""The run: every peer does each piece of work in turn, so that what else the machine does meets
them all alike."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.peers.adapters import OURS
from benchmarks.peers.process import PeerFailed, PeerProcess
from benchmarks.peers.work import RANKED, Work, digest, store_texts, store_vectors

TOP_K = 5
# No question is asked before its time is taken: somebody may remember answers.
_WARM_UP = tuple(f"Where do I find number {number}?" for number in range(5))
_FEW = 3
_FIRST = "Where do I begin?"
Tell = Callable[[str], None]
Processes = dict[str, PeerProcess]


@dataclass(slots=True)
class Measured:
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


class Run:
    """Measures those peers on that work; `start` starts a peer's process, `folder` is where the
    peers store what they build. A peer that fails is left out of what follows."""

    def __init__(
        self, names: Sequence[str], work: Work, start: Start, folder: Path, tell: Tell
    ) -> None:
        self.measured = {name: Measured(name) for name in names}
        self._work = work
        self._start = start
        self._folder = folder
        self._tell = tell

    def index(self, texts: Sequence[str], rounds: int) -> None:
        """Times how long each takes to encode and store the texts, its model being loaded; then
        has each store the whole folder from known vectors, unless it did so in a run before."""
        with ExitStack() as stack:
            processes = {}
            for one in self._present():
                with _left_out_if_it_fails(one):
                    processes[one.name] = stack.enter_context(
                        closing(self._start(one.name, builds=True))
                    )
                    one.version = processes[one.name].wait_ready()
            self._time_indexing(processes, texts, rounds)
            self._store_whole(processes)

    def _time_indexing(self, processes: Processes, texts: Sequence[str], rounds: int) -> None:
        folder = self._folder / "timed"
        shutil.rmtree(folder, ignore_errors=True)
        few = str(store_texts(texts[:_FEW], folder / "few"))
        path = str(store_texts(texts, folder))
        for one in self._present():  # what is loaded or compiled at the first text
            own = folder / "few" / one.name
            own.mkdir()
            with _left_out_if_it_fails(one):
                processes[one.name].request("index", texts=few, folder=str(own))
        for round_ in range(rounds):
            for one in self._present(round_):
                self._tell(f"index: {one.name}, {round_ + 1} of {rounds}")
                own = folder / f"{one.name}-{round_}"
                own.mkdir()
                with _left_out_if_it_fails(one):
                    _, took_s = processes[one.name].request("index", texts=path, folder=str(own))
                    one.index_s.append(took_s)
        shutil.rmtree(folder)

    def _store_whole(self, processes: Processes) -> None:
        texts = str(store_texts(self._work.texts, self._whole))
        vectors = str(store_vectors(self._work.snapshot, self._whole))
        for one in self._present():
            own = self._stored_by(one)
            done = own.with_name(f"{own.name}.done")
            if one.name == OURS or done.exists():
                continue
            self._tell(f"store all {len(self._work.texts)} passages: {one.name}")
            shutil.rmtree(own, ignore_errors=True)
            own.mkdir()
            with _left_out_if_it_fails(one):
                processes[one.name].request("index", texts=texts, vectors=vectors, folder=str(own))
                done.touch()

    def ask(self, rounds: int) -> None:
        """Times so many starts of each, then every question of each in turn; then reads how large
        they have grown, and asks for their rankings."""
        for round_ in range(rounds - 1):
            for one in self._present(round_):
                with (
                    _left_out_if_it_fails(one),
                    closing(self._start(one.name, builds=False)) as process,
                ):
                    self._time_start(one, process)
        with ExitStack() as stack:
            processes = {}
            for one in self._present(rounds - 1):
                with _left_out_if_it_fails(one):
                    processes[one.name] = stack.enter_context(
                        closing(self._start(one.name, builds=False))
                    )
                    self._time_start(one, processes[one.name])
            self._ask_all(processes)

    def _time_start(self, one: Measured, process: PeerProcess) -> None:
        """From nothing to the first answer."""
        one.version = process.wait_ready()
        process.request("open", folder=str(self._stored_by(one)))
        process.request("ask", question=_FIRST, top_k=TOP_K)
        one.start_s.append(time.perf_counter() - process.started)
        self._tell(f"start: {one.name} {one.start_s[-1]:.1f} s")

    def _ask_all(self, processes: Processes) -> None:
        self._tell(f"ask {len(self._work.questions)} questions")
        questions = [question.text for question in self._work.questions]
        for number, text in enumerate(_WARM_UP):
            for one in self._present(number):
                with _left_out_if_it_fails(one):
                    processes[one.name].request("ask", question=text, top_k=TOP_K)
        before = {one.name: processes[one.name].cpu_s() for one in self._present()}
        for number, text in enumerate(questions):
            for one in self._present(number):
                with _left_out_if_it_fails(one):
                    _, took_s = processes[one.name].request("ask", question=text, top_k=TOP_K)
                    one.question_ms.append(1000 * took_s)
        for one in self._present():
            process = processes[one.name]
            one.question_cpu_ms = 1000 * (process.cpu_s() - before[one.name]) / len(questions)
            one.memory_mb = process.memory_mb()
        for text in questions:
            for one in self._present():
                with _left_out_if_it_fails(one):
                    reply, _ = processes[one.name].request("rank", question=text, top_k=RANKED)
                    one.ranked.append(reply["rows"])

    def _present(self, turn: int = 0) -> list[Measured]:
        """Those that have not failed, another one first at each turn."""
        present = [one for one in self.measured.values() if not one.failed]
        first = turn % len(present) if present else 0
        return present[first:] + present[:first]

    @property
    def _whole(self) -> Path:
        return self._folder / digest(self._work.texts)

    def _stored_by(self, one: Measured) -> Path:
        if one.name == OURS:
            return self._work.snapshots
        return self._whole / f"{one.name}-{one.version}"


@contextmanager
def _left_out_if_it_fails(one: Measured) -> Iterator[None]:
    try:
        yield
    except PeerFailed as failure:
        one.failed = str(failure)
