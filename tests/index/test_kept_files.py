"""A recording beside its transcript is played by Signpost, unless it is published elsewhere."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from index.build import Build, BuildSettings
from index.encoder_source import GivenEncoder
from index.material import gather
from index.readers.extraction import Extraction
from index.reporting.store_status import StoreStatus
from snapshot import formats
from snapshot.models import Resource, TimeRange
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.pdfs import drawn, lines

TODAY = date(2026, 6, 1)
TALK = "WEBVTT\n\n00:00.000 --> 00:30.000\nHello all.\n\n00:30.000 --> 01:00.000\nGoodbye now.\n"
VALID = "validated_by: Ann\nvalidated_on: 2026-01-15\n"


def _gif() -> bytes:
    made = BytesIO()
    Image.new("RGB", (9, 9)).save(made, "GIF")
    return made.getvalue()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "my talks").mkdir(parents=True)
    (folder / "_folder.yaml").write_text(VALID)
    (folder / "my talks" / "first day.vtt").write_text(TALK)
    (folder / "my talks" / "first day.mp4").write_bytes(b"a recording")
    return folder


def _built(content: Path, **settings: int | bool) -> tuple[SnapshotStore, Resource]:
    store = SnapshotStore(content.parent / "snapshots")
    Build(store, GivenEncoder(WordEncoder()), BuildSettings(**settings)).run(  # type: ignore[arg-type]
        content, Extraction(), TODAY
    )
    return store, store.open().resources[0]


def test_it_is_kept_and_its_link_plays_it_from_a_second(content: Path) -> None:
    store, resource = _built(content)
    assert resource.url == "/watch/my%20talks/first%20day"
    assert resource.url_at(TimeRange(30.0, 60.0)) == "/watch/my%20talks/first%20day#t=30"
    assert resource.media == f"{sha256(b'a recording').hexdigest()}.mp4"
    path = store.media.path(resource.media)
    assert path is not None
    assert path.read_bytes() == b"a recording"


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("url: https://videos.example.com/first", "https://videos.example.com/first"),
        ("base_url: https://i.example.com", "https://i.example.com/my%20talks/first%20day.mp4"),
    ],
)
def test_one_that_is_published_elsewhere_plays_there(content: Path, said: str, url: str) -> None:
    where = "my talks/first day.vtt.meta.yaml" if said.startswith("url") else "_folder.yaml"
    (content / where).write_text(f"{said}\n{VALID}")
    store, resource = _built(content)
    assert (resource.url, resource.media) == (url, "")
    assert not store.media.folder.exists()


def test_one_that_no_browser_plays_is_not_kept(content: Path) -> None:
    (content / "_folder.yaml").write_text(f"base_url: /content\n{VALID}")
    (content / "my talks" / "first day.mp4").rename(content / "my talks" / "first day.mkv")
    _, resource = _built(content)
    assert (resource.url, resource.media) == ("/content/my%20talks/first%20day.mkv", "")


def test_one_that_is_too_large_is_refused_and_says_what_to_do(content: Path) -> None:
    limit = formats.BY_EXTENSION[".mp4"].limit_mb
    with (content / "my talks" / "first day.mp4").open("wb") as file:
        file.truncate((limit + 1) * 1_000_000)
    [refused] = gather(content, Extraction(), TODAY).found.refused
    assert refused.reason == "too_large"
    assert f"{limit + 1} MB" in refused.detail
    assert "give that as url" in refused.detail


def test_another_recording_is_another_snapshot_and_pruned_with_the_old_one(content: Path) -> None:
    store, before = _built(content, keep=1)
    (content / "my talks" / "first day.mp4").write_bytes(b"recorded anew")
    store, after = _built(content, keep=1)
    assert after.media != before.media
    assert store.media.path(before.media) is not None  # a rollback would go back to it
    (content / "my talks" / "first day.mp4").write_bytes(b"and again")
    store, _ = _built(content, keep=1)
    assert store.media.path(before.media) is None


def test_status_tells_a_recording_that_is_gone_or_changed(content: Path) -> None:
    store, resource = _built(content)
    assert not StoreStatus.of(store, verify=True).is_damaged
    path = store.media.path(resource.media)
    assert path is not None
    path.write_bytes(b"something else")
    [row] = StoreStatus.of(store, verify=True).rows
    assert "not what was put there" in row["damaged"]
    path.unlink()
    [row] = StoreStatus.of(store, verify=True).rows
    assert "missing" in row["damaged"]


def _picture(path: Path, size: tuple[int, int] = (300, 900), **how: Any) -> None:
    Image.new("RGB", size, "#0b5f67").save(path, **how)


@pytest.mark.parametrize("name", ["first day.PNG", "first day.jpeg", "first day.webp"])
def test_a_picture_beside_a_transcript_is_its_still(content: Path, name: str) -> None:
    """In the size of all stills, and without what the camera wrote into it."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    _picture(content / "my talks" / name, exif=exif)
    store, resource = _built(content)
    path = store.media.path(resource.still)
    assert path is not None
    assert b"taken at home" not in path.read_bytes()
    with Image.open(path) as still:
        assert (still.format, still.size) == ("JPEG", (640, 360))
    assert gather(content, Extraction(), TODAY).found.ignored == ()


