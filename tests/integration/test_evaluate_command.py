"""`python -m retrieval evaluate` as a script uses it, with the real model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fakes.labelled import write_jsonl, write_qrels
from tests.fakes.trec_eval import score_files

DOCUMENTS = [
    {"_id": "leave", "title": "Leave", "text": "Unused holiday ends in March."},
    {"_id": "my taxis", "title": "Taxis", "text": "A taxi needs a reason and a receipt."},
    {"_id": "badge", "title": "Badges", "text": "Report a lost badge to the front desk."},
]
QUESTIONS = [
    {"_id": "q 1", "text": "when does unused holiday end?", "answers": ["in March"]},
    {"_id": "q 2", "text": "do I need a receipt for a taxi?", "answers": ["receipt"]},
    {"_id": "q 3", "text": "I lost my badge", "answers": ["front desk"]},
]


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    write_jsonl(folder / "corpus.jsonl", DOCUMENTS)
    write_jsonl(folder / "queries.jsonl", QUESTIONS)
    right = [("q 1", "leave", 1), ("q 2", "my taxis", 1), ("q 3", "badge", 1)]
    write_qrels(folder / "qrels" / "test.tsv", right)
    return folder


def test_a_beir_folder_is_measured_on_a_snapshot_of_its_own(beir: Path, tmp_path: Path) -> None:
    """Figures on stdout as JSON, rankings in files that trec_eval scores alike."""
    off = write_jsonl(tmp_path / "weather.jsonl", [{"_id": "w", "text": "will it rain in Rome"}])
    run, qrels = tmp_path / "run.txt", tmp_path / "qrels.txt"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "retrieval", "evaluate", "--beir", beir),
            *("--unanswerable", off, "--run", run, "--qrels-out", qrels, "--json"),
        ],
        cwd=ROOT,
        env={**os.environ, "SIGNPOST_SNAPSHOTS_DIR": str(tmp_path / "untouched")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [note] = done.stderr.splitlines()  # no build has exported the model here
    assert note.startswith("Note: all-MiniLM-L6-v2 is run by sentence-transformers, slowly")
    data = json.loads(done.stdout)
    assert data["ranking"]["ndcg_at_10"] == {"mean": 1, "low": 1, "high": 1, "count": 3}
    assert data["sentences"]["end_to_end"]["mean"] == 1
    assert data["places"] is None
    assert data["abstention"] == {
        "auroc": 1.0,
        "answered_at_90_kept": 0.0,
        "answerable": 3,
        "unanswerable": 1,
    }
    assert data["by_kind"]["small"]["questions"] == 3
    assert data["by_kind"]["weather"]["ranking"]["ndcg_at_10"]["mean"] is None
    assert data["model"] == "all-MiniLM-L6-v2"
    assert score_files(run, qrels) == {f"q%20{n}": [1, 1, 1, 1] for n in (1, 2, 3)}
    assert qrels.read_text().splitlines()[1] == "q%202 0 my%20taxis 1"
    assert not (tmp_path / "untouched").exists()
