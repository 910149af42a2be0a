"""A git repository as a source, with real repositories on this disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from errors import ContentError
from index.sources import Access, ItemUnreadable, Listing, SourceItem, SourceUnreachable
from index.sources.git_repository import GitRepository, open_source
from tests.fakes.git import GitPlace, git


@pytest.fixture
def place(tmp_path: Path) -> GitPlace:
    return GitPlace(tmp_path / "place")


def _open(place: GitPlace, tmp_path: Path, **said: str) -> GitRepository:
    return open_source({"url": place.url, **said}, tmp_path / "mirror", Access(timeout_s=60))


def _list(source: GitRepository) -> Listing:
    return asyncio.run(source.list(""))


def _texts(source: GitRepository) -> dict[str, str]:
    async def read() -> dict[str, str]:
        listing = await source.list("")
        found = {item.path: (await source.read(item)).decode() for item in listing.items}
        await source.close()
        return found

    return asyncio.run(read())


def test_versions_are_the_ids_of_contents(place: GitPlace, tmp_path: Path) -> None:
    place.put("a.md", b"# A\n")
    place.put("copy of a.md", b"# A\n")
    [first, second] = _list(_open(place, tmp_path)).items
    assert (first.path, first.size) == ("a.md", 4)
    assert first.id == second.id == git(place.work, "hash-object", "a.md").strip()


def test_names_and_bytes_come_as_they_are(place: GitPlace, tmp_path: Path) -> None:
    names = ["Übersicht.md", "a b\tc.md", '"quoted".md', "-n.md", "new\nline.md"]
    for name in names:
        place.put(name, f"{name}\0\r\n".encode())
    assert _texts(_open(place, tmp_path)) == {name: f"{name}\0\r\n" for name in sorted(names)}


def test_a_branch_a_tag_and_a_folder_can_be_named(place: GitPlace, tmp_path: Path) -> None:
    place.put("docs/a.md", b"first")
    git(place.work, "tag", "-a", "v1", "-m", "v1")
    place.put("docs/a.md", b"second")
    git(place.work, "push", "--quiet", "origin", "v1", "HEAD:refs/heads/next/step")
    place.put("docs/a.md", b"third")
    assert _texts(_open(place, tmp_path, path="docs")) == {"a.md": "third"}
    assert _texts(_open(place, tmp_path, ref="v1")) == {"docs/a.md": "first"}
    assert _texts(_open(place, tmp_path, ref="next/step", path="/docs/")) == {"a.md": "second"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [({"ref": "gone"}, "couldn't find remote ref gone"), ({"path": "gone"}, "gone")],
)
def test_what_is_not_there_is_a_fault_of_the_source(
    place: GitPlace, tmp_path: Path, said: dict[str, str], reason: str
) -> None:
    place.put("a.md", b"text")
    with pytest.raises(SourceUnreachable, match=reason):
        _list(_open(place, tmp_path, **said))


def test_a_rewritten_history_is_followed(place: GitPlace, tmp_path: Path) -> None:
    place.put("a.md", b"secret")
    _list(_open(place, tmp_path))
    (place.work / "a.md").write_text("open")
    git(place.work, "commit", "--quiet", "--all", "--amend", "-m", "again")
    git(place.work, "push", "--quiet", "--force", "origin", "HEAD")
    assert _texts(_open(place, tmp_path)) == {"a.md": "open"}


def test_what_was_withdrawn_is_not_kept_in_the_copy(place: GitPlace, tmp_path: Path) -> None:
    place.put("a.md", b"secret")
    source = _open(place, tmp_path)
    before = _list(source)
    place.put("a.md", b"open")
    asyncio.run(source.list(before.memory))
    with pytest.raises(SourceUnreachable, match="git does not have the object"):
        asyncio.run(source.read(before.items[0]))
    asyncio.run(source.close())


def test_another_repository_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    first, second = GitPlace(tmp_path / "first"), GitPlace(tmp_path / "second")
    first.put("a.md", b"secret")
    second.put("b.md", b"open")
    before = _list(_open(first, tmp_path))
    source = _open(second, tmp_path)
    assert [item.path for item in _list(source).items] == ["b.md"]
    with pytest.raises(SourceUnreachable, match="git does not have the object"):
        asyncio.run(source.read(before.items[0]))
    asyncio.run(source.close())


def test_links_and_pointers_are_refused(place: GitPlace, tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    place.put("big.pdf", pointer)
    (place.work / "link.md").symlink_to("/etc/passwd")
    place.put("z.md", b"text")
    source = _open(place, tmp_path)
    [big, link, _] = _list(source).items
    assert link.refusal == "a symbolic link, which is not followed"
    with pytest.raises(ItemUnreadable, match="it is kept by Git LFS"):
        asyncio.run(source.read(big))
    asyncio.run(source.close())


def test_nothing_of_the_repository_is_run(
    place: GitPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No hook, no filter, no submodule, even if git was set up to."""
    marker = tmp_path / "ran"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (hooks / name).chmod(0o755)
    (tmp_path / ".gitconfig").write_text(
        f'[core]\n\thooksPath = {hooks}\n[filter "x"]\n\tsmudge = touch {marker}\n'
    )
    place.put(".gitattributes", b"*.md filter=x\n")
    place.put("a.md", b"text")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _texts(_open(place, tmp_path))["a.md"] == "text"
    assert not marker.exists()


