"""Answers go on while snapshots are swapped, and nothing blocks the event loop."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from encoder.files import OwnCopies
from errors import EncoderError, Overloaded, SnapshotDamaged, SnapshotNotFound
from retrieval.answer import Answer, ChannelKind, Outcome, Question
from retrieval.reranking import Reranker
from retrieval.serving.live import LiveRetriever, Repeats
from retrieval.stopwatch import Stopwatch
from snapshot.manifest import Calibration
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.cross_encoders import ListedScores
from tests.fakes.encoder import GatedEncoder, WordEncoder
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish

A, B, C = (f"2026010{n}T000000Z-{letter * 8}" for n, letter in ((1, "a"), (2, "b"), (3, "c")))
POLL_S = 0.01
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
UNUSED = Question("unused holiday", asked_at=NOON)


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def _live(store: SnapshotStore) -> LiveRetriever:
    return LiveRetriever(store, WordEncoder, poll_s=POLL_S)


async def _until(condition: object) -> None:
    async with asyncio.timeout(30):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(POLL_S)


async def test_it_answers_from_the_active_snapshot(store: SnapshotStore) -> None:
    publish(store, A)
    live = _live(store)
    await live.start()
    answer = await live.answer(Question("unused holiday"))
    assert answer.results[0].resource == LEAVE
    assert answer.snapshot_id == A
    await live.close()


async def test_every_snapshot_is_answered_from_with_the_reranker(store: SnapshotStore) -> None:
    lenient = Calibration(answered=0.2, closest=0.0)
    publish(store, A, calibration=lenient)
    turned = ListedScores({"Claim mileage": 0.0, "A taxi": 1.0, "Unused holiday": 2.0})
    live = LiveRetriever(store, WordEncoder, lambda: Reranker(turned, 60_000), poll_s=POLL_S)
    await live.start()
    assert (await live.answer(Question("claim mileage"))).results[0].resource == LEAVE
    publish(store, B, passages=PASSAGES[:2], resources=[EXPENSES], calibration=lenient)
    await _until(lambda: live.snapshot.id == B)
    answer = await live.answer(Question("claim mileage"))
    assert answer.results[0].place == "Taxis"
    await live.close()


async def test_without_an_active_snapshot_it_does_not_start(store: SnapshotStore) -> None:
    live = _live(store)
    with pytest.raises(SnapshotNotFound, match="python -m index build"):
        await live.start()
    await live.close()


async def test_an_activated_snapshot_takes_over_without_a_failed_question(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    live = _live(store)
    await live.start()
    seen: list[str] = []

    async def ask() -> None:
        while B not in seen:
            seen.append((await live.answer(Question("unused holiday"))).snapshot_id)
            await asyncio.sleep(0.001)  # a loop that never rests leaves the thread below no time

    asking = [asyncio.create_task(ask()) for _ in range(4)]
    await asyncio.to_thread(publish, store, B)
    async with asyncio.timeout(30):
        await asyncio.gather(*asking)
    assert seen[0] == A
    assert set(seen) == {A, B}
    await live.close()


async def test_a_snapshot_that_cannot_be_opened_leaves_the_old_one_serving(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    live = _live(store)
    await live.start()
    await asyncio.to_thread(publish, store, B, encoder=WordEncoder("another model"))
    await asyncio.sleep(20 * POLL_S)
    assert (await live.answer(Question("unused holiday"))).snapshot_id == A
    with store.lock():
        store.rollback()
    assert (await live.answer(Question("unused holiday"))).snapshot_id == A
    await live.close()


def _damage(store: SnapshotStore, name: str) -> None:
    """Flips one bit of a passage's text, which opens as well as before."""
    path = store.path(name) / "passages.jsonl"
    path.write_text(path.read_text().replace("mileage", "mileagf").replace("Mileage", "Mileagf"))


