"""Where sentences begin and end, in prose, lists, tables and speech."""

from __future__ import annotations

import re

# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    "al approx art bzw ca cf ch co corp dept dr e.g ed eg etc ext fig g gen i.e ie inc incl jr ltd "
    "max min mr mrs ms mt no nos nr p para pp prof rev sec sen sr st tel u.s usw vol vs z.b".split()
)
# A line's end, or what may end a sentence within it, with the first letter of what follows. That
# it begins with a set of characters lets `re` look for those alone.
_BREAK = re.compile(r"[\n.!?…](?:(?<=\n)|(?<!\n)[.!?…]*[\"'”’)\]]*(?=[^\S\n]+(\S)))")
_LAST_WORD = re.compile(r"[\w.]+$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, in order, without the white space around it.

    A line break always ends one: list items and table rows stand on lines of their own.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    for found in _BREAK.finditer(text):
        if found[1] is None or _ends_sentence(text, begin, found):
            _add_trimmed(spans, text, begin, found.end())
            begin = found.end()
    _add_trimmed(spans, text, begin, len(text))
    return spans


def sentences(text: str) -> list[str]:
    """The sentences themselves, in order."""
    return [text[start:end] for start, end in sentence_spans(text)]


def _ends_sentence(text: str, begin: int, found: re.Match[str]) -> bool:
    if found[1].islower():
        return False
    if not found[0].startswith("."):
        return True
    stop = found.start()
    # From the last space on, so that the whole sentence is not searched for its last word.
    last = _LAST_WORD.search(text, max(begin, text.rfind(" ", begin, stop) + 1), stop)
    if last is None:
        return True
    word = last[0]
    if word.isdigit():
        # "1." at the head of a line numbers a list; elsewhere a number may end a sentence.
        return last.start() > begin
    is_initial = len(word) == 1 and word.isupper()
    return not is_initial and word.lower() not in _ABBREVIATIONS


def _add_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    inner = text[start:end].rstrip()
    if stripped := inner.lstrip():
        end = start + len(inner)
        spans.append((end - len(stripped), end))