@pytest.mark.parametrize(
    "url",
    [
        "--upload-pack=touch x",
        "ext::sh -c touch% x",
        "http://git.example.com/a.git",
        "git://git.example.com/a.git",
        "https://me:hunter2@git.example.com/a.git",
        "https://token@git.example.com/a.git",
        "ssh://me:hunter2@git.example.com/a.git",
        "fd::7",
        "host:a.git",
        "-o@host:a.git",
        "http://token@git.example.com/a.git",
        "-oProxyCommand=x@host:a.git",
        "relative/a.git",
    ],
)
def test_an_address_that_could_do_more_than_fetch_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ContentError) as caught:
        open_source({"url": url}, tmp_path, Access())
    assert "hunter2" not in str(caught.value)
    assert "token@" not in str(caught.value)


@pytest.mark.parametrize(
    "said",
    [
        {"ref": "--upload-pack=x"},
        {"ref": "a..b"},
        {"ref": "a:b"},
        {"ref": "+a"},
        {"path": "../up"},
        {"path": "a//b"},
    ],
)
def test_a_revision_or_path_that_is_none_is_refused(tmp_path: Path, said: dict[str, str]) -> None:
    with pytest.raises(ContentError, match=next(iter(said))):
        open_source({"url": "https://git.example.com/a.git", **said}, tmp_path, Access())


@pytest.mark.parametrize(
    "url",
    ["https://git.example.com/a.git", "ssh://git@h/a.git", "git@host:org/a.git", "/srv/a.git"],
)
def test_usual_addresses_are_taken(tmp_path: Path, url: str) -> None:
    open_source({"url": url}, tmp_path, Access())


def test_a_password_is_not_asked_for(tmp_path: Path, place: GitPlace) -> None:
    """git fails instead of waiting, and says what it could not do."""
    place.put("a.md", b"text")
    missing = open_source({"url": f"{place.url}-gone"}, tmp_path / "mirror", Access(timeout_s=60))
    with pytest.raises(SourceUnreachable, match="does not appear to be a git repository"):
        _list(missing)


def test_objects_that_git_does_not_have_are_a_fault_of_the_source(
    place: GitPlace, tmp_path: Path
) -> None:
    place.put("a.md", b"text")
    source = _open(place, tmp_path)
    _list(source)
    with pytest.raises(SourceUnreachable, match="git does not have the object"):
        asyncio.run(source.read(SourceItem(path="b.md", id="0" * 40, version="")))
    asyncio.run(source.close())
