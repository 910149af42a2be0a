"""Transcripts: WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip.

The parser is our own, because the libraries at hand skip what they do not understand. A talk whose
timings have a comma too many would be served as a talk of three sentences, and nobody would know.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from errors import ReadError
from index.readers import normalise
from index.readers.decoding import decode
from index.readers.documents import LANGUAGE, Cue, Document
from index.readers.said_audience import restricting
from snapshot import formats
from snapshot.models import clock

_TIME = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)[.,] ?(\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_LIKE_TIMING = re.compile(r"\s*\d[\d:.,]*\s*-->")
_HEAD = re.compile(r"WEBVTT(?:\s|$)")
_NOT_CUES = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_CHAPTER = re.compile(r"NOTE\s+chapter\s*:\s*(\S.{0,119})", re.IGNORECASE)
_LANGUAGE = re.compile(rf"language:\s*({LANGUAGE.pattern})\s*", re.IGNORECASE)
_AUDIENCE = re.compile(
    r"\baudiences?[\"'*\s]*[:=：][\"'*\s\[]*(?P<said>[^\n\"'}\]]*)", re.IGNORECASE
)
_MARKUP = re.compile(r"</?[A-Za-z0-9][^<>]*>|</?[cibuv]>|\{\\[^{}]*\}")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]+([^<>]+)>")
_BRACKETED = re.compile(r"[\[(]([^\[\]()]*)[\])]")
_SOUND_WORDS = 3
_THUMBNAIL = re.compile(r"\S+#xywh=[\d,.:%a-z]+")
_MOST_REMARKS = 50
_SAYS = re.compile(r"\d|[.!?]$")
_ROLLING_SHARE = 0.5
_MIN_CUES_TO_ROLL = 4
_SURE_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Raw:
    """A cue as it stands in the file: one entry a line."""

    start_s: float
    end_s: float
    rows: tuple[str, ...]


def read(data: bytes, name: str) -> Document:
    """The cues in order of time, without markup; who speaks is said where it changes. Captions that
    roll or grow, where each cue repeats words of the one before, say every word once. A remark
    "NOTE Chapter: ..." names what begins with the next cue. Raises ReadError naming the line that
    is malformed."""
    decoded = decode(data)
    rows = decoded.text.split("\n")
    is_vtt = formats.of(name) is formats.WEBVTT or _HEAD.match(rows[0]) is not None
    if is_vtt and not _HEAD.match(rows[0]):
        raise ReadError("line 1: a WebVTT file begins with the word WEBVTT")
    first = _header_length(rows) if is_vtt else 0
    blocks = list(_cue_blocks(rows, first))
    cues = sorted(_cues(blocks), key=lambda cue: (cue.start_s, cue.end_s))
    remarks = [rows[:first], *(block for _, block in blocks if _NOT_CUES.match(block[0]))]
    head = (row.removeprefix("NOTE ") for row in rows[:_MOST_REMARKS])
    declared = next(filter(None, map(_LANGUAGE.fullmatch, head)), None) if is_vtt else None
    spoken = [
        Cue(cue.start_s, cue.end_s, said)
        for cue in _unroll(cues)
        if (said := normalise.prose(" ".join(cue.rows))) and not _is_sound(said)
    ]
    for start_s, title in _chapters(blocks):
        at = bisect_left(spoken, start_s, key=lambda cue: cue.start_s)
        if at < len(spoken):
            spoken[at] = replace(spoken[at], chapter=title)
    return Document(
        language=declared[1] if declared else None,
        cues=tuple(spoken),
        notes=decoded.notes,
        said_audience=restricting(
            match["said"] for rows in remarks for match in _AUDIENCE.finditer("\n".join(rows))
        ),
    )


def _header_length(rows: Sequence[str]) -> int:
    return next((number for number, row in enumerate(rows) if not row.strip()), len(rows))


def _cues(blocks: Iterable[tuple[int, list[str]]]) -> Iterator[_Raw]:
    speaker = _Speaker()
    for number, block in blocks:
        if _NOT_CUES.match(block[0]):
            continue
        # An identifier may stand before the timing, on one line.
        at = 1 if "-->" not in block[0] and len(block) > 1 else 0
        if "-->" not in block[at]:
            raise ReadError(f"line {number + at}: a timing must stand here: {_quote(block[at])}")
        start_s, end_s = _timing(block[at], number + at)
        said = tuple(speaker.words(row) for row in block[at + 1 :])
        for offset, row in enumerate(block[at + 1 :], start=number + at + 1):
            if _LIKE_TIMING.match(row):
                raise ReadError(f"line {offset}: a timing in the text of a cue: {_quote(row)}")
        yield _Raw(start_s, end_s, tuple(filter(None, said)))


def _chapters(blocks: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[float, str]]:
    """When each chapter begins, and what it is called. All timings can be read."""
    title = ""
    for number, block in blocks:
        if found := _CHAPTER.fullmatch(" ".join(block)):
            title = normalise.prose(found[1])
        elif title and not _NOT_CUES.match(block[0]):
            yield _timing(next(row for row in block if "-->" in row), number)[0], title
            title = ""


def _cue_blocks(rows: Sequence[str], first: int) -> Iterator[tuple[int, list[str]]]:
    """The blocks; one in which cues follow one another without an empty line is several."""
    for number, block in _blocks(rows, first):
        timings = [at for at, row in enumerate(block) if _TIMING.fullmatch(row)]
        starts = [at - (at > 1 and block[at - 1].strip().isdigit()) for at in timings[1:]]
        if not timings or timings[0] > 1 or _NOT_CUES.match(block[0]):
            starts = []
        for start, end in pairwise([0, *starts, len(block)]):
            yield number + start, block[start:end]


def _blocks(rows: Sequence[str], first: int) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, lines) of everything between empty lines."""
    block: list[str] = []
    for number, row in enumerate([*rows[first:], ""], start=first + 1):
        if row and (row.strip() or not _is_end(rows[number : number + 2])):
            block.append(row)
        elif block:
            yield number - len(block), block
            block = []


