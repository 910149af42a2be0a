"""Content folders with a `sources.yaml`, and what a build of them would serve."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from index.content.scan import Scan
from index.material import gather
from index.readers.extraction import Extraction
from index.sources import Access
from index.sources.mounting import MIRRORS, Mounted, mounted

TODAY = date(2026, 11, 2)
VOUCHED = "validated_by: HR\nvalidated_on: 2026-10-01\nowner: HR\nreview_every_days: 365\n"
PUBLISHED = f"base_url: https://intranet.example.com/\n{VOUCHED}"


def write(folder: Path, path: str, text: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def content_with(folder: Path, sources: str) -> Path:
    """A content folder that only names sources."""
    write(folder / "content", "sources.yaml", sources)
    return folder / "content"


def sync(content: Path, access: Access | None = Access()) -> Mounted:
    """The content with its sources, read now; with None as they were."""
    return mounted(content, content.parent / MIRRORS, access)


def found_in(sources: Mounted) -> Scan:
    return gather(sources, Extraction(workers=1), TODAY).found


def audiences(found: Scan) -> dict[str, tuple[str, ...]]:
    """Who may see what is served, by paths."""
    return {entry.resource.path: entry.resource.audience for entry in found.entries}


def refusals(found: Scan) -> dict[str, str]:
    return {one.path: one.detail for one in found.refused}


class FolderPlace:
    """A folder as `tests.contract.test_sources` changes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self.access = Access()
        self.entry = f"type: folder\npath: {folder}"

    def put(self, path: str, data: bytes) -> None:
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def remove(self, path: str) -> None:
        (self._folder / path).unlink()

    def break_off(self) -> None:
        self._folder.rename(self._folder.with_name("away"))

    def mend(self) -> None:
        self._folder.with_name("away").rename(self._folder)

    def close(self) -> None:
        pass
