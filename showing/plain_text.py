"""Text from content and from people, made fit to be shown: no control characters, not too long."""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Lone surrogates cannot be sent as UTF-8. Directional embeddings, overrides and isolates reach
# beyond the text that holds them and would turn around the words of the card beside it.
_UNFIT = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_LINKED = re.compile(r"(?<=[^\W_])[.:@](?=[^\W\d_])|://")
_BULLET = re.compile(r"^\s*[-*•–‣·▪◦]\s+")
_WORD_JOINER = "\u2060"


def tidy(text: str) -> str:
    """`text` with plain line breaks and without characters that no reader should meet."""
    return _UNFIT.sub("", _BREAKS.sub("\n", text)).replace("\t", " ")


def one_line(text: str) -> str:
    """`text` tidied, with every run of white space made one space."""
    return " ".join(tidy(text).split())


def without_bullet(line: str, instead: str = "") -> str:
    """A list item with `instead` in the place of its bullet; any other line as it is."""
    return _BULLET.sub(instead, line)


def shorten(text: str, limit: int) -> str:
    """`text` if it has at most `limit` characters, else its beginning and an ellipsis, together at
    most `limit`. It is cut between words if there are any near."""
    if len(text) <= limit:
        return text
    return text[: cut_before(text, limit - 1)].rstrip() + ELLIPSIS


def cut_before(text: str, at: int) -> int:
    """The best place at or before `at` to end `text`: a space in the nearer half, else one that
    leaves letters with their accents and the parts of an emoji together."""
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at // 2, at + 1)
    if space > 0:
        return space
    place = at
    while place > 0 and at - place < 16 and _continues(text, place):
        place -= 1
    return place or at


def without_links(text: str) -> str:
    """`text` looking the same, but with nothing that a client would make a link of.

    Clients turn addresses in plain text into links whatever the message's format. A word joiner,
    which takes no room, breaks them: use it for what is read, not for what is copied.
    """
    return _LINKED.sub(lambda found: _WORD_JOINER.join(found[0]) + _WORD_JOINER, text)


def _continues(text: str, at: int) -> bool:
    """Whether the character at `at` belongs to the one before it."""
    character, before = text[at], text[at - 1]
    return (
        unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or character in "\u200d\ufe0f"
        or before == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
