"""Follow-up questions carry what they leave unsaid."""

from __future__ import annotations

import re

from retrieval.answer import Question

# "and for interns?", "what about abroad?", "how long does it take?": short, and leaning on what
# was asked before by how they begin or by a pronoun.
_OPENING = re.compile(
    r"^(and|or|but|also|what about|how about|what if|und|oder|et|y|e)\b", re.IGNORECASE
)
_PRONOUN = re.compile(
    r"\b(it|its|that|this|they|them|those|these|there|he|she|one|ones)\b", re.IGNORECASE
)
_LONGEST_WORDS = 12


def is_followup(text: str) -> bool:
    """Whether a question seems to lean on the one before it."""
    if len(text.split()) > _LONGEST_WORDS:
        return False
    return bool(_OPENING.search(text.strip()) or _PRONOUN.search(text))


def with_context(question: Question) -> str:
    """The text to search for: the question, after the one before it where it leans on that."""
    text = " ".join(question.text.split())
    if question.context and is_followup(text):
        return f"{' '.join(question.context.split())} {text}"
    return text
