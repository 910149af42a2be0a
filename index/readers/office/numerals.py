"""Numbers of list items and clauses as Word and PowerPoint write them."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST_ROMAN = 3999
_MOST_LETTERS = 30


def numeral(count: int, form: str) -> str:
    """The number in one of the forms of ST_NumberFormat (ISO/IEC 29500-1, 17.18.59); those that are
    not known here count in digits."""
    lower = form.lower()
    text = str(count)
    if lower == "none":
        return ""
    if lower == "decimalzero":
        return text.zfill(2)
    if lower == "ordinal":
        return text + _ordinal_ending(count)
    if lower.endswith("letter") and 0 < count <= 26 * _MOST_LETTERS:
        text = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)  # z, aa, bb
    elif lower.endswith("roman") and 0 < count <= _LARGEST_ROMAN:
        text = _roman(count)
    return text.upper() if form.startswith("upper") else text


def _roman(count: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (count // value)
        count %= value
    return text


def _ordinal_ending(count: int) -> str:
    if count % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
