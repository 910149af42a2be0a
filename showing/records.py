"""An answer as the query log keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from analytics.events import Asked, Shown, TopicRaised
from retrieval.answer import Answer, Result


def asked(
    query_id: str,
    answer: Answer,
    shown: Sequence[Result],
    asker: str,
    reply_key: str | None = None,
) -> Asked | TopicRaised:
    """The event of a question asked: its answer went out under that id, with the results `shown`.
    `asker` is a pseudonym; `reply_key` names the message that carries the answer, if there is one
    and it is known. Of a sensitive topic the event holds neither words nor asker."""
    question = answer.question
    if answer.sensitive:
        day = datetime.combine(question.asked_at.astimezone(UTC).date(), time(), UTC)
        return TopicRaised(query_id, day, answer.sensitive.topic.value, answer.outcome.value)
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
    )


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
