"""What is said in a recording, line by line, and as captions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from snapshot.models import Passage, TimeRange, clock

_LONGEST_S = 10.0  # after that a caption goes although nothing else is said


@dataclass(frozen=True, slots=True)
class Line:
    """Words said from one second to another; `chapter` is what begins with them, if they say."""

    start_s: float
    end_s: float
    text: str
    chapter: str = ""

    @property
    def clock(self) -> str:
        """When, as a player shows it."""
        return clock(self.start_s)

    @property
    def second(self) -> int:
        return int(self.start_s)


def lines_of(passages: Sequence[Passage]) -> list[Line]:
    """The lines of a transcript, in order. Passages that overlap say nothing twice."""
    found: dict[float, Line] = {}
    chapter = ""
    for passage in passages:
        if not isinstance(passage.locator, TimeRange):
            continue
        named = passage.heading_path[-1] if passage.heading_path else ""
        starts = [*passage.marks, (len(passage.text), passage.locator.end_s)]
        for (first, start_s), (last, end_s) in pairwise(starts):
            text = " ".join(passage.text[first:last].split())
            if text and start_s not in found:
                begins = named if named != chapter else ""
                found[start_s] = Line(start_s, end_s, text, begins)
                chapter = named
    return [found[start_s] for start_s in sorted(found)]


def captions(lines: Sequence[Line]) -> str:
    """The lines as a WebVTT file."""
    return web_vtt(
        (line.start_s, min(line.end_s, line.start_s + _LONGEST_S), line.text) for line in lines
    )


def web_vtt(cues: Iterable[tuple[float, float, str]]) -> str:
    """Texts from one second to another, as a WebVTT file (https://www.w3.org/TR/webvtt1/)."""
    return "\n\n".join(["WEBVTT", *(_cue(*cue) for cue in cues)]) + "\n"


def _cue(start_s: float, end_s: float, text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{_stamp(start_s)} --> {_stamp(max(end_s, start_s + 0.5))}\n{escaped}"


def _stamp(seconds: float) -> str:
    whole, millis = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{millis:03}"
