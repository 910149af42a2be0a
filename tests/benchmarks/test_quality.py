"""A tiny labelled set goes the whole way from its files to the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.content import corpus_snapshots
from benchmarks.quality.__main__ import app, write
from benchmarks.quality.asking import AskedSet, ask_all, worst
from benchmarks.quality.quality_page import Report
from benchmarks.quality.rankings import ABLATIONS, FULL, OURS
from benchmarks.quality.set_figures import REMOVED, figures
from benchmarks.quality.sets import load_sets
from snapshot.store import SnapshotStore
from tests.fakes.benchmarks import write_shared
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish

RIGHT = "travel/expenses.md#mileage"


def quiet(stage: str, done: int, total: int) -> None:
    pass


@pytest.fixture
def handbook(tmp_path: Path) -> Iterator[AskedSet]:
    """The made-up handbook, asked of three passages."""
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    labelled = load_sets(write_shared(tmp_path / "shared") / "eval")[0]
    yield ask_all(labelled, store.open(), WordEncoder(), quiet)


def test_every_method_ranks_the_same_passages(handbook: AskedSet) -> None:
    """The question in the passage's own words is found first by all of them."""
    mileage = handbook.compared[0]
    assert set(mileage.first.values()) == {RIGHT}
    assert set(mileage.ndcg.values()) == set(mileage.hit.values()) == {1.0}


def test_the_ranking_that_is_ablated_is_the_products_own(handbook: AskedSet) -> None:
    """Put together again from its parts it gives the same figures."""
    assert [one.ablated[FULL] for one in handbook.compared] == [
        one.ndcg[OURS] for one in handbook.compared
    ]
    assert all(one.ablated.keys() == ABLATIONS.keys() for one in handbook.compared)


def test_the_sentence_is_chosen_in_three_ways(handbook: AskedSet) -> None:
    """Here all of them choose the one with the labelled answer."""
    marked = handbook.compared[0].marked
    assert {name: (one.end_to_end, one.given, one.place) for name, one in marked.items()} == {
        "words and tokens (ours)": (True, True, True),
        "words only": (True, True, True),
        "tokens only": (True, True, True),
    }


def test_documents_that_answer_can_be_hidden(tmp_path: Path) -> None:
    """Then the product is less sure; places in a folder are not hidden."""
    shared = write_shared(tmp_path / "shared")
    encoder = WordEncoder()
    labelled = load_sets(shared / "eval")[-1]
    snapshot = corpus_snapshots("squad2-dev", shared, encoder, quiet, tmp_path / "kept")
    asked = ask_all(labelled, snapshot, encoder, quiet)
    sure = {one.question.id: one.confidence for one in asked.seen}
    for one in asked.compared:
        assert one.removed is not None
        assert one.removed < sure[one.question.id]
    assert figures(asked).everything.auroc[REMOVED] == 1.0


def test_a_snapshot_of_other_code_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same content may become another snapshot then; what was encoded is kept."""
    shared = write_shared(tmp_path / "shared")
    encoder = WordEncoder()

    def opened() -> str:
        return corpus_snapshots("product-docs", shared, encoder, quiet, tmp_path / "kept").id

    first = opened()
    assert opened() == first
    monkeypatch.setattr("benchmarks.content.code_digest", lambda paths: "changed")
    assert opened() != first
    assert len(encoder.encoded_passages) == 4  # two documents and their titles


def test_the_worst_losses_come_first(handbook: AskedSet) -> None:
    """Those on which the plain method is no better are none."""
    lost, won = handbook.compared
    lost.ndcg[OURS] = 0.25  # type: ignore[index]
    [loss] = worst([won, lost], "dense")
    assert (loss.question_id, loss.ours, loss.plain) == ("handbook-0", 0.25, 1.0)
    assert (loss.found, loss.right) == (RIGHT, (RIGHT,))


def test_both_files_are_written_from_what_was_asked(handbook: AskedSet, tmp_path: Path) -> None:
    """The page for people, the same figures for scripts; no single observation is in them."""
    report = Report([figures(handbook)], {"model": "words"}, "## Notes")
    write(report, tmp_path / "quality.md", tmp_path / "quality.json")
    text = (tmp_path / "quality.md").read_text()
    assert "| handbook | 2 | 1 | 1 | workplace | 2 | 3 | 0.200 | 0.050 |" in text
    assert "handbook, without the question before" in text
    data = json.loads((tmp_path / "quality.json").read_text())
    everything = data["sets"]["handbook"]["everything"]
    assert everything["ndcg"][OURS] == {"mean": 1.0, "low": 1.0, "high": 1.0, "count": 2}
    assert "observations" not in everything["evaluation"]


def test_the_same_questions_give_the_same_page_but_for_times(
    handbook: AskedSet, tmp_path: Path
) -> None:
    """So that a difference of the page is a difference of quality."""
    again = ask_all(handbook.labelled, handbook.snapshot, WordEncoder(), quiet)
    texts = []
    for asked in (handbook, again):
        write(Report([figures(asked)], {}, ""), tmp_path / "p.md", tmp_path / "p.json")
        before, _, after = (tmp_path / "p.md").read_text().partition("## Time")
        texts.append(before + after.partition("## Ablations")[2])
    assert texts[0] == texts[1]


def test_without_the_labelled_sets_it_says_where_they_should_be(tmp_path: Path) -> None:
    """They are no part of the repository."""
    done = CliRunner().invoke(app, ["--shared", str(tmp_path / "nowhere")])
    assert done.exit_code == 1
    assert f"not at {tmp_path / 'nowhere'}" in done.output
