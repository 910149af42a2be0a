"""Where what people ask is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import make_url

from analytics.database import Database
from errors import LogError
from operation.doctor.finding import Finding, Subject, fine, note, problem

DATABASE, DISK = "Database", "Disk"
_ROOM = 1024**3


async def database(subject: Subject) -> AsyncIterator[Finding]:
    """Whether the query log can be read, and a file of it written."""
    address = make_url(subject.settings.query_log_url)
    file = Path(address.database or "") if address.get_backend_name() == "sqlite" else None
    if file and not file.exists():
        yield _file_to_come(file)
        return
    try:
        found = await Database.open_to_read(subject.settings.query_log_url)
    except LogError as error:
        yield problem(DATABASE, f"{error}.", "let it run, or name another")
        return
    url = found.url
    await found.close()
    if file and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        yield problem(
            DATABASE,
            f"{file} or its folder is read-only: what people ask is not kept.",
            "give the user that runs Signpost the right to write both",
        )
    else:
        yield fine(DATABASE, f"{url} can be read and written.")


def _file_to_come(file: Path) -> Finding:
    folder = next(folder for folder in file.absolute().parents if folder.exists())
    if os.access(folder, os.W_OK):
        return fine(DATABASE, f"{file} will be made at the first start.")
    return problem(
        DATABASE,
        f"{file} cannot be made: {folder} is read-only.",
        "give the user that runs Signpost the right to write it, or set SIGNPOST_DATA_DIR",
    )


async def disk(subject: Subject) -> AsyncIterator[Finding]:
    """Room for the log and for the next snapshot."""
    for folder in dict.fromkeys((subject.settings.data_dir, subject.settings.snapshots_dir)):
        there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
        free = shutil.disk_usage(there).free
        if free < _ROOM:
            yield note(
                DISK, f"{free / 1024**2:.0f} MB are free where {folder} is.", "make some room"
            )
            return
    yield fine(DISK, "There is room.")
