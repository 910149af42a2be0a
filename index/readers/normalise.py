"""Text as people read it, whatever a file made of it: one form for a character, no invisible ones.

It is gentler than Unicode's NFKC, which turns m² into m2, ½ into 1⁄2 and … into three stops:
only ligatures and spaces lose their special form. Curly quotes and dashes stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

# f-ligatures of Latin print; Arabic and Armenian ones beyond U+FB06 are letters of their script.
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SPACES = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_LINE_ENDS = {0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n\n"}
# Symbol's and Wingdings' bullets, which Word writes into the private use area.
_BULLETS = dict.fromkeys((0xF0B7, 0xF0A7, 0xF0A8, 0xF076, 0xF0D8, 0xF0FC), "•")
# Zero-width space, byte order mark, word joiner and the marks that turn the direction of writing:
# nobody sees them, and a search for the word around them fails.
_INVISIBLE = dict.fromkeys(
    (0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0x061C)
)
_TABLE: dict[int, str | None] = {**_LIGATURES, **_SPACES, **_LINE_ENDS, **_BULLETS, **_INVISIBLE}
_PLAIN = re.compile(r"[\n\t -~]*")
# Control characters, lone surrogates, private ones, and those that are none.
_NO_CHARACTERS = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0xF0000, 0x10000)
)
_UNSEEN = re.compile(
    f"[\0-\x08\x0b-\x1f\x7f-\xa0\xad\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff{_NO_CHARACTERS}]"
)
_SOFT_HYPHEN = re.compile("\u00ad(\n?)")
# Joiners mean something between letters of Persian or Hindi and inside emoji, not beside Latin.
_JOINERS = re.compile("(?<=[\u0000-\u024f])[\u200c\u200d]|[\u200c\u200d](?=[\u0000-\u024f]|$)")
_STOP = re.compile(r"[.,:;!?…][\"'”’)\]]*$")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
# English compounds that keep their hyphen at a line's end, though they stand nowhere else. No
# program breaks a word behind its first letter.
_COMPOUND = re.compile(
    r"\w-\w+|self-(?!ish|less|ie|same)\w{3,}|well-(?!ness|ington|spring)\w{3,}"
    r"|non-(?!sense|etheless|chalan|descript|plus)\w{3,}|ex-(?:employees?|colleagues?|partners?)"
    r"|(?:long|short|medium|full|part|half|high|low|cross|third|first|second|one|two|three|four|five)-"
    r"(?:term|time|day|week|month|year|hour|scale|level|risk|cost|speed|quality|paid|party|person"
    r"|border|sector|functional|class|aid|site|service|size|step|factor)s?"
    r"|in-(?:house|person|app|depth|store|service|kind|office|room)"
    r"|(?:on|off)-(?:site|call|duty|peak|demand|premises?|screen|street|job)"
    r"|co-(?:workers?|owners?|pay|payments?|insurance|pilots?|founders?)"
    r"|(?:pre|post)-(?:employment|tax|approv\w+|exist\w+|book\w+|trip|travel|retirement|paid)"
    r"|(?:check|log|sign|opt|plug|stand|drop|phase|trade|walk|buy)-(?:in|out|off)s?"
    r"|(?:follow|set|start|back|clean|pick|mock|top|sign|catch|warm|write|wind|speed|line)-ups?"
    r"|(?!cor-|inter-|over-|under-|mis-)\w{3,}-(?:based|related|friendly|specific|making|taking"
    r"|effective|efficient|wide|driven|oriented|sensitive|critical|compliant|neutral|owned)"
)
_BROKEN_WORD = re.compile(r"([^\W\d_]+)[-‐]$")


def clean(text: str) -> str:
    """The text composed (NFC), with plain spaces and line ends, without control characters,
    private ones, lone surrogates, soft hyphens and other invisible characters. Line breaks and
    indentation stay."""
    if _PLAIN.fullmatch(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _JOINERS.sub("", _SOFT_HYPHEN.sub("", text).translate(_TABLE))
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def prose(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(clean(text).split())


def lines(text: str) -> str:
    """The text with its line breaks, each line with single spaces; empty lines are gone."""
    stripped = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in stripped if line)


def flow(text: str) -> str:
    """Several lines on one, as a person would read them out. A line that ends without a stop gets
    a comma."""
    joined = ""
    for line in lines(text).split("\n"):
        if joined and line:
            joined += " " if _STOP.search(joined) or line.startswith("(") else ", "
        joined += line
    return joined


def code(text: str) -> str:
    """A sample with its lines and indentation, without empty lines around it."""
    rows = [line.rstrip() for line in clean(text).split("\n")]
    while rows and not rows[0]:
        rows.pop(0)
    while rows and not rows[-1]:
        rows.pop()
    return "\n".join(rows)


def vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """The words in a document's lines, in lower case, hyphenated ones as a whole ("in-network")
    and in parts. What is left of a word at the end of a line is none."""
    words: set[str] = set()
    for text in texts:
        for word in _WORD.findall(_BROKEN_WORD.sub("", text.lower().rstrip())):
            words.add(word)
            words.update(word.split("-"))
    return frozenset(words)


def join_lines(rows: Sequence[str], words: Collection[str] = ()) -> str:
    """The lines of a paragraph on one line. A word broken at a line's end is put together: with
    its hyphen if the document writes it so elsewhere or knows both of its parts, and in compounds
    such as "self-service" and "up-to-date", else without."""
    joined = ""
    glue = ""
    for row in rows:
        text = prose(row)
        if not text:
            continue
        if glue and joined.endswith(("-", "‐")) and not joined.endswith((" -", "--")):
            joined = _join_hyphen(joined, text, words)
        else:
            joined += glue + text
        glue = "" if row.rstrip().endswith("\u00ad") else " "
    return joined


def _join_hyphen(head: str, tail: str, words: Collection[str]) -> str:
    broken, rest = _BROKEN_WORD.search(head), _WORD.match(tail)
    if not broken or not rest or not rest[0][0].islower():
        return head + tail
    first, second = broken[1].lower(), rest[0].lower()
    whole = f"{first}-{second}"
    if "-" in second or whole in words or head[: broken.start()].endswith("-"):
        return head + tail
    if first + second not in words and _COMPOUND.fullmatch(whole):
        return head + tail
    if first + second in words or not (first in words and second in words):
        return head[:-1] + tail
    return head + tail
