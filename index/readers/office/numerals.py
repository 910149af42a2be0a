"""Numbers of list items and clauses as Word and PowerPoint write them."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = "一二三四五六七八九"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщыэюя"
_LARGEST_ROMAN = 3999
_MOST_LETTERS = 30
_COUNTED_IN_CHINESE = frozenset(
    "chinesecounting chinesecountingthousand japanesecounting taiwanesecounting"
    " taiwanesecountingthousand ideographdigital koreandigital2".split()
)


def numeral(count: int, form: str) -> str:
    """The number in one of the forms of ST_NumberFormat (ISO/IEC 29500-1, 17.18.59); those that are
    not known here count in digits."""
    lower = form.lower()
    text = str(count)
    if lower == "none":
        return ""
    if lower == "decimalzero":
        return text.zfill(2)
    if lower.startswith("zeros"):  # our name for a form of Word's own, "001, 002, 003"
        return text.zfill(int(lower.removeprefix("zeros")))
    if lower.startswith("decimalenclosedcircle"):
        return _CIRCLED[count - 1] if 0 < count <= len(_CIRCLED) else text
    if lower == "decimalenclosedparen":
        return f"({text})"
    if lower == "numberindash":
        return f"- {text} -"
    if lower in _COUNTED_IN_CHINESE:
        return _chinese(count)
    if lower == "ordinal":
        return text + _ordinal_ending(count)
    if lower.endswith("letter") and 0 < count <= 26 * _MOST_LETTERS:
        text = chr(97 + (count - 1) % 26) * ((count - 1) // 26 + 1)  # z, aa, bb
    elif lower.startswith("russian") and 0 < count <= len(_CYRILLIC):
        text = _CYRILLIC[count - 1]
    elif lower.endswith("roman") and 0 < count <= _LARGEST_ROMAN:
        text = _roman(count)
    return text.upper() if form.startswith("upper") or form.endswith("Upper") else text


def _chinese(count: int) -> str:
    """一 to 九十九."""
    if not 0 < count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    above = (_CHINESE[tens - 1] if tens > 1 else "") + "十" if tens else ""
    return above + (_CHINESE[ones - 1] if ones else "")


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
