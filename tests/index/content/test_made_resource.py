"""What a file becomes: its title, kind, language, length and link."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from index.content.inventory import SourceFile
from index.content.made_resource import make_resource, title_from_name, url_of
from index.content.metadata import Metadata
from index.readers.documents import Cue, Document
from snapshot.formats.format_row import Kind, UrlStyle
from snapshot.models import EVERYONE, Resource, Validation, resource_id

VALIDATION = Validation("Priya Raman", date(2026, 10, 5))


def _make(
    path: str = "hr/leave.md",
    metadata: Metadata | None = None,
    document: Document | None = None,
) -> Resource:
    return make_resource(
        path, metadata or Metadata(), document or Document(), VALIDATION, "/content/x"
    )


def test_metadata_counts_before_the_document_and_the_document_before_the_name() -> None:
    document = Document(title="From the text", language="de")
    assert _make(document=document) == Resource(
        id=resource_id("/content/x"),
        title="From the text",
        url="/content/x",
        kind=Kind.PAGE,
        path="hr/leave.md",
        validation=VALIDATION,
        audience=(EVERYONE,),
        language="de",
    )
    given = Metadata(title="Given", language="fr", kind=Kind.COURSE)
    resource = _make(metadata=given, document=document)
    assert (resource.title, resource.language, resource.kind) == ("Given", "fr", Kind.COURSE)
    assert (_make().title, _make().language) == ("Leave", "en")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.md", Kind.PAGE), ("a.html", Kind.PAGE), ("a.txt", Kind.PAGE),
        ("a.pdf", Kind.DOCUMENT), ("a.DOCX", Kind.DOCUMENT), ("a.pptx", Kind.DECK),
        ("a.vtt", Kind.VIDEO), ("a.srt", Kind.VIDEO),
    ],
)  # fmt: skip
def test_the_format_tells_the_kind(path: str, kind: Kind) -> None:
    assert _make(path).kind is kind


@pytest.mark.parametrize(("end_s", "minutes"), [(59.0, 1), (60.0, 1), (60.1, 2), (0.0, None)])
def test_a_recording_lasts_until_its_last_cue(end_s: float, minutes: int | None) -> None:
    document = Document(cues=(Cue(0.0, end_s, "x"),))
    assert _make("a.vtt", document=document).duration_minutes == minutes
    given = Metadata(duration_minutes=7)
    assert _make("a.vtt", given, document).duration_minutes == 7


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("hr/sick-leave.pdf", "Sick leave"),
        ("hr/02_Sick.Leave.pdf", "Sick Leave"),
        ("hr/2027-budget.pdf", "2027 budget"),
        ("hr/sick-leave/README.md", "Sick leave"),
        ("index.html", "Index"),
        ("3.pdf", "3"),
        ("über-uns.md", "Über uns"),
    ],
)
def test_a_title_can_be_read_out_of_the_name(path: str, title: str) -> None:
    assert title_from_name(path) == title


def test_a_title_of_a_page_is_cut() -> None:
    resource = _make(document=Document(title="word " * 100))
    assert len(resource.title) <= 200
    assert resource.title.endswith("word…")


BASE = Metadata(base_url="https://x.example/", base_path="hr")
FILES = replace(BASE, base_url="https://x.example/base", url_style=UrlStyle.FILE)
PAGES = Metadata(base_url="/c/", url_style=UrlStyle.PAGE)


@pytest.mark.parametrize(
    ("path", "metadata", "url"),
    [
        ("hr/a/b.md", BASE, "https://x.example/a/b/"),
        ("hr/a/b.html", BASE, "https://x.example/a/b.html"),
        ("hr/a/b.pdf", BASE, "https://x.example/a/b.pdf"),
        ("hr/a/b.rst", BASE, "https://x.example/a/b.html"),
        ("hr/a/b.md", replace(BASE, url_style=UrlStyle.HTML), "https://x.example/a/b.html"),
        ("hr/README.md", BASE, "https://x.example/"),
        ("hr/a/README.md", BASE, "https://x.example/a/"),
        ("hr/a/index.md", BASE, "https://x.example/a/"),
        ("hr/a/v1.2.md", BASE, "https://x.example/a/v1.2/"),
        ("hr/a/README.md", FILES, "https://x.example/base/a/README.md"),
        ("hr/Über uns/Plan #1?.pdf", FILES,
         "https://x.example/base/%C3%9Cber%20uns/Plan%20%231%3F.pdf"),
        ("a.md", Metadata(base_url="/content/", url_style=UrlStyle.FILE), "/content/a.md"),
        ("a.html", PAGES, "/c/a/"),
        ("a/index.htm", PAGES, "/c/a/"),
        ("a/readme.html", PAGES, "/c/a/readme/"),
        ("a.pdf", PAGES, "/c/a.pdf"),
        ("a.md", Metadata(base_url="/c/", url="https://y.example/a"), "https://y.example/a"),
        ("a.md", Metadata(), None),
    ],
)  # fmt: skip
def test_a_file_has_its_own_link_else_its_place_under_the_folders(
    path: str, metadata: Metadata, url: str | None
) -> None:
    assert url_of(SourceFile(path), metadata) == url


def test_the_link_of_a_transcript_is_that_of_its_recording() -> None:
    assert url_of(SourceFile("hr/t.vtt", media="hr/t.mp4"), BASE) == "https://x.example/t.mp4"
