"""One size: every engine built once, then searched in turns, so that load falls on all alike."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale.child import ask
from benchmarks.scale.truth import write_truth

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one engine's processes found at one size: one build, and a search a round."""

    engine: str
    count: int
    built: dict[str, Any]
    searched: tuple[dict[str, Any], ...]

    def each(self, name: str, filter_name: str | None = None) -> list[float]:
        """That figure of every round, of a filter or of the process."""
        rounds = [one["filters"][filter_name] if filter_name else one for one in self.searched]
        return [float(one[name]) for one in rounds]

    def median(self, name: str, filter_name: str | None = None) -> float:
        return float(np.median(self.each(name, filter_name)))


def measure(
    vectors: Path,
    count: int,
    questions: NDArray[np.float32],
    engines: Sequence[str],
    folder: Path,
    *,
    rounds: int,
    budget_s: float,
    tell: Tell,
) -> list[Measured]:
    """Measures those engines on the first `count` vectors of the file. What they wrote is removed
    again. Each asks for `budget_s` seconds a filter and round at most."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tell(f"{count:,}: exact search")
    np.save(folder / "questions.npy", questions)
    write_truth(np.load(vectors, mmap_mode="r")[:count], questions, folder / "truth.npz")
    built: dict[str, dict[str, Any]] = {}
    searched: dict[str, list[dict[str, Any]]] = {name: [] for name in engines}
    for number, name in enumerate(engines):
        tell(f"{count:,}: build {name}")
        (folder / str(number)).mkdir()
        built[name] = ask(
            "build",
            engine=name,
            vectors=str(vectors),
            count=count,
            folder=str(folder / str(number)),
        )
    for turn in range(rounds):
        for number, name in enumerate(engines):
            tell(f"{count:,}: search {name}, round {turn + 1} of {rounds}")
            searched[name].append(
                ask(
                    "search",
                    engine=name,
                    folder=str(folder / str(number)),
                    questions=str(folder / "questions.npy"),
                    truth=str(folder / "truth.npz"),
                    budget_s=budget_s,
                )
            )
    shutil.rmtree(folder)
    return [Measured(name, count, built[name], tuple(searched[name])) for name in engines]
