"""Recordings are kept once, by what they hold, as long as a snapshot names them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from snapshot.media import Media, named_in

TALK = b"\0\0\0 ftypisom" + bytes(3_000_000)


@pytest.fixture
def media(tmp_path: Path) -> Media:
    return Media(tmp_path / "store" / ".media")


def _recording(folder: Path, data: bytes = TALK, name: str = "talk.MP4") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _snapshot(folder: Path, *names: str) -> Path:
    folder.mkdir()
    fields = ("media", "still")
    lines = [{"id": name, fields[n % 2]: name} for n, name in enumerate(names)]
    lines.append({"id": "b", "title": "no recording"})
    (folder / "resources.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


def test_it_is_kept_by_its_bytes_and_once(media: Media, tmp_path: Path) -> None:
    name = media.keep(_recording(tmp_path))
    assert name == f"{sha256(TALK).hexdigest()}.mp4"
    again = media.keep(_recording(tmp_path, name="copy.mp4"))
    assert again == name
    assert [one.name for one in media.folder.iterdir()] == [name]
    path = media.path(name)
    assert path is not None
    assert path.read_bytes() == TALK


@pytest.mark.parametrize("name", ["", "../secret.mp4", "talk.mp4", "0" * 64, f"{'0' * 64}.mp4"])
def test_only_what_is_kept_has_a_path(media: Media, name: str, tmp_path: Path) -> None:
    media.keep(_recording(tmp_path))
    _recording(tmp_path / "store", name="secret.mp4")
    assert media.path(name) is None


def test_one_that_cannot_be_read_leaves_nothing_half(media: Media, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        media.keep(tmp_path)
    assert not media.folder.exists()


def test_what_no_snapshot_names_is_swept_and_what_killed_builds_left(
    media: Media, tmp_path: Path
) -> None:
    kept, old = media.keep(_recording(tmp_path)), media.keep(_recording(tmp_path, b"old"))
    (media.folder / ".123-half").write_bytes(b"half")
    snapshot = _snapshot(tmp_path / "s1", kept)
    media.sweep(named_in(snapshot))
    assert [one.name for one in media.folder.iterdir()] == [kept]
    assert media.path(old) is None


def test_a_store_without_recordings_has_nothing_to_sweep(media: Media) -> None:
    media.sweep(set())
    assert not media.folder.exists()


def test_what_is_missing_or_changed_is_told(media: Media, tmp_path: Path) -> None:
    changed, missing = media.keep(_recording(tmp_path)), f"{'0' * 64}.webm"
    snapshot = _snapshot(tmp_path / "s1", changed, missing)
    assert list(media.problems(_snapshot(tmp_path / "s2", changed))) == []
    with (media.folder / changed).open("r+b") as file:
        file.seek(1000)
        file.write(b"x")
    said = list(media.problems(snapshot))
    assert [("is missing in" in one, "not what was put there" in one) for one in said] == [
        (True, False),
        (False, True),
    ]
