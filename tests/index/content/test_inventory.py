"""What lies in a content folder, by name alone."""

import os
import sys
from pathlib import Path

import pytest

from index.content.inventory import Ignored, SourceFile, take_inventory
from index.content.validation import Reason
from snapshot.manifest import Refused


def _fill(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    return root


def test_files_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    _fill(tmp_path, "b.md", "a/z.PDF", "a/b.html", "c/links.csv", "a/_folder.yaml", "links.yaml")
    found = take_inventory(tmp_path)
    assert [file.path for file in found.files] == ["a/b.html", "a/z.PDF", "b.md"]
    assert found.links == ["c/links.csv", "links.yaml"]
    assert (found.ignored, found.refused) == ([], [])


def test_golden_questions_are_no_content_and_not_passed_over(tmp_path: Path) -> None:
    """At the top of the folder, where they count; elsewhere somebody should hear that they do
    not."""
    found = take_inventory(_fill(tmp_path, "golden.jsonl", "hr/golden.jsonl"))
    assert (found.files, found.refused) == ([], [])
    reason = ".jsonl is not a format that is read"
    assert found.ignored == [Ignored("hr/golden.jsonl", reason)]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".git/config.md", "hidden"),
        ("_drafts/a.md", "its name begins with _, as of what serves to make content and is none"),
        ("~$policy.docx", "a program's temporary file"),
        ("LICENSE.txt", "the licence of the content, not content"),
        ("LICENSE", "the licence of the content, not content"),
        ("licence-mit.md", "the licence of the content, not content"),
        ("LICENSE-APACHE-2.0.txt", "the licence of the content, not content"),
        ("NOTICE.md", "the licence of the content, not content"),
        ("404.html", "a website's error page"),
        ("risks.numbers", ".numbers is not a format that is read"),
        ("Makefile", "a file without extension is not a format that is read"),
        ("talk.mp4", "a recording without a transcript: put talk.vtt beside it"),
        ("gone.md.meta.yaml", "metadata of a file that is not there"),
    ],
)
def test_what_is_no_content_is_passed_over_with_a_reason(
    tmp_path: Path, name: str, reason: str
) -> None:
    found = take_inventory(_fill(tmp_path, name))
    assert found.files == []
    assert [entry.reason for entry in found.ignored] == [reason]


@pytest.mark.parametrize(
    "name",
    [
        "notice-period.pdf",
        "copyright-policy.md",
        "license-requests.html",
        "licences.md",
        "notices.md",
    ],
)
def test_what_is_called_like_a_licence_is_content(tmp_path: Path, name: str) -> None:
    assert [file.path for file in take_inventory(_fill(tmp_path, name)).files] == [name]


def test_a_readme_is_content(tmp_path: Path) -> None:
    assert take_inventory(_fill(tmp_path, "README.md")).files == [SourceFile("README.md")]


def test_a_recording_and_its_transcript_are_one_file(tmp_path: Path) -> None:
    """With the metadata of either, that of the transcript's own name being decisive."""
    _fill(
        tmp_path,
        "t/talk.mp4", "t/talk.vtt", "t/talk.meta.yaml", "t/talk.mp4.meta.yaml",
        "t/Talk.vtt.Meta.yaml", "t/other.mp3",
    )  # fmt: skip
    found = take_inventory(tmp_path)
    assert found.files == [
        SourceFile(
            "t/talk.vtt",
            media="t/talk.mp4",
            sidecars=("t/talk.meta.yaml", "t/talk.mp4.meta.yaml", "t/Talk.vtt.Meta.yaml"),
        )
    ]
    assert [entry.path for entry in found.ignored] == ["t/other.mp3"]


def test_video_goes_before_sound(tmp_path: Path) -> None:
    found = take_inventory(_fill(tmp_path, "a.mp3", "a.mp4", "a.vtt"))
    assert found.files == [SourceFile("a.vtt", media="a.mp4")]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
