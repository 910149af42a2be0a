"""The questions on which the product does worse than a plain method: worth reading."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.quality.comparing import Compared
from benchmarks.quality.methods import OURS

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Loss:
    """nDCG@10 of ours and of the plain method of that name, what ours put first, and what would
    have been right."""

    question_id: str
    text: str
    context: str | None
    ours: float
    plain: float
    plain_name: str
    found: str
    right: tuple[str, ...]


def worst(compared: Iterable[Compared], plain: str, count: int = _SHOWN) -> list[Loss]:
    """The questions with the greatest difference between that plain method and ours, the greatest
    first; fewer where ours is nowhere worse."""
    lost = [one for one in compared if one.ndcg[plain] > one.ndcg[OURS]]
    lost.sort(key=lambda one: (one.ndcg[OURS] - one.ndcg[plain], one.question.id))
    return [
        Loss(
            question_id=one.question.id,
            text=one.question.text,
            context=one.question.context,
            ours=one.ndcg[OURS],
            plain=one.ndcg[plain],
            plain_name=plain,
            found=one.first[OURS],
            right=tuple(one.question.gold),
        )
        for one in lost[:count]
    ]
