"""Results and series are read as they were written, and told apart from what lies beside them."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.results import (
    Comparison,
    Series,
    is_results,
    less_is_better,
    machine,
    more_is_better,
    read,
    read_about,
    read_series,
    table,
    write,
    write_series,
)

LINE = Series("Search", "ms", "passages", [10, 100], {"exact": [1.0, None]}, log=True)


def test_ratios_are_above_one_where_ours_is_better() -> None:
    """By medians: of 1, 2 and 9 that is 2."""
    faster = less_is_better("question_x", "ms", [9, 1, 2], [4, 4, 4, 4], "x")
    assert faster == Comparison("question_x", "ms", 2, 4, "x", 2.0, 3)
    assert more_is_better("rate", "1/s", [10], [40], "x").ratio == 0.25


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """With the machine and the notes beside it."""
    results = [Comparison("start_x", "s", 1.5, 3.0, "x", 2.0, 3)]
    path = write("peers", results, tmp_path, notes=["7 passages."])
    assert path == tmp_path / "peers.json"
    assert read(path) == results
    about = read_about(path)
    assert about is not None
    assert about.notes == ("7 passages.",)
    assert about.machine.partition(";")[0] == machine().partition(";")[0]
    assert about.written_at.endswith("+00:00")


def test_results_without_anything_beside_them_have_no_machine(tmp_path: Path) -> None:
    """As somebody else's program may write them."""
    (tmp_path / "x.json").write_text("[]")
    assert read_about(tmp_path / "x.json") is None


def test_only_results_are_results(tmp_path: Path) -> None:
    """What lies beside them has another shape."""
    write("peers", [], tmp_path)
    write_series("peers", [LINE], tmp_path)
    assert [path.name for path in sorted(tmp_path.iterdir()) if is_results(path)] == ["peers.json"]


def test_a_table_has_a_line_for_each() -> None:
    """With unit, ratio and samples."""
    [_, line] = table([Comparison("start_x", "s", 1.5, 3.0, "x 1.0", 2.0, 3)]).splitlines()
    assert line.split() == ["start_x", "(s)", "1.5", "3", "2.00", "x", "1.0", "(3", "samples)"]


def test_series_are_read_alone_or_in_a_list(tmp_path: Path) -> None:
    """None where a benchmark has none."""
    write_series("scale", [LINE, LINE], tmp_path)
    assert read_series("scale", tmp_path) == [LINE, LINE]
    one = json.loads((tmp_path / "scale-series.json").read_text())[0]
    (tmp_path / "turn-series.json").write_text(json.dumps(one))
    assert read_series("turn", tmp_path) == [LINE]
    assert read_series("peers", tmp_path) == []
