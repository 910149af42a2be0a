"""Sentences in the language of whoever reads them.

The English sentence is the key. `messages.<language>.po` beside this module is the catalogue of one
more language, as gettext knows it (https://www.gnu.org/software/gettext/manual/html_node/PO-Files);
Babel reads and compiles it in memory at first use, so there is nothing to build.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

ENGLISH = "en"
_HERE = Path(__file__).parent
LANGUAGES = (ENGLISH, *sorted(path.name.split(".")[1] for path in _HERE.glob("messages.*.po")))


@dataclass(frozen=True, slots=True)
class Words:
    """One language; called with an English sentence, gives it in that language."""

    language: str
    translations: NullTranslations

    def __call__(self, sentence: str, /, **values: str) -> str:
        """The sentence, with the values in place of what stands in braces. An empty one stays."""
        said = self.translations.gettext(sentence) if sentence else ""
        return said.format(**values) if values else said

    def several(self, one: str, many: str, count: int, /, **values: str) -> str:
        """The sentence for so many, with `{count}` as the language writes numbers."""
        said = self.translations.ngettext(one, many, count)
        return said.format(count=self.number(count), **values)

    def number(self, count: int) -> str:
        """1000 -> "1,000", or "1.000"."""
        return format_decimal(count, locale=self.language)

    def day(self, on: date) -> str:
        """2026-11-02 -> "2 Nov 2026", or "2. Nov. 2026"."""
        if self.language == ENGLISH:
            return format_date(on, "d MMM y", locale=ENGLISH)
        return format_skeleton("yMMMd", on, locale=self.language)

    def long_day(self, on: date) -> str:
        """As in running text: 2026-11-02 -> "2 November 2026", or "2. November 2026"."""
        if self.language == ENGLISH:
            return format_date(on, "d MMMM y", locale=ENGLISH)
        return format_date(on, "long", locale=self.language)

    def language_name(self, code: str) -> str:
        """ "de" -> "German", or "Deutsch"; the code itself if the language has no name."""
        named = str(Locale(self.language).languages.get(code, code))
        return named[:1].upper() + named[1:]


@cache
def _in_language(language: str) -> Words:
    if language == ENGLISH:
        return Words(language, NullTranslations())
    compiled = BytesIO()
    with (_HERE / f"messages.{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Words(language, GNUTranslations(compiled))


def words_for(locale: str) -> Words:
    """The words for a locale such as "de-AT"; English for a language that has no catalogue."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return _in_language(language if language in LANGUAGES else ENGLISH)
