"""A bucket as a source, against a server that speaks S3's API."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from errors import ContentError
from index.sources import Access, ItemUnreadable, Listing, SourceItem, SourceUnreachable
from index.sources.object_store import Bucket, open_source
from tests.fakes.s3 import FakeS3


@pytest.fixture
def store() -> Iterator[FakeS3]:
    with FakeS3() as found:
        yield found


def _open(store: FakeS3, url: str = "s3://bucket", **said: str) -> Bucket:
    place = {"url": url, "endpoint": store.url, "region": "eu-central-1", **said}
    return open_source(place, Path(), Access(timeout_s=60))


def _list(source: Bucket) -> Listing:
    return asyncio.run(source.list(""))


def _read(source: Bucket, path: str) -> bytes:
    return asyncio.run(source.read(SourceItem(path=path, id=path, version="")))


def test_all_pages_below_the_path_are_listed_with_tags(store: FakeS3) -> None:
    for number in range(5):
        store.objects[f"hr/in/{number}.md"] = b"%d" % number
    store.objects["hr-old/a.md"] = b"other"
    items = _list(_open(store, "s3://bucket/hr", anonymous="true")).items
    assert [(item.path, item.size) for item in items] == [(f"in/{n}.md", 1) for n in range(5)]
    assert len({item.version for item in items}) == 5


def test_keys_with_odd_characters_are_read(store: FakeS3) -> None:
    names = ["hr/Über uns & mehr.md", "hr/a b+c%20d.md", "hr/#1?.md"]
    store.objects |= {name: name.encode() for name in names}
    source = _open(store, "s3://bucket/hr", anonymous="true")
    items = _list(source).items
    assert {_read(source, item.id).decode() for item in items} == set(names)


def test_keys_come_from_the_environment(store: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the-key-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-secret")
    store.objects["a.md"] = b"text"
    assert _read(_open(store), "a.md") == b"text"
    [signed] = store.signatures
    assert signed and "Credential=the-key-id/" in signed
    assert "/eu-central-1/s3/" in signed


def test_a_container_is_that_of_the_account_before_it(
    store: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Azure's listing is another one: here it is only asked for."""
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")
    store.refusals.add("")
    with pytest.raises(SourceUnreachable, match=r"az://contoso/bucket/hr cannot be listed: .*403"):
        _list(_open(store, "az://contoso/bucket/hr", region=""))
    [signed] = store.signatures
    assert signed and signed.startswith("SharedKey contoso:")


def test_what_is_public_is_asked_without_a_signature(store: FakeS3) -> None:
    store.objects["a.md"] = b"text"
    assert _read(_open(store, anonymous="true"), "a.md") == b"text"
    assert store.signatures == [None]


def test_an_object_that_is_not_given_is_refused_alone(store: FakeS3) -> None:
    store.objects["a.md"] = b"text"
    store.refusals.add("a.md")
    source = _open(store, anonymous="true")
    for path in ("a.md", "gone.md"):
        with pytest.raises(ItemUnreadable, match="the store does not give it"):
            _read(source, path)


def test_a_store_that_refuses_says_so_in_a_line(store: FakeS3) -> None:
    store.refusals.add("")
    with pytest.raises(SourceUnreachable, match=r"s3://bucket cannot be listed: .*403") as caught:
        _list(_open(store, anonymous="true"))
    assert "\n" not in str(caught.value)


def test_a_store_on_this_disk_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text("text")
    source = open_source({"url": tmp_path.as_uri()}, tmp_path, Access())
    [item] = _list(source).items
    assert (item.path, _read(source, item.id)) == ("in/a.md", b"text")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"url": "https://example.com/x"}, "url is https://example.com/x: write s3://"),
        ({"url": "memory:///"}, "write s3://"),
        ({"url": "s3://key:hunter2@bucket"}, "url holds a key"),
        ({"url": "az://account/container?sig=hunter2"}, "url holds a key"),
        ({"url": "s3://b", "endpoint": "https://key:hunter2@x"}, "endpoint holds a key"),
        ({"url": "az://account"}, "url is az://account: write .*az://account/container/"),
        ({"url": "s3://b", "anonymous": "yes"}, "anonymous is yes: write true or false"),
        ({"url": "file:///nowhere/at/all"}, "cannot be used"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(
    tmp_path: Path, place: dict[str, str], said: str
) -> None:
    with pytest.raises(ContentError, match=said) as caught:
        open_source(place, tmp_path, Access())
    assert "hunter2" not in str(caught.value)
