"""Labelled sets in the folders that the benchmarks read, of a few made-up questions."""

from __future__ import annotations

from pathlib import Path

from benchmarks.quality.sets import BEIR_SETS, PLACE_SETS
from tests.fakes.labelled import write_jsonl, write_qrels

EXPENSES = "Claim mileage at 45 pence a mile. Keep every receipt."
LEAVE = "Unused holiday carries over until March. Ask your manager."
PLACES = ("travel/expenses.md#mileage", "hr/leave.md#carry-over")


def write_shared(folder: Path) -> Path:
    """All sets, each with two answerable questions and one that is not; in the BEIR folders the
    documents are called "0:0" and "1:0"."""
    off = [{"_id": "off-0", "text": "who won the cup", "answerable": False}]
    write_jsonl(folder / "eval" / "off-topic" / "queries.jsonl", off)
    for name in PLACE_SETS:
        _write_set(folder / "eval" / name, name, PLACES, "qrels.tsv")
    for name in BEIR_SETS:
        own = folder / "eval" / name
        _write_set(own, name, ("0:0", "1:0"), "qrels/test.tsv")
        documents = [
            {"_id": "0:0", "title": "Expenses", "text": EXPENSES},
            {"_id": "1:0", "title": "Leave", "text": LEAVE},
        ]
        write_jsonl(own / "corpus.jsonl", documents)
    return folder


def _write_set(folder: Path, name: str, right: tuple[str, str], qrels: str) -> None:
    write_jsonl(
        folder / "queries.jsonl",
        [
            {
                "_id": f"{name}-0",
                "text": "claim mileage at pence a mile",
                "answerable": True,
                "answers": ["45 pence"],
            },
            {
                "_id": f"{name}-1",
                "text": "and unused holiday?",
                "context": "what carries over until March",
                "answerable": True,
            },
            {"_id": f"{name}-2", "text": "lost badge", "answerable": False},
        ],
    )
    write_qrels(folder / qrels, [(f"{name}-0", right[0], 1), (f"{name}-1", right[1], 1)])
