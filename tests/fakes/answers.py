"""Answers for tests that show them."""

from __future__ import annotations

from datetime import UTC, datetime

from bots.drawing.shown import ShownAnswer
from retrieval.answer import Answer, Hit, Outcome, Question, Result, Span
from showing.ports import Contact
from snapshot.formats.format_row import Kind
from snapshot.models import Heading, Locator, Page, Passage, Resource, TimeRange
from tests.fakes.content import resource

QUESTION = "How do I claim travel expenses?"
ASKED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENTENCE = "Submit the claim within 30 days of the end of the trip."
TEXT = f"Keep every receipt. {SENTENCE} Later ones need the approval of your manager."
LINKS = tuple(f"https://bot.example.com/o/{number}" for number in (1, 2, 3))
CONTACT = Contact("the Learning team", "mailto:learning@example.com")


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
    question: str = QUESTION,
) -> Answer:
    """An answer of that outcome; nothing validated has no results."""
    asked = Question(question, asked_at=ASKED_AT)
    return Answer(asked, outcome, results, 0.82, 23.5, "snapshot-1")


def view(
    *results: Result, outcome: Outcome = Outcome.ANSWERED, question: str = QUESTION
) -> ShownAnswer:
    """Such an answer as it is shown, with a link to each result."""
    given = answer(*results, outcome=outcome, question=question)
    return ShownAnswer("q1", given, LINKS[: len(results)], CONTACT)


def three() -> tuple[Result, Result, Result]:
    """A policy, a video and a page."""
    video = policy(title="Booking travel", kind=Kind.VIDEO, url="/content/v.mp4")
    page = policy(title="Corporate cards", kind=Kind.PAGE, url="/content/c", duration_minutes=None)
    return (
        result(),
        result(video, locator=TimeRange(134.2, 150), rank=2),
        result(page, locator=Heading("lost", "If your card is lost"), rank=3),
    )
