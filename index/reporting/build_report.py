"""What a build tells of itself."""

from __future__ import annotations

from dataclasses import dataclass

from index.content.copies import Copy
from index.content.inventory import Ignored
from index.golden.gate import GoldenReport
from snapshot.manifest import Counts, Refused, Topic


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `snapshot_id` names the snapshot that holds the content now; `published`
    says whether this build wrote it, `activated` whether this build made it the active one, and
    `withdrawn` that it was not because the content had been rolled back. `golden` is how it
    answers the golden questions, None if they were not asked; `unfilled` are the sensitive topics
    without a pinned answer; `copies` are not served, for others say the same."""

    snapshot_id: str
    published: bool
    activated: bool
    withdrawn: bool
    counts: Counts
    encoded: int
    refused: tuple[Refused, ...]
    ignored: tuple[Ignored, ...]
    warnings: tuple[str, ...]
    pruned: tuple[str, ...]
    took_s: float
    golden: GoldenReport | None = None
    unfilled: tuple[Topic, ...] = ()
    copies: tuple[Copy, ...] = ()