def _is_end(following: Sequence[str]) -> bool:
    """Whether a line of spaces ends a cue. YouTube writes such lines into cues, other programs
    between them: then what follows is nothing, or a timing, perhaps below its identifier."""
    return not following or not following[0].strip() or any("-->" in row for row in following)


def _timing(row: str, number: int) -> tuple[float, float]:
    match = _TIMING.fullmatch(row)
    if not match:
        raise ReadError(
            f"line {number}: not a timing, which looks like 00:01:02.500 --> 00:01:04.000: "
            f"{_quote(row)}"
        )
    start_s, end_s = _seconds(match.groups()[:4]), _seconds(match.groups()[4:8])
    if end_s < start_s:
        raise ReadError(
            f"line {number}: the cue ends at {clock(end_s)}, before it begins at {clock(start_s)}"
        )
    return start_s, end_s


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


@dataclass(slots=True)
class _Speaker:
    """Who speaks. Only where that changes the name is said."""

    name: str = ""

    def words(self, row: str) -> str:
        """A line of a cue without markup, with the names of those who begin to speak in it."""
        return normalise.prose(html.unescape(_MARKUP.sub("", _VOICE.sub(self._turn, row))))

    def _turn(self, voice: re.Match[str]) -> str:
        name = voice[1].strip()
        if name == self.name:
            return " "
        self.name = name
        return f" {name}: "


def _is_sound(said: str) -> bool:
    """Whether a cue is [Music] or (applause): a few words in brackets that are no sentence; or the
    picture that a player shows at a time."""
    if _THUMBNAIL.fullmatch(said):
        return True
    groups = _BRACKETED.findall(said)
    return not _BRACKETED.sub("", said).strip("♪♫ ") and not any(
        len(group.split()) > _SOUND_WORDS or _SAYS.search(group) for group in groups
    )


def _unroll(cues: Sequence[_Raw]) -> list[_Raw]:
    """Takes from each cue the words with which the one before ended, if the file does that
    throughout: a speaker who says "Yes." twice is left alone."""
    said = [cue for cue in cues if cue.rows]
    pairs = [(before, cue, _overlap(before, cue)) for before, cue in pairwise(said)]
    rolling = sum(overlap > 0 for *_, overlap in pairs)
    is_long = len(said) >= _MIN_CUES_TO_ROLL and rolling >= _ROLLING_SHARE * len(pairs)
    if not is_long and not (pairs and all(overlap >= _SURE_WORDS for *_, overlap in pairs)):
        return said
    unrolled = said[:1]
    for _, cue, overlap in pairs:
        new = " ".join(cue.rows).split()[overlap:]
        if new:
            unrolled.append(_Raw(cue.start_s, cue.end_s, (" ".join(new),)))
        else:
            last = unrolled[-1]
            unrolled[-1] = _Raw(last.start_s, max(last.end_s, cue.end_s), last.rows)
    return unrolled


def _overlap(before: _Raw, cue: _Raw) -> int:
    """With how many words the cue begins with which the one before ended: whole lines, or all that
    it said, or two at least."""
    first, second = (_folded(" ".join(one.rows)) for one in (before, cue))
    rows = {len(_folded(" ".join(cue.rows[:n]))) for n in range(1, len(cue.rows) + 1)}
    for count in range(min(len(first), len(second)), 0, -1):
        is_enough = count > 1 or count in rows or count == len(first)
        if is_enough and first[-count:] == second[:count]:
            return count
    return 0


def _folded(text: str) -> list[str]:
    return [word.strip(".,;:!?…").casefold() for word in text.split()]


def _quote(row: str) -> str:
    return repr(normalise.prose(row)[:60])
