"""Answers as the query log's events."""

from __future__ import annotations

from analytics.events import Asked, Shown
from bots.drawing.views import AnswerView
from retrieval.answer import Result


def asked(view: AnswerView, asker: str, reply_key: str | None) -> Asked:
    """The view's answer is out, in the message of that key if it is known."""
    answer, question = view.answer, view.answer.question
    return Asked(
        query_id=view.query_id,
        asked_at=question.asked_at,
        asker=asker,
        channel_kind=question.channel_kind.value,
        locale=question.locale,
        text=question.text,
        outcome=answer.outcome.value,
        top_score=answer.confidence,
        took_ms=answer.took_ms,
        snapshot_id=answer.snapshot_id,
        shown=tuple(_shown(result) for result in view.results),
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
