"""A folder as a source: what of it cannot be opened."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from index.sources import SourceUnreachable
from index.sources.local_folder import LocalFolder


def _closed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Nobody may open the folder of that name, not even the superuser."""
    opened = os.scandir

    def scandir(folder: Path) -> Any:
        if folder.name == name:
            raise PermissionError(13, "Permission denied", str(folder))
        return opened(folder)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_folder_in_it_that_cannot_be_opened_is_refused_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The root of a disk has such a folder, `lost+found`."""
    (tmp_path / "a" / "lost+found").mkdir(parents=True)
    (tmp_path / "a" / "b.md").write_text("Text.")
    _closed(monkeypatch, "lost+found")
    found = {item.path: item.refusal for item in asyncio.run(LocalFolder(tmp_path).list("")).items}
    assert found == {
        "a/b.md": "",
        "a/lost+found": "the folder cannot be opened: Permission denied",
    }


def test_if_it_cannot_be_opened_itself_its_copy_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _closed(monkeypatch, tmp_path.name)
    with pytest.raises(SourceUnreachable, match="cannot be opened: Permission denied"):
        asyncio.run(LocalFolder(tmp_path).list(""))
