"""Numbers as Office shows them: by their format codes (ECMA-376, part 1, 18.8.31).

Of a code what changes the reading is followed: sections by sign, digits, thousands, per cent,
scale, and the words and currency beside them. Colours, widths and conditions are not.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|_.|\*.')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?,*|\.[#0?]+,*")
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
# The days of Excel's calendar: it takes 1900 for a leap year, so what is after that February counts
# from here.
_DAY_ZERO = datetime(1899, 12, 30)
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)  # any double in full
_GENERAL = ("", "general", "@")
_LAST_DAY = 2_958_465  # 9999-12-31


def shown(value: float, code: str) -> str:
    """A number as its format code shows it: `shown(0.425, "0.0%")` is "42.5%". Dates are written
    as ISO 8601 has them, since a code's order of day and month is the reader's to guess; a code
    that only software reads (fractions, powers of ten), that parts the digits (000-0000) or asks
    for hundreds of them gives the number itself."""
    if code.strip().lower() in _GENERAL:
        return plain(value)
    section, value = _section(value, code)
    bare = _LITERAL.sub("", section)
    if is_date(code):
        return _moment(value)
    groups = _DIGITS.findall(_LITERAL.sub("\0", section))
    if not groups:
        return _words(section)
    if len(groups) > 1 or re.search(r"[Ee][+-]|/", bare):
        return plain(value)
    pattern = groups[0].rstrip(",")
    scale = len(groups[0]) - len(pattern)
    try:
        number = Decimal(repr(float(value))) * 100 ** bare.count("%") / 1000**scale
        return _around(section, _rounded(number, pattern, is_grouped="," in pattern))
    except InvalidOperation:  # a code that asks for hundreds of digits
        return plain(value)


def is_date(code: str) -> bool:
    """Whether a code shows a date or a time."""
    sections = _SECTION.findall(code)
    bare = _LITERAL.sub("", sections[0] if sections else code)
    return bool(_DATE.search(bare)) and not _DIGITS.search(bare.replace(".0", ""))


def plain(value: float) -> str:
    """A number without a format: whole or with up to ten digits behind the point, no exponent."""
    rounded = _EXACT.quantize(Decimal(repr(float(value))), Decimal("1e-10"))
    text = f"{rounded:f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def moment(value: date | time | timedelta) -> str:
    """A date, a time or a span in ISO 8601's extended form, without seconds if they are zero."""
    match value:
        case datetime():
            day = value.date().isoformat()
            return day if value.time() == time() else f"{day} {moment(value.time())}"
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("seconds" if value.second else "minutes")
        case _:
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            clock = f"{minutes // 60}:{minutes % 60:02d}"
            return f"{clock}:{seconds:02d}" if seconds else clock


def _moment(value: float) -> str:
    if not 0 <= value <= _LAST_DAY:
        return plain(value)
    at = _DAY_ZERO + timedelta(seconds=round(value * 86_400))
    return moment(at.time() if value < 1 else at)


def _section(value: float, code: str) -> tuple[str, float]:
    """The part of the code for a value of that sign, and what it shows of it."""
    sections: list[str] = _SECTION.findall(code)[:3] if ";" in code else [code]
    sections = [one for number, one in enumerate(sections) if one or number == 0]
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    return (sections[2] if value == 0 and len(sections) > 2 else sections[0]), value


def _rounded(number: Decimal, pattern: str, *, is_grouped: bool) -> str:
    places = pattern.partition(".")[2]
    rounded = _EXACT.quantize(number, Decimal(1).scaleb(-len(places)))
    if not rounded and "0" not in pattern:
        return ""  # only a 0 in the code shows a zero
    text = f"{rounded:,f}" if is_grouped else f"{rounded:f}"
    for digit in reversed(places):
        if digit == "0" or not text.endswith("0"):
            break
        text = text[:-1]
    whole, point, rest = text.rstrip(".").partition(".")
    zeros = pattern.partition(".")[0].count("0")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{digits.zfill(zeros) if not is_grouped else digits}{point}{rest}"


def _around(section: str, number: str) -> str:
    """The number with the words, signs and currency that stand before and behind it."""
    digits = _DIGITS.search(_LITERAL.sub(lambda found: "\0" * len(found[0]), section))
    if digits is None:
        return number
    before, behind = _words(section[: digits.start()]), _words(section[digits.end() :])
    return f"-{before}{number[1:]}{behind}" if number.startswith("-") else before + number + behind


def _words(part: str) -> str:
    return _LITERAL.sub(lambda found: found[1] or found[2] or found[3] or "", part).strip("\0")
