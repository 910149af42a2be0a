"""The whole offline job: a content folder becomes the active snapshot."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import to_builtins

from encoder.protocol import Encoder
from errors import ContentError
from index.cache import CACHE_FILE, BuildCache
from index.calibration import DEFAULT_CALIBRATION, calibrate
from index.content.containers.archives import Extracts
from index.content.size_bounds import SizeBounds
from index.encoder_source import EncoderSource
from index.golden.gate import GoldenGate, GoldenReport, write_accepted
from index.hints.asked_as import with_rows
from index.hints.collections import with_links
from index.hints.examples import unanswered
from index.hints.pinned import fixed
from index.hints.thesaurus import rewordings
from index.kept_files import with_kept_files
from index.link_targets import LinkTargets
from index.material import Material, gather
from index.progress import Progress, silent
from index.reporting.build_report import BuildReport
from index.sources import Access
from index.sources.mounting import MIRRORS, mounted
from index.splitter import Limits, split
from snapshot import headings, writing
from snapshot.engines import AUTO
from snapshot.lexical import analyzer
from snapshot.linked_as import linked_as
from snapshot.manifest import FORMAT, AskedAs, Collection, Counts, Manifest, Pinned, Rewording
from snapshot.models import Passage, Resource, embedding_text
from snapshot.reading import Snapshot
from snapshot.resource_json import locator_to_dict, resource_to_dict
from snapshot.store import SnapshotStore
from snapshot.tokens.quantizer import width as token_width
from snapshot.writing import EncodedPassages


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """How a build goes. `engine` and `limits` shape the snapshot, besides its content and its
    encoder. The engine "auto" leaves it to `snapshot.engines.choice`.

    `strict` publishes nothing if a file is refused, `accept` activates whatever the golden
    questions say, `keep` is how many snapshots stay, `bounds` how much of a file and a folder is
    served, `page_pictures` whether pages are drawn. Without `calibrates` the thresholds are usual.
    """

    engine: str = AUTO
    limits: Limits = field(default_factory=Limits)
    strict: bool = False
    accept: bool = False
    keep: int = 5
    calibrates: bool = True
    bounds: SizeBounds = field(default_factory=SizeBounds)
    page_pictures: bool = False


@dataclass(frozen=True)
class Contents:
    """What a snapshot holds besides vectors: the resources that have passages, and all passages,
    those of one resource together. `notes` are for the report."""

    material: Material
    encoder: Encoder
    resources: list[Resource]
    passages: list[Passage]
    pinned: tuple[Pinned, ...] = ()
    asked_as: tuple[AskedAs, ...] = ()
    collections: tuple[Collection, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def rewordings(self) -> tuple[Rewording, ...]:
        """What to read for words that nothing for everyone holds."""
        only_for, told = self.only_for, zip(self.texts, self.passages, strict=True)
        return rewordings((text for text, one in told if not only_for[one.resource_id]), analyzer())

    @property
    def counts(self) -> Counts:
        return Counts(len(self.resources), len(self.passages), len(self.material.found.refused))

    @property
    def texts(self) -> list[str]:
        """What is encoded of each passage."""
        titles = self._titles
        return [
            embedding_text(titles[p.resource_id], p.heading_path, p.text) for p in self.passages
        ]

    @property
    def headings(self) -> list[headings.Said]:
        """What is encoded besides: titles, headings and the words of links alone."""
        linked = linked_as(self.resources, self.passages)
        return headings.distinct(self.resources, self.passages, linked)

    @property
    def only_for(self) -> dict[str, tuple[str, ...]]:
        """By the id of each resource, the audiences that alone may see it."""
        return {resource.id: resource.only_for for resource in self.resources}

    @property
    def _titles(self) -> dict[str, str]:
        return {resource.id: resource.title for resource in self.resources}


@dataclass(frozen=True, slots=True)
class Build:
    """The offline job on one store: scan, split, encode, write, judge, activate. By `access` a
    folder's sources are read anew; without it they are as before.

    The snapshot that is active stays so until the new one is complete, verified and judged, and
    for good if the build fails. No two builds work in one store at a time."""

    store: SnapshotStore
    encoders: EncoderSource
    settings: BuildSettings = field(default_factory=BuildSettings)
    progress: Progress = silent
    access: Access | None = None

    def run(self, content: Path, extraction: Extracts, today: date) -> BuildReport:
        """Takes a content folder through all steps, as it stands on that day. Publishes nothing if
        a snapshot holds the same already.

        Raises ContentError if nothing at all could be served, or what belongs to the folder is
        malformed; StrictBuildError; EncoderError; SnapshotError.
        """
        started = time.monotonic()
        with self._opened() as cache:
            material = self._scan(content, extraction, today, cache)
            return self._publish(material, cache, started)

    def publish(self, material: Material) -> BuildReport:
        """As `run`, for material that comes from no content folder: the steps after the scan."""
        started = time.monotonic()
        with self._opened() as cache:
            return self._publish(material, cache, started)

    @contextmanager
    def _opened(self) -> Iterator[BuildCache]:
        """The store is locked, and rid of what killed builds left."""
        with self.store.lock():
            self.store.sweep()
            cache = BuildCache(self.store.folder / CACHE_FILE)
            try:
                yield cache
            finally:
                cache.close()

    def _publish(self, material: Material, cache: BuildCache, started: float) -> BuildReport:
        """`started` is when the job began, on `time.monotonic`'s clock."""
        notes: list[str] = []
        encoder = self.encoders.prepare(material, notes.append)
        contents = self._split(material, encoder)
        digest = self._digest(contents)
        pointer = self.store.pointer()
        snapshot_id, encoded = self.store.find(digest), 0
        is_new = snapshot_id is None
        if snapshot_id is None:
            vectors, encoded = self._encode(contents, cache)
            snapshot_id = self._write(contents, vectors, digest)
        withdrawn = digest in pointer.withdrawn
        activating = pointer.snapshot != snapshot_id and not withdrawn
        golden = None if withdrawn else self._judge(contents, snapshot_id, activating=activating)
        activated = self._activate(snapshot_id, golden, activating=activating)
        pruned = self.store.prune(self.settings.keep) if is_new else []
        cache.drop_unused(self.settings.keep)
        return BuildReport(
            snapshot_id=snapshot_id,
            published=is_new,
            activated=activated,
            withdrawn=withdrawn,
            counts=contents.counts,
            encoded=encoded,
            refused=material.found.refused,
            ignored=material.found.ignored,
            warnings=(
                *notes,
                *material.notes,
                *contents.notes,
                *(golden.score.notes if golden else ()),
                *unanswered(self.store, snapshot_id, encoder, material.examples),
            ),
            unfilled=material.unfilled,
            pruned=tuple(pruned),
            took_s=time.monotonic() - started,
            golden=golden,
            copies=material.found.copies,
        )

    def _scan(
        self, content: Path, extraction: Extracts, today: date, cache: BuildCache
    ) -> Material:
        """Reads the folder; files that have not changed come out of the cache."""
        sources = mounted(content, self.store.folder / MIRRORS, self.access, self.progress)
        strict, bounds = self.settings.strict, self.settings.bounds
        found = gather(
            sources, extraction, today, cache, self.progress, strict=strict, bounds=bounds
        )
        return with_kept_files(found, sources.tree, self.store.media, self.settings.page_pictures)

    def _split(self, material: Material, encoder: Encoder) -> Contents:
        """Cuts documents into passages. Raises ContentError if there are none at all."""
        resources: list[Resource] = []
        passages: list[Passage] = []
        limits = self.settings.limits.within(encoder)
        targets = LinkTargets(material.found.entries, material.found.copies)
        for entry in material.found.entries:
            own = split(entry.resource, entry.document, encoder.count_tokens, limits)
            if own:
                resources.append(entry.resource)
                passages.extend(targets.resolved(one, entry.resource) for one in own)
        if not passages:
            unserved = len(material.found.refused) + len(material.found.ignored)
            raise ContentError(
                f"none of the {unserved} files can be served, so nothing is published: `python -m "
                "index check` lists the reasons"
            )
        pinned = fixed(material.pinned, resources, passages)
        asked_as, notes = with_rows(material.asked_as, resources, passages)
        shown = with_links(material.collections, resources, passages)
        return Contents(material, encoder, resources, passages, pinned, asked_as, shown, notes)

    def _encode(self, contents: Contents, cache: BuildCache) -> tuple[EncodedPassages, int]:
        """The passages as encoded, and how many of them had to be encoded now."""
        encoder = contents.encoder
        only_for = contents.only_for
        of_rows = [only_for[one.resource_id] for one in contents.passages]
        asked = [(of_rows[one.rows[0]], one.question) for one in contents.asked_as]
        said = [*zip(of_rows, contents.texts, strict=True), *contents.headings, *asked]
        texts, groups = [text for _, text in said], ["\0".join(readers) for readers, _ in said]
        keys, vectors, fresh = cache.encode(encoder, texts, self.progress, groups)
        first, last = len(contents.passages), len(keys) - len(asked)
        of_passages, of_headings, of_asked = keys[:first], keys[first:last], keys[last:]
        dim, width = encoder.fingerprint.dim, token_width(encoder.fingerprint.token_dim)
        stored = EncodedPassages(
            vectors=np.stack([vectors[key] for key in of_passages]),
            tokens=cache.get_tokens(of_passages, width),
            token_counts=cache.get_token_counts(of_passages),
            headings=np.stack([vectors[key] for key in of_headings]),
            asked_as=np.array([vectors[key] for key in of_asked], np.float32).reshape(-1, dim),
        )
        return stored, len(fresh.intersection(of_passages))

    def _write(self, contents: Contents, encoded: EncodedPassages, digest: str) -> str:
        """Publishes a snapshot, not active yet, with thresholds that its own text teaches; returns
        its id."""
        created_at = datetime.now(UTC)
        manifest = Manifest(
            id=_snapshot_id(created_at, digest),
            created_at=created_at,
            content_digest=digest,
            encoder=contents.encoder.fingerprint,
            engine=self.settings.engine,
            settings=asdict(self.settings.limits),
            calibration=DEFAULT_CALIBRATION,
            counts=contents.counts,
            examples=contents.material.examples,
            synonyms=contents.material.synonyms,
            rewordings=contents.rewordings,
            pinned=contents.pinned,
            asked_as=contents.asked_as,
            collections=contents.collections,
        )

        def write(folder: Path) -> None:
            writing.write(
                folder,
                manifest,
                contents.resources,
                contents.passages,
                encoded,
                contents.material.found.refused,
            )
            if self.settings.calibrates:
                snapshot = Snapshot(folder)
                writing.set_calibration(snapshot, calibrate(snapshot, contents.encoder))

        self.progress("write", 0, 1)
        self.store.publish(manifest.id, write)
        self.progress("write", 1, 1)
        return manifest.id

    def _judge(
        self, contents: Contents, snapshot_id: str, *, activating: bool
    ) -> GoldenReport | None:
        """Asks the golden questions if that may change what is served, or by what it is measured;
        None if they are not asked."""
        gate = GoldenGate(self.store, contents.material.golden, self.settings.accept)
        return gate.measure(snapshot_id, contents.encoder, self.progress, activating=activating)

    def _activate(self, snapshot_id: str, golden: GoldenReport | None, *, activating: bool) -> bool:
        """Has the snapshot served from now on, if it is not yet and no golden questions hold it
        back; returns whether it did. A score that is accepted measures later builds."""
        is_accepted = golden is None or golden.is_accepted
        if activating and is_accepted:
            self.store.activate(snapshot_id)
        if golden and is_accepted:
            write_accepted(self.store, snapshot_id, golden.score)
        return activating and is_accepted

    def _digest(self, contents: Contents) -> str:
        """Equal for two builds exactly if their snapshots would be equal but for id and time.

        The engine counts as the settings name it, and the thresholds as they usually are: a folder
        that has not changed is not published again because "auto" chooses another engine.
        """
        digest = hashlib.sha256()

        def add(value: Any) -> None:
            digest.update(f"{json.dumps(value, sort_keys=True, ensure_ascii=False)}\n".encode())

        shaped = {
            "engine": self.settings.engine,
            "limits": asdict(self.settings.limits),
            "calibration": asdict(DEFAULT_CALIBRATION),
        }
        material = contents.material
        hinted = contents.pinned, contents.asked_as, contents.rewordings, contents.collections
        said = (material.examples, material.synonyms, *to_builtins(hinted))
        add([FORMAT, contents.encoder.fingerprint.digest, shaped, said])
        for resource in contents.resources:
            add(resource_to_dict(resource))
        for passage in contents.passages:
            place = locator_to_dict(passage.locator)
            links = [astuple(link) for link in passage.links]
            said = passage.resource_id, passage.heading_path, place, passage.text
            add([*said, links, passage.marks])
        for entry in contents.material.found.refused:
            add(asdict(entry))
        return digest.hexdigest()


def _snapshot_id(created_at: datetime, digest: str) -> str:
    """Sorts by time: to the millisecond, which two builds never share."""
    return f"{created_at:%Y%m%dT%H%M%S}.{created_at.microsecond // 1000:03}Z-{digest[:8]}"
