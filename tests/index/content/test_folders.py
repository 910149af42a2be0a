"""Metadata beside files: inherited downwards, and closed where it cannot be read."""

from datetime import date
from pathlib import Path

import pytest

from errors import ContentError
from index.content.folders import Folders, UnreadableMetadata, refusal_for, sidecar_fields
from index.content.validation import Reason
from snapshot.manifest import Refused


def _write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("FOLDER", "_folder.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_a_folder_has_what_the_folders_above_say_and_the_nearest_wins(tmp_path: Path) -> None:
    (tmp_path / "hr" / "leave").mkdir(parents=True)
    folders = Folders(
        _write(
            tmp_path,
            FOLDER="owner: Learning\nvalidated_by: A\nvalidated_on: 2026-01-02",
            hr__FOLDER="owner: HR\ntags: [leave]",
        )
    )
    assert folders.fields("") == {
        "owner": "Learning",
        "validated_by": "A",
        "validated_on": date(2026, 1, 2),
    }
    assert folders.fields("hr/leave") == {
        "owner": "HR",
        "tags": ("leave",),
        "validated_by": "A",
        "validated_on": date(2026, 1, 2),
    }


def test_a_base_url_belongs_to_the_folder_that_gives_it(tmp_path: Path) -> None:
    (tmp_path / "hr" / "leave").mkdir(parents=True)
    folders = Folders(_write(tmp_path, FOLDER="base_url: /a/", hr__FOLDER="base_url: /b/"))
    assert folders.fields("")["base_path"] == ""
    assert folders.fields("hr/leave")["base_path"] == "hr"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("owner: [", "hr/_folder.yaml: line 1: "),
        ("- owner", "hr/_folder.yaml: it must be lines of `field: value`"),
        ("onwer: HR", "hr/_folder.yaml: there is no field 'onwer': did you mean owner?"),
        ("title: HR", "hr/_folder.yaml: title describes one file"),
        ("status: live", "hr/_folder.yaml: status is 'live': it must be one of"),
    ],
)
def test_a_malformed_folder_file_closes_everything_beneath(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "hr" / "leave").mkdir(parents=True)
    folders = Folders(_write(tmp_path, FOLDER="owner: A", hr__FOLDER=text))
    assert folders.fields("") == {"owner": "A"}
    for folder in ("hr", "hr/leave"):
        with pytest.raises(ContentError) as raised:
            folders.fields(folder)
        assert str(raised.value).startswith(reason)


def test_a_folder_file_that_cannot_be_opened_closes_it_too(tmp_path: Path) -> None:
    """What it says is not known: perhaps that only managers may read this."""
    (tmp_path / "hr" / "_folder.yaml").mkdir(parents=True)
    with pytest.raises(UnreadableMetadata, match=r"hr/_folder\.yaml is not a file"):
        Folders(tmp_path).fields("hr")


def test_a_folder_file_that_leads_out_of_the_content_folder_closes_it_too(tmp_path: Path) -> None:
    outside = tmp_path / "secret.yaml"
    outside.write_text("owner: X")
    root = tmp_path / "content"
    root.mkdir()
    (root / "_folder.yaml").symlink_to(outside)
    with pytest.raises(UnreadableMetadata, match="leads out of the content folder"):
        Folders(root).fields("")


def test_a_folder_file_that_leads_in_a_circle_closes_it_too(tmp_path: Path) -> None:
    (tmp_path / "_folder.yaml").symlink_to("_folder.yaml")
    with pytest.raises(UnreadableMetadata, match=r"_folder\.yaml is a link that leads in a circle"):
        Folders(tmp_path).fields("")


def test_other_letters_and_the_other_ending_are_read_and_two_files_are_one_too_many(
    tmp_path: Path,
) -> None:
    (tmp_path / "_Folder.YML").write_text("owner: HR")
    assert Folders(tmp_path).fields("") == {"owner": "HR"}
    (tmp_path / "_folder.yaml").write_text("owner: IT")
    with pytest.raises(ContentError, match=r"only one of _Folder.YML and _folder.yaml can count"):
        Folders(tmp_path).fields("")


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert Folders(_write(tmp_path, FOLDER="# later\n")).fields("") == {}


def test_a_files_own_metadata_files_are_read_the_last_wins(tmp_path: Path) -> None:
    (tmp_path / "a.meta.yaml").write_text("owner: A\ntitle: T")
    (tmp_path / "a.pdf.meta.yaml").write_text("owner: B\nbase_url: /x/")
    assert sidecar_fields(tmp_path, ["a.meta.yaml", "a.pdf.meta.yaml"]) == {
        "owner": "B",
        "title": "T",
        "base_url": "/x/",
        "base_path": "",
    }


@pytest.mark.parametrize(
    "text",
    ["audience: managers", "# who\n'Audience' : [managers]", "title: T\nvalidated-by: Ann\n  x: ["],
)
def test_metadata_named_by_the_stem_alone_refuse_what_they_describe(
    tmp_path: Path, text: str
) -> None:
    """`a.yaml` beside `a.pdf` is what people write who do not know of `.meta.yaml`."""
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(ContentError, match=r"a\.yaml is not read: name it as the file"):
        sidecar_fields(tmp_path, ["a.yaml"])


@pytest.mark.parametrize("text", ["openapi: 3.1.0\ninfo:\n  audience: partners", "", "- 1"])
def test_another_programs_file_describes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yml").write_text(text)
    assert sidecar_fields(tmp_path, ["a.yml"]) == {}


def test_a_binary_file_is_no_metadata(tmp_path: Path) -> None:
    (tmp_path / "a.meta.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match=r"a\.meta\.yaml: it is not UTF-8"):
        sidecar_fields(tmp_path, ["a.meta.yaml"])


def test_a_refusal_tells_malformed_from_unreadable() -> None:
    assert refusal_for("a", ContentError("x")) == Refused("a", Reason.MALFORMED, "x")
    assert refusal_for("a", UnreadableMetadata("x")) == Refused("a", Reason.UNREADABLE, "x")
