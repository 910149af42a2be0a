"""The whole offline job: a content folder becomes the active snapshot."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from encoder.protocol import Encoder
from errors import ContentError
from index.cache import BuildCache, encoded_key
from index.content.hints import read_examples, read_synonyms
from index.content.inventory import Ignored
from index.content.scan import Scan, scan
from index.golden.gate import GoldenGate, GoldenReport, write_accepted
from index.readers.documents import Document
from index.readers.extraction import Extraction
from index.splitter import Limits, split
from snapshot import writing
from snapshot.engines import choice
from snapshot.manifest import FORMAT, Calibration, Counts, Manifest, Refused, Synonyms
from snapshot.models import Passage, Resource, embedding_text, locator_to_dict
from snapshot.reading import Snapshot, resource_to_dict
from snapshot.store import SnapshotStore
from snapshot.token_vectors import TokenQuantizer
from snapshot.writing import EncodedPassages

Progress = Callable[[str, int, int], None]
Calibrate = Callable[[Snapshot, Encoder], Calibration]
LoadEncoder = Callable[[Mapping[str, Document]], Encoder]
CACHE_FILE = "cache.sqlite"
# Committed together: what a killed build loses, a second or two. All cores share them.
_ENCODED_AT_ONCE = 128
DEFAULT_CALIBRATION = Calibration(answered=0.65, closest=0.11)


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """What shapes a snapshot besides its content and its encoder. The engine "auto" leaves it to
    `snapshot.engines.choice`; the content's digest counts it as it stands here, so that a folder
    which has not changed is not published again because a measurement came out otherwise."""

    engine: str = choice.AUTO
    limits: Limits = field(default_factory=Limits)
    calibration: Calibration = field(default=DEFAULT_CALIBRATION)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `snapshot_id` names the snapshot that holds the content now; `published`
    says whether this build wrote it, `activated` whether this build made it the active one;
    `golden` how it answers the golden questions, None where they were not asked."""

    snapshot_id: str | None
    published: bool
    activated: bool
    withdrawn: bool
    counts: Counts
    encoded: int
    refused: tuple[Refused, ...]
    ignored: tuple[Ignored, ...]
    warnings: tuple[str, ...]
    pruned: tuple[str, ...]
    took_s: float
    golden: GoldenReport | None = None


class StrictBuildError(ContentError):
    """A strict build met files that it would have to refuse; nothing was published."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__(
            f"{len(refused)} file(s) are refused, and a strict build publishes nothing then"
        )
        self.refused = tuple(refused)


def build(
    content: Path,
    store: SnapshotStore,
    load_encoder: LoadEncoder,
    extraction: Extraction,
    *,
    settings: BuildSettings,
    today: date,
    strict: bool = False,
    keep: int = 5,
    calibrate: Calibrate | None = None,
    golden: GoldenGate | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> BuildReport:
    """Reads the folder, writes a snapshot of what is valid today and activates it, unless it
    answers too few of the golden questions.

    `load_encoder` is shown the documents by their paths, on which a model may prove itself.
    `calibrate` says what confidence answers need; without it the settings' own stands.
    Publishes nothing where the active snapshot already holds the same. Raises ContentError where
    nothing at all could be served, StrictBuildError, EncoderError or SnapshotError; the snapshot
    that was active stays so then.
    """
    started = time.monotonic()
    with store.lock():
        store.sweep()
        cache = BuildCache(store.folder / CACHE_FILE)
        try:
            found = scan(
                content, today=today, extraction=extraction, cache=cache, progress=progress
            )
            if strict and (refused := refused_in(found)):
                raise StrictBuildError(refused)
            return publish(
                found,
                store,
                load_encoder,
                cache,
                settings=settings,
                examples=read_examples(content),
                synonyms=read_synonyms(content),
                keep=keep,
                calibrate=calibrate,
                golden=golden,
                progress=progress,
                started=started,
            )
        finally:
            cache.close()


def publish(
    found: Scan,
    store: SnapshotStore,
    load_encoder: LoadEncoder,
    cache: BuildCache,
    *,
    settings: BuildSettings,
    examples: tuple[str, ...] = (),
    synonyms: Synonyms = (),
    keep: int = 5,
    calibrate: Calibrate | None = None,
    golden: GoldenGate | None = None,
    progress: Progress = lambda stage, done, total: None,
    started: float | None = None,
) -> BuildReport:
    """Writes a snapshot of what a scan found and activates it: the second half of `build`, whose
    errors it raises. Call it with the store's lock held; `started` is when the job began, on
    `time.monotonic`'s clock."""
    started = time.monotonic() if started is None else started
    refused = refused_in(found)
    encoder = load_encoder({entry.resource.path: entry.document for entry in found.entries})
    resources, passages = _split_all(found, encoder, settings.limits)
    if not passages:
        raise ContentError(
            f"none of the {len(refused) + len(found.ignored)} files can be served, so nothing is "
            "published: `python -m index check` lists the reasons"
        )
    said = (examples, synonyms)
    digest = _content_digest(resources, passages, refused, said, encoder, settings)
    counts = Counts(len(resources), len(passages), len(refused))
    pointer = store.pointer()
    same = store.find(digest)
    fresh = 0
    if same is None:
        encoded, fresh = _encode(resources, passages, encoder, cache, progress)
        created_at = datetime.now(UTC)
        manifest = Manifest(
            id=_snapshot_id(created_at, digest),
            created_at=created_at,
            content_digest=digest,
            encoder=encoder.fingerprint,
            engine=settings.engine,
            settings=asdict(settings.limits),
            calibration=settings.calibration,
            counts=counts,
            examples=examples,
            synonyms=synonyms,
        )
        progress("write", 0, 1)
        store.publish(
            manifest.id,
            lambda folder: writing.write(
                folder,
                manifest,
                resources,
                passages,
                encoded,
                refused,
                lambda written: calibrate(written, encoder) if calibrate else settings.calibration,
            ),
        )
        progress("write", 1, 1)
    snapshot_id = same or manifest.id
    withdrawn = digest in pointer.withdrawn
    activate = pointer.snapshot != snapshot_id and not withdrawn
    measured = None
    if golden and not withdrawn:
        measured = golden.measure(store, snapshot_id, activating=activate)
        activate = activate and (measured is None or measured.is_accepted)
    if activate:
        store.activate(snapshot_id)
    if measured and measured.is_accepted:
        write_accepted(store, snapshot_id, measured.score)
    pruned = store.prune(keep) if same is None else []
    cache.drop_unused(keep)
    return BuildReport(
        snapshot_id=snapshot_id,
        published=same is None,
        activated=activate,
        withdrawn=withdrawn,
        counts=counts,
        encoded=fresh,
        refused=refused,
        ignored=found.ignored,
        warnings=found.warnings,
        pruned=tuple(pruned),
        took_s=time.monotonic() - started,
        golden=measured,
    )


