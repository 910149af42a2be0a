"""Whether a text says what a labelled question's gold string says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.readers.markup.template_tags import strip_markdown

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s[^)]*)?\)")
_WORD = re.compile(r"[^\W_]+")


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether the words of one of the answers stand in the text, in a row and whole ("10" does
    not stand in "2010"). Case, white space, punctuation and Markdown make no difference; an
    answer without a word stands nowhere."""
    spoken = f" {_words(text)} "
    return any(words and f" {words} " in spoken for words in map(_words, answers))


def _words(text: str) -> str:
    """In lower case, with single spaces; links and template tags as a reader sees them."""
    return " ".join(_WORD.findall(_LINK.sub(r"\1", strip_markdown(text)).casefold()))
