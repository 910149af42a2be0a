"""Product codes, form numbers and versions: "SF-50", "4.2.1", "C++".

As words they fall apart ("sf", "50"), and a passage that holds the parts in other places would
look as good as one that holds the code.
"""

from __future__ import annotations

import re

# Not by ":" or "/": times, ratios and dates are no codes.
_COMPOUND = re.compile(r"[^\W_]+(?:[-._][^\W_]+)*")
# "SF 50" in a text, "sf 50" as people type it.
_APART = re.compile(r"\b([^\W\d_]{1,4}) (\d+)\b")
_LANGUAGE = re.compile(r"(?<!\w)[A-Za-z]{1,2}(?:\+\+|#)(?!\w)")
# What stands between letters and digits is written or left out as people please: SF-50, SF50.
_LOOSE = re.compile(r"(?<=[^\W\d_])[-._](?=\d)|(?<=\d)[-._](?=[^\W\d_])")
_LONGEST = 40


def codes(text: str, *, typed: bool = False) -> list[str]:
    """The codes in a text, each once, written in one way: "sf50", "4.2.1", "c++".

    Letters and digits with a space between them are one where the letters are capitals; in what
    a person `typed`, always.
    """
    found = [match.group() for match in _COMPOUND.finditer(text) if _is_code(match.group())]
    found += [
        letters + digits for letters, digits in _APART.findall(text) if typed or letters.isupper()
    ]
    found += _LANGUAGE.findall(text)
    return list(dict.fromkeys(_LOOSE.sub("", code.lower()) for code in found))


def _is_code(compound: str) -> bool:
    """A plain number is a word already, and a compound of letters reads well as its parts."""
    return len(compound) <= _LONGEST and any(map(str.isdigit, compound)) and not compound.isdigit()
