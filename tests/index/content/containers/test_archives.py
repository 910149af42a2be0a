"""ZIP archives in the content: each member a file of its own, what restricts it inside and out."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import date
from pathlib import Path

import pytest

from index.content.scan import Scan, scan
from index.readers.extraction import Extraction
from snapshot.manifest import Refused

_FOLDER = "base_url: {}\nvalidated_by: Ann\nvalidated_on: 2026-01-15\nlanguage: en\nowner: HR\n"
_PAGE = "<h2 id='x'>{0}</h2><p>All about {0}.</p>"

Members = dict[str | zipfile.ZipInfo, str | bytes]


def _zip(members: Members, way: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", way) as archive:
        warnings.simplefilter("ignore")  # of a name that is there already
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _scan(
    root: Path, members: Members, *, base_url: str = "https://x.example/", **files: str
) -> Scan:
    """The content with that archive as `hr/forms.zip`; `files` lie beside it."""
    return _scan_bytes(root, _zip(members), base_url=base_url, **files)


def _scan_bytes(root: Path, data: bytes, *, base_url: str = "/content/", **files: str) -> Scan:
    (root / "hr").mkdir(exist_ok=True)
    (root / "_folder.yaml").write_text(_FOLDER.format(base_url))
    (root / "hr/forms.zip").write_bytes(data)
    for name, text in files.items():
        (root / "hr" / name).write_text(text)
    return scan(root, today=date(2026, 11, 23), extraction=Extraction(workers=1))


def _served(found: Scan) -> dict[str, str]:
    return {entry.resource.path: entry.resource.url for entry in found.entries}


def _refused(found: Scan) -> dict[str, str]:
    return {one.path: one.reason for one in found.refused}


def test_each_member_is_a_resource_with_a_link_of_its_own(tmp_path: Path) -> None:
    members: Members = {"a.html": _PAGE.format("leave"), "in/b c.txt": "All about pay, here it is."}
    members["in/own.md"] = "---\nurl: https://y.example/own\n---\nIts own link."
    found = _scan(tmp_path, members)
    assert _served(found) == {
        "hr/forms.zip/a.html": "https://x.example/hr/forms.zip#a.html",
        "hr/forms.zip/in/b c.txt": "https://x.example/hr/forms.zip#in/b%20c.txt",
        "hr/forms.zip/in/own.md": "https://y.example/own",
    }
    entry = found.entries[0].resource
    assert entry.url_at(found.entries[0].document.sections[0].locator) == entry.url
    assert (found.refused, found.ignored) == ((), ())
    assert any("the link downloads the archive" in one for one in found.warnings)


def test_on_our_own_server_a_member_is_a_page(tmp_path: Path) -> None:
    found = _scan(tmp_path, {"a.html": _PAGE.format("leave")}, base_url="/content/")
    [entry] = found.entries
    assert entry.resource.url == "/content/hr/forms.zip/a.html"
    assert entry.resource.url_at(entry.document.sections[0].locator).endswith("a.html#x")
    assert found.warnings == ("without review_by or review_every_days the validation never ends: "
                              "hr/forms.zip/a.html",)  # fmt: skip


def test_links_between_members_open(tmp_path: Path) -> None:
    from index.link_targets import LinkTargets
    from index.splitter import Limits, split

    linked = "<p>See <a href='in/b.html#x'>the other page</a> of these.</p>"
    members: Members = {"a.html": linked, "in/b.html": _PAGE.format("pay")}
    found = _scan(tmp_path, members, base_url="/content/")
    first, other = found.entries
    [passage] = split(first.resource, first.document, lambda x: [1] * len(x), Limits())
    [link] = LinkTargets(found.entries).resolved(passage, first.resource).links
    assert (link.url, link.resource_id) == (f"{other.resource.url}#x", other.resource.id)


@pytest.mark.parametrize(
    ("members", "files"),
    [
        ({"_folder.yaml": "audience: [managers]"}, {}),
        ({"a.html.meta.yaml": "audience: [managers]"}, {}),
        ({}, {"forms.zip.meta.yaml": "audience: [managers]"}),
        ({}, {"_folder.yaml": "audience: [managers]"}),
    ],
)
def test_what_restricts_it_inside_and_outside_holds(
    tmp_path: Path, members: Members, files: dict[str, str]
) -> None:
    [entry] = _scan(tmp_path, {"a.html": _PAGE.format("pay"), **members}, **files).entries
    assert entry.resource.audience == ("managers",)


def _info(name: str, **changes: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for key, value in changes.items():
        setattr(info, key, value)
    return info


def _encrypted(data: bytes, name: str) -> bytes:
    """The archive with a member marked as encrypted, in both places."""
    raw = bytearray(data)
    for mark, flags, length, start in ((b"PK\3\4", 6, 26, 30), (b"PK\1\2", 8, 28, 46)):
        at = raw.find(mark)
        while at >= 0:
            size = int.from_bytes(raw[at + length : at + length + 2], "little")
            if raw[at + start : at + start + size] == name.encode():
                raw[at + flags] |= 1
            at = raw.find(mark, at + 1)
    return bytes(raw)


def test_a_metadata_file_that_cannot_be_read_refuses_what_it_describes(tmp_path: Path) -> None:
    """If it were passed over, everyone would see what it restricts."""
    data = _zip({"in/_folder.yaml": "audience: [managers]", "in/a.html": "<p>secret</p>",
                 "b.html": _PAGE.format("pay")})  # fmt: skip
    found = _scan_bytes(tmp_path, _encrypted(data, "in/_folder.yaml"))
    assert list(_served(found)) == ["hr/forms.zip/b.html"]
    assert _refused(found) == {
        "hr/forms.zip/in/_folder.yaml": "unreadable",
        "hr/forms.zip/in/a.html": "malformed",
    }


def test_metadata_that_lead_out_refuse_the_whole_archive(tmp_path: Path) -> None:
    members: Members = {"../_folder.yaml": "audience: [managers]", "a.html": "<p>secret</p>"}
    found = _scan(tmp_path, members)
    assert (_served(found), set(_refused(found))) == ({}, {"hr/forms.zip"})


def test_bad_members_do_not_stop_the_others(tmp_path: Path) -> None:
    members: Members = {
        "../up.html": "<p>x</p>",
        "/root.html": "<p>x</p>",
        "C:/drive.html": "<p>x</p>",
        _info("link.html", external_attr=0o120777 << 16): "/etc/passwd",
        _info("twice.html"): "<p>x</p>",
        _info("Twice.html"): "<p>y</p>",
        f"{'n' * 300}.html": "<p>x</p>",
        "broken.pdf": b"%PDF-1.7 nothing",
        "inner.zip": b"PK\3\4 nothing",
        "good.html": _PAGE.format("pay"),
    }
    data = _zip(members, zipfile.ZIP_STORED)
    damaged = data.replace(b"%PDF-1.7 nothing", b"%PDF-1.7 nothinG")  # its checksum is wrong now
    found = _scan_bytes(tmp_path, damaged)
    assert list(_served(found)) == ["hr/forms.zip/good.html"]
    refused = {path.removeprefix("hr/forms.zip/") for path in _refused(found)}
    assert refused == {
        "../up.html", "/root.html", "C:/drive.html", "link.html", "twice.html", "Twice.html",
        f"{'n' * 300}.html", "broken.pdf", "inner.zip",
    }  # fmt: skip
    assert not (tmp_path / "up.html").exists()


def test_an_archive_within_an_archive_is_unpacked_and_none_within_that(tmp_path: Path) -> None:
    """Notion puts the parts of an export into an archive of their own."""
    deepest = _zip({"d.html": _PAGE.format("depth")})
    part = _zip({"c.html": _PAGE.format("more"), "deep.zip": deepest})
    found = _scan(tmp_path, {"a.html": _PAGE.format("pay"), "Part-1.zip": part})
    assert _served(found) == {
        "hr/forms.zip/Part-1.zip/c.html": "https://x.example/hr/forms.zip#Part-1.zip/c.html",
        "hr/forms.zip/a.html": "https://x.example/hr/forms.zip#a.html",
    }
    assert _refused(found) == {"hr/forms.zip/Part-1.zip/deep.zip": "unreadable"}
    assert "unpack it" in found.refused[0].detail


@pytest.mark.parametrize(
    ("inner", "beside", "files"),
    [
        ({"_folder.yaml": "audience: [managers]"}, {}, {}),
        ({}, {"Part-1.zip.meta.yaml": "audience: [managers]"}, {}),
        ({}, {"_folder.yaml": "audience: [managers]"}, {}),
        ({}, {}, {"forms.zip.meta.yaml": "audience: [managers]"}),
    ],
)
def test_what_restricts_an_archive_within_an_archive_holds(
    tmp_path: Path, inner: Members, beside: Members, files: dict[str, str]
) -> None:
    part = _zip({"c.html": _PAGE.format("pay"), **inner})
    [entry] = _scan(tmp_path, {"Part-1.zip": part, **beside}, **files).entries
    assert entry.resource.audience == ("managers",)


def test_archives_within_an_archive_are_bound_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.content.containers.archives.MAX_UNPACKED_MB", 1)
    half = _zip({"a.html": _PAGE.format("pay") + " " * 600_000}, zipfile.ZIP_STORED)
    found = _scan(tmp_path, {"1.zip": half, "2.zip": _zip({"b.html": b" " * 600_000}), "3.md": "x"})
    assert [one.path for one in found.refused if "512 MB" in one.detail] == ["hr/forms.zip/2.zip"]


def test_names_are_read_as_they_were_meant(tmp_path: Path) -> None:
    """UTF-8 that does not say so, DOS's own letters, and Windows' separators."""
    data = _zip({"f_r.txt": "All about fees, as they are.", "in\\x.txt": "All about cars in here."})
    utf8 = data.replace(b"f_r.txt", "für".encode()[:4] + b"txt")
    assert set(_served(_scan_bytes(tmp_path, data.replace(b"f_r", b"f\x81r")))) == {
        "hr/forms.zip/für.txt",
        "hr/forms.zip/in/x.txt",
    }
    assert "hr/forms.zip/fürtxt" in {one.path for one in _scan_bytes(tmp_path, utf8).ignored}


def test_a_course_within_an_archive_is_a_course(tmp_path: Path) -> None:
    manifest = """<manifest><organizations><organization><title>Fire</title><item><title>Alarm
    </title></item></organization></organizations><resources/></manifest>"""
    members: Members = {"a.zip": _zip({"imsmanifest.xml": manifest}), "b/imsmanifest.xml": manifest}
    found = _scan(tmp_path, members, base_url="/content/")
    assert {entry.resource.title for entry in found.entries} == {"Fire"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\3\4 nothing", "damaged, or no ZIP archive"),
        (_zip({"a.pdf": b"\0" * (60 << 20)}), "unpack to 60 MB"),
    ],
)
def test_what_is_no_archive_or_a_trap_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    [refused] = _scan_bytes(tmp_path, data).refused
    assert isinstance(refused, Refused)
    assert (refused.path, reason in refused.detail) == ("hr/forms.zip", True)
