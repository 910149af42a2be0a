"""Characters of the symbol fonts of Office, which lie in the private use area."""

from __future__ import annotations

_WINGDINGS = {
    0x6F: "☐", 0xA8: "☐", 0x71: "☐", 0x72: "☐", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    0x78: "☒", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "→", 0xF0: "⇨", 0x28: "☎",
    0x2A: "✉", 0x4A: "☺", 0x6C: "•", 0xA7: "•", 0xD8: "•",
}  # fmt: skip
_SYMBOL = {
    0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xB7: "•",
    0xAE: "→", 0xAC: "←", 0xB0: "°", 0xA5: "∞", 0xD6: "√", 0xE5: "∑", 0x61: "α", 0x62: "β",
    0x67: "γ", 0x64: "δ", 0x44: "Δ", 0x6C: "λ", 0x6D: "μ", 0x70: "π", 0x73: "σ", 0x57: "Ω",
}  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "symbol": _SYMBOL}
_PRIVATE = 0xF000


def symbol(font: str, code: str) -> str:
    """The character with that hexadecimal code in a font, empty if nobody knows it."""
    try:
        point = int(code, 16)
    except ValueError:
        return ""
    table = _FONTS.get(font.lower())
    if table is not None:
        return table.get(point & 0xFF, "")
    return chr(point) if 0x20 <= point < _PRIVATE else ""
