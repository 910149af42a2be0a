"""Transcripts of meetings that Teams and Stream write as Word documents: what somebody said below
their name and the time, or below a timing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.readers import normalise
from index.readers.documents import Document, Section

_TURN = re.compile(
    r"(?P<who>\S[^\n]{0,80}?)\s+(?P<at>(?:\d{1,2}:)?\d{1,2}:\d{2})\n(?P<said>.+)", re.DOTALL
)
_TIME = r"(?:\d{1,2}:){2}\d{1,2}[.,]\d{1,3}"
_TIMED = re.compile(rf"(?P<at>{_TIME}) --> {_TIME}(?:\n(?P<rest>.+))?", re.DOTALL)
_FEWEST = 2


def as_spoken(document: Document) -> Document:
    """The document with a block for each turn of a speaker, who is named where that changes, with
    the time in brackets; as it is if it is no transcript."""
    return replace(document, sections=tuple(map(_spoken, document.sections)))


def _spoken(section: Section) -> Section:
    timed = sum(bool(_TURN.fullmatch(x) or _TIMED.fullmatch(x)) for x in section.blocks)
    most = len(section.blocks) / 4  # a timing may be followed by a name and by what is said
    if timed < _FEWEST or timed < most:
        return section
    turns: list[list[str]] = []
    speaker = ""
    for who, at, said in _said(section.blocks):
        words = normalise.prose(said)
        if not who or who != speaker or not turns:
            turns.append([f"{who} ({at}): {words}" if who else words])
        else:
            turns[-1].append(f"({at}) {words}")
        speaker = who
    return replace(section, blocks=tuple(map(" ".join, turns)), links=())


def _said(blocks: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Who said what and when, in turn; nobody for what stands before and between."""
    waiting: list[str] | None = None  # a name and words below a timing
    at = ""
    for block in [*blocks, ""]:
        turn, timed = _TURN.fullmatch(block), _TIMED.fullmatch(block)
        if waiting is not None and not (turn or timed or not block):
            waiting.append(block)
            continue
        if waiting:
            who, *said = waiting if len(waiting) > 1 else ("", *waiting)
            yield who, at, " ".join(said)
        waiting = None
        if turn:
            yield turn["who"], turn["at"], turn["said"]
        elif timed:
            at = timed["at"].replace(",", ".").partition(".")[0]
            waiting = timed["rest"].split("\n") if timed["rest"] else []
        elif block:
            yield "", "", block
