"""Every peer does the same work in turn, and one that fails stands in nobody's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.peers import environment, figures
from benchmarks.peers.building import build
from benchmarks.peers.measuring import PeerFigures, PeersRun
from benchmarks.peers.work import Work, gather, spread
from benchmarks.product import texts_of
from errors import ContentError
from snapshot.store import SnapshotStore
from tests.fakes.benchmarks import write_shared
from tests.fakes.encoder import WordEncoder
from tests.fakes.labelled import write_jsonl
from tests.fakes.peers import FakeProcess
from tests.fakes.snapshots import publish

TEXTS = ("Expenses > Mileage\nClaim 45 pence a mile.", "Leave\nIt carries over.\n\nAsk first.")


GOLDEN = (
    {"question": "what is paid for a mile", "place": "travel/expenses.md#mileage"},
    {"question": "does holiday carry over", "place": ["hr/leave.md#carry-over"]},
    {"question": "and later?", "context": "does holiday carry over", "place": "hr/leave.md"},
    {"question": "where is the moon", "place": "nothing"},
    {"question": "who is it", "place": "people/who.md"},
)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Three passages; the first and the last are where the questions' answers stand. Those of the
    labelled sets lie in the half that was tuned on."""
    publish(SnapshotStore(tmp_path / "snapshots"))
    shared = write_shared(tmp_path / "shared")
    write_jsonl(tmp_path / "content" / "golden.jsonl", list(GOLDEN))
    return gather(tmp_path / "snapshots", shared / "eval", tmp_path / "content", 10)


def measured(
    work: Work, folder: Path, fails_at: str = ""
) -> tuple[dict[str, PeerFigures], list[tuple[str, str]]]:
    """A run of ours, which finds the right passage first, the floor, which finds it second, and
    txtai, which cannot do `fails_at`; and all that was asked."""
    asked: list[tuple[str, str]] = []
    rows = {"signpost": [0, 1], "plain": [1, 0], "txtai": [2]}

    def start(name: str, *, builds: bool) -> FakeProcess:
        assert builds == (not run.measured[name].index_s)  # first all are built, then asked
        return FakeProcess(name, rows[name], asked, fails_at if name == "txtai" else "")

    run = PeersRun(list(rows), work, start, folder, lambda line: None)  # type: ignore[arg-type]
    run.index(work.texts[:2], rounds=2)
    run.ask(rounds=2)
    return run.measured, asked


def test_questions_are_those_labelled_for_the_content(work: Work) -> None:
    """Alone, answered by what is served, and none on which anything was tuned."""
    assert {one.text: set(one.gold) for one in work.questions} == {
        "what is paid for a mile": {"travel/expenses.md#mileage"},
        "does holiday carry over": {"hr/leave.md#carry-over"},
    }


def test_content_that_nobody_labelled_is_refused(work: Work, tmp_path: Path) -> None:
    """There would be nothing to ask."""
    with pytest.raises(ContentError, match="no labelled question is about what"):
        gather(work.snapshots, tmp_path / "none", tmp_path / "none", 10)


def test_questions_are_spread_over_all(work: Work) -> None:
    """From the first to the last."""
    assert spread(list("abcdefghi"), 3) == ["a", "e", "i"]  # type: ignore[list-item]
    assert spread(list("ab"), 3) == ["a", "b"]  # type: ignore[list-item]


def test_a_ranking_is_measured_by_places(work: Work) -> None:
    """1 where the right passage is first, 1 / log2(3) where it is second."""
    [question, *_] = work.questions
    assert work.ndcg(question, [0, 1]) == 1.0
    assert work.ndcg(question, [1, 0]) == pytest.approx(0.6309, abs=1e-4)
    assert work.ndcg(question, [2]) == 0.0


def test_each_question_goes_to_every_peer_before_the_next(work: Work, tmp_path: Path) -> None:
    """Another peer is the first each time."""
    _, asked = measured(work, tmp_path)
    first, second = (question.text for question in work.questions)
    turns = [(name, what) for name, what in asked if what in (first, second)][:6]
    assert turns == [
        ("signpost", first), ("plain", first), ("txtai", first),
        ("plain", second), ("txtai", second), ("signpost", second),
    ]  # fmt: skip


def test_all_is_measured_of_each(work: Work, tmp_path: Path) -> None:
    """Two rounds of indexing and starting, every question once."""
    found, _ = measured(work, tmp_path)
    floor = found["plain"]
    assert (floor.version, floor.failed, floor.memory_mb) == ("1.0", "", 100.0)
    assert floor.index_s == [0.002, 0.002]
    assert len(floor.start_s) == 2
    assert floor.question_cpu_ms == pytest.approx(30)  # three were asked each question
    assert floor.question_ms == [2.0] * len(work.questions)
    assert floor.ranked == [[1, 0]] * len(work.questions)


def test_what_was_stored_is_not_stored_again(work: Work, tmp_path: Path) -> None:
    """Of four times that a peer indexes, one to warm up and two timed, the last is missing."""
    _, first = measured(work, tmp_path)
    _, second = measured(work, tmp_path)
    assert first.count(("plain", "index")) == 4
    assert second.count(("plain", "index")) == 3


@pytest.mark.parametrize("fails_at", ["index", "ask", "rank"])
def test_a_peer_that_fails_is_left_out_and_named(work: Work, tmp_path: Path, fails_at: str) -> None:
    """The others are measured all the same, and every process is closed."""
    found, asked = measured(work, tmp_path, fails_at)
    assert found["txtai"].failed == f"{fails_at}: it would not"
    results = figures.results(found, work)
    assert {one.other_name for one in results} == {"sentence-transformers + faiss 1.0"}
    notes = figures.notes(found, work, indexed=2, threads=1, absent=["chroma"])
    assert f"txtai 1.0 was left out: {fails_at}: it would not" in notes
    assert "chromadb is not installed, and was left out." in notes
    assert asked.count(("txtai", "close")) == asked.count(("txtai", "start"))


def test_results_stand_beside_each_peer(work: Work, tmp_path: Path) -> None:
    """Ours finds what is right first, and the floor second: 1 / 0.63 times better."""
    found, _ = measured(work, tmp_path)
    results = {one.metric: one for one in figures.results(found, work)}
    assert results["question_plain"].ratio == 1.0
    assert results["question_p99_txtai"].other_name == "txtai 1.0"
    assert results["memory_plain"].ours == 100.0
    assert results["ndcg_plain"].ratio == pytest.approx(1.585, abs=1e-3)
    assert list(results)[:2] == ["question_plain", "question_txtai"]


def test_fidelity_is_what_is_shared_with_the_floor() -> None:
    """Of its first five, whatever their order."""
    assert figures.overlap([[1, 2, 3, 4, 5, 9]], [[5, 4, 3, 2, 8, 1]]) == 0.8


def test_ours_indexes_exactly_the_texts(tmp_path: Path) -> None:
    """A text is one passage, whatever it holds."""
    build(TEXTS, tmp_path, WordEncoder())
    assert tuple(texts_of(SnapshotStore(tmp_path).open())) == TEXTS


def test_requirements_are_grouped_by_paragraph() -> None:
    """Comments are none, and a paragraph of them is no group."""
    text = "# peers\n\ntxtai==1\n\n# why\nlance==2\nextra==3\n"
    assert environment.groups(text) == [["txtai==1"], ["lance==2", "extra==3"]]
