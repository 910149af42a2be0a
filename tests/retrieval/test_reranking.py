"""A reranker orders the first passages anew, within its time, and confidence speaks for what it
puts first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from encoder.cross.cross_encoder import SentenceTransformersCrossEncoder
from encoder.cross.cross_loading import load_cross_encoder
from retrieval.answer import Question
from retrieval.answer_report import Explanation, explanation_table
from retrieval.reranking import Reranker, open_reranker
from retrieval.retriever import Retriever
from snapshot.manifest import AskedAs
from snapshot.models import embedding_text
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.cross_encoders import ListedScores, save_tiny_cross_encoder
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish

MILEAGE, TAXIS, CARRY_OVER = "Claim mileage", "A taxi", "Unused holiday"
ASKED = Question("claim mileage pence")  # which finds them in this order
TURNED = {MILEAGE: -3.0, TAXIS: 0.5, CARRY_OVER: 2.0}
PLENTY_MS = 60_000.0


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return _publish(tmp_path)


def _publish(folder: Path, **parts: object) -> Snapshot:
    store = SnapshotStore(folder / "snapshots")
    publish(store, **parts)  # type: ignore[arg-type]
    return store.open()


def _retriever(snapshot: Snapshot, encoder: ListedScores, budget_ms: float) -> Retriever:
    return Retriever(snapshot, WordEncoder(), Reranker(encoder, budget_ms))


def _ranked(retriever: Retriever, asked: Question = ASKED) -> list[str]:
    return [" ".join(hit.passage.text.split()[:2]) for hit in retriever.rank(asked)]


def test_passages_stand_in_the_order_of_the_reranker_s_scores(snapshot: Snapshot) -> None:
    encoder = ListedScores(TURNED)
    assert _ranked(Retriever(snapshot, WordEncoder())) == [MILEAGE, TAXIS, CARRY_OVER]
    retriever = _retriever(snapshot, encoder, PLENTY_MS)
    assert _ranked(retriever) == [CARRY_OVER, TAXIS, MILEAGE]
    assert retriever.answer(ASKED).evidence is not None
    first = embedding_text(EXPENSES.title, PASSAGES[0].heading_path, PASSAGES[0].text)
    assert encoder.read[0] == ("claim mileage pence", first)


def test_a_passage_has_the_score_of_the_place_that_it_came_to(snapshot: Snapshot) -> None:
    before = Retriever(snapshot, WordEncoder()).rank(ASKED)
    after = _retriever(snapshot, ListedScores(TURNED), PLENTY_MS).rank(ASKED)
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert [hit.reranker_score for hit in after] == [2.0, 0.5, -3.0]
    assert after[0].parts["rerank"] == pytest.approx(before[0].score - before[2].score)
    for hit in after:
        assert sum(hit.parts.values()) == pytest.approx(hit.score)
    assert "rerank" not in before[0].parts
    assert before[0].reranker_score is None


def test_confidence_is_judged_by_the_passage_that_is_put_first(snapshot: Snapshot) -> None:
    """It is not ahead of the others by what they were ranked by, so its margin is none."""
    plain = Retriever(snapshot, WordEncoder())
    reranked = _retriever(snapshot, ListedScores(TURNED), PLENTY_MS)
    before, after = plain.judge(ASKED), reranked.judge(ASKED)
    assert before is not None
    assert after is not None
    assert after.margin == 0.0
    assert after.cosine == pytest.approx(plain.rank(ASKED)[2].dense_score)
    assert after.coverage < before.coverage
    assert reranked.answer(ASKED).confidence < plain.answer(ASKED).confidence


def test_a_reranker_that_agrees_changes_no_evidence(snapshot: Snapshot) -> None:
    agrees = ListedScores({MILEAGE: 2.0, TAXIS: 1.0, CARRY_OVER: 0.0})
    plain = Retriever(snapshot, WordEncoder())
    reranked = _retriever(snapshot, agrees, PLENTY_MS)
    assert reranked.judge(ASKED) == plain.judge(ASKED)
    assert set(reranked.answer(ASKED).stages_ms) - set(plain.answer(ASKED).stages_ms) == {"rerank"}


def test_no_time_leaves_the_order_as_it_was(snapshot: Snapshot) -> None:
    encoder = ListedScores(TURNED)
    assert _ranked(_retriever(snapshot, encoder, 1e-6)) == [MILEAGE, TAXIS, CARRY_OVER]
    assert len(encoder.read) == 1


def test_what_an_owner_says_answers_the_question_stays_on_top(tmp_path: Path) -> None:
    snapshot = _publish(tmp_path, asked_as=[AskedAs(ASKED.text, (1,))])
    retriever = _retriever(snapshot, ListedScores(TURNED), PLENTY_MS)
    assert _ranked(retriever) == [TAXIS, CARRY_OVER, MILEAGE]
    assert retriever.rank(ASKED)[0].reranker_score is None


def test_what_the_asker_may_not_see_is_not_read(tmp_path: Path) -> None:
    secret = resource("hr/pay.md", audience=("managers",))
    snapshot = _publish(
        tmp_path,
        resources=(EXPENSES, LEAVE, secret),
        passages=(*PASSAGES, passage(secret, "Claim mileage pence for managers.", 0, "Pay")),
    )
    encoder = ListedScores(TURNED)
    _ranked(_retriever(snapshot, encoder, PLENTY_MS))
    assert len(encoder.read) == 3


def test_a_question_in_a_language_that_it_does_not_read_is_left_alone() -> None:
    english = Reranker(ListedScores({}, ["en"]), PLENTY_MS)
    assert [english.reads(language) for language in ("en", "de", "")] == [True, False, True]
    assert Reranker(ListedScores({}), PLENTY_MS).reads("de")


class Clock:
    """Goes on by `took_s` with each passage that is read."""

    languages = frozenset[str]()

    def __init__(self, took_s: Callable[[str], float]) -> None:
        self.now = 100.0
        self._took_s = took_s

    def __call__(self) -> float:
        return self.now

    def score(self, question: str, passage: str) -> float:
        self.now += self._took_s(question + passage)
        return float(len(passage))


@pytest.mark.parametrize(
    ("budget_ms", "read"), [(5, 1), (19, 1), (21, 2), (24, 2), (26, 3), (36, 4), (64, 4), (66, 5)]
)
def test_a_passage_is_begun_only_if_it_would_end_in_time(budget_ms: float, read: int) -> None:
    """A millisecond a character here; with the question's they have 10, 10, 5, 10 and 30."""
    clock = Clock(lambda text: len(text) / 1000)
    reranker = Reranker(clock, budget_ms, clock)
    passages = ["b" * 8, "c" * 8, "d" * 3, "e" * 8, "f" * 28]
    assert len(reranker.scores("aa", iter(passages))) == read