class TestLinks:
    def test_a_link_that_leads_out_is_passed_over(self, tmp_path: Path) -> None:
        _fill(tmp_path, "outside.md", "content/a.md")
        root = tmp_path / "content"
        (root / "out.md").symlink_to(tmp_path / "outside.md")
        (root / "folder").symlink_to(tmp_path)
        (root / "nowhere.md").symlink_to(root / "gone.md")
        (root / "loop").symlink_to(root)
        (root / "inside.md").symlink_to(root / "a.md")
        found = take_inventory(root)
        assert [file.path for file in found.files] == ["a.md", "inside.md"]
        assert found.ignored == [
            Ignored("folder", "a link that leads out of the content folder"),
            Ignored("loop", "a link to a folder, whose files are read where they are"),
            Ignored("nowhere.md", "a link that leads nowhere"),
            Ignored("out.md", "a link that leads out of the content folder"),
        ]

    def test_a_link_that_leads_in_a_circle_is_passed_over(self, tmp_path: Path) -> None:
        _fill(tmp_path, "a.md")
        (tmp_path / "self.md").symlink_to("self.md")
        (tmp_path / "there.md").symlink_to("back")
        (tmp_path / "back").symlink_to("there.md")
        found = take_inventory(tmp_path)
        assert found.files == [SourceFile("a.md")]
        assert [(entry.path, entry.reason) for entry in found.ignored] == [
            (name, "a link that leads in a circle") for name in ("back", "self.md", "there.md")
        ]

    def test_a_metadata_file_that_leads_in_a_circle_is_not_passed_over(
        self, tmp_path: Path
    ) -> None:
        _fill(tmp_path, "a.md")
        (tmp_path / "a.md.meta.yaml").symlink_to("a.md.meta.yaml")
        assert take_inventory(tmp_path).files == [SourceFile("a.md", sidecars=("a.md.meta.yaml",))]

    def test_the_content_folder_itself_may_be_one(self, tmp_path: Path) -> None:
        _fill(tmp_path, "real/a.md")
        (tmp_path / "link").symlink_to(tmp_path / "real")
        assert take_inventory(tmp_path / "link").files == [SourceFile("a.md")]

    def test_a_metadata_file_that_leads_out_is_not_passed_over(self, tmp_path: Path) -> None:
        """Whoever reads it must find that it cannot be trusted."""
        _fill(tmp_path, "outside.yaml", "content/a.md")
        root = tmp_path / "content"
        (root / "a.md.meta.yaml").symlink_to(tmp_path / "outside.yaml")
        assert take_inventory(root).files == [SourceFile("a.md", sidecars=("a.md.meta.yaml",))]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_file_is_passed_over(tmp_path: Path) -> None:
    """To open a named pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.md")
    assert take_inventory(tmp_path).ignored == [Ignored("pipe.md", "not a file")]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_that_is_no_unicode_is_refused(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("x")
    assert take_inventory(tmp_path).refused == [
        Refused("caf?.md", Reason.UNREADABLE, "its name is not valid UTF-8: rename it")
    ]


def test_a_folder_that_is_gone_is_refused(tmp_path: Path) -> None:
    [refused] = take_inventory(tmp_path / "gone").refused
    assert refused.reason == Reason.UNREADABLE
    assert refused.detail.startswith("the folder cannot be opened: ")


def test_hints_at_the_top_are_read_elsewhere_and_not_told_as_passed_over(tmp_path: Path) -> None:
    for name in ("_examples.txt", "_synonyms.txt", "_pinned.yaml", "_asked_as.jsonl", "_draft.md"):
        for folder in (tmp_path, tmp_path / "hr"):
            folder.mkdir(exist_ok=True)
            (folder / name).write_text("", encoding="utf-8")
    found = take_inventory(tmp_path)
    assert found.files == []
    assert [entry.path for entry in found.ignored] == [
        "_draft.md", "hr/_asked_as.jsonl", "hr/_draft.md", "hr/_examples.txt", "hr/_pinned.yaml",
        "hr/_synonyms.txt",
    ]  # fmt: skip


def test_a_picture_is_content_only_with_metadata_of_its_own(tmp_path: Path) -> None:
    """Others belong to the pages beside them, and so does metadata that a page shares with one."""
    _fill(tmp_path, "leave.md", "leave.png", "leave.meta.yaml", "plan.jpg", "visitors.png",
          "visitors.png.meta.yaml", "board.tiff", "board.meta.yaml")  # fmt: skip
    found = take_inventory(tmp_path)
    assert found.files == [
        SourceFile("board.tiff", sidecars=("board.meta.yaml",)),
        SourceFile("leave.md", sidecars=("leave.meta.yaml",)),
        SourceFile("visitors.png", sidecars=("visitors.png.meta.yaml",)),
    ]
    reason = "a picture: a .meta.yaml of its own would make it content"
    assert found.ignored == [Ignored("leave.png", reason), Ignored("plan.jpg", reason)]
