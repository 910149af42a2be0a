"""What the run says: Signpost beside each peer, in speed, size and what is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from benchmarks.peers.adapters import FLOOR, OURS, PEERS
from benchmarks.peers.measuring import TOP_K, PeerFigures
from benchmarks.peers.work import Work
from benchmarks.results import Comparison, Series, less_is_better

_PERCENTILES = (50, 75, 90, 95, 99)


def results(measured: Mapping[str, PeerFigures], work: Work) -> list[Comparison]:
    """Of each peer that answered, beside ours; what is measured alike stands together."""
    others = [one for one in measured.values() if one.name != OURS and not one.failed]
    compared = [_compared(measured[OURS], one, work) for one in others]
    return [result for alike in zip(*compared, strict=True) for result in alike]


def _compared(ours: PeerFigures, other: PeerFigures, work: Work) -> Iterable[Comparison]:
    title, name, asked = title_of(other), other.name, len(other.question_ms)

    def of_all(metric: str, unit: str, mine: float, theirs: float, ratio: float) -> Comparison:
        return Comparison(f"{metric}_{name}", unit, mine, theirs, title, ratio, asked)

    yield less_is_better(f"question_{name}", "ms", ours.question_ms, other.question_ms, title)
    mine, theirs = (float(np.percentile(one.question_ms, 99)) for one in (ours, other))
    yield of_all("question_p99", "ms", mine, theirs, theirs / mine)
    mine, theirs = ours.question_cpu_ms, other.question_cpu_ms
    yield of_all("question_cpu", "ms", mine, theirs, theirs / mine)
    yield less_is_better(f"index_{name}", "s", ours.index_s, other.index_s, title)
    yield less_is_better(f"start_{name}", "s", ours.start_s, other.start_s, title)
    yield less_is_better(f"memory_{name}", "MB", [ours.memory_mb], [other.memory_mb], title)
    mine, theirs = ndcg(ours, work), ndcg(other, work)
    yield of_all("ndcg", "nDCG@10", mine, theirs, mine / (theirs or 1e-9))


def notes(
    measured: Mapping[str, PeerFigures],
    work: Work,
    *,
    indexed: int,
    threads: int,
    absent: Sequence[str],
) -> list[str]:
    """What the figures need to be understood, a sentence or two each."""
    present = [one for one in measured.values() if not one.failed]
    floor = measured[FLOOR]
    rates = ", ".join(f"{title_of(one)} {indexed / min(one.index_s):.0f}" for one in present)
    same = ", ".join(
        f"{title_of(one)} {overlap(one.ranked, floor.ranked):.3f}"
        for one in present
        if one.name != FLOOR
    )
    return [
        f"{len(work.texts):,} passages of {len(work.snapshot.resources):,} resources, "
        f"{len(work.questions)} labelled questions; everyone indexes the same texts with the same "
        f"model, and is asked for the first {TOP_K}. Numeric libraries take as many threads as "
        f"they like to index, and {threads or 'as many'} for a question; Signpost takes one.",
        "Signpost's answer is all of it: hybrid ranking with token vectors, who may see what, "
        "confidence, the marked sentence. The peers search by vectors alone, and give the text.",
        f"Indexing is timed on {indexed} passages with the model loaded; passages a second: "
        f"{rates}. Signpost's holds the token vectors, the lexical index, checksums and their "
        "verification, and a cache for the next build, too.",
        "The whole folder was stored by each beforehand, from the snapshot's vectors. A start is "
        "from the process to its first answer. Memory is resident, with the files mapped.",
        f"First {TOP_K} shared with {PEERS[FLOOR].title}: {same}.",
        *(f"{PEERS[name].title} is not installed, and was left out." for name in absent),
        *(f"{title_of(one)} was left out: {one.failed}" for one in measured.values() if one.failed),
    ]


def latencies(measured: Mapping[str, PeerFigures]) -> Series:
    """Milliseconds a question by percentile."""
    lines = {
        title_of(one): [float(np.percentile(one.question_ms, percent)) for percent in _PERCENTILES]
        for one in measured.values()
        if not one.failed
    }
    return Series("A question, by percentile", "ms", "percentile", _PERCENTILES, lines)


def ndcg(one: PeerFigures, work: Work) -> float:
    """The mean over the questions."""
    pairs = zip(work.questions, one.ranked, strict=True)
    return float(np.mean([work.ndcg(question, rows) for question, rows in pairs]))


def overlap(ranked: Sequence[Sequence[int]], floor: Sequence[Sequence[int]]) -> float:
    """The mean share of the floor's first five that is among these first five."""
    shares = [
        len(set(mine[:TOP_K]) & set(theirs[:TOP_K])) / max(len(theirs[:TOP_K]), 1)
        for mine, theirs in zip(ranked, floor, strict=True)
    ]
    return float(np.mean(shares))


def title_of(one: PeerFigures) -> str:
    return f"{PEERS[one.name].title} {one.version}".strip()
