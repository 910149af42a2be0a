"""The gate before activation: a build that answers fewer golden questions than the last accepted
one did is published, and not served.

What was accepted last stands beside ACTIVE in GOLDEN.json. How the questions are asked is not
known here: `index.golden.questions` does that, and the commands hand it over as a `GoldenGate`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from errors import SnapshotDamaged
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

ACCEPTED_FILE = "GOLDEN.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one golden question. `key` stays while the question, who asks it and what is
    right stay. `expected` is empty where nothing should answer; `found` is the first result's
    place, "nothing" without one."""

    key: str
    question: str
    expected: tuple[str, ...]
    found: str
    outcome: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class GoldenScore:
    """All verdicts on one snapshot, at least one; `notes` are what deserves a look in the
    questions themselves."""

    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> int:
        return sum(verdict.is_right for verdict in self.verdicts)

    @property
    def share(self) -> float:
        """Of the questions that are right, 0 to 1."""
        return self.right / len(self.verdicts)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The score by which builds are measured: which snapshot had it, since when (UTC), and which
    questions were right, by their keys."""

    snapshot: str
    accepted_at: datetime
    right: int
    questions: int
    results: dict[str, bool]

    @property
    def share(self) -> float:
        return self.right / self.questions


@dataclass(frozen=True)
class GoldenReport:
    """A build's score beside the accepted one (None: the first). `with_accept` says whether it
    counts whatever it is."""

    score: GoldenScore
    before: Accepted | None
    with_accept: bool = False

    @cached_property
    def lost(self) -> tuple[Verdict, ...]:
        """Right when the last score was accepted, and wrong now."""
        known = self.before.results if self.before else {}
        return tuple(one for one in self.score.verdicts if not one.is_right and known.get(one.key))

    @property
    def is_below(self) -> bool:
        """Whether fewer are right of those questions that were asked then, too: a question that
        is new, or corrected since, speaks neither for nor against the build."""
        known = self.before.results if self.before else {}
        gained = [
            one for one in self.score.verdicts if one.is_right and known.get(one.key) is False
        ]
        return len(gained) < len(self.lost)

    @property
    def is_accepted(self) -> bool:
        return self.with_accept or not self.is_below


@dataclass(frozen=True, slots=True)
class GoldenGate:
    """What a build needs to know: how to ask, which questions these are, and whether the admin
    takes any score (`--accept`)."""

    judge: Callable[[Snapshot], GoldenScore]
    keys: frozenset[str]
    accept: bool = False

    def measure(
        self, store: SnapshotStore, snapshot_id: str, *, activating: bool
    ) -> GoldenReport | None:
        """Asks the questions of a verified snapshot that is about to be activated; of the active
        one only if its score is not known or not accepted. None where nothing was asked.

        Raises SnapshotDamaged where the accepted score cannot be read, unless any is taken.
        """
        try:
            before = read_accepted(store)
        except SnapshotDamaged:
            if not self.accept:
                raise
            before = None
        known = before is not None and before.results.keys() == self.keys
        if self.accept:
            known = known and before is not None and before.snapshot == snapshot_id
        if known and not activating:
            return None
        score = self.judge(Snapshot(store.path(snapshot_id)))
        return GoldenReport(score, before, self.accept)


def read_accepted(store: SnapshotStore) -> Accepted | None:
    """What was accepted last; None before the first. Raises SnapshotDamaged."""
    path = store.folder / ACCEPTED_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        results = {str(one["key"]): bool(one["right"]) for one in data["results"]}
        return Accepted(
            snapshot=str(data["snapshot"]),
            accepted_at=datetime.fromisoformat(data["accepted_at"]),
            right=sum(results.values()),
            questions=len(results),
            results=results,
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(
            f"{path} cannot be read: {error!r}. `python -m index build CONTENT --accept` writes it "
            "anew"
        ) from error


def write_accepted(store: SnapshotStore, snapshot_id: str, score: GoldenScore) -> None:
    """Builds are measured by this score from now on; call it with the store's lock held."""
    data = {
        "score": round(score.share, 6),
        "right": score.right,
        "questions": len(score.verdicts),
        "snapshot": snapshot_id,
        "accepted_at": datetime.now(UTC).isoformat(),
        "results": [
            {"key": one.key, "question": one.question, "right": one.is_right, "found": one.found}
            for one in score.verdicts
        ],
    }
    store.write_whole(ACCEPTED_FILE, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
