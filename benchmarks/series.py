"""Figures that a plot needs beyond the results: by size, by clients, by stage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.results import BENCH

_SUFFIX = "-series.json"


@dataclass(frozen=True, slots=True)
class Series:
    """Lines over the same `x`, which are numbers or names; a point that was not measured is None.
    `log` asks for logarithmic axes."""

    title: str
    unit: str
    x_label: str
    x: Sequence[float | str]
    series: Mapping[str, Sequence[float | None]]
    log: bool = False


def write_series(name: str, series: Sequence[Series], folder: Path = BENCH) -> Path:
    """Writes `folder`/NAME-series.json; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}{_SUFFIX}"
    path.write_text(json.dumps([asdict(one) for one in series], indent=2) + "\n", encoding="utf-8")
    return path


def read_series(name: str, folder: Path = BENCH) -> list[Series]:
    """What a benchmark wrote, one object or a list of them; none where it wrote nothing."""
    path = folder / f"{name}{_SUFFIX}"
    if not path.is_file():
        return []
    data = json.loads(path.read_text(encoding="utf-8"))
    return [Series(**one) for one in (data if isinstance(data, list) else [data])]
