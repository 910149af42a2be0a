"""Headings of Word that only look like some: short paragraphs in bold above others that are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.readers.office.word.names import has_text, w
from index.readers.office.word.numbering import BULLET
from index.readers.office.word.styles import Style, Styles

_LONGEST = 80  # characters
_NAME = re.compile(r"[^:\n]*[\w)\]?’'\"”]")


def is_heading(paragraph: Any, style: Style, text: str, marker: str, styles: Styles) -> bool:
    """Whether a paragraph without a heading's style is one: it stands in the body, all of it is
    bold, it is short and ends openly, and what follows is text of another kind."""
    if len(text) > _LONGEST or marker == BULLET or not _NAME.fullmatch(text):
        return False
    if not any(map(str.isalpha, text)) or not _stands_alone(paragraph):
        return False
    if not _is_bold(paragraph, style, styles):
        return False
    following = next(_paragraphs_below(paragraph), None)
    if following is None:
        return False
    below = styles.of(following)
    return not below.level and not below.is_title and not _is_bold(following, below, styles)


def _stands_alone(paragraph: Any) -> bool:
    parent = paragraph.getparent()
    while parent is not None and parent.tag in (w("sdtContent"), w("sdt"), w("ins")):
        parent = parent.getparent()
    return parent is not None and parent.tag == w("body")


def _paragraphs_below(paragraph: Any) -> Iterator[Any]:
    """What stands right below it, as long as that is a paragraph; empty ones do not count."""
    for element in paragraph.itersiblings():
        if element.tag == w("p"):
            if has_text(element):
                yield element
        elif element.tag in (w("tbl"), w("sdt")):
            return


def _is_bold(paragraph: Any, style: Style, styles: Styles) -> bool:
    runs = list(filter(has_text, paragraph.iter(w("r"))))
    return bool(runs) and all(styles.is_bold(run.find(w("rPr")), style) for run in runs)
