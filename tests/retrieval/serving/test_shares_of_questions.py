"""A share of questions is encoded together, and what breaks one breaks only that one."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from encoder.protocol import Encoded
from errors import EncoderError
from retrieval.answer import Answer, Question
from retrieval.retriever import Retriever
from retrieval.serving.batching import Shares
from retrieval.serving.live import answer_together
from retrieval.stopwatch import Stopwatch
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.executors import LaterExecutor
from tests.fakes.snapshots import EXPENSES, LEAVE, publish


class Listening(WordEncoder):
    """Keeps what it was asked to encode together; breaks on `breaking`."""

    def __init__(self, breaking: str = "") -> None:
        super().__init__()
        self.calls: list[list[str]] = []
        self._breaking = breaking

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        self.calls.append(list(texts))
        if self._breaking in texts:
            raise EncoderError(f"no vector for {self._breaking}")
        return super().encode_questions(texts)


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    return store


def _asked(
    retriever: Retriever, executor: LaterExecutor, *texts: str
) -> list[asyncio.Future[Answer]]:
    shares: Shares[tuple[Question, Stopwatch], Answer] = Shares(
        executor, lambda jobs: answer_together(retriever, jobs), workers=1
    )
    return [shares.ask((Question(text), Stopwatch())) for text in texts]


async def test_a_share_is_encoded_in_one_call_and_each_gets_its_own_answer(
    store: SnapshotStore,
) -> None:
    encoder, executor = Listening(), LaterExecutor()
    answers = _asked(Retriever(store.open(), encoder), executor, "unused holiday", "taxi form")
    executor.run_next()
    holiday, taxi = await asyncio.gather(*answers)
    assert encoder.calls == [["unused holiday", "taxi form"]]
    assert (holiday.question.text, holiday.results[0].resource) == ("unused holiday", LEAVE)
    assert (taxi.question.text, taxi.results[0].resource) == ("taxi form", EXPENSES)
    assert list(taxi.stages_ms) == ["wait", "encode", "search", "rank", "highlight"]
    assert sum(taxi.stages_ms.values()) <= taxi.took_ms


async def test_a_question_that_cannot_be_encoded_fails_alone(store: SnapshotStore) -> None:
    encoder, executor = Listening(breaking="taxi form"), LaterExecutor()
    answers = _asked(Retriever(store.open(), encoder), executor, "unused holiday", "taxi form")
    executor.run_next()
    holiday, error = await asyncio.gather(*answers, return_exceptions=True)
    assert isinstance(holiday, Answer)
    assert holiday.results[0].resource == LEAVE
    assert str(error) == "no vector for taxi form"


async def test_a_question_that_cannot_be_ranked_fails_alone(store: SnapshotStore) -> None:
    class Narrow(WordEncoder):
        def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
            return [
                Encoded(one.vector[:3], one.tokens) if text == "taxi form" else one
                for text, one in zip(texts, super().encode_questions(texts), strict=True)
            ]

    executor = LaterExecutor()
    answers = _asked(Retriever(store.open(), Narrow()), executor, "taxi form", "unused holiday")
    executor.run_next()
    error, holiday = await asyncio.gather(*answers, return_exceptions=True)
    assert isinstance(error, Exception)
    assert isinstance(holiday, Answer)
    assert holiday.results[0].resource == LEAVE


async def test_what_is_given_up_while_it_is_encoded_is_not_ranked(store: SnapshotStore) -> None:
    class GivingUp(WordEncoder):
        def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
            answers[0].cancel()
            return super().encode_questions(texts)

    class Counting(Retriever):
        ranked = 0

        def answer_encoded(self, *args: object) -> Answer:
            self.ranked += 1
            return super().answer_encoded(*args)  # type: ignore[arg-type]

    executor = LaterExecutor()
    retriever = Counting(store.open(), GivingUp())
    answers = _asked(retriever, executor, "taxi form", "unused holiday")
    executor.run_next()
    assert (await answers[1]).results[0].resource == LEAVE
    assert answers[0].cancelled()
    assert retriever.ranked == 1
