"""Documents become passages: what is found, shown and opened."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from encoder.protocol import Encoder
from index.readers.documents import Cue, Document, Section
from snapshot.models import Fragment, Link, Locator, Passage, Resource, TimeRange, heading_line
from snapshot.sentences import sentences

CountTokens = Callable[[Sequence[str]], list[int]]

_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")
_FRAGMENT_WORDS = 8
_MARKS = 2  # before and behind a text


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a passage may be, in the encoder's tokens, with title and headings included.

    `max_tokens` must not exceed the encoder's window. A transcript's passage ends at the first
    end of a sentence, or pause of `pause_s`, after `cue_tokens`.
    """

    max_tokens: int = 230
    cue_tokens: int = 110
    pause_s: float = 2.0

    def within(self, encoder: Encoder) -> Limits:
        """These, or smaller ones if less fits the encoder's window beside its marks and prompt."""
        prompts = encoder.fingerprint.prompts
        prompt = sum(encoder.count_tokens([prompts[1]])) if prompts else 0
        window = encoder.fingerprint.max_tokens - _MARKS - prompt
        if window >= self.max_tokens:
            return self
        return replace(self, max_tokens=window, cue_tokens=min(self.cue_tokens, window // 2))


def split(
    resource: Resource, document: Document, count_tokens: CountTokens, limits: Limits
) -> list[Passage]:
    """The document's passages in reading order, each within one section (a page, a slide, a
    heading) or a run of cues, none above `limits.max_tokens`."""
    splitter = _Splitter(resource.title, count_tokens, limits)
    drafts = (
        splitter.cut_cues(document.cues)
        if document.cues
        else splitter.cut_sections(document.sections)
    )
    return [Passage(resource.id, ordinal, *draft) for ordinal, draft in enumerate(drafts)]


class _Draft(NamedTuple):
    """A passage without its resource and its ordinal."""

    heading_path: tuple[str, ...]
    locator: Locator
    text: str
    marks: tuple[tuple[int, float], ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a block that fits a passage; `glue` joins it to the piece before."""

    text: str
    tokens: int
    glue: str


@dataclass(frozen=True, slots=True)
class _Splitter:
    """Cuts one document, whose title counts among the tokens of each passage."""

    title: str
    count_tokens: CountTokens
    limits: Limits

    def cut_sections(self, sections: Iterable[Section]) -> Iterator[_Draft]:
        for section in sections:
            budget = self._budget(section.heading_path)
            pieces = [piece for block in section.blocks for piece in self._pieces(block, budget)]
            linked = _Linked(section)
            for number, group in enumerate(_balance(pieces, budget)):
                text = "".join(piece.glue + piece.text for piece in group).strip()
                links = linked.within(group, text)
                if not any(character.isalnum() for character in text):
                    continue
                locator = section.locator
                if isinstance(locator, Fragment) and number:
                    locator = Fragment(" ".join(text.split()[:_FRAGMENT_WORDS]))
                yield _Draft(section.heading_path, locator, text, links=links)

    def cut_cues(self, cues: Sequence[Cue]) -> Iterator[_Draft]:
        budget = min(map(self._budget, {(), *((cue.chapter,) for cue in cues if cue.chapter)}))
        short = [part for cue in cues for part in self._shorten(cue, budget)]
        counts = self.count_tokens([cue.text for cue in short])
        group: list[Cue] = []
        size = 0
        path: tuple[str, ...] = ()
        for cue, tokens in zip(short, counts, strict=True):
            is_full = size + tokens > budget
            if group and (cue.chapter or is_full or self._is_boundary(group[-1], cue, size)):
                yield _from_cues(group, path)
                group, size = [], 0
            path = (cue.chapter,) if cue.chapter else path
            group.append(cue)
            size += tokens
        if group:
            yield _from_cues(group, path)

    def _budget(self, heading_path: tuple[str, ...]) -> int:
        """How many tokens of text fit below the title and those headings."""
        [tokens] = self.count_tokens([heading_line(self.title, heading_path)])
        return max(self.limits.max_tokens - tokens, self.limits.max_tokens // 2)

    def _pieces(self, block: str, budget: int) -> list[_Piece]:
        """The block whole if it fits; else its lines, their sentences, their words, as far as
        needed."""
        [tokens] = self.count_tokens([block])
        if tokens <= budget:
            return [_Piece(block, tokens, "\n\n")]
        parts, glue = _take_apart(block)
        if len(parts) == 1:
            return [_Piece(block, budget, "\n\n")]
        pieces = [
            piece if index else replace(piece, glue=glue)
            for part in parts
            for index, piece in enumerate(self._pieces(part, budget))
        ]
        return [replace(pieces[0], glue="\n\n"), *pieces[1:]]

    def _shorten(self, cue: Cue, budget: int) -> Iterator[Cue]:
        """The cue, or its parts if it is too long for a passage, with times in proportion."""
        pieces = self._pieces(cue.text, budget)
        total = sum(len(piece.text) for piece in pieces)
        start_s, chapter = cue.start_s, cue.chapter
        for piece in pieces:
            end_s = start_s + (cue.end_s - cue.start_s) * len(piece.text) / total
            yield Cue(start_s, end_s, piece.text, chapter)
            start_s, chapter = end_s, ""

    def _is_boundary(self, last: Cue, following: Cue, size: int) -> bool:
        if size < self.limits.cue_tokens:
            return False
        paused = following.start_s - last.end_s >= self.limits.pause_s
        return paused or bool(_ENDS_SENTENCE.search(last.text))


class _Linked:
    """Finds a section's links again in the passages that are cut from it, one after another."""

    def __init__(self, section: Section) -> None:
        self._text = section.text if section.links else ""
        self._links = section.links
        self._read = 0

    def within(self, group: Sequence[_Piece], passage: str) -> tuple[Link, ...]:
        """Those that lie whole in a piece of the next passage."""
        found: list[Link] = []
        written = 0
        for piece in group if self._links else ():
            text = piece.text.strip()
            start, at = self._text.find(text, self._read), passage.find(text, written)
            if start < 0 or at < 0:
                continue
            self._read, written = start + len(text), at + len(text)
            first = bisect_left(self._links, start, key=lambda link: link.start)
            last = bisect_right(self._links, self._read, key=lambda link: link.end)
            found.extend(
                replace(link, start=link.start - start + at, end=link.end - start + at)
                for link in self._links[first:last]
            )
        return tuple(found)


def _take_apart(block: str) -> tuple[list[str], str]:
    """Its parts, one alone if it has no smaller ones, and what joins them."""
    if "\n" in block:
        return [line for line in block.split("\n") if line.strip()], "\n"
    if len(said := sentences(block)) > 1:
        return said, " "
    words = block.split(" ")
    if len(words) > 1:
        middle = len(words) // 2
        return [" ".join(words[:middle]), " ".join(words[middle:])], " "
    middle = len(block) // 2
    return ([block[:middle], block[middle:]] if len(block) > 1 else [block]), ""


def _balance(pieces: Sequence[_Piece], budget: int) -> Iterator[list[_Piece]]:
    """Groups of about equal size, as few as fit the budget. A piece that announces the next (it
    ends in a colon) goes with it."""
    rest = sum(piece.tokens for piece in pieces)
    group: list[_Piece] = []
    size = 0
    for piece in pieces:
        target = (size + rest) / -(-(size + rest) // budget) if size + rest else 0
        if group and (size + piece.tokens > budget or size + piece.tokens / 2 > target):
            announced = [group.pop()] if len(group) > 1 and group[-1].text.endswith(":") else []
            yield group
            group = announced
            size = sum(kept.tokens for kept in group)
        group.append(piece)
        size += piece.tokens
        rest -= piece.tokens
    if group:
        yield group


def _from_cues(cues: Sequence[Cue], path: tuple[str, ...]) -> _Draft:
    marks: list[tuple[int, float]] = []
    text = ""
    for cue in cues:
        text += " " if text else ""
        marks.append((len(text), cue.start_s))
        text += cue.text
    return _Draft(path, TimeRange(cues[0].start_s, cues[-1].end_s), text, tuple(marks))