def _point(store: SnapshotStore, text: str) -> str:
    """Swaps what ACTIVE says, at once; returns what it said."""
    pointer, aside = store.folder / "ACTIVE", store.folder / ".aside"
    said = pointer.read_text()
    aside.write_text(text)
    aside.replace(pointer)
    return said


async def test_if_the_active_snapshot_is_damaged_the_one_before_serves_from_the_start(
    store: SnapshotStore,
) -> None:
    for name in (A, B, C):
        publish(store, name)
    _damage(store, C)
    _damage(store, B)
    live = _live(store)
    with capture_logs() as logs:
        await live.start()
    assert (await live.answer(Question("unused holiday"))).snapshot_id == A
    assert live.refusal is not None
    assert live.refusal.snapshot == C
    assert "passages.jsonl has SHA-256" in live.refusal.reason
    assert [(log["event"], log["snapshot"], log["serving"]) for log in logs] == [
        ("snapshot.refused", B, None),
        ("snapshot.refused", C, A),
    ]
    await live.close()


async def test_if_no_snapshot_is_good_it_says_what_is_wrong_with_the_active_one(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    publish(store, B)
    _damage(store, A)
    _damage(store, B)
    live = _live(store)
    with pytest.raises(SnapshotDamaged, match=B):
        await live.start()
    await live.close()


async def test_the_refusal_is_over_once_what_serves_is_active(store: SnapshotStore) -> None:
    publish(store, A)
    publish(store, B)
    _damage(store, B)
    live = _live(store)
    await live.start()
    assert live.snapshot.id == A
    with store.lock():
        store.activate(A)
    await _until(lambda: live.refusal is None)
    assert live.snapshot.id == A
    await live.close()


async def test_a_pointer_that_cannot_be_read_is_told_once_and_changes_nothing(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    live = _live(store)
    await live.start()
    good = _point(store, "{")
    with capture_logs() as logs:
        await _until(lambda: live.refusal is not None)
        await asyncio.sleep(10 * POLL_S)
    assert [(log["event"], log["snapshot"], log["serving"]) for log in logs] == [
        ("snapshot.refused", None, A)
    ]
    _point(store, good)
    await _until(lambda: live.refusal is None)
    await live.close()


async def test_a_rollback_is_followed_too(store: SnapshotStore) -> None:
    publish(store, A)
    publish(store, B)
    live = _live(store)
    await live.start()
    assert live.snapshot.id == B
    with store.lock():
        store.rollback()
    await _until(lambda: live.snapshot.id == A)
    await live.close()


async def test_the_loop_runs_on_while_a_question_is_answered(store: SnapshotStore) -> None:
    """The encoder waits for the loop: if it ran on the loop, that would never come."""
    publish(store, A)
    loop = asyncio.get_running_loop()

    class Waiting(WordEncoder):
        def encode_questions(self, texts: object) -> object:  # type: ignore[override]
            async def turn() -> None:
                await asyncio.sleep(0)

            asyncio.run_coroutine_threadsafe(turn(), loop).result(timeout=30)
            return super().encode_questions(texts)  # type: ignore[arg-type]

    live = LiveRetriever(store, Waiting, poll_s=POLL_S)
    await live.start()
    answers = await asyncio.gather(*(live.answer(Question("taxi form")) for _ in range(5)))
    assert {a.results[0].resource for a in answers} == {EXPENSES}
    await live.close()


async def test_a_resource_on_our_own_server_is_found_by_its_path(store: SnapshotStore) -> None:
    own, other = resource("é.md", url="/content/%C3%A9.md"), resource("a.md")
    passages = [passage(own, "alpha"), passage(other, "beta")]
    publish(store, A, resources=[own, other], passages=passages)
    live = _live(store)
    await live.start()
    assert await live.resource_at("/content/é.md") == (own, passages[:1])
    assert await live.resource_at("/content/a.md") is None
    assert await live.resource_at("/a.md") is None
    await live.close()


async def test_questions_in_flight_end_before_it_closes(store: SnapshotStore) -> None:
    owner = resource("a.md")
    publish(store, A, resources=[owner], passages=[passage(owner, "alpha")])
    live = _live(store)
    await live.start()
    pending = asyncio.gather(*(live.answer(Question("alpha")) for _ in range(20)))
    await asyncio.sleep(0)
    await live.close()
    assert [answer.results[0].resource for answer in await pending] == [owner] * 20


@pytest.mark.parametrize(("batches", "longest"), [(True, 4), (False, 1)])
async def test_questions_are_encoded_together_only_if_the_encoder_takes_that(
    store: SnapshotStore, batches: bool, longest: int
) -> None:
    publish(store, A)
    encoder = GatedEncoder(batches=batches)
    live = LiveRetriever(store, lambda: encoder, poll_s=POLL_S, workers=1)
    await live.start()
    encoder.calls.clear()
    encoder.open.clear()
    first = asyncio.create_task(live.answer(Question("mileage")))
    await asyncio.to_thread(encoder.reached.wait, 30)
    texts = ["taxi form", "taxi reason", "claim mileage", "keep every receipt"]
    more = [asyncio.create_task(live.answer(Question(text))) for text in texts]
    await _until(lambda: live.waiting == 4)
    encoder.open.set()
    assert [(await answer).results[0].resource for answer in more] == [EXPENSES] * 4
    await first
    assert max(map(len, encoder.calls)) == longest
    await live.close()


async def test_a_repeated_question_is_encoded_once_until_another_snapshot_takes_over(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    encoder = GatedEncoder()
    live = LiveRetriever(store, lambda: encoder, poll_s=POLL_S)
    await live.start()
    answers = [await live.answer(Question("unused holiday")) for _ in range(2)]
    assert [answer.snapshot_id for answer in answers] == [A, A]
    assert encoder.calls.count(["unused holiday"]) == 1
    await asyncio.to_thread(publish, store, B)
    await _until(lambda: live.snapshot.id == B)
    assert (await live.answer(Question("unused holiday"))).snapshot_id == B
    assert encoder.calls.count(["unused holiday"]) == 2
    await live.close()


async def test_a_snapshot_is_opened_while_every_worker_is_busy(store: SnapshotStore) -> None:
    publish(store, A)
    encoder = GatedEncoder()
    live = LiveRetriever(store, lambda: encoder, poll_s=POLL_S)
    await live.start()
    resource_path = "/content/nothing.md"
    encoder.open.clear()
    busy = [asyncio.create_task(live.answer(Question(f"taxi {n}"))) for n in range(5)]
    await asyncio.sleep(0)
    await asyncio.to_thread(publish, store, B, encoder=WordEncoder("another model"))
    await _until(lambda: live.refusal is not None)
    assert await live.resource_at(resource_path) is None
    assert not any(answer.done() for answer in busy)
    encoder.open.set()
    await asyncio.gather(*busy)
    await live.close()


async def test_no_model_is_loaded_for_snapshots_that_no_version_here_reads(
    store: SnapshotStore,
) -> None:
    """After an upgrade a server says at once that the folder is to be built again."""
    publish(store, A)
    (store.path(A) / "snapshot.json").write_text('{"format": 1}')

    def load() -> WordEncoder:
        raise AssertionError("the model was loaded")

    live = LiveRetriever(store, load)
    with pytest.raises(SnapshotDamaged, match="build again"):
        await live.start()
    await live.close()


class Open:
    """Keeps each question until a test answers it."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.answers: list[asyncio.Future[Answer]] = []

    def __call__(self, asked: tuple[Question, Stopwatch]) -> asyncio.Future[Answer]:
        self.asked.append(asked[0])
        self.answers.append(asyncio.get_running_loop().create_future())
        return self.answers[-1]


async def _answer(repeats: Repeats, ask: Open, question: Question, snapshot: str = "a") -> Answer:
    """The answer to a question; one that has to be asked comes from that snapshot."""
    count = len(ask.asked)
    waiting = asyncio.create_task(repeats.answer(question))
    await asyncio.sleep(0)
    if len(ask.asked) > count:
        ask.answers[-1].set_result(_answered(question, snapshot))
    return await waiting


def _answered(question: Question, snapshot: str = "a") -> Answer:
    return Answer(question, Outcome.NOTHING_VALIDATED, (), 0.25, 1e6, snapshot)


async def test_a_repeated_question_gets_the_answer_as_its_own_with_its_own_time() -> None:
    ask = Open()
    repeats = Repeats(ask)
    first = await _answer(repeats, ask, UNUSED)
    later = replace(UNUSED, asked_at=NOON + timedelta(hours=1), channel_kind=ChannelKind.PORTAL)
    again = await _answer(repeats, ask, later)
    assert ask.asked == [UNUSED]
    assert again == replace(first, question=later, took_ms=again.took_ms, stages_ms=again.stages_ms)
    assert again.took_ms < first.took_ms


@pytest.mark.parametrize(
    "other",
    [
        replace(UNUSED, text="Unused holiday"),
        replace(UNUSED, audience=frozenset({"everyone", "managers"})),
        replace(UNUSED, asked_at=NOON + timedelta(days=1)),
        replace(UNUSED, top_k=3),
        replace(UNUSED, hits_each=1),
    ],
    ids=["words", "audience", "day", "how many", "how many of each"],
)
async def test_a_question_that_may_have_another_answer_is_asked(other: Question) -> None:
    ask = Open()
    repeats = Repeats(ask)
    await _answer(repeats, ask, UNUSED)
    await _answer(repeats, ask, other)
    assert ask.asked == [UNUSED, other]


async def test_the_question_before_counts_only_if_one_may_lean_on_it() -> None:
    ask = Open()
    repeats = Repeats(ask)
    whole, leaning, bare = "when is holiday lost?", "and for interns?", "Portugal?"
    for text in (whole, leaning, bare):
        for context in ("how much holiday", "who pays for travel"):
            await _answer(repeats, ask, replace(UNUSED, text=text, context=context))
    assert [one.text for one in ask.asked] == [whole, leaning, leaning, bare, bare]


async def test_the_same_question_at_the_same_time_is_asked_once() -> None:
    ask = Open()
    repeats = Repeats(ask)
    waiting = [asyncio.create_task(repeats.answer(replace(UNUSED))) for _ in range(3)]
    await asyncio.sleep(0)
    ask.answers[0].set_result(_answered(ask.asked[0]))
    assert [answer.snapshot_id for answer in await asyncio.gather(*waiting)] == ["a"] * 3
    assert len(ask.asked) == 1


async def test_who_gives_up_takes_the_answer_from_nobody_else() -> None:
    ask = Open()
    repeats = Repeats(ask)
    leaves, stays = (asyncio.create_task(repeats.answer(replace(UNUSED))) for _ in range(2))
    await asyncio.sleep(0)
    leaves.cancel()
    await asyncio.sleep(0)
    assert not ask.answers[0].cancelled()
    ask.answers[0].set_result(_answered(UNUSED))
    assert (await stays).snapshot_id == "a"


async def test_if_all_give_up_the_work_is_cancelled_and_the_next_asks_anew() -> None:
    ask = Open()
    repeats = Repeats(ask)
    for _ in range(2):
        waiting = asyncio.create_task(repeats.answer(UNUSED))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert [answer.cancelled() for answer in ask.answers] == [True, True]


async def test_an_error_is_told_to_all_who_wait_and_not_remembered() -> None:
    ask = Open()
    repeats = Repeats(ask)
    waiting = [asyncio.create_task(repeats.answer(replace(UNUSED))) for _ in range(2)]
    await asyncio.sleep(0)
    ask.answers[0].set_exception(EncoderError("broken"))
    for one in waiting:
        with pytest.raises(EncoderError, match="broken"):
            await one
    assert (await _answer(repeats, ask, UNUSED)).snapshot_id == "a"


async def test_a_refusal_is_told_and_leaves_nothing_behind() -> None:
    ask = Open()

    def refuse(asked: tuple[Question, Stopwatch]) -> asyncio.Future[Answer]:
        if not ask.asked:
            ask.asked.append(asked[0])
            raise Overloaded("full")
        return ask(asked)

    repeats = Repeats(refuse)
    with pytest.raises(Overloaded):
        await repeats.answer(UNUSED)
    assert (await _answer(repeats, ask, UNUSED)).snapshot_id == "a"


async def test_after_clearing_neither_an_old_answer_nor_one_under_way_is_taken() -> None:
    ask = Open()
    repeats = Repeats(ask)
    other = replace(UNUSED, text="taxi form")
    await _answer(repeats, ask, UNUSED)
    under_way = asyncio.create_task(repeats.answer(other))
    await asyncio.sleep(0)
    repeats.clear()
    assert (await _answer(repeats, ask, UNUSED, "b")).snapshot_id == "b"
    assert (await _answer(repeats, ask, other, "b")).snapshot_id == "b"
    ask.answers[1].set_result(_answered(other))
    assert (await under_way).snapshot_id == "a"
    assert (await _answer(repeats, ask, other, "c")).snapshot_id == "b"


async def test_the_answer_not_asked_for_longest_is_forgotten_first() -> None:
    ask = Open()
    repeats = Repeats(ask, capacity=2)
    a, b, c = (replace(UNUSED, text=letter) for letter in "abc")
    for question in (a, b, a, c, a, b):
        await _answer(repeats, ask, question)
    assert ask.asked == [a, b, c, b]


async def test_junk_in_the_pointer_has_the_newest_good_snapshot_served(
    store: SnapshotStore,
) -> None:
    """And told: in the log and as the refusal, until somebody activates one."""
    for name in (A, B, C):
        publish(store, name)
    (store.path(C) / "passages.jsonl").write_text("")
    (store.folder / "ACTIVE").write_text("junk")
    live = _live(store)
    with capture_logs() as logs:
        await live.start()
    assert live.snapshot.id == B
    assert live.refusal is not None and live.refusal.snapshot is None
    assert "ACTIVE cannot be read" in live.refusal.reason
    [junk] = [entry for entry in logs if entry["serving"] == B]
    assert (junk["event"], junk["snapshot"]) == ("snapshot.refused", None)
    with store.lock():
        store.activate(A)
    await _until(lambda: live.snapshot.id == A and live.refusal is None)
    await live.close()


async def test_junk_in_the_pointer_beside_no_snapshot_stops_the_start(store: SnapshotStore) -> None:
    store.folder.mkdir()
    (store.folder / "ACTIVE").write_text("junk")
    live = _live(store)
    with pytest.raises(SnapshotDamaged, match="ACTIVE cannot be read"):
        await live.start()
    await live.close()


async def test_a_snapshot_damaged_while_it_is_served_is_told_once_until_it_is_mended(
    store: SnapshotStore, tmp_path: Path
) -> None:
    publish(store, A)
    live = _live(SnapshotStore(store.folder, OwnCopies(tmp_path / "served", print)))
    await live.start()
    passages = store.path(A) / "passages.jsonl"
    whole = passages.read_bytes()
    with capture_logs() as logs:
        passages.write_bytes(b"")
        await _until(lambda: live.refusal)
        assert live.refusal is not None and live.refusal.snapshot == A
        assert "damaged while it is served" in live.refusal.reason
        assert (await live.answer(UNUSED)).results[0].resource == LEAVE
        await asyncio.sleep(5 * POLL_S)
        assert [entry["event"] for entry in logs] == ["snapshot.refused"]
        passages.write_bytes(whole)
        await _until(lambda: live.refusal is None)
    await live.close()
