"""Bytes of a text file become text."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from errors import ReadError

MAX_CHARACTERS = 10_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers take these names for (https://encoding.spec.whatwg.org/#names-and-labels).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_MACS = ("mac_turkish", "mac_iceland", "mac_latin2", "mac_greek", "mac_cyrillic")
_ESCAPE = b"\x1b"  # ISO-2022-JP and its like, as Japanese mails have it: 7 bits, and valid UTF-8
_DAMAGED = 0.05
_SHIFTED = re.compile(rb"\x1b\$\(?[@ABCD]|\x1b\([IJ]")  # ISO-2022 of Japan, China and Korea
_SHIFTING = ("iso2022_jp", "iso2022_jp_ext", "iso2022_kr")
_ONE_BYTE = re.compile(r"windows-|cp12|iso8859|iso-8859|koi8|mac")
_WINDOWS_ONLY = re.compile(rb"[\x80-\x9f]")
# What the guess leaves out: of DOS, of Unix before UTF-8, and of the Mac.
_OLDER_LATIN = ("windows-1252", "windows-1250", "iso8859-2", "mac_roman", "cp850", "cp437", "cp852")
_ASIAN = re.compile("[\u3000-\uffee]+")
_ASIAN_WITHIN = re.compile("(?<=[A-Za-z])[\u3000-\uffee]+(?=[A-Za-z])")
_OLDER_CYRILLIC = ("windows-1251", "mac_cyrillic", "koi8-u", "cp866", "iso8859-5")
_LETTER = r"[^\W\d_]"
_ODD = re.compile(
    rf"(?<={_LETTER})[¡-©«-´¶¸-¿÷†‡•…‰€™“”„‘‚√-♯ˆ˜˙˚˝˛ˇ‹›](?={_LETTER})"
    rf"|(?<![\w¤])[®¨´¸¤¦¬](?=[A-ZÀ-Þ]?[a-zß-ÿ])"
    r"|(?<=[a-zß-öø-ÿа-яё])[À-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŸŹŻŽА-ЯЁ]"
    "|[\u2500-\u259f\x80-\x9f]"
)
_MIXED = re.compile("[A-Za-zÀ-ɏ][Ͱ-ۿ]|[Ͱ-ۿ][A-Za-zÀ-ɏ]")
_CYRILLIC = re.compile("[А-я]{2}|[\u0590-\u06ff]{2}")  # or taken for Arabic
_DAMAGED_NOTE = "a few of its characters are no UTF-8 and are shown as \ufffd: save it anew"
_GUESSED = "it does not say its encoding, which is guessed to be {}: save it as UTF-8"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))
# "Ã¼" for "ü", "â€™" for "’": UTF-8 that was taken for Windows-1252 and encoded again.
_TWICE = re.compile("Ã[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[™œ\u009d“”¦]")


class Decoded(NamedTuple):
    """A file's text with "\\n" between lines, and what its owner may want to know of it."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text as its byte order mark says, else UTF-8, else as the file declares, else by its
    bytes, which is noted. UTF-8 wins over what a page declares: many were converted and still
    declare the old encoding, and text in another is hardly ever valid UTF-8. Raises ReadError for
    data that is no text, or of which nobody can tell the encoding."""
    text, note = _decode(data, declared)
    if len(text) > MAX_CHARACTERS:
        raise ReadError(f"{len(text)} characters; at most {MAX_CHARACTERS} are read")
    notes = [note] if note else []
    if _TWICE.search(text):
        notes.append("the text was encoded twice (Ã¼ for ü): save it from its source anew")
    return Decoded(text.replace("\r\n", "\n").replace("\r", "\n"), tuple(notes))


def _decode(data: bytes, declared: str | None) -> tuple[str, str]:
    """The text, and a note if its encoding was guessed."""
    if marked := next((name for mark, name in _MARKS if data.startswith(mark)), None):
        try:
            return data.decode(marked), ""
        except UnicodeDecodeError as error:
            raise ReadError(f"it says that it is {marked} and is not: {error.reason}") from error
    if declared and _ESCAPE in data and (text := _as_declared(data, declared)) is not None:
        return text, ""
    if _SHIFTED.search(data) and data.isascii():
        for shifting in _SHIFTING:
            if (text := _as_declared(data, shifting)) is not None:
                return text, _GUESSED.format(shifting)
    try:
        if b"\0" not in data:
            return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        if declared and (text := _as_declared(data, declared)) is not None:
            return text, ""
        if (text := _mostly_utf8(data)) is not None:
            return text, _DAMAGED_NOTE
    encoding = _guess(data)
    text, encoding = _likeliest(data, encoding)
    if text.count("\ufffd") > _DAMAGED * sum(character > "\x7f" for character in text):
        raise ReadError("nobody can tell its encoding: save it as UTF-8")
    return text, _GUESSED.format(encoding)


def _likeliest(data: bytes, encoding: str) -> tuple[str, str]:
    """The text in the encoding that was guessed, or in an older one of which its words look less as
    if they were none."""
    text = data.decode(encoding, errors="replace")
    if not _ONE_BYTE.match(encoding):
        asian, within = _ASIAN.findall(text), _ASIAN_WITHIN.findall(text)
        if not within or len(asian) > len(within):
            return text, encoding
        text, encoding = data.decode("windows-1252", errors="replace"), "windows-1252"
    odd = _oddities(text)
    others = _OLDER_CYRILLIC if _CYRILLIC.search(text) else _OLDER_LATIN
    if "¤" in text and not _WINDOWS_ONLY.search(data):
        others = ("iso8859-15", *others)  # where the sign of the euro is
        odd += 1
    for other in others if odd else ():
        read = data.decode(other, errors="replace")
        if (count := _oddities(read)) < odd:
            text, encoding, odd = read, other, count
    if odd > _DAMAGED * sum(character > "\x7f" for character in text) + 1:
        raise ReadError("nobody can tell its encoding: save it as UTF-8")
    return text, encoding


def _oddities(text: str) -> int:
    """How often a word has a sign or a capital letter in its midst, letters of two scripts, or a
    character is none, as when it is decoded wrongly."""
    return len(_ODD.findall(text)) + len(_MIXED.findall(text)) + text.count("\ufffd")


def _as_declared(data: bytes, declared: str) -> str | None:
    """The text if it is in the encoding that the file declares."""
    try:
        name = codecs.lookup(declared).name
        return data.decode(_WIDER.get(name, name))
    except LookupError as error:
        raise ReadError(f"its charset is unknown: {declared}") from error
    except UnicodeDecodeError:
        return None


def _mostly_utf8(data: bytes) -> str | None:
    """The text of a file in UTF-8 of which some bytes are damaged."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    other = sum(map(len, re.findall("[^\x00-\x7f\ufffd]+", text)))
    return text if damaged <= _DAMAGED * other else None


def _guess(data: bytes) -> str:
    from chardet import EncodingEra, detect  # its models are only for files that are not UTF-8

    eras = EncodingEra.MODERN_WEB | EncodingEra.LEGACY_MAC
    found = detect(data, encoding_era=eras, exclude_encodings=_MACS, prefer_superset=True)
    encoding = (found["encoding"] or "").lower()
    if b"\0" in data and not encoding.startswith(("utf-16", "utf-32")):
        raise ReadError("it is no text: it holds NUL bytes")
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if not encoding or (controls > _DAMAGED * len(data) and not encoding.startswith("utf")):
        raise ReadError("nobody can tell its encoding: save it as UTF-8")
    return encoding
