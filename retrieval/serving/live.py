"""Answering while the world changes: off the event loop, from whichever snapshot is active."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import structlog
from cachetools import LRUCache

from encoder.protocol import Encoder
from errors import SignpostError, SnapshotDamaged, SnapshotNotFound
from retrieval.answer import Answer, Question
from retrieval.questions.understanding import EncodedQuestion, readings
from retrieval.reranking import Reranker
from retrieval.retriever import Retriever
from retrieval.serving.batching import CAPACITY, SHARE, WORKERS, Job, Shares
from retrieval.serving.flight import Flight
from retrieval.serving.learning import keep_learning, learn_some
from retrieval.stopwatch import Stopwatch
from snapshot.models import Passage, Resource
from snapshot.reading import Snapshot
from snapshot.store import Looks, SnapshotStore

REMEMBERED = 256  # answers, of 40 KB each if all ten results have three hits

T = TypeVar("T")
Ask = Callable[[tuple[Question, Stopwatch]], "asyncio.Future[Answer]"]
QuestionJob: TypeAlias = "Job[tuple[Question, Stopwatch], Answer]"

_log = structlog.get_logger(__name__)
_ASIDE = 2  # threads beside the workers: one opens snapshots, one reads passages for a page
_WARM_UP = Question("How do I begin?", leads=True)


class Repeats:
    """The same question is answered once: for all who ask it at the same time, and for a while.

    Asks by `ask`, unless the answer is known or under way. Lives on one event loop.
    """

    def __init__(self, ask: Ask, capacity: int = REMEMBERED) -> None:
        self._ask = ask
        self._flights: LRUCache[Hashable, Flight[Answer]] = LRUCache(capacity)

    async def answer(self, question: Question) -> Answer:
        """Raises what `ask` and its answer raise. Who gives up stops the work only if nobody else
        waits for it."""
        watch = Stopwatch()
        key = _repeat_key(question)
        flight = self._flights.get(key)
        known = flight is not None and flight.done
        if flight is None or flight.failed:
            flight = self._flights[key] = Flight(self._ask((question, watch)))
        elif known:
            await asyncio.sleep(0)  # who asks again and again does not hold the loop
        try:
            answer = await flight.result()
        finally:
            if flight.failed and self._flights.get(key) is flight:
                del self._flights[key]
        if answer.question is question and not known:
            return answer
        watch.lap("repeat")
        return replace(answer, question=question, took_ms=watch.total_ms, stages_ms=watch.laps_ms)

    def clear(self) -> None:
        """Forgets all answers: from now on there may be others. Those under way still come, for
        who waits for them."""
        self._flights.clear()


def _repeat_key(question: Question) -> Hashable:
    """All of a question that its answer depends on: if two agree, a snapshot answers both the
    same."""
    day = question.asked_at.date()
    language = question.locale.partition("-")[0]
    wanted = language, question.only, question.top_k, question.hits_each, question.leads
    return readings(question), question.text, question.audience, day, wanted


@dataclass(frozen=True, slots=True)
class RefusedSnapshot:
    """The snapshot that should be served and is not, or only from a copy that the server has, and
    why. `snapshot` is None if nothing says which it is."""

    snapshot: str | None
    reason: str


class LiveRetriever:
    """Answers from the active snapshot and follows it when another is activated.

    A snapshot is verified, opened and warmed aside while the old one answers, and takes over
    between two questions. If that fails, the old one stays (at start: the one that was active
    before), and the reason is logged and kept in `refusal`. So it is if the files of the snapshot
    that answers are damaged meanwhile: a store that opens copies goes on answering from its own.
    """

    def __init__(
        self,
        store: SnapshotStore,
        load_encoder: Callable[[], Encoder],
        load_reranker: Callable[[], Reranker | None] = lambda: None,
        *,
        poll_s: float = 2.0,
        workers: int = WORKERS,
        capacity: int = CAPACITY,
    ) -> None:
        self._store = store
        self._load_encoder = load_encoder
        self._load_reranker = load_reranker
        self._poll_s = poll_s
        self._executor = ThreadPoolExecutor(workers + _ASIDE, thread_name_prefix="retrieval")
        self._shares = Shares(
            self._executor,
            self._answer_share,
            share=self._share,
            workers=workers,
            capacity=capacity,
        )
        self._repeats = Repeats(self._shares.ask)
        self._encoder: Encoder | None = None
        self._reranker: Reranker | None = None
        self._retriever: Retriever | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._refusal: RefusedSnapshot | None = None
        self._looks: Looks = ()
        self._damage: RefusedSnapshot | None = None

    async def start(self) -> None:
        """Loads encoder and snapshot and answers once, so that the first person does not wait.

        If the active snapshot is refused, the latest good one of those active before it serves;
        if nothing readable says which is active, the latest good one there is. Raises
        SnapshotNotFound if nothing is active, EncoderError, or what is wrong with the active
        snapshot if no other will do either.
        """
        self._retriever = await self._run(self._open_first)
        learning = keep_learning(lambda: self._run(lambda: learn_some(self._serving())))
        self._tasks = [
            asyncio.create_task(self._follow(), name="retrieval.follow"),
            asyncio.create_task(learning, name="retrieval.learn"),
        ]

    async def answer(self, question: Question) -> Answer:
        """See `Retriever.answer`; what is asked at the same time is encoded together, and the same
        question answered once. Raises Overloaded if too many wait already, SnapshotNotFound
        before `start` has ended."""
        self._serving()
        return await self._repeats.answer(question)

    def resources(self, question: Question) -> tuple[Resource, ...]:
        """See `Retriever.resources`. Raises SnapshotNotFound before `start` has ended."""
        return self._serving().resources(question)

    def resource(self, resource_id: str) -> Resource | None:
        """See `Retriever.resource`. Raises SnapshotNotFound before `start` has ended."""
        return self._serving().resource(resource_id)

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that answers now. Raises SnapshotNotFound before `start` has ended."""
        return self._serving().snapshot

    @property
    def refusal(self) -> RefusedSnapshot | None:
        """Why an older snapshot answers than the active one, or that one only from a copy of files
        that are damaged now; None while all is well."""
        return self._refusal

    @property
    def waiting(self) -> int:
        """How many questions wait for a worker."""
        return self._shares.waiting

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        """The served resource whose url is that path on Signpost's own server, percent-decoded,
        with its passages in reading order."""
        snapshot = self.snapshot

        def look_up() -> tuple[Resource, Sequence[Passage]] | None:
            number = snapshot.number_by_local_url.get(url_path)  # made when first asked for
            if number is None:
                return None
            return snapshot.resources[number], snapshot.passages_of(number)

        return await self._run(look_up)

    async def close(self) -> None:
        """Lets what is being answered end, and stops."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(self._executor.shutdown)

    def _share(self) -> int:
        return SHARE if self._encoder is None or self._encoder.batches_questions else 1

    def _answer_share(self, jobs: Sequence[QuestionJob]) -> None:
        answer_together(self._serving(), jobs)

    def _serving(self) -> Retriever:
        if self._retriever is None:
            raise SnapshotNotFound("no snapshot is loaded yet: await start() first")
        return self._retriever

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _open_first(self) -> Retriever:
        active, problem, candidates = self._candidates()
        self._read_some_manifest(candidates)
        self._reranker = self._load_reranker()
        self._encoder = self._load_encoder()
        for name in candidates:
            try:
                retriever = self._open(name)
            except (SignpostError, OSError) as error:
                if problem is not None:
                    self._log_refused(RefusedSnapshot(name, str(error)), serving=None)
                problem = problem or error
            else:
                if problem is not None:
                    self._refusal = RefusedSnapshot(active, str(problem))
                    self._log_refused(self._refusal, serving=name)
                return retriever
        raise problem or SnapshotNotFound(f"there is no snapshot in {self._store.folder}")

    def _candidates(self) -> tuple[str | None, Exception | None, list[str]]:
        """The active snapshot, what is wrong with the pointer to it, and what may serve, the best
        first."""
        try:
            active = self._store.active_id()
            return active, None, [active, *self._store.pointer().previous]
        except SnapshotDamaged as error:
            return None, error, self._store.ids()[::-1]

    def _read_some_manifest(self, candidates: Sequence[str]) -> None:
        """Raises what is wrong with the first one's manifest if no other can be read either: before
        a model is loaded in vain."""
        problem: Exception | None = None
        for name in candidates:
            try:
                self._store.manifest(name)
            except (SignpostError, OSError) as error:
                problem = problem or error
            else:
                return
        if problem is not None:
            raise problem

    def _open(self, snapshot_id: str) -> Retriever:
        if self._encoder is None:
            raise SnapshotNotFound("the encoder is not loaded yet: await start() first")
        looks = self._store.looks(snapshot_id)
        retriever = Retriever(self._store.open(snapshot_id), self._encoder, self._reranker)
        retriever.answer(_WARM_UP)
        self._looks, self._damage = looks, None
        return retriever

    def _look_again(self, current: str) -> RefusedSnapshot | None:
        """What is wrong by now with the files of the snapshot that answers. They are read again
        only if they look otherwise than before."""
        looks = self._store.looks(current)
        if looks != self._looks:
            self._looks, self._damage = looks, None
            try:
                self._store.verify(current)
            except (SignpostError, OSError) as error:
                self._damage = RefusedSnapshot(current, f"damaged while it is served: {error}")
        return self._damage

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._poll_s)
            await self._swap_if_changed()

    async def _swap_if_changed(self) -> None:
        current = self._serving().snapshot.folder.name
        active: str | None = None
        try:
            active = chosen = await self._run(self._store.active_id)
            if active == current:
                damage = await self._run(lambda: self._look_again(current))
                if damage and damage != self._refusal:
                    self._log_refused(damage, serving=current)
                self._refusal = damage
                return
            if self._refusal and self._refusal.snapshot == active:
                return
            await self._swap_to(await self._run(lambda: self._open(chosen)))
        except (SignpostError, OSError) as error:
            # The old snapshot serves on; the same refusal is not repeated every two seconds.
            refusal = RefusedSnapshot(active, str(error))
            if refusal != self._refusal:
                self._log_refused(refusal, serving=current)
            self._refusal = refusal
        else:
            self._refusal = None
            _log.info("snapshot.swapped", snapshot=active, before=current)

    async def _swap_to(self, opened: Retriever) -> None:
        """The old snapshot is let go aside: taking its parts down takes the loop's time, too."""
        before = [self._retriever]
        self._retriever = opened
        self._repeats.clear()
        await self._run(before.clear)

    @staticmethod
    def _log_refused(refusal: RefusedSnapshot, *, serving: str | None) -> None:
        _log.error(
            "snapshot.refused", snapshot=refusal.snapshot, serving=serving, error=refusal.reason
        )


def answer_together(retriever: Retriever, jobs: Sequence[QuestionJob]) -> None:
    """Settles each job as soon as its own answer is there, and leaves out what nobody waits for
    any more. A question that breaks something fails alone. Blocking."""
    for job in jobs:
        job.asked[1].lap("wait")
    for job, encoded in _encoded(retriever, jobs):
        if not job.wanted:
            continue
        encoded.watch.lap("wait")
        try:
            job.answer(retriever.answer_encoded(encoded))
        except Exception as error:  # told to whoever asked
            job.fail(error)


def _encoded(
    retriever: Retriever, jobs: Sequence[QuestionJob]
) -> Iterator[tuple[QuestionJob, EncodedQuestion]]:
    try:
        together = retriever.encode([job.asked for job in jobs])
    except Exception as error:  # told to whoever asked, if it is theirs
        if len(jobs) == 1:
            jobs[0].fail(error)
        else:
            for job in jobs:
                yield from _encoded(retriever, [job])
    else:
        yield from zip(jobs, together, strict=True)
