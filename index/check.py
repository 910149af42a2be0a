"""What a build of a content folder would do, found out without a model."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from index.cache import CACHE_FILE, BuildCache, KeptDocuments
from index.content.size_bounds import SizeBounds
from index.material import Material, gather
from index.progress import Progress, silent
from index.recognition.cost import RecognitionCost, cost_of
from index.recognition.installed import ReadingSettings
from index.recognition.recognition import Recognition
from index.sources import Access
from index.sources.mounting import MIRRORS, mounted
from snapshot.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class Checked:
    """What would be served, and what text recognition would cost; None if no page waits for it."""

    material: Material
    cost: RecognitionCost | None


@dataclass(frozen=True, slots=True)
class Check:
    """A check on one store, whose cache tells what builds have read. With `access` the sources are
    read first; if it `recognises`, pages are put through text recognition and kept for the build.
    """

    store: SnapshotStore
    reading: ReadingSettings
    access: Access | None = None
    bounds: SizeBounds = field(default_factory=SizeBounds)
    recognises: bool = False
    progress: Progress = silent

    def run(self, content: Path, today: date) -> Checked:
        """Raises ContentError, SettingsError and SnapshotError as a build does."""
        kept = self.store.folder / CACHE_FILE
        with ExitStack() as stack:
            if self.access or self.recognises:
                stack.enter_context(self.store.lock())
            cache = BuildCache(kept) if self.recognises else KeptDocuments(kept)
            stack.callback(cache.close)
            sources = mounted(content, self.store.folder / MIRRORS, self.access, self.progress)
            waits = not self.recognises
            reading = Recognition.by(self.reading, self.progress, waits=waits)
            material = gather(sources, reading, today, cache, self.progress, bounds=self.bounds)
            cost = cost_of(material.found, reading, sources.tree) if waits else None
            return Checked(material, cost)
