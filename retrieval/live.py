"""Answering while the world changes: off the event loop, from whichever snapshot is active."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import structlog

from errors import SignpostError, SnapshotNotFound
from index.encoder import Encoder
from index.models import Passage, Resource
from index.snapshot import Snapshot
from index.store import SnapshotStore
from retrieval.models import Answer, Question
from retrieval.retriever import Retriever

T = TypeVar("T")

_log = structlog.get_logger(__name__)
_WARM_UP = Question("How do I begin?")


class LiveRetriever:
    """Answers from the active snapshot and follows it when another is activated.

    A new snapshot is opened and warmed aside while the old one answers, and takes over between
    two questions. Where it cannot be opened, the old one stays and the reason is logged.
    """

    def __init__(
        self,
        store: SnapshotStore,
        load_encoder: Callable[[], Encoder],
        *,
        poll_s: float = 2.0,
        workers: int = 2,
    ) -> None:
        self._store = store
        self._load_encoder = load_encoder
        self._poll_s = poll_s
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="retrieval")
        self._encoder: Encoder | None = None
        self._retriever: Retriever | None = None
        self._watch: asyncio.Task[None] | None = None
        self._refused: str | None = None

    async def start(self) -> None:
        """Loads encoder and snapshot and answers once, so that the first person does not wait.

        Raises SnapshotNotFound where nothing is active, EncoderError or SnapshotDamaged.
        """
        self._retriever = await self._run(self._open_first)
        self._watch = asyncio.create_task(self._follow(), name="retrieval.follow")

    async def answer(self, question: Question) -> Answer:
        """See `Retriever.answer`. Raises SnapshotNotFound before `start` has ended."""
        retriever = self._serving()
        return await self._run(lambda: retriever.answer(question))

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that answers now. Raises SnapshotNotFound before `start` has ended."""
        return self._serving().snapshot

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        """The served resource whose url is that path on Signpost's own server, percent-decoded,
        with its passages in reading order."""
        snapshot = self.snapshot
        number = snapshot.number_by_local_url.get(url_path)
        if number is None:
            return None
        passages = await self._run(lambda: snapshot.passages_of(number))
        return snapshot.resources[number], passages

    async def close(self) -> None:
        """Lets what is being answered end, and stops."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await asyncio.to_thread(self._executor.shutdown)

    def _serving(self) -> Retriever:
        if self._retriever is None:
            raise SnapshotNotFound("no snapshot is loaded yet: await start() first")
        return self._retriever

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _open_first(self) -> Retriever:
        active = self._store.active_id()
        self._encoder = self._load_encoder()
        return self._open(active)

    def _open(self, snapshot_id: str) -> Retriever:
        if self._encoder is None:
            raise SnapshotNotFound("the encoder is not loaded yet: await start() first")
        retriever = Retriever(self._store.open(snapshot_id), self._encoder)
        retriever.answer(_WARM_UP)
        return retriever

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._poll_s)
            await self._swap_if_changed()

    async def _swap_if_changed(self) -> None:
        current = self._serving().snapshot.id
        active: str | None = None
        try:
            active = await self._run(self._store.active_id)
            if active in (current, self._refused):
                return
            chosen = active
            self._retriever = await self._run(lambda: self._open(chosen))
        except (SignpostError, OSError) as error:
            # The old snapshot serves on; the same refusal is not repeated every two seconds.
            if active is None or active != self._refused:
                _log.error("snapshot.refused", snapshot=active, serving=current, error=str(error))
            self._refused = active
        else:
            self._refused = None
            _log.info("snapshot.swapped", snapshot=active, before=current)
