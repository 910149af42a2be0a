"""What is served and asked: one snapshot, its passages for the plain bot, and questions."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import faiss
import numpy as np

from benchmarks.passages import extended
from benchmarks.quality.sets import questions_for
from benchmarks.results import BENCH
from benchmarks.runner import SHARED
from benchmarks.turn.servers import BotCommand, plain, signpost
from errors import ContentError
from retrieval.serving.live import REMEMBERED
from snapshot.manifest import MANIFEST, read_manifest
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

DATA = BENCH / "turn"


def two_of_the_active(snapshots: Path, folder: Path) -> SnapshotStore:
    """A store with two copies of the active snapshot, to change between, and the encoders; the
    first is active."""
    store, copies = SnapshotStore(snapshots), SnapshotStore(folder)
    active = store.path(store.active_id())
    shutil.copytree(store.encoders, copies.encoders)
    for suffix in ("a", "b"):
        name = f"{active.name}{suffix}"
        shutil.copytree(active, folder / name)
        manifest = replace(read_manifest(active), id=name)
        (folder / name / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
    with copies.lock():
        copies.activate(copies.ids()[0])
    return copies


def only(snapshot: Snapshot, encoders: Path, folder: Path) -> SnapshotStore:
    """A store of links to that snapshot, which is active, and to the encoders."""
    store = SnapshotStore(folder)
    folder.mkdir(parents=True)
    store.encoders.symlink_to(encoders.resolve())
    (folder / snapshot.folder.name).symlink_to(snapshot.folder.resolve())
    with store.lock():
        store.activate(snapshot.folder.name)
    return store


def write_for_plain_bot(snapshot: Snapshot, folder: Path = DATA) -> None:
    """Gives the plain bot the same passages, with the same vectors, as a flat index."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = np.arange(snapshot.vectors.count)
    vectors = np.ascontiguousarray(snapshot.vectors.vectors(rows), dtype=np.float32)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    faiss.write_index(flat, str(folder / "plain.faiss"))
    with (folder / "plain.jsonl").open("w", encoding="utf-8") as file:
        for row in rows.tolist():
            resource = snapshot.resources[snapshot.owners[row]]
            text = snapshot.passage(row).text
            file.write(
                json.dumps({"title": resource.title, "url": resource.url, "text": text}) + "\n"
            )


def bots_at(
    base: Snapshot, encoders: Path, count: int, data: Path
) -> tuple[BotCommand, BotCommand]:
    """Ours and the plain one, with the passages of `base` and re-cut ones, `count` in all. What
    they need lies in the folder `data` and beside the other benchmarks' snapshots."""
    snapshot, own = extended(base, count), data / str(count)
    store = only(snapshot, encoders, own / "snapshots")
    write_for_plain_bot(snapshot, own)
    return signpost(store.folder, own), plain(own)


def questions(snapshot: Snapshot, shared: Path = SHARED) -> tuple[list[str], str]:
    """Different questions, and how many come from where. Raises ContentError if they are so few
    that answers would be remembered from the round before."""
    texts, source = questions_for(snapshot, shared)
    if len(texts) <= REMEMBERED:
        raise ContentError(
            f"there are {len(texts)} {source}, and an answer is remembered for {REMEMBERED} more"
        )
    return texts, f"{len(texts)} {source}"
