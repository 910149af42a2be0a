"""What `python -m index sources` tells: for people on a terminal, and as JSON for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from index.report import DrawTable
from index.sources.mounting import SourceStatus


def status_rows(found: Sequence[SourceStatus]) -> list[dict[str, Any]]:
    """What is told of each source. `items` are those that it held when it was read last."""
    return [
        {
            "source": one.entry.name,
            "type": one.entry.kind.name,
            "items": len(one.state.items),
            "refused": sum(bool(item.refusal) for item in one.state.items),
            "read_at": one.state.read_at and one.state.read_at.isoformat(),
            "problem": one.state.problem and one.state.problem.reason,
            "problem_since": one.state.problem and one.state.problem.since.isoformat(),
            "unmapped": one.unmapped,
        }
        for one in found
    ]


def print_sources(rows: Sequence[dict[str, Any]], console: Console, draw: DrawTable) -> None:
    """A row for each source, and a line for what needs a look."""
    if not rows:
        console.print("The folder has no sources.yaml.")
        return
    draw(_table(rows), console)
    for said in _notes(rows):
        console.print(said)


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None)
    for name in ("source", "type", "items", "refused", "read at"):
        table.add_column(name, overflow="fold", no_wrap=name == "source")
    for row in rows:
        cells = (row["source"], row["type"], row["items"], row["refused"], _time(row["read_at"]))
        table.add_row(*(Text(str(cell)) for cell in cells))
    return table


def _notes(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        if row["problem"]:
            since = _time(row["problem_since"])
            yield f"{row['source']} cannot be read since {since}: {row['problem']}"
        if row["unmapped"]:
            names = ", ".join(row["unmapped"])
            yield f"{row['source']}: readers that audiences does not map: {names}"


def _time(moment: str | None) -> str:
    return f"{moment[:16].replace('T', ' ')} UTC" if moment else "never"