def _snapshot_id(created_at: datetime, digest: str) -> str:
    """Sorts by time: to the millisecond, which two builds never share."""
    return f"{created_at:%Y%m%dT%H%M%S}.{created_at.microsecond // 1000:03}Z-{digest[:8]}"


def refused_in(found: Scan) -> tuple[Refused, ...]:
    """What a snapshot keeps of a scan's refusals."""
    return tuple(Refused(r.path, str(r.kind), r.reason) for r in found.refusals)


def _split_all(
    found: Scan, encoder: Encoder, limits: Limits
) -> tuple[list[Resource], list[Passage]]:
    """The resources that have passages, and all passages, those of one resource together."""
    resources: list[Resource] = []
    passages: list[Passage] = []
    for entry in found.entries:
        own = split(entry.resource, entry.document, encoder.count_tokens, limits)
        if own:
            resources.append(entry.resource)
            passages.extend(own)
    return resources, passages


def _encode(
    resources: Sequence[Resource],
    passages: Sequence[Passage],
    encoder: Encoder,
    cache: BuildCache,
    progress: Progress,
) -> tuple[EncodedPassages, int]:
    """The passages as encoded, and how many of them had to be encoded now.

    Batches hold texts of like length, and each is stored as soon as it is encoded.
    """
    titles = {resource.id: resource.title for resource in resources}
    texts = [embedding_text(titles[p.resource_id], p.heading_path, p.text) for p in passages]
    fingerprint = encoder.fingerprint
    keys = [encoded_key(fingerprint.digest, text) for text in texts]
    known = cache.get_vectors(list(dict.fromkeys(keys)), fingerprint.dim)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    queue = sorted(missing, key=lambda key: len(missing[key]), reverse=True)
    quantizer = TokenQuantizer(fingerprint.token_dim)
    progress("encode", 0, len(queue))
    for start in range(0, len(queue), _ENCODED_AT_ONCE):
        batch = queue[start : start + _ENCODED_AT_ONCE]
        encoded = encoder.encode_passages([missing[key] for key in batch])
        cache.put_encoded(
            (key, one.vector, quantizer.packed(one.tokens))
            for key, one in zip(batch, encoded, strict=True)
        )
        known.update((key, one.vector) for key, one in zip(batch, encoded, strict=True))
        progress("encode", start + len(batch), len(queue))
    return (
        EncodedPassages(
            vectors=np.stack([known[key] for key in keys]),
            tokens=cache.get_tokens(keys, quantizer.width),
            token_counts=cache.get_token_counts(keys),
        ),
        len(queue),
    )


def _content_digest(
    resources: Sequence[Resource],
    passages: Sequence[Passage],
    refused: Sequence[Refused],
    said: tuple[Sequence[str], Synonyms],
    encoder: Encoder,
    settings: BuildSettings,
) -> str:
    """Equal for two builds exactly if their snapshots would be equal but for id and time."""
    digest = hashlib.sha256()

    def add(value: Any) -> None:
        digest.update(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())
        digest.update(b"\n")

    add([FORMAT, encoder.fingerprint.digest, asdict(settings), said])
    for resource in resources:
        add(resource_to_dict(resource))
    for passage in passages:
        place = locator_to_dict(passage.locator)
        add([passage.resource_id, passage.heading_path, place, passage.text])
    for entry in refused:
        add(asdict(entry))
    return digest.hexdigest()
