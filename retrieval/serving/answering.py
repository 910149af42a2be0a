"""A share of questions becomes answers: encoded together, ranked one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from retrieval.answer import Answer, Question
from retrieval.retriever import EncodedQuestion, Retriever
from retrieval.serving.batching import Job
from retrieval.stopwatch import Stopwatch

Asked: TypeAlias = "Job[tuple[Question, Stopwatch], Answer]"


def answer_together(retriever: Retriever, jobs: Sequence[Asked]) -> None:
    """Settles each job as soon as its own answer is there, and leaves out what nobody waits for
    any more. A question that breaks something fails alone. Blocking."""
    for job in jobs:
        job.asked[1].lap("wait")
    for job, encoded in _encoded(retriever, jobs):
        if not job.wanted:
            continue
        encoded.watch.lap("wait")
        try:
            job.answer(retriever.answer_encoded(encoded))
        except Exception as error:  # told to whoever asked
            job.fail(error)


def _encoded(
    retriever: Retriever, jobs: Sequence[Asked]
) -> Iterator[tuple[Asked, EncodedQuestion]]:
    try:
        together = retriever.encode([job.asked for job in jobs])
    except Exception as error:  # told to whoever asked, if it is theirs
        if len(jobs) == 1:
            jobs[0].fail(error)
        else:
            for job in jobs:
                yield from _encoded(retriever, [job])
    else:
        yield from zip(jobs, together, strict=True)
