"""What `python -m index status` tells: which snapshots there are, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from errors import SnapshotDamaged
from snapshot.store import SnapshotStore

_OF_MANIFEST = ("created_at", "model", "engine", "resources", "passages", "refused", "calibration")


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """`rows` are the snapshots, oldest first, as they go into JSON. `problem` is what is wrong with
    the pointer to the active one."""

    folder: Path
    active: str | None
    rows: Sequence[dict[str, Any]]
    problem: SnapshotDamaged | None = None

    @classmethod
    def of(cls, store: SnapshotStore, *, verify: bool) -> StoreStatus:
        """With `verify` all bytes of every snapshot are read; without, only what it says of
        itself."""
        active, problem = None, None
        try:
            active = store.pointer().snapshot
        except SnapshotDamaged as error:
            serves = store.newest_good() or "nothing, for there is no good one"
            problem = SnapshotDamaged(f"{error}. A server that starts meanwhile serves {serves}")
        rows = [_row(store, name, name == active, verify) for name in store.ids()]
        return cls(store.folder, active, rows, problem)

    @property
    def is_damaged(self) -> bool:
        return any(row["damaged"] for row in self.rows)

    def print(self, console: Console, draw: Callable[[Table, Console], None]) -> None:
        """A line for each snapshot, and what is wrong with those that are damaged."""
        if not self.rows:
            console.print(f"No snapshot in {self.folder} yet: run `python -m index build CONTENT`.")
            return
        draw(_table(self.rows), console)
        for row in self.rows:
            if row["damaged"]:
                console.print(f"{row['id']} is damaged: {row['damaged']}")


def _row(store: SnapshotStore, name: str, active: bool, verify: bool) -> dict[str, Any]:
    """A snapshot that cannot tell of itself has the same fields, unknown."""
    try:
        manifest = store.manifest(name)
    except SnapshotDamaged as error:
        unknown = dict.fromkeys(_OF_MANIFEST)
        return {"id": name, "active": active, **unknown, "damaged": str(error)}
    damaged = None
    if verify:
        try:
            store.verify(name)
            damaged = "; ".join(store.media.problems(store.path(name))) or None
        except SnapshotDamaged as error:
            damaged = str(error)
    return {
        "id": manifest.id,
        "active": active,
        "created_at": manifest.created_at.isoformat(),
        "model": manifest.encoder.model,
        "engine": manifest.engine,
        **asdict(manifest.counts),
        "calibration": asdict(manifest.calibration),
        "damaged": damaged,
    }


def _table(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None)
    for name in ("", "snapshot", "created", "model", "resources", "passages", "refused"):
        table.add_column(name, overflow="fold", no_wrap=name == "snapshot")
    for row in rows:
        cells = ["*" if row["active"] else "", row["id"]]
        if row["damaged"]:
            cells.append("damaged")
        else:
            counts = (str(row[name]) for name in ("resources", "passages", "refused"))
            cells += [row["created_at"][:19].replace("T", " "), row["model"], *counts]
        style = "red" if row["damaged"] else ""
        table.add_row(*(Text(cell, style) for cell in cells))
    return table
