"""What every card is made of: text as it is, buttons, and the card around them.

Text that is not the product's own goes into the runs of a RichTextBlock: those are shown as they
are (Adaptive Cards schema, TextRun.text: "Markdown is not supported"), but a TextBlock reads its
text as Markdown. The exception is a heading: only a TextBlock can be one to a screen reader, so its
text is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any
from urllib.parse import quote

from microsoft_teams.cards import (
    Action,
    ActionSet,
    AdaptiveCard,
    CardElement,
    Container,
    ExecuteAction,
    FlowLayout,
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
from bots.actions import ASK, CardAction, Suggested, T
from bots.drawing.shown import name_line
from retrieval.answer import OpenLink
from showing.excerpt import MAX_SENTENCE_CHARS, Excerpt, has_words
from showing.linked import Piece, pieces
from showing.plain_text import ELLIPSIS, one_line, shorten, tidy, without_bullet
from showing.ports import Contact
from words.catalogue import Words

MAX_CARD_BYTES = 28 * 1024
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MARKUP = re.compile(r"[<>&]")  # hosts that speak read speech markup
_SPACE = re.compile(r"\s+")
_BREAKABLE = re.compile(r"[^\S\xa0\u202f]+")
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
# What would end an address within Markdown.
_UNSAFE_IN_LINK = re.compile(r"[\s()<>\\]")
# What makes a heading, a quote, a list or a rule at the head of a line.
_HEAD = re.compile(r"(?:#{1,6}(?=\s|$)|>|[-+](?=\s|-|$)|(?:=+|-+)$)")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row; `marked` ones belong to the sentence that answers, and those with a `url`
    open it."""

    text: str
    marked: bool = False
    url: str = ""


MarkedLine = tuple[Run, ...]


def marked_lines(excerpt: Excerpt, links: Iterable[OpenLink] = ()) -> tuple[MarkedLine, ...]:
    """A card's excerpt as lines with the sentence marked; none if there is nothing to read in it.

    List items and table rows of the passage stay lines. An ellipsis stands wherever the passage
    goes on, and in a sentence that is too long, which keeps no links.
    """
    lead = [Run(f"{ELLIPSIS} ")] if excerpt.goes_before else []
    if len(excerpt.sentence) > MAX_SENTENCE_CHARS:
        sentence = shorten(one_line(excerpt.sentence), MAX_SENTENCE_CHARS)
        return ((*lead, Run(sentence, marked=True)),)
    lines = [line for line in _lines(pieces(excerpt, links)) if line]
    if lines:
        lines[0] = (*lead, *lines[0])
    if lines and excerpt.goes_after:
        lines[-1] = (*lines[-1], Run(f" {ELLIPSIS}"))
    return tuple(lines)


def _lines(excerpt: Iterable[Piece]) -> Iterator[MarkedLine]:
    line: list[Run] = []
    for piece in excerpt:
        url = piece.link.url if piece.link else ""
        first, *others = piece.text.split("\n")
        line.append(Run(first, piece.marked, url))
        for text in others:
            yield _line(line)
            line = [Run(text, piece.marked, url)]
    yield _line(line)


def _line(parts: Sequence[Run]) -> MarkedLine:
    """The line with single spaces, a real bullet, and nothing empty. One without letters and digits
    (the rule below a table's head, a lone bullet) is none."""
    spaced = [replace(part, text=_SPACE.sub(" ", tidy(part.text))) for part in parts]
    if not any(has_words(part.text) for part in spaced):
        return ()
    while not spaced[0].text.strip():
        spaced.pop(0)
    while not spaced[-1].text.strip():
        spaced.pop()
    spaced[0] = replace(spaced[0], text=without_bullet(spaced[0].text, "• ").lstrip())
    spaced[-1] = replace(spaced[-1], text=spaced[-1].text.rstrip())
    return tuple(part for part in spaced if part.text)