def test_the_budget_is_exceeded_by_one_passage_at_most() -> None:
    times = iter([0.001, 0.5])
    clock = Clock(lambda text: next(times))
    assert len(Reranker(clock, 60, clock).scores("a", iter("bcd"))) == 2


def test_what_is_not_read_keeps_its_place_below_and_so_does_all_beyond_ten(tmp_path: Path) -> None:
    passages = [
        passage(EXPENSES, f"Claim mileage {'pence ' * number}", number, "") for number in range(12)
    ]
    snapshot = _publish(tmp_path, passages=passages, resources=[EXPENSES])
    before = [hit.passage.ordinal for hit in Retriever(snapshot, WordEncoder()).rank(ASKED)]
    scores = iter([0.1, 0.3, 0.2])
    clock = Clock(lambda text: 1.0)
    clock.score = lambda question, passage: next(scores)  # type: ignore[method-assign]
    times = iter([0, 0, 0, 100])  # it begins, and after each of three passages
    reranker = Reranker(clock, 60, lambda: next(times))
    after = Retriever(snapshot, WordEncoder(), reranker).rank(ASKED)
    first, second, third, *others = before
    assert [hit.passage.ordinal for hit in after] == [second, third, first, *others]
    assert [hit.reranker_score for hit in after][:4] == pytest.approx([0.3, 0.2, 0.1, None])


def test_ten_are_read_and_a_question_that_may_be_read_in_two_ways_in_one(tmp_path: Path) -> None:
    passages = [
        passage(EXPENSES, f"Claim mileage {'pence ' * number}", number, "") for number in range(12)
    ]
    snapshot = _publish(tmp_path, passages=passages, resources=[EXPENSES])
    encoder = ListedScores({MILEAGE: 0.0})
    retriever = _retriever(snapshot, encoder, PLENTY_MS)
    retriever.answer(Question("pence", context="how do I claim mileage?"))
    assert len({question for question, _ in encoder.read}) == 1
    assert len(encoder.read) == 10


def test_an_explanation_tells_what_the_reranker_gave(snapshot: Snapshot) -> None:
    retriever = _retriever(snapshot, ListedScores(TURNED), PLENTY_MS)
    explained = Explanation.of(retriever.answer(ASKED), retriever.rank(ASKED), snapshot)
    assert explained.kinds[-1] == "rerank"
    assert [hit["reranker"] for hit in explained.to_dict()["hits"]] == [2.0, 0.5, -3.0]
    assert explained.reasons[0].startswith("The reranker read 3 of these, in ")
    *_, column, _place = explanation_table(explained).columns
    assert [column.header, *column.cells] == ["reranker", "+2.00", "+0.50", "-3.00"]


def test_no_name_is_no_reranker(tmp_path: Path) -> None:
    assert open_reranker(tmp_path, "", "auto", 60, print) is None


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield save_tiny_cross_encoder(tmp_path_factory.mktemp("tiny") / "model")


def test_a_real_one_s_order_is_that_of_its_own_scores(tiny: str, snapshot: Snapshot) -> None:
    exported = load_cross_encoder(snapshot.folder.parent / ".rerankers", tiny, "auto", print)
    reference = SentenceTransformersCrossEncoder(tiny)
    retriever = Retriever(snapshot, WordEncoder(), Reranker(exported, PLENTY_MS))
    titles = {one.id: one.title for one in snapshot.resources}
    true = [
        reference.score(ASKED.text, embedding_text(titles[p.resource_id], p.heading_path, p.text))
        for p in (hit.passage for hit in retriever.rank(ASKED))
    ]
    assert true == sorted(true, reverse=True)
