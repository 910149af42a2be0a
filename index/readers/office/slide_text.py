"""The words of a slide's shapes and cells as PowerPoint shows them."""

from __future__ import annotations

from typing import Any

from index.readers import normalise
from index.readers.office.graphics import paragraphs
from index.readers.office.graphics.paragraphs import a
from index.readers.office.numerals import numeral
from index.readers.superscripts import Superscripts

_BULLETS = (a("buChar"), a("buBlip"))
_NONE = a("buNone")
_FORMS = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_AROUND = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}.", "Plain": "{}"}
_LONGEST_NUMBER = 4


class Texts:
    """Reads the texts of one slide, in its order."""

    def __init__(self) -> None:
        self._superscripts = Superscripts()

    def lines(self, body: Any, *, is_list: bool) -> str:
        """The paragraphs of a shape, a line each. Those with a bullet or a number are items. In a
        placeholder of a layout's list (`is_list`) all are, if there are several, but for those
        whose bullet was taken off."""
        said = [
            (paragraph, text)
            for paragraph, words in paragraphs.said(body, self._superscripts)
            if (text := normalise.flow(words))
        ]
        counts: dict[int, int] = {}
        return "\n".join(
            self._line(paragraph, text, counts, is_list and len(said) > 1)
            for paragraph, text in said
        )

    def prose(self, body: Any) -> str:
        """All of it on one line, as a title is read."""
        return normalise.prose(
            " ".join(words for _, words in paragraphs.said(body, self._superscripts))
        )

    def _line(self, paragraph: Any, text: str, counts: dict[int, int], is_item: bool) -> str:
        properties = paragraph.find(a("pPr"))
        level = number(properties, "lvl", 0)
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        numbered = properties.find(a("buAutoNum")) if properties is not None else None
        if numbered is not None:
            counts[level] = counts.get(level, number(numbered, "startAt", 1) - 1) + 1
            return f"{'  ' * level}{_marker(counts[level], numbered.get('type', ''))} {text}"
        counts.pop(level, None)
        for bullet in () if properties is None else properties.iterchildren(*_BULLETS, _NONE):
            is_item = bullet.tag != _NONE
        return f"{'  ' * level}- {text}" if is_item else text


def _marker(count: int, kind: str) -> str:
    """The number as the scheme writes it: "arabicPeriod" as 1., "alphaLcParenR" as a)."""
    form = next((form for name, form in _FORMS.items() if kind.startswith(name)), "decimal")
    around = next((sign for name, sign in _AROUND.items() if kind.endswith(name)), "{}.")
    return around.format(numeral(count, form))


def number(element: Any, name: str, default: int) -> int:
    """An attribute as a whole number of at most three digits, else `default`."""
    value = str(element.get(name, "")) if element is not None else ""
    return int(value) if value.isdecimal() and len(value) < _LONGEST_NUMBER else default
