"""Files that say nearly the same: which may be meant as one, and what differs in them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from datasketch import (  # type: ignore[import-untyped]  # the library ships no types
    MinHash,
    MinHashLSH,
)
from rapidfuzz.distance.Levenshtein import opcodes

from index.content.copies import words_of
from index.content.entry import Entry

# The share of runs of three words that both have, of all that either has. At .8 two texts of a
# page differ in a sentence or two.
_ALIKE = 0.8
_RUN = 3
_PERMUTATIONS = 64
_FEWEST_WORDS = 30
_DIFFERENCES = 3
COMPARED = 20_000  # words; more would take more memory than a file is worth
_LONGEST_DIFFERENCE = 60


@dataclass(frozen=True, slots=True)
class NearCopy:
    """Two files, how alike they are (0 to 1), and the first differences: what the one says and
    what the other says instead, either perhaps empty."""

    path: str
    other: str
    alike: float
    differences: tuple[tuple[str, str], ...]


def near_copies(entries: Sequence[Entry]) -> tuple[NearCopy, ...]:
    """Pairs of files that are nearly the same, each file with the one before it in the order of
    `entries` that is most like it. A short text is like many by chance and is not compared."""
    index = MinHashLSH(threshold=_ALIKE, num_perm=_PERMUTATIONS)
    sketches: dict[str, MinHash] = {}
    by_path = {entry.resource.path: entry for entry in entries}
    found: list[NearCopy] = []
    for entry in entries:
        path, own = entry.resource.path, _words(entry)
        if len(own) < _FEWEST_WORDS:
            continue
        sketch = _sketch(own)
        likely = [(sketch.jaccard(sketches[other]), other) for other in index.query(sketch)]
        index.insert(path, sketch)
        sketches[path] = sketch
        alike, other = max(likely, default=(0.0, ""))
        if alike >= _ALIKE:
            differences = tuple(islice(_differences(_words(by_path[other]), own), _DIFFERENCES))
            found.append(NearCopy(other, path, round(alike, 2), differences))
    return tuple(found)


def _words(entry: Entry) -> list[str]:
    document = entry.document
    said = [block for section in document.sections for block in section.blocks]
    text = "\n".join([*said, *(cue.text for cue in document.cues)])
    return words_of(text, entry.resource.language)


def _sketch(words: Sequence[str]) -> MinHash:
    sketch = MinHash(num_perm=_PERMUTATIONS, hashfunc=zlib.crc32)
    runs = {" ".join(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}
    sketch.update_batch([run.encode() for run in runs])
    return sketch


def _differences(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The stretches that differ."""
    before, after = before[:COMPARED], after[:COMPARED]
    for tag, group in groupby(opcodes(before, after), lambda one: one.tag == "equal"):
        if not tag:
            changes = list(group)
            first, last = changes[0], changes[-1]
            yield (
                _shown(before[first.src_start : last.src_end]),
                _shown(after[first.dest_start : last.dest_end]),
            )


def _shown(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= _LONGEST_DIFFERENCE else f"{text[:_LONGEST_DIFFERENCE]}..."
