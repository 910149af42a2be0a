"""A person without the audience never sees title, snippet, count, suggestion or link target of a
restricted resource, and nothing that they do see moves when restricted content comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.answer import Answer, Outcome, Question
from retrieval.retriever import Retriever
from snapshot.models import EVERYONE, Resource
from snapshot.reading import Snapshot
from tests.fakes.answers import ASKED_AT
from tests.fakes.audience_folders import WrittenFolder, folders, questions
from tests.fakes.encoder import WordEncoder
from tests.fakes.talk import MEGAN, Talk

SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ASKED = st.lists(questions(), min_size=8, max_size=8)
LISTS = ("show me all pages", "show me all videos", "help", "hi", "show me all documents")


class Asked:
    """A snapshot as somebody sees it in every way in which they can look."""

    def __init__(self, snapshot: Snapshot, *audience: str) -> None:
        self.snapshot = snapshot
        self.retriever = Retriever(snapshot, WordEncoder())
        self.audience = frozenset({EVERYONE, *audience})

    def question(self, text: str, context: str | None = None) -> Question:
        return Question(text, audience=self.audience, context=context, asked_at=ASKED_AT)

    def told(self, text: str, context: str | None = None) -> tuple[Answer, Sequence[Any]]:
        """The answer, and the whole ranking below it, with every score."""
        question = self.question(text, context)
        answer = self.retriever.answer(question)
        shown = [
            replace(one, hits=tuple(replace(hit, passage=_shown(hit.passage)) for hit in one.hits))
            for one in answer.results
        ]
        ranked = [
            replace(hit, passage=_shown(hit.passage)) for hit in self.retriever.rank(question)
        ]
        timeless = replace(answer, took_ms=0, stages_ms={}, snapshot_id="")
        return replace(timeless, results=tuple(shown)), ranked

    def resources(self) -> tuple[Resource, ...]:
        return self.retriever.resources(self.question(""))

    async def answer(self, question: Question) -> Answer:
        return replace(self.retriever.answer(question), snapshot_id="")

    async def talk(self, said: Sequence[str]) -> list[Any]:
        """What the bot says to somebody who belongs to no audience, cards and all."""
        talk = Talk(
            resources=self.retriever.resources, examples=lambda: self.snapshot.manifest.examples
        )
        talk.it = replace(talk.it, answerer=self)
        return [await talk.ask(one, sender=MEGAN) for one in said]


def _shown(passage: Any) -> Any:
    """Without links as they are kept; those that somebody may follow stand in the hit."""
    return replace(passage, links=())


def _built(
    folder: WrittenFolder, *audience: str, engine: str = "faiss"
) -> tuple[Snapshot, Snapshot]:
    """The folder as it is, and without what is not for these audiences. Tantivy's threads may still
    clean up in the folder while it is removed."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as made:
        return (
            folder.built(Path(made, "whole"), engine),
            folder.as_seen_by(audience).built(Path(made, "part"), engine),
        )


@pytest.mark.parametrize("engine", ["faiss", "exact", "faiss_pq"])
@SLOW
@given(folder=folders(), asked=ASKED)
def test_nothing_moves_for_an_outsider(
    engine: str, folder: WrittenFolder, asked: list[str]
) -> None:
    """Answers, every score of every hit, confidences, spellings, lists, examples, counts and cards
    are those of a folder that holds nothing else."""
    whole, part = (Asked(one) for one in _built(folder, engine=engine))
    assert whole.snapshot.manifest.calibration == part.snapshot.manifest.calibration
    assert whole.snapshot.vocabulary.counts == part.snapshot.vocabulary.counts
    assert whole.snapshot.open_counts == part.snapshot.open_counts
    assert whole.resources() == part.resources()
    for text, before in zip(asked, [None, *asked[:-1]], strict=True):
        assert whole.told(text, before) == part.told(text, before)
    said = [*LISTS, *asked]
    assert asyncio.run(whole.talk(said)) == asyncio.run(part.talk(said))


@SLOW
@given(folder=folders(), asked=ASKED)
def test_what_is_for_others_moves_nothing_for_a_member(
    folder: WrittenFolder, asked: list[str]
) -> None:
    """Managers see more than everyone, and the board's own papers are hidden from them, too. Only
    one link is one file's, so papers of both that have the same one may notice each other."""
    own_links = folder.with_own_links()
    whole, part = (Asked(one, "managers") for one in _built(own_links, "managers"))
    assert whole.resources() == part.resources()
    for text in asked:
        assert whole.told(text) == part.told(text)


@SLOW
@given(folder=folders(), asked=ASKED)
def test_a_member_finds_all_that_there_is_for_them(folder: WrittenFolder, asked: list[str]) -> None:
    """No fewer results than there are resources for them, up to as many as were asked for, and each
    of their passages in the ranking; those that hold a word of the question have it counted."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as made:
        snapshot = folder.built(Path(made))
    member = Asked(snapshot, "managers")
    own = {one.id for one in member.resources()}
    for text in asked:
        question = replace(member.question(text), top_k=3)
        answer = member.retriever.answer(question)
        if (
            answer.outcome is not Outcome.NOTHING_VALIDATED
            and answer.sensitive is None
            and (answer.pinned is None or answer.pinned.resource_id)
        ):
            assert len(answer.results) >= min(3, len(own))
        ranked = member.retriever.rank(question)
        assert {hit.passage.resource_id for hit in ranked} == own
        said = snapshot.lexical.analyze
        read = set(said(text))
        for hit in ranked:
            if read & set(said(hit.passage.text)):
                assert hit.lexical_score > 0
