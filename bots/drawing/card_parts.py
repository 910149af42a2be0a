"""What every card is made of: text as it is, buttons, and the card around them.

Text that is not the product's own goes into the runs of a RichTextBlock: those are shown as they
are (Adaptive Cards schema, TextRun.text: "Markdown is not supported"), but a TextBlock reads its
text as Markdown. The exception is a heading: only a TextBlock can be one to a screen reader, so its
text is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from microsoft_teams.cards import (
    Action,
    AdaptiveCard,
    CardElement,
    ExecuteAction,
    OpenUrlAction,
    RichTextBlock,
    Spacing,
    SubmitAction,
    TeamsCardProperties,
    TextBlock,
    TextRun,
    TextSize,
)

from bots import wording
from bots.actions import CardAction, T
from bots.drawing.shown import name_line
from showing.excerpt import MAX_SENTENCE_CHARS, Excerpt, has_words
from showing.plain_text import ELLIPSIS, one_line, shorten, tidy, without_bullet
from showing.ports import Contact

MAX_CARD_BYTES = 28 * 1024
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MARKUP = re.compile(r"[<>&]")  # hosts that speak read speech markup
_SPACE = re.compile(r"\s+")
# Clients replace {{DATE(...)}} in a run by a date; a macro cut in two is none.
_MACRO = re.compile(r"(?<=\{)(?=\{)")
# What Markdown would read as more than text, and nothing else: phones showed the backslashes for
# years (microsoft/AdaptiveCards issue 5590).
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


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row; `marked` ones belong to the sentence that answers."""

    text: str
    marked: bool = False


MarkedLine = tuple[Run, ...]


def marked_lines(excerpt: Excerpt) -> tuple[MarkedLine, ...]:
    """A card's excerpt as lines with the sentence marked; none if there is nothing to read in it.

    List items and table rows of the passage stay lines. An ellipsis stands wherever the passage
    goes on, and in a sentence that is too long.
    """
    lead = [Run(f"{ELLIPSIS} ")] if excerpt.goes_before else []
    if len(excerpt.sentence) > MAX_SENTENCE_CHARS:
        sentence = shorten(one_line(excerpt.sentence), MAX_SENTENCE_CHARS)
        return ((*lead, Run(sentence, marked=True)),)
    lines = [line for line in _lines(excerpt) if line]
    if lines:
        lines[0] = (*lead, *lines[0])
    if lines and excerpt.goes_after:
        lines[-1] = (*lines[-1], Run(f" {ELLIPSIS}"))
    return tuple(lines)


def _lines(excerpt: Excerpt) -> list[MarkedLine]:
    start = len(excerpt.before)
    end = start + len(excerpt.sentence)
    lines: list[MarkedLine] = []
    position = 0
    for raw in f"{excerpt.before}{excerpt.sentence}{excerpt.after}".split("\n"):
        cuts = [min(max(cut - position, 0), len(raw)) for cut in (start, end)]
        lines.append(_line((raw[: cuts[0]], raw[cuts[0] : cuts[1]], raw[cuts[1] :])))
        position += len(raw) + 1
    return lines


def _line(parts: tuple[str, str, str]) -> MarkedLine:
    """Before, marked, after: with single spaces, a real bullet, and nothing empty. A line without
    letters and digits (the rule below a table's head, a lone bullet) is none."""
    spaced = [_SPACE.sub(" ", tidy(part)) for part in parts]
    if not any(map(has_words, spaced)):
        return ()
    head = next(index for index, part in enumerate(spaced) if part.strip())
    spaced[head] = without_bullet(spaced[head], "• ").lstrip()
    tail = max(index for index, part in enumerate(spaced) if part.strip())
    spaced[tail] = spaced[tail].rstrip()
    return tuple(
        Run(part, marked=index == 1)
        for index, part in enumerate(spaced[: tail + 1])
        if part and index >= head
    )


def escaped(text: str) -> str:
    """One line of Markdown that is shown as `text`, with white space made single spaces."""
    line = _ACTIVE.sub(r"\\\g<0>", one_line(text))
    if _HEAD.match(line):
        return "\\" + line
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def runs(text: str, **style: Any) -> list[CardElement]:
    """`text` as it is, in one style (the fields of TextRun)."""
    return [TextRun(text=part, **style) for part in _MACRO.split(text) if part]


def literal(text: str, *, spacing: Spacing | None = None, **style: Any) -> RichTextBlock:
    """A paragraph of `text` as it is, in one style."""
    return RichTextBlock(inlines=runs(text, **style), spacing=spacing)


def small(text: str, *, spacing: Spacing = "Small") -> RichTextBlock:
    """A small, quiet line of `text` as it is."""
    return literal(text, spacing=spacing, size="Small", is_subtle=True)


def heading(text: str, *, size: TextSize = "Large", **style: Any) -> TextBlock:
    """A heading that screen readers know as one. Teams draws "Medium" no larger than the text."""
    text = escaped(text)
    return TextBlock(text=text, style="heading", size=size, weight="Bolder", wrap=True, **style)


def subheading(text: str, **style: Any) -> TextBlock:
    """A lesser heading of the product's own words."""
    return heading(text, size="Default", spacing="Medium", **style)


def bullets(lines: Sequence[str]) -> list[CardElement]:
    """A list, one paragraph an item."""
    return [literal(f"• {line}", spacing="Small") for line in lines]


def action_button(action: CardAction[T], asked_for: T, title: str) -> ExecuteAction:
    """A button that asks for it; clients that know no Action.Execute submit the same data."""
    data = action.data(asked_for)
    return ExecuteAction(
        title=title, verb=action.name, data=data, fallback=SubmitAction(title=title, data=data)
    )


def contact_actions(contact: Contact) -> list[Action]:
    """The button that leads to a person, if there is somebody to lead to."""
    if not contact.url:
        return []
    return [OpenUrlAction(title=wording.ask_contact(name_line(contact.name)), url=contact.url)]


def card(
    body: Sequence[CardElement], actions: Sequence[Action], speak: str, language: str = "en"
) -> dict[str, Any]:
    """The card's JSON. `speak` is what it says in words; `language` its text's, as a code."""
    known = _LANGUAGE.match(language.lower())
    made = AdaptiveCard(
        version="1.5",
        lang=known[0] if known else "en",
        speak=_MARKUP.sub(" ", speak),
        fallback_text=escaped(speak),
        msteams=TeamsCardProperties(width="full"),
        body=list(body),
        actions=list(actions) or None,
    )
    # the builder spells "$schema" without its "$", which the schema itself refuses
    return {"$schema": _SCHEMA, **made.model_dump(by_alias=True, exclude_none=True)}


def size_bytes(made: dict[str, Any]) -> int:
    """How large a card is on the wire at most: JSON may spell every letter beyond ASCII out."""
    return len(json.dumps(made))
