"""An answer as the query log keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from analytics.events import Asked, DeliveryStatus, Shown, TopicRaised
from retrieval.answer import Answer, Question, Result
from retrieval.pins.sensitive import sensitive
from showing.plain_text import shorten, tidy

MAX_TEXT = 2000  # of what was never searched for: a whole document may have been pasted


def asked(
    query_id: str,
    answer: Answer,
    shown: Sequence[Result],
    asker: str,
    reply_key: str | None = None,
    delivery: DeliveryStatus = DeliveryStatus.DELIVERED,
) -> Asked | TopicRaised:
    """The event of a question asked: its answer has that id, and the results `shown`.
    `asker` is a pseudonym; `reply_key` names the message that carries the answer, if there is one
    and it is known. Of a sensitive topic the event holds neither words nor asker."""
    question = answer.question
    if answer.sensitive:
        topic, outcome = answer.sensitive.topic.value, answer.outcome.value
        return TopicRaised(query_id, _day(question), topic, outcome, delivery)
    return Asked(
        query_id=query_id,
        asked_at=question.asked_at.astimezone(UTC),
        asker=asker,
        channel_kind=question.channel_kind.value,
        locale=question.locale,
        text=question.text,
        outcome=answer.outcome.value,
        top_score=answer.confidence,
        took_ms=answer.took_ms,
        snapshot_id=answer.snapshot_id,
        shown=tuple(_shown(result) for result in shown),
        reply_key=reply_key,
        delivery=delivery,
    )


def unanswered(
    query_id: str, question: Question, asker: str, delivery: DeliveryStatus
) -> Asked | TopicRaised:
    """The event of a question that there is no answer to. As above, a sensitive topic is all that
    is kept of one."""
    if found := sensitive(question.text, question.locale):
        return TopicRaised(query_id, _day(question), found.topic.value, "", delivery)
    return Asked(
        query_id=query_id,
        asked_at=question.asked_at.astimezone(UTC),
        asker=asker,
        channel_kind=question.channel_kind.value,
        locale=question.locale,
        text=shorten(tidy(question.text), MAX_TEXT),
        outcome="",
        top_score=0.0,
        took_ms=0.0,
        snapshot_id="",
        delivery=delivery,
    )


def _day(question: Question) -> datetime:
    """Its first moment."""
    return datetime.combine(question.asked_at.astimezone(UTC).date(), time(), UTC)


def _shown(result: Result) -> Shown:
    return Shown(
        rank=result.rank,
        resource_id=result.resource.id,
        title=result.resource.title,
        place=result.place,
        url=result.url,
        score=result.best.score,
        dense_score=result.best.dense_score,
        lexical_score=result.best.lexical_score,
    )
