"""Snapshots are published whole or not at all; the old one serves until the new one is proven."""

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from encoder.files import OwnCopies
from errors import SnapshotDamaged, SnapshotError, SnapshotNotFound
from snapshot.store import SnapshotStore
from tests.fakes.snapshots import PASSAGES, publish

A, B, C, D = (f"2026010{n}T000000Z-{n}{n}{n}{n}" for n in (1, 2, 3, 4))


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def _damage(store: SnapshotStore, name: str) -> None:
    (store.path(name) / "vectors.faiss").write_bytes(b"")


def test_an_empty_store_says_how_to_fill_it(store: SnapshotStore) -> None:
    assert store.ids() == []
    with pytest.raises(SnapshotNotFound, match="python -m index build"):
        store.active_id()


def test_a_published_snapshot_is_served_only_once_activated(store: SnapshotStore) -> None:
    publish(store, A)
    publish(store, B, activate=False)
    assert store.ids() == [A, B]
    assert store.active_id() == A


def test_a_failed_write_leaves_nothing_behind(store: SnapshotStore) -> None:
    publish(store, A)

    def write(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")

    told = rf"No space left on device; [\d,]+ bytes are free for {store.folder}"
    with store.lock(), pytest.raises(SnapshotError, match=told):
        store.publish(B, write)
    assert store.ids() == [A]
    assert store.active_id() == A
    assert not list(store.folder.glob(".building-*"))


def test_a_snapshot_damaged_on_the_disk_is_not_activated(store: SnapshotStore) -> None:
    publish(store, A)
    publish(store, B, activate=False)
    _damage(store, B)
    with store.lock(), pytest.raises(SnapshotDamaged, match=r"vectors\.faiss"):
        store.activate(B)
    assert store.active_id() == A


def _flip(path: Path) -> None:
    """Changes one bit: the file can be read as before."""
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def test_a_snapshot_damaged_after_its_activation_is_not_opened(store: SnapshotStore) -> None:
    publish(store, A)
    _flip(store.path(A) / "vectors.faiss")
    with pytest.raises(SnapshotDamaged, match=r"vectors\.faiss has SHA-256"):
        store.open()


def test_content_is_found_in_a_good_snapshot_only(store: SnapshotStore) -> None:
    publish(store, A)
    digest = f"digest of {A}"
    assert store.find(digest) == A
    _flip(store.path(A) / "resources.jsonl")
    assert store.find(digest) is None


def test_rolling_back_goes_to_what_was_served_before_and_then_further(
    store: SnapshotStore,
) -> None:
    for name in (A, B, C):
        publish(store, name)
    with store.lock():
        assert store.rollback() == (C, B)
        assert store.rollback() == (B, A)
        with pytest.raises(SnapshotNotFound, match=f"before {A}"):
            store.rollback()
    assert store.active_id() == A


def test_rolled_back_content_is_remembered_until_it_is_activated_by_hand(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    publish(store, B)
    with store.lock():
        store.rollback()
        assert store.pointer().withdrawn == (f"digest of {B}",)
        store.activate(B)
    assert store.pointer().withdrawn == ()


def test_rolling_back_from_a_damaged_snapshot_works(store: SnapshotStore) -> None:
    publish(store, A)
    publish(store, B)
    (store.path(B) / "snapshot.json").unlink()
    with store.lock():
        assert store.rollback() == (B, A)


def test_rolling_back_to_a_damaged_snapshot_is_refused(store: SnapshotStore) -> None:
    publish(store, A)
    publish(store, B)
    _damage(store, A)
    with store.lock(), pytest.raises(SnapshotDamaged):
        store.rollback()
    assert store.active_id() == B


def test_pruning_keeps_the_latest_the_active_and_what_a_rollback_would_take(
    store: SnapshotStore,
) -> None:
    for name in (A, B, C, D):
        publish(store, name, activate=name != D)
    with store.lock():
        assert store.prune(1, dry_run=True) == [A]
        assert store.ids() == [A, B, C, D]
        assert store.prune(1) == [A]
        assert store.ids() == [B, C, D]
        assert store.pointer().previous == (B,)
        assert store.rollback() == (C, B)


def test_the_newest_good_snapshot_is_the_last_that_is_not_damaged(store: SnapshotStore) -> None:
    assert store.newest_good() is None
    for name in (A, B, C):
        publish(store, name, activate=False)
    _damage(store, C)
    assert store.newest_good() == B


def test_what_killed_builds_left_is_swept(store: SnapshotStore) -> None:
    publish(store, A)
    (store.folder / ".building-1-ab" / "lexical").mkdir(parents=True)
    with store.lock():
        assert store.sweep() == [".building-1-ab"]
    assert store.ids() == [A]


def test_an_unknown_snapshot_is_answered_with_the_known_ones(store: SnapshotStore) -> None:
    publish(store, A)
    with pytest.raises(SnapshotNotFound, match=f"'x'.*{A}"):
        store.path("x")
    with pytest.raises(SnapshotNotFound):
        store.path("../snapshots")


def test_a_damaged_pointer_says_what_to_do_and_can_be_set_anew(store: SnapshotStore) -> None:
    publish(store, A)
    (store.folder / "ACTIVE").write_text(json.dumps({"snapshot": A})[:10])
    with pytest.raises(SnapshotDamaged, match="python -m index activate"):
        store.active_id()
    with store.lock():
        store.activate(A)
    assert store.active_id() == A


@pytest.mark.parametrize("below", ["", "snapshots"])
def test_a_folder_that_cannot_be_one_is_named_with_what_to_do(tmp_path: Path, below: str) -> None:
    """A file stands where the folder, or one above it, should be."""
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / below
    told = f"{folder} cannot be used: .*Set SIGNPOST_SNAPSHOTS_DIR to a folder"
    with pytest.raises(SnapshotError, match=told), SnapshotStore(folder).lock():
        pass
    with pytest.raises(SnapshotError, match=told):
        SnapshotStore(folder).open()


def _hold(folder: Path, held: "multiprocessing.synchronize.Event", stop: object) -> None:
    with SnapshotStore(folder).lock():
        held.set()
        stop.wait()  # type: ignore[attr-defined]


def test_two_builds_do_not_work_in_one_folder(store: SnapshotStore) -> None:
    context = multiprocessing.get_context("spawn")
    held, stop = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(store.folder, held, stop))
    other.start()
    try:
        assert held.wait(60)
        with pytest.raises(SnapshotError, match="another build"), store.lock():
            pass
    finally:
        stop.set()
        other.join()


def test_what_is_opened_from_a_copy_survives_whatever_becomes_of_its_files(
    store: SnapshotStore, tmp_path: Path
) -> None:
    """Cut off in place, they would end the process that has them mapped; nothing is left behind."""
    publish(store, A)
    copies = tmp_path / "served"
    opened = SnapshotStore(store.folder, OwnCopies(copies, print)).open()
    for path in store.path(A).rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    assert opened.folder == store.path(A)
    rows = range(opened.manifest.counts.passages)
    assert [opened.passage(row).text for row in rows] == [one.text for one in PASSAGES]
    assert len(opened.lexical.search("holiday", 3)[1]) == 1
    assert opened.tokens.count == len(rows)
    assert list(copies.iterdir()) == []


def test_a_damaged_file_is_named_where_it_lies_and_not_as_a_copy(
    store: SnapshotStore, tmp_path: Path
) -> None:
    publish(store, A)
    _damage(store, A)
    copying = SnapshotStore(store.folder, OwnCopies(tmp_path / "served", print))
    with pytest.raises(SnapshotDamaged, match=f"^{store.path(A)}/vectors.faiss has SHA-256"):
        copying.open()


def test_if_no_copy_can_be_made_the_files_themselves_are_served_and_that_is_told(
    store: SnapshotStore, tmp_path: Path
) -> None:
    publish(store, A)
    (tmp_path / "file").touch()
    told: list[str] = []
    copying = SnapshotStore(store.folder, OwnCopies(tmp_path / "file" / "served", told.append))
    assert copying.open().id == A
    [reason] = told
    assert f"{store.path(A)} is served from its own files" in reason
    assert "file/served" in reason


def test_copies_of_killed_processes_are_swept_and_those_of_living_ones_are_not(
    tmp_path: Path,
) -> None:
    old, new = tmp_path / "copy-old", tmp_path / "copy-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (1, 1))
    OwnCopies(tmp_path, print).sweep()
    assert [path.name for path in tmp_path.iterdir()] == ["copy-new"]


def test_two_looks_differ_if_somebody_changed_a_file_in_between(store: SnapshotStore) -> None:
    publish(store, A)
    before = store.looks(A)
    assert before == store.looks(A)
    _flip(store.path(A) / "vectors.faiss")
    assert before != store.looks(A)
