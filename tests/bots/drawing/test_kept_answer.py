"""A card that is drawn anew after a restart lacks nothing."""

from __future__ import annotations

from dataclasses import fields

from bots.drawing.kept_answer import _Answer, _Hit, _Result, _View
from bots.drawing.shown import ShownAnswer
from retrieval.answer import Answer, Hit, Result

# How an answer was found, and what no card that is kept shows.
NOT_DRAWN = {
    Answer: {"evidence", "found", "near", "sensitive", "stages_ms"},
    Hit: {"parts", "reranker_score"},
}


def test_what_a_card_is_drawn_from_is_kept() -> None:
    """A field that is added to one of them and not to the other goes with the next restart."""
    for of, kept in ((ShownAnswer, _View), (Answer, _Answer), (Result, _Result), (Hit, _Hit)):
        drawn = {one.name for one in fields(of)} - NOT_DRAWN.get(of, set())  # type: ignore[arg-type]
        assert set(kept.__struct_fields__) == drawn, of.__name__
