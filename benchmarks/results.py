"""What a benchmark found, ours beside another doing the same work in the same run, and on what."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.processes import ROOT

BENCH = ROOT / "build" / "bench"
_ABOUT, _SERIES = "-about.json", "-series.json"
_VERSIONS = (
    "aiohttp",
    "botbuilder-core",
    "faiss-cpu",
    "numpy",
    "onnxruntime",
    "openvino",
    "sentence-transformers",
    "tantivy",
    "torch",
)

_TOLD_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison. `ours` and `other` are medians in `unit`; `ratio` is above 1 if ours is
    better; `samples` is how many times each was measured."""

    metric: str
    unit: str
    ours: float
    other: float
    other_name: str
    ratio: float
    samples: int


@dataclass(frozen=True, slots=True)
class About:
    """How results came about: the `machine` with its load and versions, when (UTC, ISO 8601), and
    what else must be known to understand them, a sentence or two each."""

    machine: str
    written_at: str
    notes: tuple[str, ...] = ()


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


def less_is_better(
    metric: str, unit: str, ours: Sequence[float], other: Sequence[float], other_name: str
) -> Comparison:
    """For times and sizes. Raises statistics.StatisticsError if either is empty."""
    mine, theirs = statistics.median(ours), statistics.median(other)
    samples = min(len(ours), len(other))
    return Comparison(metric, unit, mine, theirs, other_name, theirs / mine, samples)


def more_is_better(
    metric: str, unit: str, ours: Sequence[float], other: Sequence[float], other_name: str
) -> Comparison:
    """For rates and shares. Raises statistics.StatisticsError if either is empty."""
    swapped = less_is_better(metric, unit, other, ours, other_name)
    return replace(swapped, ours=swapped.other, other=swapped.ours)


def write(
    name: str, results: Iterable[Comparison], folder: Path = BENCH, *, notes: Iterable[str] = ()
) -> Path:
    """Writes `folder`/NAME.json, a list of the results, and NAME-about.json beside it; returns
    the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    about = About(machine(), datetime.now(UTC).isoformat(timespec="seconds"), tuple(notes))
    _write_json(folder / f"{name}{_ABOUT}", asdict(about))
    path = folder / f"{name}.json"
    _write_json(path, [asdict(result) for result in results])
    return path


def is_results(path: Path) -> bool:
    """Whether `write` wrote that file of a benchmark's folder, and not what lies beside it."""
    return path.suffix == ".json" and not path.name.endswith((_ABOUT, _SERIES))


def read(path: Path) -> list[Comparison]:
    """What `write` wrote."""
    return [Comparison(**data) for data in json.loads(path.read_text(encoding="utf-8"))]


def read_about(path: Path) -> About | None:
    """What `write` put beside that NAME.json; None if there is nothing."""
    beside = path.with_name(f"{path.stem}{_ABOUT}")
    if not beside.is_file():
        return None
    data = json.loads(beside.read_text(encoding="utf-8"))
    return About(data["machine"], data["written_at"], tuple(data["notes"]))


def write_series(name: str, series: Sequence[Series], folder: Path = BENCH) -> Path:
    """Writes `folder`/NAME-series.json; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}{_SERIES}"
    _write_json(path, [asdict(one) for one in series])
    return path


def read_series(name: str, folder: Path = BENCH) -> list[Series]:
    """What a benchmark wrote, one object or a list of them; none if it wrote nothing."""
    path = folder / f"{name}{_SERIES}"
    if not path.is_file():
        return []
    data = json.loads(path.read_text(encoding="utf-8"))
    return [Series(**one) for one in (data if isinstance(data, list) else [data])]


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def table(results: Iterable[Comparison]) -> str:
    """The results as lines of text for a terminal."""
    lines = [f"{'metric':<34}{'ours':>12}{'other':>12}{'ratio':>8}  other"]
    lines += [
        f"{one.metric + ' (' + one.unit + ')':<34}{one.ours:>12.4g}{one.other:>12.4g}"
        f"{one.ratio:>8.2f}  {one.other_name} ({one.samples} samples)"
        for one in results
    ]
    return "\n".join(lines)


def machine() -> str:
    """The machine, its load now, and the versions that matter."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    versions = ", ".join(
        f"{name} {found.version}"
        for name in _VERSIONS
        for found in importlib.metadata.distributions(name=name)
    )
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB; load {load}; "
        f"Python {platform.python_version()}; {versions}"
    )


def _processor() -> str:
    """The processor's name and those of its instructions that vectors and models profit from."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    flags = set(facts.get("flags", "").split())
    told = " ".join(flag for flag in _TOLD_FLAGS if flag in flags)
    return f"{facts.get('model name', platform.machine())} ({told})"


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
