"""The command evaluates what it is given, prints it, and says what is wrong with the rest."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from encoder import loading
from retrieval import __main__ as command
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoders
from tests.fakes.labelled import write_jsonl, write_qrels
from tests.fakes.snapshots import publish


@dataclass(frozen=True)
class Done:
    code: int
    stdout: str
    stderr: str


Evaluate = Callable[..., Done]


@pytest.fixture
def evaluate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Evaluate:
    """Runs the command in this process, on a snapshot of three passages: with the model it would
    take seconds, and that it is used is shown in tests/integration."""
    publish(SnapshotStore(tmp_path / "snapshots"))
    monkeypatch.setenv("SIGNPOST_SNAPSHOTS_DIR", str(tmp_path / "snapshots"))
    monkeypatch.setattr(loading, "ExportedEncoders", WordEncoders)

    def evaluate(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["retrieval", "evaluate", *map(str, arguments)])
        code = 0
        try:
            command.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Done(code, *capsys.readouterr())

    return evaluate


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return write_jsonl(
        tmp_path / "golden.jsonl",
        [
            {"_id": "a", "text": "claim mileage at pence", "kind": "easy", "answers": ["45 pence"]},
            {"_id": "b", "text": "unused holiday carries over", "kind": "easy"},
            {"_id": "c", "text": "lost badge", "kind": "gone"},
        ],
    )


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    return write_qrels(
        tmp_path / "golden.tsv",
        [
            ("a", "travel/expenses.md#mileage", 1),
            ("b", "hr/leave.md#carry-over", 1),
            ("c", "security.md#badges", 1),
        ],
    )


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    write_jsonl(folder / "corpus.jsonl", [{"_id": "d1", "title": "Taxis", "text": "Keep it."}])
    write_jsonl(folder / "queries.jsonl", [{"_id": "q1", "text": "taxis"}])
    write_qrels(folder / "qrels" / "test.tsv", [("q1", "d1", 1)])
    return folder


def test_a_table_shows_the_figures_by_kind_and_where_the_time_goes(
    evaluate: Evaluate, queries: Path, qrels: Path
) -> None:
    done = evaluate("--questions", queries, "--qrels", qrels)
    assert done.code == 0
    printed = [line.split() for line in done.stdout.splitlines()]
    assert ["Recall@5", "0.667", "0.000–1.000", "3"] in printed
    assert ["right", "place", "opened", "0.667", "0.000–1.000", "3"] in printed
    assert ["right", "sentence", "1.000", "1.000–1.000", "1"] in printed
    assert ["easy", "2", "1.000", "1.000", "1.000", "1.000", "–", "–"] in [
        line[:8] for line in printed
    ]
    assert [line[0] for line in printed if line][-1] == "total"


def test_no_line_is_too_long_for_a_terminal(evaluate: Evaluate, queries: Path, qrels: Path) -> None:
    done = evaluate("--questions", queries, "--qrels", qrels)
    assert "…" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_right_answers_that_the_snapshot_lacks_are_remarked(
    evaluate: Evaluate, queries: Path, qrels: Path
) -> None:
    done = evaluate("--questions", queries, "--qrels", qrels)
    assert done.stderr == (
        "note: the snapshot does not hold 1 of the right answers, such as security.md#badges\n"
    )


def test_several_sets_are_one_and_told_apart(
    evaluate: Evaluate, queries: Path, qrels: Path, tmp_path: Path
) -> None:
    more = write_jsonl(tmp_path / "taxis" / "queries.jsonl", [{"_id": "t", "text": "taxi form"}])
    right = write_qrels(tmp_path / "taxis" / "q.tsv", [("t", "travel/expenses.md#taxis", 1)])
    off = write_jsonl(tmp_path / "weather.jsonl", [{"_id": "w", "text": "rain in Rome"}])
    done = evaluate(
        *("--questions", queries, "--qrels", qrels, "--questions", more, "--qrels", right),
        *("--unanswerable", off, "--json"),
    )
    data = json.loads(done.stdout)
    assert data["snapshot"] == "20260101T000000Z-aaaaaaaa"
    assert data["questions"] == 5
    assert {name: one["questions"] for name, one in data["by_kind"].items()} == {
        "easy": 2,
        "gone": 1,
        "taxis": 1,
        "weather": 1,
    }
    assert data["by_kind"]["taxis"]["ranking"]["hit_at_1"]["mean"] == 1
    assert data["by_kind"]["weather"]["ranking"]["hit_at_1"]["mean"] is None
    assert (data["abstention"]["answerable"], data["abstention"]["unanswerable"]) == (4, 1)


def test_a_beir_folder_leaves_the_snapshots_as_they_are(
    evaluate: Evaluate, beir: Path, tmp_path: Path
) -> None:
    before = sorted((tmp_path / "snapshots").iterdir())
    data = json.loads(evaluate("--beir", beir, "--json").stdout)
    assert data["ranking"]["ndcg_at_10"] == {"mean": 1, "low": 1, "high": 1, "count": 1}
    assert sorted((tmp_path / "snapshots").iterdir()) == before


def test_a_bad_line_fails_with_its_file_and_number(evaluate: Evaluate, beir: Path) -> None:
    queries = beir / "queries.jsonl"
    queries.write_text('{"_id": "q1", "text": "?"}\n{"_id": "q2"}\n')
    done = evaluate("--beir", beir)
    assert done == Done(1, "", f"Error: {queries}, line 2: text must be a text, not None\n")


def test_a_folder_without_documents_fails_with_what_is_missing(
    evaluate: Evaluate, beir: Path
) -> None:
    (beir / "corpus.jsonl").unlink()
    done = evaluate("--beir", beir)
    assert (done.code, done.stdout) == (1, "")
    assert f"{beir / 'corpus.jsonl'} cannot be read" in done.stderr


def test_files_without_a_question_fail(evaluate: Evaluate, beir: Path) -> None:
    (beir / "queries.jsonl").write_text("\n")
    assert evaluate("--beir", beir) == Done(1, "", "Error: none of the files holds a question\n")


def test_a_snapshot_that_is_not_there_fails(evaluate: Evaluate, queries: Path, qrels: Path) -> None:
    done = evaluate("--questions", queries, "--qrels", qrels, "--snapshot", "x")
    assert (done.code, done.stdout) == (1, "")
    assert "there is no snapshot 'x'" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give either --questions with --qrels, or --beir"),
        (["--questions", "{queries}"], "give one --qrels for each --questions"),
        (["--beir", "{beir}", "--questions", "{queries}", "--qrels", "{queries}"], "give either"),
        (["--beir", "{beir}", "--snapshot", "x"], "leave out --snapshot"),
        (["--beir", "/nowhere"], "/nowhere"),
        (["--beir", "{beir}", "--run", "/nowhere/run.txt"], "there is no folder /nowhere"),
    ],
)
def test_misuse_is_told_from_failure(
    evaluate: Evaluate, beir: Path, queries: Path, arguments: list[str], says: str
) -> None:
    done = evaluate(*(one.format(beir=beir, queries=queries) for one in arguments))
    assert done.code == 2
    assert says in " ".join(done.stderr.replace("│", " ").split())
    assert done.stdout == ""
