"""Text as itself in an Adaptive Card's TextBlock, which reads its text as Markdown.

Where it can be helped, text of content and people does not go into a TextBlock at all but into
the runs of a RichTextBlock, which are shown as they are (Adaptive Cards schema, TextRun.text:
"Markdown is not supported"). A card's heading needs a TextBlock: only that can be a heading to a
screen reader. So this escapes a line for it, and escapes only what would be read as Markdown:
phones showed the backslashes for years (microsoft/AdaptiveCards issue 5590).
"""

from __future__ import annotations

import re

from bots.drawing.plain import one_line

_ACTIVE = re.compile(
    r"""
    \\(?=[!-/:-@\[-`{-~]|$)       # a backslash that escapes, or breaks a line
    | [*_`\[\]]                   # emphasis, code, links and their definitions
    | <(?=\S)                      # HTML, <https://...>
    | &(?=\#?\w+;)                # entities
    | ~(?=~)                      # strikethrough
    | (?<=\{)\{                   # {{DATE(...)}}, which clients replace by a date
    | :(?=//) | (?<=mailto):      # addresses that some clients make links of
    | (?<=[^\W_])[.@](?=[^\W\d_])
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What makes a heading, a quote, a list or a rule at the head of a line.
_HEAD = re.compile(r"(?:#{1,6}(?=\s|$)|>|[-+](?=\s|-|$)|(?:=+|-+)$)")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def escaped(text: str) -> str:
    """One line of Markdown that is shown as `text`, with white space made single spaces."""
    line = _ACTIVE.sub(r"\\\g<0>", one_line(text))
    if _HEAD.match(line):
        return "\\" + line
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line
