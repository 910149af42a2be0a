"""The gate before activation: a build that answers fewer golden questions than the last accepted
one did is published, and not served.

What was accepted last stands beside ACTIVE in GOLDEN.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from encoder.protocol import Encoder
from errors import SnapshotDamaged
from index.golden.places import place_name, served_by
from index.golden.questions import NOTHING, GoldenQuestion, GoldenSet
from index.progress import Progress, silent
from retrieval.answer import Answer, Outcome
from retrieval.retriever import Retriever
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

ACCEPTED_FILE = "GOLDEN.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one golden question.

    `key` is the same in every build while the question, who asks it and what is right are the
    same. `expected` is empty if nothing should answer; `found` is the first result's place,
    "nothing" without one.
    """

    key: str
    question: str
    expected: tuple[str, ...]
    found: str
    outcome: str
    is_right: bool

    @classmethod
    def of(cls, question: GoldenQuestion, answer: Answer) -> Verdict:
        """Right is an answer that opens at one of the places; or, if nothing should answer, one
        that does not claim to."""
        found, is_there = NOTHING, False
        if answer.results:
            path, locator = answer.results[0].resource.path, answer.results[0].best.locator
            found = place_name(path, locator, question.right)
            is_there = question.is_at(path, locator)
        return cls(
            key=question.key,
            question=question.text,
            expected=question.places,
            found=found,
            outcome=answer.outcome.value,
            is_right=is_there and answer.outcome is not Outcome.NOTHING_VALIDATED
            if question.places
            else answer.outcome is not Outcome.ANSWERED,
        )


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
    """Asks a folder's golden questions of its snapshots. With `accept` the admin takes any score
    (`--accept`)."""

    store: SnapshotStore
    golden: GoldenSet
    accept: bool = False

    def measure(
        self,
        snapshot_id: str,
        encoder: Encoder,
        progress: Progress = silent,
        *,
        activating: bool,
    ) -> GoldenReport | None:
        """Asks the questions of a verified snapshot that is about to be activated; of the active
        one only if its score is not known or not accepted. None if nothing was asked.

        Raises SnapshotDamaged if the accepted score cannot be read, unless any is taken.
        """
        if not self.golden.questions:
            return None
        before = None
        try:
            before = read_accepted(self.store)
        except SnapshotDamaged:
            if not self.accept:
                raise
        is_known = (
            before is not None
            and before.results.keys() == self.golden.keys
            and (before.snapshot == snapshot_id or not self.accept)
        )
        if is_known and not activating:
            return None
        retriever = Retriever(Snapshot(self.store.path(snapshot_id)), encoder)
        return GoldenReport(_ask(self.golden, retriever, progress), before, self.accept)


def _ask(golden: GoldenSet, retriever: Retriever, progress: Progress) -> GoldenScore:
    """Asks every question, each as one of its audience."""
    verdicts = []
    for done, question in enumerate(golden.questions, start=1):
        verdicts.append(Verdict.of(question, retriever.answer(question.asked())))
        progress("ask", done, len(golden.questions))
    notes = golden.notes_on(served_by(retriever.snapshot, golden.paths))
    return GoldenScore(tuple(verdicts), notes)


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