def test_another_still_is_another_snapshot_and_pruned_with_the_old_one(content: Path) -> None:
    path = content / "my talks" / "first day.jpg"
    _picture(path)
    _, before = _built(content, keep=1)
    Image.new("RGB", (9, 9), "red").save(path)
    store, after = _built(content, keep=1)
    assert store.media.path(after.still) is not None
    path.unlink()
    store, gone = _built(content, keep=1)
    assert (gone.still, store.media.path(before.still)) == ("", None)


@pytest.mark.parametrize("data", [b"no picture", b"", _gif()])
def test_what_is_no_picture_is_told_and_the_recording_is_served(content: Path, data: bytes) -> None:
    (content / "my talks" / "first day.jpg").write_bytes(data)
    store = SnapshotStore(content.parent / "snapshots")
    report = Build(store, GivenEncoder(WordEncoder())).run(content, Extraction(), TODAY)
    [resource] = store.open().resources
    assert (resource.still, bool(resource.media)) == ("", True)
    assert any("my talks/first day.jpg is no still" in one for one in report.warnings)


def test_a_picture_with_too_many_pixels_is_not_unpacked(content: Path) -> None:
    _picture(content / "my talks" / "first day.png", (20_000, 4_000))
    _, resource = _built(content)
    assert resource.still == ""


def test_a_picture_that_is_content_of_its_own_is_no_still(content: Path) -> None:
    _picture(content / "my talks" / "first day.png")
    (content / "my talks" / "first day.png.meta.yaml").write_text("title: A chart\n")
    _, resource = _built(content)
    assert resource.still == ""


def test_words_at_other_seconds_are_another_snapshot(content: Path) -> None:
    """Within a passage nothing else changes if only the cues do."""
    path = content / "my talks" / "first day.vtt"
    store, _ = _built(content)
    before = store.open().passages_of(0)
    path.write_text(
        TALK.replace("00:30.000 -->", "00:40.000 -->").replace("00:30.000", "00:40.000")
    )
    store, _ = _built(content)
    [one], [other] = before, store.open().passages_of(0)
    assert (one.text, one.locator) == (other.text, other.locator)
    assert [second for _, second in other.marks] == [0.0, 40.0]


def test_pdfs_that_are_for_everyone_are_kept_if_their_pages_are_to_be_seen(content: Path) -> None:
    (content / "_folder.yaml").write_text(f"base_url: https://i.example.com\n{VALID}")
    for name in ("rates.pdf", "bands.pdf"):
        (content / name).write_bytes(drawn(lines("Mileage is 45 pence a mile.", name)))
    (content / "bands.pdf.meta.yaml").write_text("audience: managers\n")
    store, _ = _built(content)
    assert {one.pages for one in store.open().resources} == {""}
    store, _ = _built(content, page_pictures=True)
    kept = {one.path: one.pages for one in store.open().resources if one.pages}
    assert kept == {"rates.pdf": f"{sha256((content / 'rates.pdf').read_bytes()).hexdigest()}.pdf"}
    assert [one.name for one in store.media.folder.iterdir()] == list(kept.values())
