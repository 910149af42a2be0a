"""How fast a stage goes is told for what takes milliseconds, and for what takes seconds."""

from __future__ import annotations

import pytest
from rich.progress import Progress

from index.progress import Rate


@pytest.mark.parametrize(
    ("seconds", "total", "said"), [(0.002, 9_000, "500/s"), (2.5, 6, "0.4/s"), (2.5, 1, "")]
)
def test_a_slow_stage_has_a_rate_too(seconds: float, total: int, said: str) -> None:
    """Recognising a page takes seconds, and "0/s" looks as if nothing went on."""
    now = 0.0
    progress = Progress(get_time=lambda: now, disable=True)
    task = progress.add_task("", total=total)
    for done in range(3):
        now = done * seconds
        progress.update(task, completed=done)
    assert Rate().render(progress.tasks[0]).plain == said
