"""How far a command that takes a while has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import rich.progress
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

# Is told of a stage how much of it is done, out of how much in all.
Progress = Callable[[str, int, int], None]
_STAGES = {
    "fetch": "Reading sources",
    "read": "Reading files",
    "recognise": "Recognising pages",
    "prepare": "Preparing the model",
    "encode": "Encoding passages",
    "write": "Writing snapshot",
    "ask": "Asking questions",
    "suggest": "Asking for questions",
}


class Rate(ProgressColumn):
    """How many a second, of what takes its time one by one."""

    def render(self, task: Task) -> Text:
        speed = task.speed if (task.total or 0) > 1 else None
        return Text(f"{speed:.{0 if speed >= 10 else 1}f}/s" if speed else "")


def silent(stage: str, done: int, total: int) -> None:
    """The progress of whoever shows none."""


@contextmanager
def bars(console: Console) -> Iterator[Progress]:
    """A progress that shows a bar for each stage if the console is a terminal, else nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               Rate(), TimeRemainingColumn())  # fmt: skip
    hidden = not console.is_terminal
    with rich.progress.Progress(*columns, console=console, disable=hidden) as shown:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(_STAGES.get(stage, stage), total=total)
            shown.update(tasks[stage], completed=done, total=total)

        yield show