def escaped(text: str) -> str:
    """One line of Markdown that is shown as `text`, with white space made single spaces. Spaces
    that do not break, such as those before a French colon, stay."""
    line = _ACTIVE.sub(r"\\\g<0>", _BREAKABLE.sub(" ", tidy(text)).strip())
    if _HEAD.match(line):
        return "\\" + line
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line


def markdown(line: MarkedLine, *, bold: bool) -> str:
    """The line as Markdown with its links, which only a TextBlock shows in all clients (Teams drew
    runs with an action as plain text on lines of their own: microsoft/AdaptiveCards issue 9100).
    What is marked is bold if `bold` says so."""
    said = ""
    for is_bold, group in groupby(line, lambda run: bold and run.marked):
        words = ""
        for run in group:
            before, core, after = _edges(run.text)
            shown = _ACTIVE.sub(r"\\\g<0>", core) if said or words or run.url else escaped(core)
            if run.url and core:
                address = _UNSAFE_IN_LINK.sub(lambda found: quote(found[0]), run.url)
                if words.endswith("!"):
                    words = f"{words[:-1]}\\!"  # else it would be a picture
                shown = f"[{shown}]({address})"
            words += before + shown + after
        before, core, after = _edges(words)
        said += f"{before}**{core}**{after}" if is_bold and core else words
    return said


def _edges(text: str) -> tuple[str, str, str]:
    """The text between the spaces on either side, with them."""
    core = text.strip()
    before, _, after = text.partition(core) if core else (text, "", "")
    return before, core, after


def runs(text: str, *, bold: bool = False, **style: Any) -> list[CardElement]:
    """`text` as it is, in one style (the fields of TextRun)."""
    weighted = style | {"weight": "Bolder"} if bold else style
    return [TextRun(text=part, **weighted) for part in _MACRO.split(text) if part]


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


def button_row(buttons: Sequence[Action], *, spacing: Spacing = "Medium") -> Container:
    """Buttons beside each other, in as many rows as the width takes: in one ActionSet a client cuts
    their words on a phone. Clients that know no flow stack them.
    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/container-layouts
    """
    flow = FlowLayout(
        column_spacing="Small", row_spacing="Small", horizontal_items_alignment="Left"
    )
    sets: list[CardElement] = [ActionSet(actions=[one], spacing="Small") for one in buttons]
    return Container(items=sets, layouts=[flow], spacing=spacing)


def question_line(question: str) -> Container:
    """A question that a press asks."""
    return wrapping_button(action_button(ASK, Suggested(question), question), question)


def wrapping_button(action: Action, words: str) -> Container:
    """A button whose words wrap: a client cuts those of a real one. Teams draws the border, other
    clients the ground."""
    return Container(
        items=[literal(words, weight="Bolder")],
        select_action=action,
        style="emphasis",
        show_border=True,
        rounded_corners=True,
        spacing="Small",
    )


def contact_actions(say: Words, contact: Contact) -> list[Action]:
    """The button that leads to a person, if there is somebody to lead to."""
    if not contact.url:
        return []
    return [OpenUrlAction(title=wording.ask_contact(say, name_line(contact.name)), url=contact.url)]


def card(
    body: Sequence[CardElement], actions: Sequence[Action], speak: str, language: str = "en"
) -> dict[str, Any]:
    """The card's JSON, with the `actions` in a row at its foot. `speak` is what it says in words;
    `language` its text's, as a code."""
    known = _LANGUAGE.match(language.lower())
    made = AdaptiveCard(
        version="1.5",
        lang=known[0] if known else "en",
        speak=_MARKUP.sub(" ", speak),
        fallback_text=escaped(speak),
        msteams=TeamsCardProperties(width="full"),
        body=[*body, *([button_row(actions)] if actions else [])],
    )
    # the builder spells "$schema" without its "$", which the schema itself refuses
    return {"$schema": _SCHEMA, **made.model_dump(by_alias=True, exclude_none=True)}


def size_bytes(made: dict[str, Any]) -> int:
    """How large a card is on the wire at most: JSON may spell every letter beyond ASCII out."""
    return len(json.dumps(made))
