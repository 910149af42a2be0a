"""Characters of the symbol fonts of Office, drawn for letters or in the private use area."""

from __future__ import annotations

_WINGDINGS = {
    0x6F: "☐", 0xA8: "☐", 0x71: "☐", 0x72: "☐", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    0x78: "☒", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "→", 0xF0: "⇨", 0x28: "☎",
    0x2A: "✉", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x6C: "•", 0xA7: "•", 0x76: "•", 0xD8: "•",
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x2A: "☐", 0xA3: "☐",
    0x97: "•",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x72: "✗", 0x63: "☐", 0x67: "■", 0x33: "◀", 0x34: "▶", 0xC9: "☎"}
_LETTERS = zip(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ",
    strict=True,
)
_SYMBOL = dict(_LETTERS) | {
    0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xB7: "•",
    0xAE: "→", 0xAC: "←", 0xB0: "°", 0xA5: "∞", 0xD6: "√", 0xE5: "∑", 0x2D: "-", 0xD7: "⋅",
}  # fmt: skip
_FONTS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
    "symbol": _SYMBOL,
}
_PRIVATE = range(0xF000, 0xF100)


def symbol(font: str, code: str) -> str:
    """The character with that hexadecimal code in a font, empty if nobody knows it."""
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    table = _FONTS.get(font.lower())
    if table is not None:
        return table.get(point & 0xFF, "")
    return chr(point) if 0x20 <= point < _PRIVATE.start else ""


def in_font(text: str, font: str) -> str:
    """The text as that font draws it: "J" of Wingdings is a smiley. Of other fonts it is itself,
    and what has no letter's shape in a font of symbols goes."""
    table = _FONTS.get(font.lower())
    return "".join(_drawn(one, table) for one in text) if table is not None else text


def _drawn(character: str, table: dict[int, str]) -> str:
    point = ord(character)
    if point in _PRIVATE or 0x20 < point < 0x100:
        plain = character if table is _SYMBOL and point < 0x80 else ""
        return table.get(point & 0xFF, plain)
    return character
