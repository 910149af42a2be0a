"""What the fastest precision costs the product's own ranking, on the labelled sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.quality.sets import WORKPLACE_SETS
from benchmarks.results import Result
from encoder.protocol import Encoder
from evaluation.evaluate import evaluate
from evaluation.labelled import LabelledQuestion, load_questions
from retrieval.retriever import Retriever
from snapshot.store import SnapshotStore


def ndcg_lost(store: SnapshotStore, usual: Encoder, int8: Encoder, shared: Path) -> list[Result]:
    """nDCG@10 of the whole answer path over all answerable questions of each set, in int8 beside
    the usual precision."""
    snapshot = store.open()
    exact, fast = Retriever(snapshot, usual), Retriever(snapshot, int8)
    results = []
    for name in WORKPLACE_SETS:
        folder = shared / "eval" / name
        asked = load_questions(folder / "queries.jsonl", folder / "qrels.tsv")
        ours, true = _ndcg(fast, asked), _ndcg(exact, asked)
        results.append(
            Result(f"ndcg_int8_{name}", "nDCG@10", ours, true, "usual", ours / true, len(asked))
        )
    return results


def _ndcg(retriever: Retriever, asked: Sequence[LabelledQuestion]) -> float:
    return evaluate(retriever, asked).ranking.ndcg_at_10.mean
