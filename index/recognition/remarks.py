"""What owners are told of pages that are pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from errors import NoText, ReadError
from index.readers.documents import Document
from index.readers.scans.recognised import RecognisedPage

Outcomes = Mapping[int, RecognisedPage | ReadError]
_MOST_NAMED = 8


def left_unread(document: Document, reason: str) -> Document | NoText:
    """A file whose pictures nothing reads: with a note if it has text besides, else a refusal."""
    pages = document.tally.pictured
    if not document.sections:
        count = len(pages)
        needs = "page needs" if count == 1 else "pages need"
        return NoText(f"no text: {count} {needs} text recognition, and {reason}")
    needs = "needs" if len(pages) == 1 else "need"
    said = f"{named(pages)} {needs} text recognition, without which nothing is read: {reason}"
    return replace(document, notes=(*document.notes, said))


def remarks(outcomes: Outcomes, least: float) -> Iterator[str]:
    """A sentence for each thing that became of pages; `least` is the confidence that is wanted."""
    pages = [one for one in outcomes.values() if isinstance(one, RecognisedPage) and one.lines]
    good = [page for page in pages if page.confidence >= least]
    if good:
        left_out = sum(page.left_out for page in good)
        said = f"{named(page.number for page in good)} {_was(good)} read by text recognition"
        sure = sum(page.confidence for page in good) / len(good)
        lines = "line was" if left_out == 1 else "lines were"
        lost = f"; {left_out} {lines} too unsure to be quoted" if left_out else ""
        yield f"{said} (confidence {sure:.2f}){lost}"
    if unsure := [page for page in pages if page.confidence < least]:
        yield (
            f"{named(page.number for page in unsure)} {_was(unsure)} left out: text recognition is "
            f"too unsure ({_confidences(unsure)}, and {least:g} is wanted)"
        )
    for reason, numbers in _failed(outcomes).items():
        yield f"{named(numbers)} {_was(numbers)} left out: {reason}"


def why_none(outcomes: Outcomes, least: float) -> str:
    """Why a file has no text after all of its pages were looked at."""
    said = list(remarks(outcomes, least))
    return f"no text: {'; '.join(said) or f'text recognition saw none on {named(outcomes)}'}"


def named(numbers: Iterable[int]) -> str:
    """Pages as people write them: "pages 1-4, 7"."""
    ordered = sorted(numbers)
    runs: list[list[int]] = []
    for last, number in pairwise([-1, *ordered]):
        if last + 1 == number and runs:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs[:_MOST_NAMED]]
    more = " and more" if len(runs) > _MOST_NAMED else ""
    return f"{'page' if len(ordered) == 1 else 'pages'} {', '.join(shown)}{more}"


def _was(pages: Sequence[object]) -> str:
    return "was" if len(pages) == 1 else "were"


def _confidences(pages: Sequence[RecognisedPage]) -> str:
    low, high = (pick(page.confidence for page in pages) for pick in (min, max))
    return f"confidence {low:.2f}" + ("" if high - low < 0.005 else f" to {high:.2f}")


def _failed(outcomes: Outcomes) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in outcomes.items():
        if isinstance(one, ReadError):
            found[str(one)].append(number)
    return found
