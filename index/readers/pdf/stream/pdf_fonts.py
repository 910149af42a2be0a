"""Fonts of a PDF that do not tell which letters they show.

A PDF shows glyphs by number. What letter a glyph is says a table in its font (ToUnicode) or the
glyph's name (ISO 32000-1, 9.10.2); without either, or with a table of nonsense, what is read is no
text, though the page looks right.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from pypdf.generic import DictionaryObject

from index.readers.pdf.pdf_tags import entry

_MOST_OF_A_RUN = 0.3
_FEWEST_LOST = 3
_FEWEST_WITHOUT_WORDS = 30
_FEWEST_LETTERS = 0.5
_LONGEST_NAME = 40
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SIGNS = {"space": " ", "period": ".", "comma": ",", "hyphen": "-", "colon": ":", "semicolon": ";"}
# As programs number the glyphs of a font that they cut to size.
_NUMBERED = re.compile(r"/(?:[A-Za-z]{1,5}_?|glyph|index)\d[\d_]*")


class Letters:
    """Reads what the fonts of one page show, and counts what they do not tell."""

    def __init__(self) -> None:
        self._lost = self._symbols = 0
        self._silent: dict[int, bool] = {}

    @property
    def are_missing(self) -> bool:
        """Whether letters of the page are not read. A few private signs are a logo or bullets."""
        return self._lost >= _FEWEST_LOST or self._symbols > _FEWEST_LOST**2

    def told(self, text: str, font: Any) -> str:
        """The text as far as its font tells it; empty for one that does not."""
        said = text.strip()
        if not said:
            return text
        silent = self._silent.get(id(font))
        if silent is None:
            silent = self._silent[id(font)] = _is_silent(font)
        if silent:
            self._lost += len(said)
            return ""
        if "/" in said and font:
            text = self._by_names(text, font)
        if said.isascii() and said.isprintable() and not _is_nonsense(said):
            return text
        lost = sum(map(_is_lost, said))
        symbols = sum(unicodedata.category(x) == "Co" for x in said)
        if lost + symbols > _MOST_OF_A_RUN * len(said) or _is_nonsense(said):
            is_bullet = len(said) == symbols
            self._symbols += symbols
            self._lost += 0 if is_bullet else len(said)
            return text if is_bullet else ""
        self._lost += lost
        return text

    def _by_names(self, text: str, font: Any) -> str:
        """The text with letters for names such as /K.sc, and without those that are numbers."""
        for name, letter in _named(font).items():
            if name in text:
                self._lost += 0 if letter else text.count(name)
                text = text.replace(name, letter)
        return text


def _is_lost(character: str) -> bool:
    return character == "\ufffd" or (character < " " and character not in "\t\n\r\f")


def _is_nonsense(text: str) -> bool:
    """Whether a long text has hardly a letter or figure in it, and is no line of dots."""
    if len(text) < _FEWEST_WITHOUT_WORDS:
        return False
    figures = sum(map(str.isalnum, text))
    if figures >= _FEWEST_LETTERS * len(text):
        return False
    shown = [x for x in text if not x.isspace()]
    if len(shown) < _FEWEST_WITHOUT_WORDS or len(set(shown)) < _FEWEST_LOST * 2:
        return False
    return figures < _FEWEST_LETTERS * len(shown)


def _is_silent(font: Any) -> bool:
    """Whether glyphs are numbered by their place in the font alone."""
    if not isinstance(font, DictionaryObject) or font.get("/Subtype") != "/Type0":
        return False
    return "/ToUnicode" not in font and str(font.get("/Encoding")).startswith("/Identity")


def _named(font: Any) -> dict[str, str]:
    """Names of glyphs that stand for themselves in what is read -> their letter, if it is known."""
    listed = entry(font, "/Encoding").get("/Differences", ())
    found = {}
    for name in listed if "/ToUnicode" not in font else ():
        base = _base(name) if isinstance(name, str) and len(name) < _LONGEST_NAME else None
        if base is not None:
            found[str(name)] = base
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def _base(name: str) -> str | None:
    """The letter that a name with a variant behind it begins with ("/seven.oldstyle"), empty for a
    number; None for a name that says what it is."""
    base, dot, _ = name.lstrip("/").partition(".")
    if dot and base:
        if len(base) == 1:
            return base
        return str(_DIGITS.index(base)) if base in _DIGITS else _SIGNS.get(base, "")
    return "" if _NUMBERED.fullmatch(name) and not name.startswith(("/uni", "/u")) else None
