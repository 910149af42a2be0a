"""Answers for tests that show them."""

from __future__ import annotations

from datetime import UTC, datetime

from retrieval.answer import Answer, ChannelKind, Hit, Outcome, Question, Result, Span
from snapshot.formats import Kind
from snapshot.models import Locator, Page, Passage, Resource
from tests.fakes.content import resource

ASKED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENTENCE = "Submit the claim within 30 days of the end of the trip."
TEXT = f"Keep every receipt. {SENTENCE} Later ones need the approval of your manager."


def policy(**changes: object) -> Resource:
    """A PDF on our own server whose pages can be opened."""
    fields: dict[str, object] = {
        "title": "Travel and expenses policy",
        "url": "/content/travel.pdf",
        "kind": Kind.DOCUMENT,
        "duration_minutes": 6,
    }
    return resource("travel.pdf", **fields | changes)


def result(
    of: Resource | None = None,
    *,
    text: str = TEXT,
    sentence: str = SENTENCE,
    locator: Locator | None = None,
    rank: int = 1,
) -> Result:
    """One hit in a resource; `sentence` is the part of `text` that answers."""
    found = of or policy()
    passage = Passage(found.id, 0, ("Claims",), locator or Page(4), text)
    start = text.index(sentence)
    span = Span(start, start + len(sentence))
    return Result(found, rank, (Hit(passage, rank, 0.9, 0.8, 3.5, 0.7, span),))


def answer(
    *results: Result,
    outcome: Outcome = Outcome.ANSWERED,
    question: str = "How do I claim travel expenses?",
    channel_kind: ChannelKind = ChannelKind.PERSONAL,
) -> Answer:
    """An answer of that outcome; nothing validated has no results."""
    asked = Question(question, asked_at=ASKED_AT, channel_kind=channel_kind)
    return Answer(asked, outcome, results, 0.82, 23.5, "snapshot-1")
