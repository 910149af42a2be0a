"""What a question is taken to ask, in the folder's own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.vocabulary import Vocabulary, plain

# A run without white space whose inside is letters alone: no code, address, number or compound.
_CHUNK = re.compile(r"\S+")
_INSIDE = re.compile(r"^\W*([^\W\d_]+)\W*$")
# With more words unknown than this share, the question is in another language or about other things.
_UNKNOWN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Understood:
    """The text to search for, and its words that were read as others: (written, read)."""

    text: str
    mended: tuple[tuple[str, str], ...] = ()


def mend(
    text: str,
    vocabulary: Vocabulary,
    is_known: Callable[[str], bool],
    stem: Callable[[str], str],
) -> Understood:
    """Reads misspelt words as the folder's own; see `Vocabulary.nearest`.

    A word that the vocabulary holds, or that `is_known`, stays. So do names (a capital inside a
    question), and all where most words are unknown."""
    found = [
        (chunk.start() + inside.start(1), inside.group(1))
        for chunk in _CHUNK.finditer(text)
        if (inside := _INSIDE.match(chunk.group()))
    ]
    unknown = [
        (start, word)
        for start, word in found
        if (word.islower() or start == 0 and word[1:].islower() or text.isupper())
        and len(word) >= 4
        and plain(word) not in vocabulary
        and not is_known(plain(word))
    ]
    if len(unknown) > max(1, _UNKNOWN_SHARE * len(found)):
        return Understood(text)
    parts: list[str] = []
    mended: dict[str, str] = {}
    end = 0
    for start, word in unknown:
        if read := vocabulary.nearest(plain(word), stem):
            mended[word] = read
            parts += [text[end:start], read]
            end = start + len(word)
    return Understood("".join([*parts, text[end:]]), tuple(mended.items()))
