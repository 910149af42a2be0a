"""An answer in plain words: what notifications, screen readers and hosts without cards give."""

from __future__ import annotations

from bots import wording
from bots.drawing.plain import one_line, shorten, without_bullet
from bots.drawing.views import AnswerView, place, title
from retrieval.answer import Outcome

_MAX_SENTENCE_CHARS = 240


def spoken(view: AnswerView) -> str:
    """The answer itself first, then where it stands; what was not found, where nothing was."""
    said = _outcome(view)
    return f"{said} {wording.FILES_IGNORED}" if view.files_ignored else said


def _outcome(view: AnswerView) -> str:
    if view.outcome is Outcome.NOTHING_VALIDATED or not view.results:
        return wording.nothing(view.question)
    best = view.results[0]
    sentence = shorten(without_bullet(one_line(best.best.sentence_text)), _MAX_SENTENCE_CHARS)
    if view.outcome is Outcome.CLOSEST:
        return wording.closest(sentence, title(best), place(best))
    return wording.answered(sentence, title(best), place(best))
