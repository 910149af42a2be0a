"""A snapshot gives back what was written, and a damaged one is found out."""

import json
from pathlib import Path
from typing import Any

import pytest

from errors import SnapshotDamaged
from snapshot.engines import choice
from snapshot.manifest import MANIFEST, Refused, read_manifest, verify
from snapshot.models import Fragment, Page, Passage, Slide, TimeRange, Validation, Whole
from snapshot.reading import Snapshot, read_refused
from snapshot.store import SnapshotStore
from tests.fakes.content import VALIDATION, passage, resource
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish

NAME = "20260101T000000Z-aaaaaaaa"


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def test_resources_and_passages_come_back_as_written(store: SnapshotStore) -> None:
    publish(store)
    opened = store.open()
    assert opened.resources == (EXPENSES, LEAVE)
    assert [opened.passage(row) for row in range(3)] == list(PASSAGES)
    assert opened.owners.tolist() == [0, 0, 1]
    assert opened.passages_of(0) == list(PASSAGES[:2])
    assert opened.passages_of(1) == [PASSAGES[2]]
    assert opened.number_by_local_url == {}


def test_every_field_of_resource_and_passage_survives(store: SnapshotStore) -> None:
    full = resource(
        "talks/späße.vtt",
        title="Späße \u2028 & more",
        owner="Ann",
        audience=("managers", "hr"),
        language="de",
        tags=("a", "b"),
        duration_minutes=12,
        link_template="{url}?t={seconds}",
        validation=Validation(VALIDATION.validated_by, VALIDATION.validated_on, None),
    )
    locators = [Whole(), Page(1), Slide(2), TimeRange(0.5, 9.25), Fragment("x")]
    passages = [
        Passage(full.id, n, ("A", "B"), locator, f"text {n}\nline", ((0, 0.5), (4, 2.0)))
        for n, locator in enumerate(locators)
    ]
    publish(store, resources=[full], passages=passages)
    opened = store.open()
    assert opened.resources == (full,)
    assert opened.passages_of(0) == passages


def test_what_was_refused_is_kept_with_its_reason(store: SnapshotStore) -> None:
    refused = Refused("hr/old.md", "expired", "review_by 2025-01-01 is past")
    publish(store, refused=[refused])
    assert read_refused(store.path(NAME)) == [refused]


@pytest.mark.parametrize("engine", ["faiss", "faiss_pq", "exact"])
def test_vectors_belong_to_the_passages_of_the_same_row(store: SnapshotStore, engine: str) -> None:
    from tests.fakes.encoder import WordEncoder

    publish(store, engine=engine)
    _, rows = store.open().vectors.search(
        WordEncoder().encode_questions(["holiday carries"])[0].vector[None], 1
    )
    assert rows.tolist() == [[2]]


def test_the_engine_that_was_chosen_is_named_and_what_was_measured(
    store: SnapshotStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is if a small folder gets the flat one."""
    publish(store, engine="auto")
    manifest = store.open().manifest
    assert (manifest.engine, manifest.engine_measured) == ("faiss", {})
    build = choice.build

    def measured(asked: str, *rest: Any) -> choice.Chosen:
        build("faiss_pq", *rest)
        return choice.Chosen("faiss_pq", {"recall_at_100": 0.995})

    monkeypatch.setattr(choice, "build", measured)
    publish(store, "20260102T000000Z-bbbbbbbb", engine="auto")
    manifest = store.open().manifest
    assert manifest.engine == "faiss_pq"
    assert manifest.engine_measured == {"recall_at_100": 0.995}


def test_a_snapshot_from_before_engines_were_measured_is_read(store: SnapshotStore) -> None:
    publish(store)
    path = store.path(NAME) / MANIFEST
    data = json.loads(path.read_text())
    del data["engine_measured"]
    path.write_text(json.dumps(data))
    assert Snapshot(store.path(NAME)).manifest.engine_measured == {}


@pytest.mark.parametrize(
    "name", ["resources.jsonl", "passages.jsonl", "vectors.faiss", "lexical/meta.json"]
)
def test_one_changed_byte_is_found(store: SnapshotStore, name: str) -> None:
    """A flipped bit in the vectors loads without a complaint from FAISS."""
    publish(store)
    path = store.path(NAME) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(SnapshotDamaged, match=name):
        verify(store.path(NAME))


def test_a_missing_file_is_named(store: SnapshotStore) -> None:
    publish(store)
    (store.path(NAME) / "passages.jsonl").unlink()
    with pytest.raises(SnapshotDamaged, match=r"passages\.jsonl"):
        verify(store.path(NAME))
    with pytest.raises(SnapshotDamaged, match=r"passages\.jsonl"):
        Snapshot(store.path(NAME))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', "not json"])
def test_a_manifest_of_another_kind_is_refused(store: SnapshotStore, text: str) -> None:
    publish(store)
    (store.path(NAME) / MANIFEST).write_text(text)
    with pytest.raises(SnapshotDamaged, match=MANIFEST):
        verify(store.path(NAME))


@pytest.mark.parametrize("field", ["created_at", "encoder", "counts", "examples", "files"])
def test_a_manifest_with_a_field_of_another_type_is_refused(
    store: SnapshotStore, field: str
) -> None:
    publish(store)
    manifest = store.path(NAME) / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {field: 7}))
    with pytest.raises(SnapshotDamaged, match=MANIFEST):
        verify(store.path(NAME))


def test_files_of_two_snapshots_do_not_mix(store: SnapshotStore) -> None:
    publish(store)
    other = "20260102T000000Z-bbbbbbbb"
    publish(store, other, passages=[passage(EXPENSES, "only one")])
    source = store.path(other) / "passages.offsets.npy"
    (store.path(NAME) / "passages.offsets.npy").write_bytes(source.read_bytes())
    with pytest.raises(SnapshotDamaged, match="disagree"):
        Snapshot(store.path(NAME))


def test_a_snapshot_of_an_earlier_version_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "snapshot.json").write_text('{"format": 4}')
    with pytest.raises(SnapshotDamaged, match=r"its format is 4, .* build again with `python -m"):
        read_manifest(tmp_path)
