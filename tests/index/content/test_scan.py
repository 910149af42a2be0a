"""The content folder: what of it can be served today, and why the rest cannot."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from errors import ContentError, NoText, ReadError
from index.content.scan import Scan, scan
from index.content.validation import Reason
from index.readers.documents import Cue, Section
from index.readers.extraction import Extraction
from snapshot.formats.format_row import Kind
from snapshot.manifest import Refused
from snapshot.models import EVERYONE, Resource, Validation, Whole, resource_id
from tests.fakes.reading import DirectExtraction

TODAY = date(2026, 11, 23)
FOLDER = """base_url: https://intranet.example.com/
owner: Learning team
language: en
validated_by: Priya Raman
validated_on: 2026-10-05
review_by: 2027-10-05
"""


def _write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def _scan(root: Path, files: dict[str, str], *, folder: str = FOLDER) -> Scan:
    _write(root, {"_folder.yaml": folder, **files})
    return scan(root, today=TODAY, extraction=DirectExtraction())


def _refused(found: Scan) -> list[tuple[str, str]]:
    return [(refused.path, refused.reason) for refused in found.refused]


def _served(found: Scan) -> list[str]:
    return [entry.resource.path for entry in found.entries]


class TestEntries:
    def test_a_file_becomes_a_resource_with_its_text(self, tmp_path: Path) -> None:
        found = _scan(tmp_path, {"hr/leave.md": "---\ntags: [leave]\n---\n# Leave\n\n26 days."})
        [entry] = found.entries
        assert entry.resource == Resource(
            id=resource_id("https://intranet.example.com/hr/leave/"),
            title="Leave",
            url="https://intranet.example.com/hr/leave/",
            kind=Kind.PAGE,
            path="hr/leave.md",
            validation=Validation("Priya Raman", date(2026, 10, 5), date(2027, 10, 5)),
            owner="Learning team",
            audience=(EVERYONE,),
            language="en",
            tags=("leave",),
        )
        assert entry.document.sections == (Section((), Whole(), ("26 days.",)),)
        assert (found.refused, found.ignored, found.duplicates, found.warnings) == ((),) * 4

    def test_sources_win_in_order_folder_front_matter_metadata_file(self, tmp_path: Path) -> None:
        found = _scan(
            tmp_path,
            {
                "a.md": "---\nowner: Front\ntitle: Front\ntags: [front]\n---\nText.",
                "a.meta.yaml": "title: Stem\ntags: [stem]",
                "a.md.meta.yaml": "title: File",
            },
        )
        [entry] = found.entries
        resource = entry.resource
        assert (resource.title, resource.tags, resource.owner) == ("File", ("stem",), "Front")

    def test_a_recording_and_its_transcript_are_one_resource(self, tmp_path: Path) -> None:
        found = _scan(
            tmp_path,
            {"t/talk.mp4": "", "t/talk.vtt": "WEBVTT\n\n00:00.000 --> 01:30.000\nHello.\n"},
        )
        [entry] = found.entries
        assert entry.resource.url == "https://intranet.example.com/t/talk.mp4"
        assert (entry.resource.kind, entry.resource.duration_minutes) == (Kind.VIDEO, 2)
        assert entry.document.cues == (Cue(0.0, 90.0, "Hello."),)
        assert (found.ignored, found.warnings) == ((), ())

    def test_a_rows_links_inherit_and_are_entries_by_their_row(self, tmp_path: Path) -> None:
        found = _scan(
            tmp_path,
            {
                "hr/_folder.yaml": "owner: HR\nkind: page",
                "hr/links.csv": "title,url,kind\nDesk,https://x.example/d,course\n"
                "Chair,https://x.example/c,\nBad,,\n",
            },
        )
        assert [(e.resource.path, e.resource.kind, e.resource.owner) for e in found.entries] == [
            ("hr/links.csv:2", Kind.COURSE, "HR"),
            ("hr/links.csv:3", Kind.LINK, "HR"),
        ]
        assert found.refused == (
            Refused("hr/links.csv:4", Reason.MALFORMED, "hr/links.csv, row 4: url must be given"),
        )

    def test_everything_is_in_the_order_of_paths(self, tmp_path: Path) -> None:
        files = {f"{name}.md": f"# {name}\n\nText {name}." for name in "cab"}
        assert _served(_scan(tmp_path, files)) == ["a.md", "b.md", "c.md"]

    def test_a_file_keeps_its_id_when_it_moves_and_its_link_does_not(self, tmp_path: Path) -> None:
        text = "---\nurl: https://x.example/leave\n---\nText."
        before = _scan(tmp_path / "1", {"a.md": text}).entries[0].resource.id
        after = _scan(tmp_path / "2", {"hr/leave.md": text}).entries[0].resource.id
        assert before == after


class TestRefusals:
    @pytest.mark.parametrize(
        ("front", "kind"),
        [
            ("status: draft", Reason.DRAFT),
            ("status: retired", Reason.RETIRED),
            ("review_by: 2026-11-22", Reason.EXPIRED),
            ("validated_on: 2027-01-01", Reason.UNVALIDATED),
            ("validated_on: soon", Reason.MALFORMED),
        ],
    )
    def test_only_what_is_validated_today_is_served(
        self, tmp_path: Path, front: str, kind: Reason
    ) -> None:
        found = _scan(tmp_path, {"a.md": f"---\n{front}\n---\nText.", "b.md": "Text too."})
        assert _refused(found) == [("a.md", kind)]
        assert _served(found) == ["b.md"]

    def test_what_is_ruled_out_beforehand_is_not_even_opened(self, tmp_path: Path) -> None:
        """Only front matter has to be looked for."""
        _write(tmp_path, {"_folder.yaml": "status: draft", "a.pdf": "", "b.vtt": "x", "c.md": "x"})
        extraction = DirectExtraction()
        found = scan(tmp_path, today=TODAY, extraction=extraction)
        assert extraction.read == ["c.md"]
        assert _refused(found) == [(name, Reason.DRAFT) for name in ("a.pdf", "b.vtt", "c.md")]

    def test_a_folder_nobody_can_understand_is_not_served(self, tmp_path: Path) -> None:
        found = _scan(
            tmp_path,
            {
                "hr/_folder.yaml": "audiance: managers",
                "hr/a.md": "x",
                "hr/deep/b.pdf": "x",
                "hr/links.csv": "title,url\nA,/a\n",
                "c.md": "x",
            },
        )
        reason = "hr/_folder.yaml: there is no field 'audiance': did you mean audience?"
        assert found.refused == tuple(
            Refused(path, Reason.MALFORMED, reason)
            for path in ("hr/a.md", "hr/deep/b.pdf", "hr/links.csv")
        )
        assert _served(found) == ["c.md"]

    @pytest.mark.parametrize(
        "name", ["hr/_folder.json", "hr/_Folder.yaml.txt", "hr/a.meta.toml", "hr/a.md.meta.json"]
    )
    def test_metadata_of_another_kind_closes_what_it_describes(
        self, tmp_path: Path, name: str
    ) -> None:
        found = _scan(tmp_path, {"hr/a.md": "Text.", "b.md": "Text.", name: "audience: managers"})
        assert _served(found) == ["b.md"]
        reason = f"{name} is not read: write YAML and name it .yaml"
        assert found.refused == (Refused("hr/a.md", Reason.MALFORMED, reason),)

    @pytest.mark.parametrize(
        "name",
        ["hr/_folder.txt", "hr/_folder (1).yaml", "hr/_folder", "hr/folder.yaml",
         "hr/_folders.yaml", "hr/a.md.meta", "hr/a.meta.txt",
         "hr/a.md.meta (1).yaml", "hr/a.md.yaml", "hr/a.yaml", "hr.meta.yaml"],
    )  # fmt: skip
    def test_what_is_called_nearly_as_metadata_closes_what_it_seems_to_describe(
        self, tmp_path: Path, name: str
    ) -> None:
        found = _scan(tmp_path, {"hr/a.md": "Text.", "b.md": "Text.", name: "audience: managers"})
        assert _served(found) == ["b.md"]
        assert name.rpartition("/")[2] in found.refused[0].detail

    def test_a_copy_beside_what_counts_does_no_harm(self, tmp_path: Path) -> None:
        files = {
            "a.md": "Text.",
            "_folder.yaml.bak": "audience: hr",
            "a.md.meta.bak": "audience: hr",
            "a.md.meta.yaml": "audience: managers",
        }
        [entry] = _scan(tmp_path, files).entries
        assert entry.resource.audience == ("managers",)

    def test_a_link_is_one_files_only(self, tmp_path: Path) -> None:
        found = _scan(
            tmp_path,
            {"a/README.md": "One.", "a/index.md": "Two.",
             "links.yaml": "- {title: x, url: 'https://intranet.example.com/a/'}"},
        )  # fmt: skip
        assert _served(found) == ["a/README.md"]
        reason = "its link is that of a/README.md: https://intranet.example.com/a/"
        assert found.refused == (
            Refused("a/index.md", Reason.DUPLICATE_URL, reason),
            Refused("links.yaml:1", Reason.DUPLICATE_URL, reason),
        )

    def test_what_is_for_some_takes_no_link_from_what_is_for_everyone(self, tmp_path: Path) -> None:
        url = "url: https://intranet.example.com/x"
        found = _scan(
            tmp_path,
            {"a.md": "One.", "a.md.meta.yaml": f"{url}\naudience: hr",
             "b.md": "Two.", "b.md.meta.yaml": url,
             "c.md": "Three.", "c.md.meta.yaml": f"{url}\naudience: hr"},
        )  # fmt: skip
        assert _served(found) == ["b.md"]
        reason = "its link is that of b.md: https://intranet.example.com/x"
        assert found.refused == (
            Refused("a.md", Reason.DUPLICATE_URL, reason),
            Refused("c.md", Reason.DUPLICATE_URL, reason),
        )
        assert not any("a.md" in warning for warning in found.warnings)

    def test_without_a_link_there_is_nothing_to_open(self, tmp_path: Path) -> None:
        folder = FOLDER.partition("\n")[2]
        found = _scan(tmp_path, {"a.md": "Text."}, folder=folder)
        assert _refused(found) == [("a.md", Reason.NO_URL)]
        assert found.refused[0].detail == "it has no link: give url, or base_url in a _folder.yaml"

    def test_without_text_there_is_nothing_to_find(self, tmp_path: Path) -> None:
        found = _scan(
            tmp_path,
            {"a.md": "---\ntitle: Moved\nredirect_to: /b/\n---\n", "b.md": "---\ntitle: B\n---\n"},
        )
        assert found.refused == (
            Refused("a.md", Reason.NO_TEXT, "no text: it only leads to /b/"),
            Refused("b.md", Reason.NO_TEXT, "no text"),
        )

    def test_a_file_that_cannot_be_read_is_told_from_one_without_text(self, tmp_path: Path) -> None:
        errors = {
            "a.pdf": ReadError("reading it took more than 60 s"),
            "b.pdf": NoText("no text: 3 pages hold images only"),
        }
        _write(tmp_path, {"_folder.yaml": FOLDER, "a.pdf": "x", "b.pdf": "x"})
        found = scan(tmp_path, today=TODAY, extraction=DirectExtraction(errors))
        assert found.refused == (
            Refused("a.pdf", Reason.UNREADABLE, "reading it took more than 60 s"),
            Refused("b.pdf", Reason.NO_TEXT, "no text: 3 pages hold images only"),
        )

    def test_a_content_folder_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(ContentError, match="there is no content folder"):
            scan(tmp_path / "gone", today=TODAY, extraction=DirectExtraction())


class TestRemarks:
    def test_files_that_say_the_same_are_named_together(self, tmp_path: Path) -> None:
        """Whatever their format, spacing and letters."""
        found = _scan(
            tmp_path,
            {
                "a.md": "# A\n\nTwenty-six days\nof leave.",
                "b.html": "<h1>B</h1><p>Twenty-six days of LEAVE.</p>",
                "c.md": "Something else.",
            },
        )
        assert found.duplicates == (("a.md", "b.html"),)

    def test_an_audience_that_is_only_text_must_be_given(self, tmp_path: Path) -> None:
        files = {
            "a.md": "# Keys\n\nOwner: Desk\nAudience: managers\n\nText.",
            "b.md": "# Keys\n\nAudience: everyone\n\nThe same.",
            "c.md": "---\naudience: hr\n---\n# Keys\n\nAudience: managers",
            "d.html": "<h1>Keys</h1><p><b>Target audience:</b> managers</p><p>Text.</p>",
            "e.html": "<h1>Keys</h1><p>Audience: managers</p><p>Text, too.</p>",
            "e.html.meta.yaml": "audience: everyone",
            "f.md": "# Keys (audience: managers)\n\nText.",
        }
        found = _scan(tmp_path, files)
        assert [path for path, _ in _refused(found)] == ["a.md", "d.html"]
        assert "says that it is for 'managers'" in found.refused[0].detail
        assert [entry.resource.audience for entry in found.entries] == [
            ("everyone",), ("hr",), ("everyone",), ("everyone",),
        ]  # fmt: skip
        assert found.warnings == (
            "the text names 'managers' as an audience, and everyone sees it: e.html, f.md",
        )

    def test_what_another_program_restricts_is_said(self, tmp_path: Path) -> None:
        files = {"a.md": "---\nvisibility: managers\n---\nText.",
                 "b.md": "---\nvisibility: public\nprivate: false\n---\nOther."}  # fmt: skip
        assert _scan(tmp_path, files).warnings == (
            "the front matter says visibility: managers, and everyone sees it: give audience: a.md",
        )

    def test_what_an_owner_may_want_to_know_is_said_once_for_all_files(
        self, tmp_path: Path
    ) -> None:
        folder = "base_url: /c/\nvalidated_by: A\nvalidated_on: 2026-01-02\n"
        files = {f"{n}.md": f"Text {n}." for n in range(4)}
        files["t.srt"] = "1\n00:00:00,000 --> 00:00:01,000\nHello.\n"
        assert _scan(tmp_path, files, folder=folder).warnings == (
            "no owner is given: 0.md, 1.md, 2.md and 2 more",
            "the language is not given and taken for 'en': 0.md, 1.md, 2.md and 2 more",
            "the link opens the transcript itself: give url, or put the recording beside it: t.srt",
            "without review_by or review_every_days the validation never ends: 0.md, 1.md, 2.md "
            "and 2 more",
        )

    def test_a_page_that_its_site_does_not_show_is_remarked(self, tmp_path: Path) -> None:
        files = {
            "a.md": "---\nredirect_to: /b/\n---\nText.",
            "b.md": "---\nDraft: True\n---\nText b.",
            "c.md": "---\npublished: false\n---\nText c.",
        }
        found = _scan(tmp_path, files)
        assert _served(found) == ["a.md", "b.md", "c.md"]
        assert found.warnings == (
            "the front matter calls it unpublished: the link may lead nowhere: b.md, c.md",
            "the front matter says redirect_to: the link may lead elsewhere: a.md",
        )


def test_progress_counts_the_files_that_are_read(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    _write(tmp_path, {"_folder.yaml": FOLDER, "a.md": "A.", "b.md": "B.", "c.numbers": ""})
    scan(
        tmp_path,
        today=TODAY,
        extraction=DirectExtraction(),
        progress=lambda stage, done, total: seen.append((stage, done, total)),
    )
    assert seen == [("read", 1, 2), ("read", 2, 2)]


def test_the_same_folder_gives_the_same_scan(tmp_path: Path) -> None:
    """With real processes, and wherever the folder lies."""
    files = {"_folder.yaml": FOLDER, "a.md": "# A\n\nText.", "b/c.txt": "Words.", "d.vtt": "no"}
    _write(tmp_path / "one", files)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    scans = [scan(tmp_path / name, today=TODAY, extraction=Extraction()) for name in ("one", "two")]
    assert scans[0] == scans[1]
    assert _served(scans[0]) == ["a.md", "b/c.txt"]
    assert _refused(scans[0]) == [("d.vtt", Reason.UNREADABLE)]
