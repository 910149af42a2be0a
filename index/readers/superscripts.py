"""Raised characters: an exponent must not become a digit of its number, nor a footnote's mark one.

"within 30¹ days" is no "301 days", and 10³ is no 103. Full-text search folds "30¹" into "301", so
what is raised behind a digit stands after "^". Behind the sign of a unit it stays as it is: m².
"""

from __future__ import annotations

import re

_BEGIN, RAISED_END = "\ue100", "\ue101"

_RAISED = re.compile(f"{_BEGIN}([^{_BEGIN}{RAISED_END}]*){RAISED_END}")
_MARK = re.compile(r"[\[(]?(?:[*†‡§¶#]+|\d{1,3}(?:[,;–-] ?\d{1,3})*)[\])]?")
_TEN = re.compile(r"(?<!\d)10$")
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+$")
_ABOVE = str.maketrans("0123456789+-−()=n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾⁼ⁿ")
_RAISED_SIGNS = re.compile("[⁰¹²³⁴-⁹]+|⁻[⁰¹²³⁴-⁹]+")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_ENDINGS = frozenset("st nd rd th er re e o tm".split())
_LONGEST_UNIT = 2
_REACH = 200  # characters before what is raised that tell what it is
# Before these a number is that of an isotope: 14C. Symbols that are words, too, are left out.
_ISOTOPE = re.compile(
    r"(?:[HCNOFPSKUY]|Li|Be|Na|Mg|Al|Si|Cl|Ca|Cr|Fe|Co|Ni|Cu|Zn|Ga|Ge|Se|Br|Kr|Rb|Sr|Zr|Mo|Tc|Ru|"
    r"Pd|Ag|Cd|Sn|Sb|Te|Xe|Cs|Ba|La|Ce|Sm|Eu|Gd|Lu|Re|Os|Ir|Pt|Au|Hg|Tl|Pb|Bi|Po|Rn|Ra|Th|Pa|Np|Pu|"
    r"Cm|Cf)(?![a-z])"
)
_OVER = ("/", "⁄")


def raised(text: str) -> str:
    """The text, marked as raised for `Superscripts.settle`."""
    return f"{_BEGIN}{text}{RAISED_END}" if text.strip() else text


class Superscripts:
    """Reads what is raised in one document, in its order: marks of footnotes count from 1 on."""

    def __init__(self) -> None:
        self._last_mark = 0

    def settle(self, text: str, before: str = "") -> str:
        """The text with exponents written out and marks of footnotes left out; `before` is what
        stands before it on its line."""
        if text.isascii():
            return text
        text = _RAISED_SIGNS.sub(lambda signs: raised(signs[0].translate(_PLAIN)), text)
        if _BEGIN not in text:
            return text
        text = text.replace(RAISED_END + _BEGIN, "")
        said = ""
        end = 0
        for match in _RAISED.finditer(text):
            said += text[end : match.start()]
            near = said[-_REACH:] if len(said) >= _REACH else before[-_REACH:] + said
            above = near.rpartition("\n")[2]
            end = match.end()
            said += self.shown(match[1].strip(), above, text[end : end + 3])
        return said + text[end:]

    def shown(self, above: str, before: str, after: str) -> str:
        """What is read where `above` is raised, between what stands before and behind it."""
        is_ten = _TEN.search(before) is not None
        if above.isdigit() and after.startswith(_OVER) and not (is_ten or before[-1:].isalpha()):
            return f" {above}"  # half of a fraction
        if above.isdigit() and not before[-1:].isalnum() and _ISOTOPE.match(after):
            return above
        if not before.strip():
            # the mark of a note that stands here
            return above if after.startswith((":", ".", ")")) else f"{above} "
        word = _WORD.search(before)
        if _MARK.fullmatch(above) and self._is_mark(above, before, word[0] if word else ""):
            return ""
        if not any(map(str.isalnum, above)):
            return above
        if before[-1].isdigit():
            return above if above.lower() in _ENDINGS else f"^{above}"
        written = above.translate(_ABOVE)
        is_short = word is None or len(word[0]) <= _LONGEST_UNIT
        return written if is_short or above.isalpha() else f"^{above}"

    def _is_mark(self, above: str, before: str, word: str) -> bool:
        numbers = [int(one) for one in _NUMBER.findall(above)]
        if not numbers or not above.isdigit():
            is_mark = True
        elif before[-1].isdigit() or before[-1] in ")]":
            is_mark = not _TEN.search(before) and (
                numbers[0] == 1 or numbers[0] == self._last_mark + 1
            )
        else:
            is_mark = not word or len(word) > _LONGEST_UNIT
        if is_mark and numbers:
            self._last_mark = max(self._last_mark, numbers[-1])
        return is_mark
