"""What the benchmarks left in their folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import About, Result, is_results, read, read_about
from benchmarks.series import Series, read_series

# As a reader wants them; any other comes after these.
_ORDER = ("peers", "turn", "encode", "profile", "scale")


@dataclass(frozen=True, slots=True)
class Bench:
    """One benchmark's last run."""

    name: str
    results: tuple[Result, ...]
    about: About | None = None
    series: tuple[Series, ...] = ()


def read_all(folder: Path) -> list[Bench]:
    """Each benchmark that has written results there."""
    names = [path.stem for path in sorted(folder.glob("*.json")) if is_results(path)]
    names.sort(key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    return [
        Bench(
            name,
            tuple(read(folder / f"{name}.json")),
            read_about(folder / f"{name}.json"),
            tuple(read_series(name, folder)),
        )
        for name in names
    ]
