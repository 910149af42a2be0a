"""A PDF page's lines as headings, paragraphs and lists, with its tables among them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.readers import normalise
from index.readers.pdf.pdf_lines import Line
from index.readers.pdf.pdf_tables import Grid, split_tables

_BULLET = re.compile(r"(?:[•▪●◦○■□∙·➢✓]\s*|[-–‣*]\s+|o\s+(?=[A-Z]))(?=\S)")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_CLAUSE = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s")
_NUMBERED = re.compile(r"(?:\w+ )?(?:\d{1,2}|[IVX]{1,5}|[A-Z])[.:]?\s+\w")
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_SAME_SIZE = 0.1
_PARAGRAPH_GAP = 1.3
_WIDEST_SINGLE_SPACING = 1.7
_HEADING_GAP_EM = 1.4
_SHORT_LINE = 0.8
_LONGEST_LABEL = 80
_INDENT_PT = 6.0


@dataclass(frozen=True, slots=True)
class Item:
    """A heading (`level` 1 to 6), or a block of text or table (0). `is_open` marks prose that the
    next page may go on with, `is_note` a footnote, `is_table` a table."""

    text: str
    level: int = 0
    is_open: bool = False
    is_note: bool = False
    is_table: bool = False


def page_items(
    lines: Sequence[Line],
    levels: Sequence[int],
    words: Collection[str],
    headers: dict[int, list[str]],
) -> list[Item]:
    """What stands on a page, in order. `words` are the document's (see `normalise.vocabulary`),
    `headers` the header rows of its tables, kept for pages to come."""
    level_of = {id(line): level for line, level in zip(lines, levels, strict=True)}
    items: list[Item] = []
    group: list[Line] = []  # lines of text, or of one heading
    level = 0

    def close() -> None:
        if level:
            items.append(Item(normalise.join_lines([x.text for x in group], words), level))
        else:
            items.extend(
                Item(text, is_open=not _ENDS.search(text)) for text in _blocks(group, words)
            )
        group.clear()

    for part in split_tables(lines):
        if isinstance(part, Grid):
            close()
            level = 0
            items.append(Item(part.render(headers), is_table=True))
            continue
        own = level_of[id(part)]
        if own != level or (level and group and not is_same_heading(group[-1], part)):
            close()
            level = own
        group.append(part)
    close()
    return [item for item in items if item.text]


def is_same_heading(last: Line, line: Line) -> bool:
    """Whether a line goes on with the heading that `last` is part of."""
    if last.tag and line.tag:
        return last.tag.element == line.tag.element
    is_next = 0 < last.y - line.y <= _HEADING_GAP_EM * last.size
    if _NUMBER.match(line.text) or _CLAUSE.match(line.text):
        return False
    if _NUMBERED.match(line.text) and _NUMBERED.match(last.text):
        return False
    return is_next and abs(last.size - line.size) <= _SAME_SIZE * last.size


def _blocks(lines: Sequence[Line], words: Collection[str]) -> list[str]:
    """A block for each paragraph, and one for all items of a list. A short line without a full stop
    ("Tips for employees") is in one block with what it announces."""
    blocks: list[str] = []
    depths: list[float] = []  # where the markers of the open list stand, outermost first
    is_label = False
    for paragraph in _paragraphs(lines):
        text = normalise.join_lines([line.text for line in paragraph], words)
        goes_on = is_label
        if marker := _BULLET.match(text) or _NUMBER.match(text):
            goes_on = goes_on or bool(depths)
            depths = [x for x in depths if x < paragraph[0].x - _INDENT_PT]
            sign = "-" if _BULLET.match(text) else marker[0].strip()
            text = f"{'  ' * len(depths)}{sign} {text[marker.end() :]}"
            depths.append(paragraph[0].x)
        else:
            depths = []
        if goes_on and blocks:
            blocks[-1] += f"\n{text}"
        else:
            blocks.append(text)
        is_label = not depths and len(paragraph) == 1 and is_open_label(text)
    return blocks


def is_item(text: str) -> bool:
    """Whether a line begins as the item of a list."""
    return bool(_BULLET.match(text) or _NUMBER.match(text))


def is_open_label(text: str) -> bool:
    """Whether a line announces what follows, as a heading does that is not marked as one."""
    return len(text) <= _LONGEST_LABEL and not text.endswith((".", "!", "…", ";", ","))


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    if not lines:
        return
    leading = _leading(lines)
    left, right = min(line.x for line in lines), max(line.end_x for line in lines)
    full = left + _SHORT_LINE * (right - left)
    paragraph = [lines[0]]
    for last, line in pairwise(lines):
        if _begins(last, line, leading, full):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance of two lines of a paragraph, in points. If any lines are single-spaced,
    only they count: on some pages most lines are paragraphs of their own."""
    gaps = [(a.y - b.y) / a.size for a, b in pairwise(lines) if 0 < a.y - b.y < 3 * a.size]
    single = [gap for gap in gaps if gap < _WIDEST_SINGLE_SPACING]
    size = median(line.size for line in lines)
    return median(single or gaps or [1.2]) * size


def _begins(last: Line, line: Line, leading: float, full: float) -> bool:
    """Whether a line begins a paragraph. `full` is how far a line reaches that was broken because
    it was full."""
    is_end = bool(_ENDS.search(last.text))
    gap = last.y - line.y
    if last.tag and line.tag and last.tag.element != line.tag.element:
        return True
    if last.is_filled or line.is_filled:
        return True
    if gap > _PARAGRAPH_GAP * max(leading, line.size) or _BULLET.match(line.text):
        return True
    if _NUMBER.match(line.text) and (is_end or is_item(last.text)):
        return True
    if gap < 0:  # the next column
        return is_end or not line.text[:1].islower()
    if last.tag and line.tag:
        return False
    if abs(last.size - line.size) > _SAME_SIZE * last.size or last.is_bold != line.is_bold:
        return True
    return is_end and (last.end_x < full or line.x > last.x + _INDENT_PT)
